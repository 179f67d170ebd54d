"""Models in models, shared and frozen layers, training flags and masks. One function a combination: what the model gives
without and with the training flag, and what one step of training makes of its weights."""

import keras
import numpy as np
from keras import Input, Model, Sequential, layers, ops
from keras.layers import Dense
from keras.src.models import functional

from golden import Family
from layers import weight_value


class Centre(layers.Layer):
    """Less the mean of the batch in training, less what it has seen otherwise."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(shape[-1],), initializer="ones")
        self.mean = self.add_weight(name="mean", shape=(shape[-1],), initializer="zeros", trainable=False)

    def call(self, x, training=None):
        mean = self.mean
        if training:
            mean = ops.mean(x, axis=list(range(len(x.shape) - 1)))
            self.mean.assign(0.9 * self.mean + 0.1 * mean)
        return (x - mean) * self.scale


class MaskZeros(layers.Layer):
    """Steps of zeros do not count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, x, mask=None):
        return ops.any(ops.not_equal(x, 0), axis=-1)

    def call(self, x):
        return x * 1.0


class SumSteps(layers.Layer):
    """The sum of the steps that count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, x, mask=None):
        return None

    def call(self, x, mask=None):
        if mask is not None:
            x = x * ops.cast(ops.expand_dims(mask, -1), x.dtype)
        return ops.sum(x, axis=1)


def keeping_flags(operation, **context):
    """Keras's own version lets the model's flag override the one that a call in the graph was given, against what its
    guides say of `base_model(x, training=False)`."""

    def call(*args, **kwargs):
        for name, value in context.items():
            if name in getattr(operation, "_call_context_args", {}) and kwargs.get(name) is None and value is not None:
                kwargs[name] = value
        return operation(*args, **kwargs)

    return call


functional.operation_fn = keeping_flags


class Block(Model):
    def __init__(self, units=4):
        super().__init__()
        self.dense = Dense(units, activation="tanh")
        self.centre = Centre()

    def call(self, x, training=None):  # on JAX, fit tells only the model itself, which has to pass it on
        return self.centre(self.dense(x), training=training)


class BlockLayer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.centre = Centre()
        self.dense = Dense(4)

    def call(self, x, training=None):
        return self.dense(self.centre(x, training=training))


class Outer(Model):
    def __init__(self, inner, **flags):
        super().__init__()
        self.inner = inner
        self.head = Dense(2)
        self.flags = flags

    def call(self, x, training=None):
        return self.head(self.inner(x, **({"training": training} | self.flags)))


class MaskedBlock(Model):
    """Makes a mask inside, which what follows the model sees."""

    def __init__(self):
        super().__init__()
        self.zeros = MaskZeros()
        self.dense = Dense(2)

    def call(self, x, training=None):
        return self.dense(self.zeros(x))


def stack():
    return Sequential([Input((3,)), Dense(4, activation="relu"), Centre()])


def graph(features=3):
    x = Input((features,))
    return Model(x, Centre()(Dense(4, activation="relu")(x)))


def around(inner, *arguments, **flags):
    x = Input((3,))
    return Model(x, Dense(2)(inner(x, **flags)))


def sequential_in_functional():
    return around(stack())


def functional_in_functional():
    return around(graph())


def functional_in_functional_in_functional():
    x = Input((3,))
    inner = graph()
    return around(Model(x, Centre()(inner(x)), name="middle"))


def functional_in_sequential():
    return Sequential([Input((3,)), graph(), Dense(2)])


def sequential_in_sequential():
    return Sequential([Input((3,)), stack(), Sequential([Dense(3), Centre()]), Dense(2)])


def subclass_in_functional():
    return around(Block())


def subclassed_layer_in_functional():
    return around(BlockLayer())


def subclass_in_sequential():
    return Sequential([Input((3,)), Block(), Dense(2)])


def functional_in_subclass():
    return Outer(graph())


def sequential_in_subclass():
    return Outer(stack())


def subclass_in_subclass():
    return Outer(Block())


def subclass_in_subclass_in_functional():
    return around(Outer(BlockLayer()))


def shared_layer():
    x = Input((3,))
    dense, centre = Dense(3, activation="tanh"), Centre()
    return Model(x, Dense(2)(centre(dense(centre(dense(x))))))


def shared_model():
    left, right = Input((3,), name="left"), Input((3,), name="right")
    inner = graph()
    return Model([left, right], Dense(2)(layers.concatenate([inner(left), inner(right)])))


def shared_subclass():
    left, right = Input((3,), name="left"), Input((3,), name="right")
    inner = Block()
    return Model([left, right], Dense(2)(layers.subtract([inner(left), inner(right)])))


def layer_in_two_models():
    """A layer that an inner and the outer model have both."""
    x, shared = Input((3,)), Dense(3)
    inner = Model(x, Centre()(shared(x)))
    y = Input((3,))
    return Model(y, Dense(2)(layers.add([inner(y), shared(y)])))


def training_true():
    return around(stack(), training=True)


def training_false():
    return around(stack(), training=False)


def training_false_in_functional():
    return around(graph(), training=False)


def training_true_in_nested_graph():
    x = Input((3,))
    inner = Model(x, Centre()(Dense(4)(x), training=True))
    return around(inner, training=False)


def training_false_in_subclass():
    return Outer(graph(), training=False)


def training_true_in_subclass():
    return Outer(Block(), training=True)


def frozen_layer():
    model = around(stack())
    model.layers[-1].trainable = False
    return model


def frozen_at_birth():
    x = Input((3,))
    return Model(x, Dense(2)(Centre()(Dense(4, trainable=False)(x))))


def frozen_inner_sequential():
    inner = stack()
    inner.trainable = False
    return around(inner)


def frozen_inner_functional():
    model = around(graph())
    model.layers[1].trainable = False
    return model


def frozen_inner_subclass():
    inner = Block()
    model = around(inner)
    inner.trainable = False
    return model


def frozen_before_built():
    inner = Block()
    inner.trainable = False
    return around(inner)


def frozen_in_subclass():
    model = Outer(graph())
    model.inner.trainable = False
    return model


def frozen_layer_of_inner():
    inner = graph()
    model = around(inner)
    inner.layers[1].trainable = False
    return model


def frozen_and_thawed():
    model = around(graph())
    model.trainable = False
    model.trainable = True
    return model


def frozen_but_for_the_head():
    model = around(graph())
    model.layers[1].trainable = False
    model.layers[1].layers[-1].trainable = True
    return model


def frozen_shared():
    model = shared_layer()
    model.layers[1].trainable = False
    return model


def frozen_after_compile():
    model = around(graph())
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.layers[1].trainable = False
    return model


def thawed_after_compile():
    inner = graph()
    inner.trainable = False
    model = around(inner)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    inner.trainable = True
    return model


def regularized_inner():
    x = Input((3,))
    inner = Model(x, Dense(4, kernel_regularizer="l2", activity_regularizer="l1")(x))
    return around(inner)


def steps(features=3):
    return Input((4, features))


def mask_to_sum():
    x = steps()
    return Model(x, SumSteps()(Dense(2)(MaskZeros()(x))))


def mask_through_layers():
    x = steps()
    y = MaskZeros()(x)
    for layer in [Dense(3), layers.Activation("tanh"), layers.ReLU(negative_slope=0.3), layers.LeakyReLU(), layers.ELU(),
                  layers.PReLU(), layers.Dropout(0.0), layers.GaussianNoise(0.0), layers.GaussianDropout(0.0),
                  layers.AlphaDropout(0.0), layers.SpatialDropout1D(0.0), layers.ActivityRegularization(0.01),
                  layers.Identity(), Centre()]:
        y = layer(y)
    return Model(x, SumSteps()(Dense(2)(y)))


def mask_lost_in_reshape():
    x = steps()
    return Model(x, SumSteps()(layers.Reshape((2, 4))(Dense(2)(MaskZeros()(x)))))


def mask_lost_in_operation():
    x = steps()
    return Model(x, SumSteps()(Dense(2)(MaskZeros()(x)) * 2.0))


def mask_from_inner_functional():
    x, inner_x = steps(), steps()
    inner = Model(inner_x, Dense(2)(MaskZeros()(inner_x)))
    return Model(x, SumSteps()(inner(x)))


def mask_from_inner_sequential():
    x = steps()
    return Model(x, SumSteps()(Sequential([Input((4, 3)), MaskZeros(), Dense(2)])(x)))


def mask_from_inner_subclass():
    x = steps()
    return Model(x, SumSteps()(MaskedBlock()(x)))


def mask_into_inner_functional():
    x, inner_x = steps(), steps()
    inner = Model(inner_x, SumSteps()(Dense(2)(inner_x)))
    return Model(x, inner(MaskZeros()(x)))


def mask_into_inner_sequential():
    return Sequential([Input((4, 3)), MaskZeros(), Sequential([Dense(3), Centre()]), SumSteps(), Dense(2)])


def mask_in_shared_layer():
    x = steps()
    dense, total = Dense(2), SumSteps()
    return Model(x, layers.subtract([total(dense(MaskZeros()(x))), total(dense(x))]))


def mask_given():
    x, mask = steps(), Input((4,), dtype="bool")
    return Model([x, mask], SumSteps()(Dense(2)(x), mask=mask))


def mask_given_to_inner():
    x, mask = steps(), Input((4,), dtype="bool")
    inner_x = steps()
    inner = Model(inner_x, SumSteps()(Dense(2)(inner_x)))
    return Model([x, mask], inner(x, mask=mask))


def mask_of_add():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.add([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_add_with_one():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.add([MaskZeros()(x), y]))))


def mask_of_concatenate():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.concatenate([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_concatenate_along_steps():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.concatenate([MaskZeros()(x), y], axis=1))))


def mask_of_dot():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.dot([MaskZeros()(x), MaskZeros()(y)], axes=2))))


def mask_of_attention():
    x = steps()
    y = MaskZeros()(x)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    return Model(x, SumSteps()(Dense(2)(y)))


def mask_of_grouped_attention():
    x, y = steps(), steps()
    attended = layers.GroupQueryAttention(3, 4, 2)(MaskZeros()(x), MaskZeros()(y), use_causal_mask=True)
    return Model([x, y], SumSteps()(Dense(2)(attended)))


def mask_of_dot_attention():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.Attention()([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_additive_attention():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(layers.AdditiveAttention()([Dense(3)(MaskZeros()(x)), MaskZeros()(y)])))


def masked_loss():
    x = steps()
    return Model(x, Dense(2)(MaskZeros()(x)))


def masked_loss_of_two():
    x = steps()
    y = MaskZeros()(x)
    return Model(x, [Dense(2)(y), SumSteps()(Dense(2)(y))])


def masked_loss_from_subclass():
    return MaskedBlock()


def unknown_steps():
    """Sizes that are not known meet sizes that are."""
    x, y = Input((None, 3)), Input((4, 3))
    return Model([x, y], SumSteps()(Dense(2)(layers.add([x, y]) * ops.sum(x * y, axis=-1, keepdims=True))))


FUNCTIONS = [value for name, value in list(globals().items())
             if callable(value) and getattr(value, "__module__", "") == __name__ and not isinstance(value, type)
             and name not in ("stack", "graph", "around", "steps", "keeping_flags")]


def sample(rng, symbol, rows=6):
    shape = (rows, *[4 if size is None else size for size in symbol.shape[1:]])
    if str(symbol.dtype) == "bool":
        return rng.uniform(size=shape) < 0.6
    value = rng.standard_normal(shape).astype("float32")
    if len(shape) == 3:  # some steps do not count
        value[rng.uniform(size=shape[:2]) < 0.4] = 0
    return value


def run(family, function):
    case = family.case(function.__name__, "Model", 3)
    model = function()
    if not isinstance(model, (Sequential,)) and not getattr(model, "inputs", None):
        shape = (6, 4, 3) if isinstance(model, MaskedBlock) else (6, 3)
        values = [case.rng.standard_normal(shape).astype("float32")]
        if len(shape) == 3:
            values[0][case.rng.uniform(size=shape[:2]) < 0.4] = 0
        model(values[0])
    else:
        values = [sample(case.rng, symbol) for symbol in model.inputs]
    for variable in model.weights:
        variable.assign(weight_value(variable, case.rng))
    trained = {id(v) for v in model.trainable_weights}
    case.set(
        model_name=model.name, layer_names=[layer.name for layer in model.layers],
        parameter_count=model.count_params(),
        weights=[dict(path=w.path, shape=list(w.shape), trainable=id(w) in trained) for w in model.weights],
        trainable_paths=[w.path for w in model.trainable_weights],
        non_trainable_paths=[w.path for w in model.non_trainable_weights])
    start = [np.asarray(w.value) for w in model.weights]
    for i, value in enumerate(start):
        case.array(f"weight_{i}", value)
    for i, value in enumerate(values):
        case.array(f"input_{i}", value)
    inputs = values if len(values) > 1 else values[0]
    tensors = [ops.convert_to_tensor(value) for value in values]
    tensors = tensors if len(values) > 1 else tensors[0]
    outputs = keras.tree.flatten(model(tensors, training=False))
    for i, output in enumerate(outputs):
        case.array(f"inference_{i}", output)
    for i, output in enumerate(keras.tree.flatten(model(tensors, training=True))):
        case.array(f"training_{i}", output)
    for i, weight in enumerate(model.weights):
        if not np.array_equal(weight.value, start[i]):
            case.array(f"weight_after_call_{i}", weight.value)
        weight.assign(start[i])
    targets = [case.rng.standard_normal(output.shape).astype("float32") for output in outputs]
    for i, target in enumerate(targets):
        case.array(f"target_{i}", target)
    if not model.compiled:
        model.compile(keras.optimizers.SGD(0.1), "mse")
    y = targets if len(targets) > 1 else targets[0]
    evaluated = model.test_on_batch(inputs, y)
    model.reset_metrics()
    loss = model.train_on_batch(inputs, y)
    case.set(evaluated=float(np.ravel(evaluated)[0]), loss=float(np.ravel(loss)[0]))
    for i, weight in enumerate(model.weights):
        case.array(f"trained_weight_{i}", weight.value)
    if function.__name__ in ("masked_loss", "masked_loss_from_subclass"):
        masked_metrics(case, model, start, inputs, y)


def masked_metrics(case, model, start, inputs, y):
    """Metrics of an output with a mask, with and without weights. On JAX those of training do not see the mask, so these
    are those of an evaluation."""
    weights = case.rng.uniform(0.2, 2, (6, 4)).astype("float32")
    case.array("sample_weight", weights)
    for weight, value in zip(model.weights, start):
        weight.assign(value)
    model.compile(
        keras.optimizers.SGD(0.1), keras.losses.MeanAbsoluteError(reduction="sum"),
        metrics=["mse", "cosine_similarity"], weighted_metrics=["mae", keras.metrics.RootMeanSquaredError()])
    plain = model.test_on_batch(inputs, y, return_dict=True)
    model.reset_metrics()
    weighted = model.test_on_batch(inputs, y, sample_weight=weights, return_dict=True)
    case.set(masked_metrics={key: float(value) for key, value in plain.items()},
             masked_weighted_metrics={key: float(value) for key, value in weighted.items()})


def build():
    family = Family("combinations")
    for function in FUNCTIONS:
        run(family, function)
    return [family]

"""Models in models, shared and frozen layers, training flags and masks. One function a combination: what the model gives
without and with the training flag, and what one step of training makes of its weights."""

import keras
import numpy as np
from keras import Sequential, ops
from keras.src.models import functional

import combinations_masks
import combinations_nested
from combination_layers import MaskedBlock
from golden import Family
from layers import weight_value

FUNCTIONS = combinations_nested.FUNCTIONS + combinations_masks.FUNCTIONS


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

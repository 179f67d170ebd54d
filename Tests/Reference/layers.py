"""Layers: output, gradients, and the weights after three training steps. One row a case."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from golden import Family, draw, integers, normal, uniform

STEPS, RATE = 3, 0.1


def row(name, class_name, inputs, /, issue=2, call=None, call_arrays=None, **config):
    """`inputs`: a shape or Spec, or a list of them for a layer that takes a list. `call`: arguments of the call."""
    return dict(name=name, class_name=class_name, inputs=inputs, issue=issue, call=call or {},
                call_arrays=call_arrays or {}, config=config)


ROWS = [
    row("dense_linear", "Dense", (4, 3), units=2),
    row("dense_relu", "Dense", (5, 4), units=3, activation="relu"),
    row("dense_one_unit", "Dense", (1, 1), units=1),
    row("dense_sigmoid_no_bias", "Dense", (3, 7), units=5, activation="sigmoid", use_bias=False),
    row("dense_softmax", "Dense", (6, 5), units=4, activation="softmax"),
    row("dense_tanh_wide", "Dense", (2, 65), units=33, activation="tanh"),
    row("dense_rank_3", "Dense", (2, 3, 4), units=5, activation="relu"),
    row("dense_rank_4", "Dense", (2, 2, 3, 4), units=2, activation="gelu"),
    row("dense_rank_5", "Dense", (1, 2, 1, 3, 4), units=3),
    row("dense_empty_batch", "Dense", (0, 3), units=2, activation="relu"),
    row("dense_integer_input", "Dense", integers(9, 4, 3), units=2),
    row("dense_batch_17", "Dense", (17, 17), units=17, activation="elu"),
    row("dense_initializers", "Dense", (3, 4), units=2, kernel_initializer="he_normal", bias_initializer="ones"),
    row("dense_named", "Dense", (3, 4), units=2, name="head"),
    row("dense_regularized", "Dense", (3, 4), issue=3, units=2, kernel_regularizer="l2", bias_regularizer="l1",
        activity_regularizer="l2"),
    row("dense_constrained", "Dense", (3, 4), issue=3, units=2, kernel_constraint="non_neg",
        bias_constraint="unit_norm"),
    row("activation_relu", "Activation", (3, 5), activation="relu"),
    row("activation_softmax_rank_3", "Activation", (2, 3, 4), activation="softmax"),
    row("activation_swish", "Activation", (4,), activation="swish"),
    row("activation_linear", "Activation", (2, 1), activation="linear"),
    row("activation_leaky_relu", "Activation", (3, 5), activation="leaky_relu"),
    row("dropout_inference", "Dropout", (3, 5), rate=0.5, call={"training": False}),
    row("dropout_no_flag", "Dropout", (2, 3, 4), rate=0.9),
    row("dropout_rate_0_training", "Dropout", (3, 5), rate=0.0, call={"training": True}),
    row("dropout_noise_shape_inference", "Dropout", (2, 3, 4), rate=0.3, noise_shape=[None, 1, 4], seed=7,
        call={"training": False}),
    row("flatten_rank_1", "Flatten", (4,)),
    row("flatten_rank_2", "Flatten", (4, 3)),
    row("flatten_rank_3", "Flatten", (2, 3, 4)),
    row("flatten_rank_4", "Flatten", (2, 3, 2, 2)),
    row("flatten_channels_first", "Flatten", (2, 3, 2, 2), data_format="channels_first"),
    row("flatten_empty_batch", "Flatten", (0, 3, 2)),
    row("reshape_split", "Reshape", (2, 6), target_shape=(2, 3)),
    row("reshape_inferred", "Reshape", (2, 3, 4), target_shape=(-1, 2)),
    row("reshape_flat", "Reshape", (2, 3, 4), target_shape=(-1,)),
    row("reshape_add_axis", "Reshape", (3, 2), target_shape=(1, 2, 1)),
    row("reshape_from_rank_1", "Reshape", (3,), target_shape=(1,)),
    row("concatenate_last", "Concatenate", [(2, 3), (2, 4)]),
    row("concatenate_three", "Concatenate", [(2, 1), (2, 5), (2, 2)]),
    row("concatenate_axis_1", "Concatenate", [(2, 3, 4), (2, 1, 4)], axis=1),
    row("concatenate_axis_minus_2", "Concatenate", [(2, 3, 4), (2, 2, 4)], axis=-2),
    row("concatenate_rank_4", "Concatenate", [(1, 2, 2, 3), (1, 2, 2, 1)], axis=3),
    row("concatenate_batch_axis", "Concatenate", [(2, 3), (1, 3)], axis=0),
    row("concatenate_same_twice", "Concatenate", [(2, 2), (2, 2), (2, 2), (2, 2)]),
    row("dot_vectors", "Dot", [(3, 4), (3, 4)], axes=1),
    row("dot_cosine", "Dot", [(3, 4), (3, 4)], axes=1, normalize=True),
    row("dot_last_axes", "Dot", [(3, 4), (3, 4)], axes=-1),
    row("dot_matrices", "Dot", [(2, 3, 4), (2, 4, 5)], axes=(2, 1)),
    row("dot_matrices_axis_1", "Dot", [(2, 3, 4), (2, 3, 5)], axes=1),
    row("dot_matrices_axis_2", "Dot", [(2, 3, 4), (2, 5, 4)], axes=2),
    row("dot_matrix_vector", "Dot", [(2, 3, 4), (2, 4)], axes=(2, 1)),
    row("dot_normalized_matrices", "Dot", [(2, 3, 4), (2, 5, 4)], axes=(2, 2), normalize=True),
    row("dot_one_element", "Dot", [(1, 1), (1, 1)], axes=1),
    row("identity", "Identity", (3, 4)),
    row("permute", "Permute", (2, 3, 4), dims=[2, 1]),
    row("permute_rank_4", "Permute", (2, 2, 3, 4), dims=[3, 1, 2]),
    row("permute_same", "Permute", (2, 3), dims=[1]),
    row("repeat_vector", "RepeatVector", (2, 3), n=4),
    row("repeat_vector_once", "RepeatVector", (1, 1), n=1),
    row("relu", "ReLU", (3, 5)),
    row("relu_all", "ReLU", normal(4, 5, scale=3), max_value=2.5, negative_slope=0.1, threshold=0.5),
    row("relu_max_value", "ReLU", normal(4, 5, scale=3), max_value=6.0),
    row("leaky_relu", "LeakyReLU", (3, 5)),
    row("leaky_relu_slope", "LeakyReLU", (2, 3, 4), negative_slope=0.05),
    row("elu", "ELU", (3, 5)),
    row("elu_alpha", "ELU", (2, 3, 4), alpha=0.4),
    row("prelu", "PReLU", (3, 5)),
    row("prelu_shared", "PReLU", (2, 3, 4, 2), shared_axes=[1, 2]),
    row("prelu_regularized", "PReLU", (3, 5), issue=3, alpha_regularizer="l2", alpha_constraint="non_neg"),
    row("softmax_layer", "Softmax", (3, 5)),
    row("softmax_layer_axis", "Softmax", (2, 3, 4), axis=1),
    row("softmax_layer_two_axes", "Softmax", (2, 3, 4), axis=[1, 2]),
    row("gaussian_noise_inference", "GaussianNoise", (3, 5), stddev=0.4, seed=3, call={"training": False}),
    row("gaussian_noise_none_training", "GaussianNoise", (3, 5), stddev=0.0, call={"training": True}),
    row("gaussian_dropout_inference", "GaussianDropout", (3, 5), rate=0.4, call={"training": False}),
    row("gaussian_dropout_none_training", "GaussianDropout", (3, 5), rate=0.0, call={"training": True}),
    row("alpha_dropout_inference", "AlphaDropout", (3, 5), rate=0.4, call={"training": False}),
    row("alpha_dropout_none_training", "AlphaDropout", (3, 5), rate=0.0, call={"training": True}),
    row("spatial_dropout_1d_inference", "SpatialDropout1D", (2, 3, 4), rate=0.4, call={"training": False}),
    row("spatial_dropout_2d_inference", "SpatialDropout2D", (2, 2, 3, 4), rate=0.4, call={"training": False}),
    row("spatial_dropout_3d_inference", "SpatialDropout3D", (1, 2, 2, 3, 4), rate=0.4, call={"training": False}),
    row("activity_regularization", "ActivityRegularization", (3, 5), issue=3, l1=0.1, l2=0.2),
    row("activity_regularization_l1", "ActivityRegularization", (2, 3, 4), issue=3, l1=0.3),
    row("activity_regularization_none", "ActivityRegularization", (1, 1), issue=3),
    row("identity_rank_4", "Identity", (1, 2, 3, 2), issue=3),
    row("identity_integers", "Identity", integers(9, 2, 3), issue=3),
    row("repeat_vector_wide", "RepeatVector", (3, 17), issue=3, n=2),
    row("leaky_relu_zero_slope", "LeakyReLU", (4, 3), issue=3, negative_slope=0.0),
    row("elu_rank_1", "ELU", (7,), issue=3, alpha=2.0),
    row("gaussian_noise_rank_3", "GaussianNoise", (2, 3, 4), issue=3, stddev=1.0, call={"training": False}),
    row("gaussian_dropout_rank_3", "GaussianDropout", (2, 3, 4), issue=3, rate=0.9, call={"training": False}),
    row("alpha_dropout_noise_shape", "AlphaDropout", (2, 3, 4), issue=3, rate=0.3, noise_shape=[None, 1, 4],
        call={"training": False}),
]

for rank, shape in ((1, (2, 3, 4)), (2, (2, 2, 3, 4)), (3, (1, 2, 2, 3, 4))):
    ROWS += [
        row(f"spatial_dropout_{rank}d_no_flag", f"SpatialDropout{rank}D", shape, issue=3, rate=0.9, seed=1),
        row(f"spatial_dropout_{rank}d_rate_0_training", f"SpatialDropout{rank}D", shape, issue=3, rate=0.0,
            call={"training": True}),
    ]

for merge in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    ROWS += [
        row(f"{merge.lower()}_rank_2", merge, [(3, 4), (3, 4)]),
        row(f"{merge.lower()}_rank_4", merge, [(2, 2, 3, 2), (2, 2, 3, 2)]),
        row(f"{merge.lower()}_broadcast", merge, [(2, 3, 4), (2, 1, 4)]),
        row(f"{merge.lower()}_different_ranks", merge, [(2, 3, 4), (2, 4)]),
        row(f"{merge.lower()}_one_element", merge, [(1, 1), (1, 1)]),
        row(f"{merge.lower()}_integers", merge, [integers(9, 2, 3), integers(9, 2, 3)]),
    ]
    if merge != "Subtract":
        ROWS.append(row(f"{merge.lower()}_three", merge, [(3, 4), (3, 4), (3, 4)]))


def weight_value(variable, rng):
    """Values that every layer can work with: variances are positive, the rest small."""
    shape = tuple(variable.shape)
    if not str(variable.dtype).startswith(("float", "bfloat")):
        return np.asarray(variable.value)
    if "variance" in variable.name:
        return rng.uniform(0.5, 1.5, shape).astype("float32")
    return (rng.standard_normal(shape) * 0.5).astype("float32")


def make(class_name, config):
    """A layer of a row. An argument that is a layer itself is written as {"class_name": …, its arguments}."""
    def value(item):
        if isinstance(item, dict) and "class_name" in item:
            return make(item["class_name"], {key: each for key, each in item.items() if key != "class_name"})
        return [value(each) for each in item] if isinstance(item, list) else item

    return getattr(keras.layers, class_name)(**{key: value(item) for key, item in config.items()})


def run(family, spec):
    case = family.case(spec["name"], spec["class_name"], spec["issue"])
    layer = spec.get("make", make)(spec["class_name"], spec["config"])
    many = isinstance(spec["inputs"], list)
    values = [draw(item, case.rng) for item in (spec["inputs"] if many else [spec["inputs"]])]
    call_arrays = {key: [draw(each, case.rng) for each in item] if isinstance(item, list) else draw(item, case.rng)
                   for key, item in spec["call_arrays"].items()}
    call = dict(spec["call"], **keras.tree.map_structure(jnp.asarray, call_arrays))

    symbols = [keras.KerasTensor((None, *value.shape[1:]), dtype=str(value.dtype)) for value in values]
    symbolic = layer(symbols if many else symbols[0], **spec["call"])
    for variable in layer.weights:
        variable.assign(weight_value(variable, case.rng))
    case.set(
        config=spec["config"], keras_config=layer.get_config(), input_structure="list" if many else "single",
        call=spec["call"], symbolic_output_shapes=[list(item.shape) for item in keras.tree.flatten(symbolic)],
        parameter_count=layer.count_params(),
        weights=[dict(path=w.path, name=w.name, shape=list(w.shape), trainable=w.trainable) for w in layer.weights],
    )
    for i, value in enumerate(values):
        case.array(f"input_{i}", value)
    for key, value in call_arrays.items():
        if isinstance(value, list):
            for i, each in enumerate(value):
                case.array(f"call_{key}_{i}", each)
        else:
            case.array(f"call_{key}", value)
    for i, weight in enumerate(layer.weights):
        case.array(f"weight_{i}", weight.value)

    def forward(trainable, state, inputs):
        return layer.stateless_call(trainable, state, inputs if many else inputs[0], return_losses=True, **call)

    trainable = [jnp.asarray(v.value) for v in layer.trainable_variables]
    state = [jnp.asarray(v.value) for v in layer.non_trainable_variables]
    outputs, after, losses = jax.jit(forward)(trainable, state, [jnp.asarray(value) for value in values])
    outputs = keras.tree.flatten(outputs)
    for i, output in enumerate(outputs):
        case.array(f"output_{i}", output)
    for i, loss in enumerate(losses):
        case.array(f"loss_{i}", loss)
    store_state(case, layer, after, state, "weight_after")

    floating = [i for i, value in enumerate(values) if value.dtype.kind == "f"]
    differentiable = [i for i, output in enumerate(outputs) if jnp.issubdtype(output.dtype, jnp.floating)]
    cotangents = {i: case.rng.standard_normal(outputs[i].shape).astype("float32") for i in differentiable}
    for i, value in cotangents.items():
        case.array(f"cotangent_{i}", value)

    def inner(trainable, chosen):
        inputs = [jnp.asarray(value) for value in values]
        for i, value in zip(floating, chosen):
            inputs[i] = value
        flat = keras.tree.flatten(forward(trainable, state, inputs)[0])
        return sum(jnp.sum(flat[i] * cotangents[i]) for i in differentiable)

    if not differentiable or not (floating or trainable):
        return
    grads, input_grads = jax.jit(jax.grad(inner, argnums=(0, 1)))(trainable, [jnp.asarray(values[i]) for i in floating])
    for i, grad in zip(floating, input_grads):
        case.array(f"grad_input_{i}", grad)
    places = [next(i for i, w in enumerate(layer.weights) if w is v) for v in layer.trainable_variables]
    for i, grad in zip(places, grads):
        case.array(f"grad_weight_{i}", grad)
    if trainable and all(output.size for output in outputs):
        train(case, layer, forward, trainable, state, values, cotangents, places)


def train(case, layer, forward, trainable, state, values, targets, places):
    """Three steps of plain SGD on the squared error against the cotangents, with the layer's own losses added."""
    start = state

    def objective(trainable, state):
        outputs, state, losses = forward(trainable, state, [jnp.asarray(value) for value in values])
        flat = keras.tree.flatten(outputs)
        return sum(jnp.mean((flat[i] - target) ** 2) for i, target in targets.items()) + sum(losses), state

    gradient = jax.jit(jax.grad(objective, has_aux=True))
    for _ in range(STEPS):
        grads, state = gradient(trainable, state)
        trainable = [value - RATE * grad for value, grad in zip(trainable, grads)]
        trainable = [v if w.constraint is None else w.constraint(v)
                     for v, w in zip(trainable, layer.trainable_variables)]
    case.set(training={"steps": STEPS, "learning_rate": RATE})
    for i, value in zip(places, trainable):
        case.array(f"trained_weight_{i}", value)
    store_state(case, layer, state, start, "trained_weight")


def store_state(case, layer, after, before, prefix):
    """Non-trainable weights that the call changed (not seeds: those are no weights)."""
    for variable, new, old in zip(layer.non_trainable_variables, after, before):
        place = next((i for i, w in enumerate(layer.weights) if w is variable), None)
        if place is not None and not np.array_equal(new, old):
            case.array(f"{prefix}_{place}", new)


def run_rows(name, rows):
    """A family of layers: what a `layers_<family>.py` returns from its `build()`."""
    family = Family(name)
    for spec in rows:
        run(family, spec)
    return [family]


def build():
    return run_rows("layers", ROWS)

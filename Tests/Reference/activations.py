"""Activations: value and gradient on a grid that avoids kinks, and the value alone at the kinks. One row a case."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from golden import Family, draw, normal

# No point of GRID is a kink (0, ±0.5, ±1, ±2, ±3, 6 …), where backends choose different one-sided derivatives.
GRID = np.array(
    [1e-20, 1e-6, 1e-3, 0.05, 0.13, 0.3, 0.47, 0.53, 0.7, 0.97, 1.03, 1.4, 1.9, 2.1, 2.6, 2.95, 3.05, 4.2, 5.9,
     6.1, 8.3, 12.5, 20.5, 45.0, 80.0, 100.0, 1e3, 1e4], dtype="float32")
GRID = np.concatenate([-GRID[::-1], GRID])
KINKS = np.array([-6, -3, -2.5, -2, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 2, 2.5, 3, 6], dtype="float32")

# name, function, arguments
ELEMENTWISE = [(name, name, {}) for name in (
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "linear", "log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink",
    "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh", "tanh_shrink")] + [
    ("celu_alpha", "celu", {"alpha": 0.5}),
    ("elu_alpha", "elu", {"alpha": 0.25}),
    ("gelu_approximate", "gelu", {"approximate": True}),
    ("hard_shrink_threshold", "hard_shrink", {"threshold": 2.5}),
    ("leaky_relu_slope", "leaky_relu", {"negative_slope": 0.01}),
    ("relu_slope", "relu", {"negative_slope": 0.1}),
    ("relu_max_value", "relu", {"max_value": 2.5}),
    ("relu_threshold", "relu", {"threshold": 0.5}),
    ("relu_all", "relu", {"negative_slope": 0.1, "max_value": 6.0, "threshold": 1.0}),
    ("soft_shrink_threshold", "soft_shrink", {"threshold": 2.5}),
    ("squareplus_b", "squareplus", {"b": 1}),
    ("threshold", "threshold", {"threshold": 0.5, "default_value": -2.0}),
    ("threshold_zero", "threshold", {"threshold": 0.0, "default_value": 0.0}),
]

LARGE = [[1000.0, 0.0, -1000.0], [88.0, 89.0, 90.0], [-1e4, -1e4, -1e4]]
ALONG_AXIS = [
    ("softmax", "softmax", {}, (3, 5)),
    ("softmax_axis_0", "softmax", {"axis": 0}, (3, 5)),
    ("softmax_axis_1", "softmax", {"axis": 1}, (2, 3, 4)),
    ("softmax_two_axes", "softmax", {"axis": [1, 2]}, (2, 3, 4)),
    ("softmax_one_class", "softmax", {}, (3, 1)),
    ("softmax_large", "softmax", {}, LARGE),
    ("log_softmax", "log_softmax", {}, (3, 5)),
    ("log_softmax_axis_1", "log_softmax", {"axis": 1}, (2, 3, 4)),
    ("log_softmax_large", "log_softmax", {}, LARGE),
    ("sparsemax", "sparsemax", {}, (3, 5)),
    ("sparsemax_wide", "sparsemax", {}, normal(4, 17, scale=0.3)),
    ("sparsemax_axis_1", "sparsemax", {"axis": 1}, (2, 3, 4)),
    ("glu", "glu", {}, (3, 6)),
    ("glu_axis_1", "glu", {"axis": 1}, (2, 4, 3)),
    ("glu_two", "glu", {}, (1, 2)),
]


def run(family, name, function_name, config, value, kinks=None):
    case = family.case(name, function_name)
    arguments = {key: tuple(item) if isinstance(item, list) else item for key, item in config.items()}
    function = jax.jit(lambda x: getattr(keras.activations, function_name)(x, **arguments))
    value = jnp.asarray(draw(value, case.rng))
    output = function(value)
    cotangent = case.rng.standard_normal(output.shape).astype("float32")
    case.set(config=config)
    case.array("input_0", value)
    case.array("output_0", output)
    case.array("cotangent_0", cotangent)
    case.array("grad_input_0", jax.vjp(function, value)[1](jnp.asarray(cotangent))[0])
    if kinks is not None:
        case.array("kink_input_0", kinks)
        case.array("kink_output_0", function(jnp.asarray(kinks)))


def build():
    family = Family("activations")
    for name, function, config in ELEMENTWISE:
        run(family, name, function, config, GRID, KINKS)
    for name, function, config, value in ALONG_AXIS:
        run(family, name, function, config, value)
    return [family]

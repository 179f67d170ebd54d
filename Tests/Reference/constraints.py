"""Constraints: what becomes of a weight. Regularizers: penalty and gradient. Issue 3's."""

import jax
import jax.numpy as jnp
import keras

from golden import Family, draw, normal

CONSTRAINTS = [
    ("max_norm", "MaxNorm", {}, normal(4, 3, scale=2)),
    ("max_norm_value", "MaxNorm", {"max_value": 1}, (4, 3)),
    ("max_norm_axes", "MaxNorm", {"max_value": 1, "axis": [0, 1, 2]}, (2, 2, 3, 4)),
    ("min_max_norm", "MinMaxNorm", {}, (4, 3)),
    ("min_max_norm_rate", "MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.3}, (4, 3)),
    ("min_max_norm_axis_1", "MinMaxNorm", {"min_value": 2.0, "max_value": 3.0, "axis": 1}, (4, 3)),
    ("non_neg", "NonNeg", {}, (4, 3)),
    ("non_neg_vector", "NonNeg", {}, (5,)),
    ("non_neg_rank_4", "NonNeg", {}, (2, 2, 3, 1)),
    ("unit_norm", "UnitNorm", {}, (4, 3)),
    ("unit_norm_axis_1", "UnitNorm", {"axis": 1}, (4, 3)),
    ("unit_norm_zero", "UnitNorm", {}, [[0.0, 1.0], [0.0, -2.0]]),
]
REGULARIZERS = [
    ("l1", "L1", {}, (4, 3)), ("l1_strength", "L1", {"l1": 0.5}, (5,)), ("l1_rank_4", "L1", {}, (2, 2, 1, 3)),
    ("l2", "L2", {}, (4, 3)), ("l2_strength", "L2", {"l2": 0.5}, (5,)), ("l2_rank_4", "L2", {}, (2, 2, 1, 3)),
    ("l1_l2", "L1L2", {}, (4, 3)), ("l1_l2_strengths", "L1L2", {"l1": 0.1, "l2": 0.2}, (4, 3)),
    ("l1_l2_only_l2", "L1L2", {"l2": 0.3}, (5,)),
    ("orthogonal_rows", "OrthogonalRegularizer", {}, (3, 4)),
    ("orthogonal_columns", "OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}, (5, 3)),
    ("orthogonal_two", "OrthogonalRegularizer", {"factor": 1.0}, (2, 2)),
]


def build():
    constraints, regularizers = Family("constraints"), Family("regularizers")
    for name, class_name, config, weight in CONSTRAINTS:
        case = constraints.case(name, class_name, issue=3)
        made = getattr(keras.constraints, class_name)(**config)
        case.set(config=config, keras_config=made.get_config())
        value = jnp.asarray(draw(weight, case.rng))
        case.array("input_0", value)
        case.array("output_0", made(value))
    for name, class_name, config, weight in REGULARIZERS:
        case = regularizers.case(name, class_name, issue=3)
        made = getattr(keras.regularizers, class_name)(**config)
        case.set(config=config, keras_config=made.get_config())
        value = jnp.asarray(draw(weight, case.rng))
        case.array("input_0", value)
        case.array("output_0", made(value))
        case.array("grad_input_0", jax.grad(lambda x: jnp.sum(made(x)))(value))
    return [constraints, regularizers]

"""Normalization layers: training and inference, moving statistics, axes, masks."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from golden import bits, normal, uniform
from layers import RATE, STEPS, row, run_rows

TRAIN, INFER = {"training": True}, {"training": False}


def batch(name, inputs, /, call=TRAIN, **config):
    return row(f"batch_normalization_{name}", "BatchNormalization", inputs, issue=3, call=call, **config)


def layer(name, inputs, /, **config):
    return row(f"layer_normalization_{name}", "LayerNormalization", inputs, issue=3, **config)


def group(name, inputs, /, **config):
    return row(f"group_normalization_{name}", "GroupNormalization", inputs, issue=3, **config)


ROWS = [
    batch("training", (6, 3)),
    batch("inference", (6, 3), call=INFER),
    batch("no_flag", (4, 2, 3), call={}),
    batch("frozen", (6, 3), trainable=False),
    batch("one_channel", (5, 1)),
    batch("one_row", (1, 4)),
    batch("rank_3", (3, 4, 5)),
    batch("rank_4", (2, 3, 4, 5)),
    batch("rank_5", (2, 2, 2, 3, 2)),
    batch("many_channels", (7, 65)),
    batch("axis_1", (2, 3, 4, 2), axis=1),
    batch("axis_1_inference", (2, 3, 4, 2), call=INFER, axis=1),
    batch("axis_minus_2", (3, 4, 5), axis=-2),
    batch("momentum", (6, 3), momentum=0.6),
    batch("momentum_zero", (6, 3), momentum=0.0),
    batch("epsilon", normal(6, 3, scale=0.1), epsilon=0.5),
    batch("no_center", (6, 3), center=False),
    batch("no_scale", (6, 3), scale=False),
    batch("bare", (2, 3, 4), center=False, scale=False),
    batch("bare_inference", (6, 3), call=INFER, center=False, scale=False),
    batch("initializers", (6, 3), beta_initializer="ones", gamma_initializer="zeros",
          moving_mean_initializer="ones", moving_variance_initializer="zeros"),
    batch("regularized", (6, 3), beta_regularizer="l2", gamma_regularizer="l1", beta_constraint="non_neg",
          gamma_constraint="unit_norm"),
    batch("offset", uniform(16, 3, low=9, high=11)),
    row("batch_normalization_masked", "BatchNormalization", (4, 5, 3), issue=3, call=TRAIN,
        call_arrays={"mask": bits(4, 5, dtype="bool")}),
    row("batch_normalization_masked_rank_2", "BatchNormalization", (6, 3), issue=3, call=TRAIN,
        call_arrays={"mask": bits(6, dtype="bool")}, momentum=0.5),
    row("batch_normalization_masked_all", "BatchNormalization", (2, 3, 2), issue=3, call=TRAIN,
        call_arrays={"mask": bits(2, 3, probability=0.0, dtype="bool")}),
    row("batch_normalization_masked_inference", "BatchNormalization", (4, 5, 3), issue=3, call=INFER,
        call_arrays={"mask": bits(4, 5, dtype="bool")}),
    batch("renorm", (6, 3), renorm=True, renorm_momentum=0.8),
    batch("renorm_clipped", (6, 3), renorm=True, renorm_clipping={"rmax": 1.2, "rmin": 0.9, "dmax": 0.1}),
    batch("renorm_bare", (3, 4, 2), renorm=True, center=False, scale=False, momentum=0.7),
    batch("renorm_inference", (6, 3), call=INFER, renorm=True),
    row("batch_normalization_renorm_masked", "BatchNormalization", (4, 5, 3), issue=3, call=TRAIN,
        call_arrays={"mask": bits(4, 5, dtype="bool")}, renorm=True),
    layer("rank_2", (4, 5)),
    layer("one_feature", (3, 1)),
    layer("one_row", (1, 17)),
    layer("rank_3", (2, 3, 7)),
    layer("wide", (3, 130)),
    layer("axis_1", (2, 3, 4), axis=1),
    layer("last_two", (2, 3, 4), axis=[1, 2]),
    layer("last_two_negative", (2, 3, 4), axis=[-1, -2]),
    layer("outer_axes", (2, 3, 4, 2), axis=[1, 3]),
    layer("three_axes", (2, 3, 2, 2), axis=[1, 2, 3]),
    layer("epsilon", normal(4, 5, scale=0.1), epsilon=0.2),
    layer("no_center", (4, 5), center=False),
    layer("no_scale", (4, 5), scale=False),
    layer("bare", (2, 3, 4), center=False, scale=False),
    layer("regularized", (4, 5), beta_regularizer="l1", gamma_regularizer="l2", beta_constraint="unit_norm",
          gamma_constraint="non_neg", beta_initializer="ones", gamma_initializer="zeros"),
    layer("rms_scaling", (4, 5), rms_scaling=True),
    layer("rms_scaling_axis_1", (2, 3, 4), rms_scaling=True, axis=1, center=False),
    layer("empty_batch", (0, 3)),
    row("rms_normalization_rank_2", "RMSNormalization", (4, 5), issue=3),
    row("rms_normalization_rank_3", "RMSNormalization", (2, 3, 33), issue=3),
    row("rms_normalization_two_axes", "RMSNormalization", (2, 3, 4), issue=3, axis=[1, 2]),
    row("rms_normalization_epsilon", "RMSNormalization", normal(4, 5, scale=0.1), issue=3, epsilon=0.3),
    row("rms_normalization_one", "RMSNormalization", (1, 1), issue=3),
    group("two_groups", (3, 4), groups=2),
    group("rank_4", (2, 3, 2, 6), groups=3),
    group("one_group", (2, 5, 4), groups=1),
    group("instance", (2, 3, 4), groups=-1),
    group("groups_of_one", (2, 3, 4), groups=4),
    group("axis_1", (2, 6, 3), groups=2, axis=1),
    group("axis_minus_2", (2, 4, 3), groups=2, axis=-2),
    group("epsilon", normal(2, 5, 4, scale=0.1), groups=2, epsilon=0.3),
    group("no_center", (2, 5, 4), groups=2, center=False),
    group("no_scale", (2, 5, 4), groups=2, scale=False),
    group("regularized", (2, 4), groups=2, beta_regularizer="l1", gamma_regularizer="l2", beta_constraint="unit_norm",
          gamma_constraint="non_neg", beta_initializer="ones", gamma_initializer="zeros"),
    row("unit_normalization", "UnitNormalization", (3, 5), issue=3),
    row("unit_normalization_axis_1", "UnitNormalization", (2, 3, 4), issue=3, axis=1),
    row("unit_normalization_two_axes", "UnitNormalization", (2, 3, 4), issue=3, axis=[1, 2]),
    row("unit_normalization_one", "UnitNormalization", (2, 1), issue=3),
]


def spectral(name, inputs, inner, /, call=TRAIN, **config):
    return row(f"spectral_normalization_{name}", "SpectralNormalization", inputs, issue=3, call=call, layer=inner,
               **config)


SPECTRAL = [
    spectral("dense", (4, 3), keras.layers.Dense(2, name="inner")),
    spectral("iterations", (4, 5), keras.layers.Dense(3, activation="tanh", name="inner"), power_iterations=3),
    spectral("regularized", (4, 3), keras.layers.Dense(2, kernel_regularizer="l2", name="inner")),
    spectral("inference", (4, 3), keras.layers.Dense(2, name="inner"), call=INFER),
]


def assigned_training(case, spec):
    """The wrapper assigns the kernel, which is trainable: with JAX Keras forgets that after a stateless call, elsewhere
    the next call starts from it. That is what counts here."""
    for key in [key for key in case.arrays if key.startswith(("trained_weight", "weight_after"))]:
        del case.arrays[key]
    inner = spec["config"]["layer"]
    wrapper = keras.layers.SpectralNormalization(
        **dict(spec["config"], layer=type(inner).from_config(inner.get_config())))
    wrapper.build(case.arrays["input_0"].shape)
    variables = wrapper.weights
    places = [i for i, variable in enumerate(variables) if variable.trainable]
    x, target = case.arrays["input_0"], case.arrays["cotangent_0"]

    def step(chosen, values):
        values = list(values)
        for place, value in zip(places, chosen):
            values[place] = value
        with keras.StatelessScope(state_mapping=list(zip(variables, values))) as scope:
            output = wrapper(x, **spec["call"])
            losses = sum(wrapper.losses)
            after = [jnp.asarray(scope.get_current_value(variable)) for variable in variables]
        return jnp.mean((output - target) ** 2) + losses, after

    values = [jnp.asarray(case.arrays[f"weight_{i}"]) for i in range(len(variables))]
    for number in range(STEPS):
        grads, values = jax.grad(step, has_aux=True)([values[i] for i in places], values)
        if number == 0:
            for i, value in enumerate(values):
                case.array(f"weight_after_{i}", value)
        for place, grad in zip(places, grads):
            values[place] = values[place] - RATE * grad
    for i, value in enumerate(values):
        case.array(f"trained_weight_{i}", value)


def build():
    family = run_rows("layers_normalization", ROWS + SPECTRAL)[0]
    # Keras replaces -1 by the number of channels when it builds the layer.
    family.cases["group_normalization_instance"].entry["keras_config"]["groups"] = -1
    for spec in SPECTRAL:
        if spec["call"] == TRAIN:
            assigned_training(family.cases[spec["name"]], spec)
    return [family]

"""Initializers: exact values of the deterministic ones, distributions of the others."""

import math

import keras
import numpy as np
from keras.src.initializers.random_initializers import compute_fans

from golden import Family

TRUNCATED = 0.87962566103423978  # the standard deviation of a normal truncated at 2
SAMPLES = 40_000
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

# name, class, shape, config
EXACT = [
    ("zeros_matrix", "Zeros", (3, 2), {}), ("zeros_vector", "Zeros", (4,), {}), ("zeros_scalar", "Zeros", (), {}),
    ("ones_matrix", "Ones", (3, 2), {}), ("ones_vector", "Ones", (4,), {}), ("ones_rank_4", "Ones", (1, 2, 1, 3), {}),
    ("constant_default", "Constant", (2, 2), {}), ("constant_number", "Constant", (2, 3), {"value": -1.5}),
    ("constant_vector", "Constant", (3,), {"value": 7.0}),
    ("constant_broadcast", "Constant", (2, 3), {"value": [1.0, 2.0, 3.0]}),
    ("identity_square", "Identity", (3, 3), {}), ("identity_gain", "Identity", (2, 2), {"gain": 2.5}),
    ("identity_wide", "Identity", (2, 4), {}), ("identity_tall", "Identity", (4, 2), {"gain": -1.0}),
    ("identity_one", "IdentityInitializer", (1, 1), {}),
]

SCALED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")
SHAPES = [("matrix", (40, 25)), ("vector", (50,)), ("filters", (3, 3, 4, 8)), ("one", (1, 1)), ("wide", (1, 1000))]
RANDOM = [(f"{name.lower()}_{shape_name}", name, shape, {}) for name in SCALED for shape_name, shape in SHAPES] + [
    ("heuniform_axes", "HeUniform", (4, 5, 6), {"input_axes": [0, 1], "output_axes": [2]}),
    ("glorotnormal_axes", "GlorotNormal", (4, 5, 6), {"input_axes": [0], "output_axes": [1, 2]}),
    ("glorotuniform_kernel_1d", "GlorotUniform", (5, 3, 7), {}),
    ("randomnormal", "RandomNormal", (30, 20), {}),
    ("randomnormal_mean", "RandomNormal", (30, 20), {"mean": 2.0, "stddev": 0.5}),
    ("randomnormal_vector", "RandomNormal", (7,), {"stddev": 3.0}),
    ("randomuniform", "RandomUniform", (30, 20), {}),
    ("randomuniform_range", "RandomUniform", (30, 20), {"minval": -3.0, "maxval": 1.0}),
    ("randomuniform_vector", "RandomUniform", (7,), {"minval": 0.0, "maxval": 1.0}),
    ("truncatednormal", "TruncatedNormal", (30, 20), {}),
    ("truncatednormal_mean", "TruncatedNormal", (30, 20), {"mean": -1.0, "stddev": 2.0}),
    ("truncatednormal_vector", "TruncatedNormal", (7,), {"stddev": 0.1}),
    ("variancescaling", "VarianceScaling", (20, 50), {}),
] + [
    (f"variancescaling_{mode}_{distribution}", "VarianceScaling", (20, 50),
     {"scale": 2.0, "mode": mode, "distribution": distribution})
    for mode in ("fan_in", "fan_out", "fan_avg") for distribution in ("uniform", "truncated_normal",
                                                                     "untruncated_normal")]
ORTHOGONAL = [
    ("orthogonal_square", "Orthogonal", (5, 5), {}), ("orthogonal_tall", "Orthogonal", (7, 3), {}),
    ("orthogonal_wide", "Orthogonal", (3, 7), {}), ("orthogonal_gain", "Orthogonal", (4, 4), {"gain": 2.0}),
    ("orthogonal_filters", "OrthogonalInitializer", (3, 3, 2, 4), {"gain": 0.5}),
    ("orthogonal_one", "Orthogonal", (1, 1), {}), ("orthogonal_33", "Orthogonal", (33, 17), {}),
]


def distribution(name, shape, config):
    """What the documentation promises: the kind, its support (null where there is none), mean and deviation."""
    def uniform(low, high):
        return dict(kind="uniform", low=low, high=high, mean=(low + high) / 2, std=(high - low) / math.sqrt(12))

    def normal(mean, std):
        return dict(kind="normal", low=None, high=None, mean=mean, std=std)

    def truncated(mean, stddev):
        return dict(kind="truncated_normal", low=mean - 2 * stddev, high=mean + 2 * stddev, mean=mean,
                    std=stddev * TRUNCATED)

    made = getattr(keras.initializers, name)(**config)
    if name == "RandomUniform":
        return uniform(made.minval, made.maxval)
    if name == "RandomNormal":
        return normal(made.mean, made.stddev)
    if name == "TruncatedNormal":
        return truncated(made.mean, made.stddev)
    fan_in, fan_out = compute_fans(shape, made.input_axes, made.output_axes)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[made.mode]
    std = math.sqrt(made.scale / max(1.0, fan))
    if made.distribution == "uniform":
        return uniform(-math.sqrt(3) * std, math.sqrt(3) * std)
    return normal(0.0, std) if made.distribution == "untruncated_normal" else truncated(0.0, std / TRUNCATED)


def sample(name, shape, config):
    """Values from several seeds, SAMPLES at least."""
    draws = -(-SAMPLES // math.prod(shape))
    if draws <= 100:
        seeds = range(draws)
        return np.concatenate([np.ravel(getattr(keras.initializers, name)(seed=seed, **config)(shape))
                               for seed in seeds]).astype("float64")
    # A small shape: the same distribution drawn in one go, with the fans of the small shape.
    stated = distribution(name, shape, config)
    seed = keras.random.SeedGenerator(1)
    if stated["kind"] == "uniform":
        values = keras.random.uniform((SAMPLES,), stated["low"], stated["high"], seed=seed)
    elif stated["kind"] == "normal":
        values = keras.random.normal((SAMPLES,), stated["mean"], stated["std"], seed=seed)
    else:
        values = keras.random.truncated_normal((SAMPLES,), stated["mean"], stated["std"] / TRUNCATED, seed=seed)
    made = np.asarray(getattr(keras.initializers, name)(seed=1, **config)(shape))
    assert stated["low"] is None or (made.min() >= stated["low"] - 1e-6 and made.max() <= stated["high"] + 1e-6)
    return np.asarray(values, dtype="float64")


def rounded(value):
    return float(f"{value:.6g}")


def build():
    family = Family("initializers")
    for name, class_name, shape, config in EXACT:
        case = family.case(name, class_name)
        made = getattr(keras.initializers, class_name)(**config)
        case.set(config=config, keras_config=made.get_config(), shape=shape, kind="exact")
        case.array("value", made(shape))
    for name, class_name, shape, config in RANDOM:
        case = family.case(name, class_name)
        made = getattr(keras.initializers, class_name)(seed=1, **config)
        stated, values = distribution(class_name, shape, config), sample(class_name, shape, config)
        deviation = 6 * stated["std"] / math.sqrt(len(values))
        assert abs(values.mean() - stated["mean"]) < deviation and abs(values.std() - stated["std"]) < deviation, name
        case.set(
            config=config, keras_config=made.get_config(), shape=shape, kind="random", distribution=stated,
            sample=dict(count=len(values), mean=rounded(values.mean()), std=rounded(values.std()),
                        min=rounded(values.min()), max=rounded(values.max()),
                        quantiles=[[q, rounded(np.quantile(values, q))] for q in QUANTILES]))
    for name, class_name, shape, config in ORTHOGONAL:
        case = family.case(name, class_name)
        made = getattr(keras.initializers, class_name)(seed=1, **config)
        matrix = np.asarray(made(shape)).reshape(-1, shape[-1])
        tall = matrix.shape[0] >= matrix.shape[1]
        gram = matrix.T @ matrix if tall else matrix @ matrix.T
        assert np.allclose(gram, np.eye(len(gram)) * made.gain**2, atol=1e-5), name
        case.set(config=config, keras_config=made.get_config(), shape=shape, kind="orthogonal",
                 matrix_shape=matrix.shape, gram="columns" if tall else "rows", gram_diagonal=made.gain**2)
    return [family]

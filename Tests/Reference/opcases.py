"""Cases of the engine's operations: a module `ops_<family>.py` fills one and saves it as Golden/ops_<family>/<family>.npz.

Each case draws from random numbers seeded by its own name, so that a new one changes no other.
"""

import os
import zlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np
from keras import ops


class Cases:
    def __init__(self, family):
        self.family = family
        self.arrays = {}

    def rng(self, name):
        return np.random.default_rng(zlib.crc32(name.encode()))

    def case(self, name, function, *inputs):
        """Inputs: arrays, or functions of a random generator that make one."""
        assert f"{name}/=0" not in self.arrays, name
        rng = self.rng(name)
        inputs = [x(rng) if callable(x) else np.asarray(x) for x in inputs]
        results = function(*[ops.convert_to_tensor(x) for x in inputs])
        if not isinstance(results, (list, tuple)):
            results = [results]
        for index, value in enumerate(inputs):
            self.arrays[f"{name}/{index}"] = value
        for index, value in enumerate(results):
            self.arrays[f"{name}/={index}"] = np.asarray(value)

    def save(self):
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "ops_" + self.family)
        os.makedirs(folder, exist_ok=True)
        np.savez_compressed(os.path.join(folder, self.family + ".npz"), **self.arrays)
        print(self.family, len({name.split("/")[0] for name in self.arrays}), "cases")


def normal(*shape, scale=1.0):
    return lambda rng: (rng.normal(size=shape) * scale).astype("float32")


def uniform(*shape, low=0.0, high=1.0):
    return lambda rng: rng.uniform(low, high, size=shape).astype("float32")


def integers(*shape, low=-5, high=6, dtype="int32"):
    return lambda rng: rng.integers(low, high, size=shape).astype(dtype)


def holes(*shape):
    """Normal numbers, some of which are NaN."""

    def make(rng):
        x = rng.normal(size=shape).astype("float32")
        x[rng.uniform(size=shape) < 0.3] = np.nan
        return x

    return make


def positive_definite(*batch, n):
    def make(rng):
        x = rng.normal(size=(*batch, n, n))
        return (x @ np.swapaxes(x, -1, -2) + n * np.eye(n)).astype("float32")

    return make

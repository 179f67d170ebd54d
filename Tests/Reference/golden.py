"""What every family shares: cases, arrays, strict JSON, and the files they go to."""

import json
import math
import os
import random
import sys
import zlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

sys.stdout.reconfigure(encoding="utf-8")  # or summary() draws with ASCII

import keras
import numpy as np

FORMAT = 1
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden")


def plain(value):
    """`value` as strict JSON: tuples become lists, Keras objects {class_name, config}, NaN and infinities strings."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return "nan"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": plain(value.get_config())}
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return plain(np.asarray(value))
    raise TypeError(f"{value!r} has no place in JSON")


class Case:
    """One case of a family: fields for the manifest, and arrays under `<case>/<array>`."""

    def __init__(self, family, name, class_name, issue):
        self.family = family
        self.entry = {"name": name, "class_name": class_name, "issue": issue}
        self.arrays = {}
        # Seeded by its own name, so that a row added to a table leaves every other row's numbers alone.
        self.rng = np.random.default_rng(zlib.crc32(f"{family}/{name}".encode()))

    @property
    def name(self):
        return self.entry["name"]

    def set(self, **fields):
        for key, value in fields.items():
            self.entry[key] = plain(value)

    def array(self, name, value, allow_nan=False):
        """Stores `value` and returns the name under which it lies."""
        value = np.asarray(value)
        if str(value.dtype) not in ("float32", "float64", "int32", "int64", "uint8", "bool"):
            value = value.astype("float32")  # bfloat16 and float16 results
        if value.dtype.kind == "f" and not allow_nan and np.isnan(value).any():
            raise ValueError(f"{self.family}/{self.name}/{name} holds NaN")
        if name in self.arrays:
            raise ValueError(f"{self.family}/{self.name}/{name} is there twice")
        self.arrays[name] = np.ascontiguousarray(value).reshape(value.shape)
        return name


class Family:
    """A directory of golden data: `manifest.json` and `arrays.npz`."""

    def __init__(self, name):
        self.name = name
        self.cases = {}

    def case(self, name, class_name, issue=2):
        """A new case. Automatic names start afresh in each."""
        keras.utils.clear_session(free_memory=False)
        random.seed(1)  # Keras draws default seeds from it
        if name in self.cases:
            raise ValueError(f"{self.name} has two cases named {name}")
        self.cases[name] = Case(self.name, name, class_name, issue)
        return self.cases[name]

    def write(self):
        directory = os.path.join(ROOT, self.name)
        os.makedirs(directory, exist_ok=True)
        arrays, lines = {}, []
        for case in self.cases.values():
            case.entry["arrays"] = {
                name: f"{value.dtype}[{','.join(map(str, value.shape))}]" for name, value in case.arrays.items()
            }
            lines.append(json.dumps(case.entry, allow_nan=False, ensure_ascii=False))
            for name, value in case.arrays.items():
                arrays[f"{case.name}/{name}"] = value
        head = f'{{"format": {FORMAT}, "keras": "{keras.__version__}", "family": "{self.name}", "cases": [\n'
        with open(os.path.join(directory, "manifest.json"), "w", encoding="utf-8") as file:
            file.write(head + ",\n".join(lines) + "\n]}\n")
        path = os.path.join(directory, "arrays.npz")
        if arrays:
            np.savez(path, **arrays)
        elif os.path.exists(path):
            os.remove(path)
        return len(lines)


# What tables write where an array is wanted; a bare shape means normal(shape).


class Spec:
    """An array to be drawn from a case's own random numbers."""

    def __init__(self, draw):
        self.draw = draw


def normal(*shape, scale=1.0):
    return Spec(lambda rng: (rng.standard_normal(shape) * scale).astype("float32"))


def uniform(*shape, low=0.0, high=1.0):
    return Spec(lambda rng: rng.uniform(low, high, shape).astype("float32"))


def integers(high, *shape, low=0, dtype="int32"):
    return Spec(lambda rng: rng.integers(low, high, shape).astype(dtype))


def bits(*shape, probability=0.5, dtype="float32"):
    return Spec(lambda rng: (rng.uniform(size=shape) < probability).astype(dtype))


def one_hot(classes, *shape):
    return Spec(lambda rng: np.eye(classes, dtype="float32")[rng.integers(0, classes, shape)])


def simplex(*shape):
    """Rows of probabilities along the last axis."""

    def draw(rng):
        exponential = np.exp(rng.standard_normal(shape))
        return (exponential / exponential.sum(axis=-1, keepdims=True)).astype("float32")

    return Spec(draw)


def draw(spec, rng):
    """The array that a table's entry stands for: a Spec, a shape (a tuple), or the values (a list, an array)."""
    if spec is None:
        return None
    if isinstance(spec, tuple):
        spec = normal(*spec)
    if isinstance(spec, Spec):
        return spec.draw(rng)
    if isinstance(spec, list):
        value = np.asarray(spec)
        return value.astype({"f": "float32", "i": "int32", "b": "bool"}[value.dtype.kind])
    return np.asarray(spec)

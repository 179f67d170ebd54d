"""Layers under the policy `mixed_bfloat16`: for each class the first rows of its family, computed anew."""

import glob
import importlib
import os

import keras

from golden import Family
from layers import run

HERE = os.path.dirname(os.path.abspath(__file__))
# Rows of a class beside its first one.
MORE = {"Dense": 4, "Conv2D": 2, "BatchNormalization": 2, "LayerNormalization": 2, "LSTM": 2, "GRU": 2,
        "MultiHeadAttention": 2}
# Families whose layers do no arithmetic that a policy changes, and what Keras cannot compute in half precision.
LEFT_OUT_FAMILIES = {"layers_preprocessing"}
LEFT_OUT = {}


def rows():
    """The chosen rows, by the names of their families and their own."""
    modules = ["layers"] + sorted(
        os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, "layers_*.py")))
    taken = {}
    for module in modules:
        if module in LEFT_OUT_FAMILIES:
            continue
        for spec in importlib.import_module(module).ROWS:
            name = spec["class_name"]
            if name in LEFT_OUT or "dtype" in spec["config"] or "empty" in spec["name"]:
                continue
            if taken.get(name, 0) < MORE.get(name, 1):
                taken[name] = taken.get(name, 0) + 1
                yield spec


def build():
    family = Family("mixed_bfloat16")
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        for spec in rows():
            run(family, spec)
    finally:
        keras.config.set_dtype_policy("float32")
    return [family]

"""What Keras writes into files for every object of the tables: `keras.saving.serialize_keras_object`, one family a kind.

`Golden/configs/<kind>.json.gz`: a list of [name, arguments given, serialized object]. Layers are written as they are
after a call, so with their `build_config`."""

import glob
import gzip
import importlib
import json
import os
import random

import keras
from keras.optimizers import schedules as keras_schedules

import constraints
import initializers
import layers
import layers_preprocessing
import losses
import metrics
import optimizer_options
import optimizer_rules
import optimizer_wrappers
import optimizers
import schedules
from golden import ROOT, draw, plain

NAMES = {}


def write(kind, entries):
    """A line an object, compressed; the same bytes at every run."""
    directory = os.path.join(ROOT, "configs")
    os.makedirs(directory, exist_ok=True)
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    with open(os.path.join(directory, f"{kind}.json.gz"), "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(("[\n" + ",\n".join(lines) + "\n]\n").encode())
    print(f"configs {kind:14} {len(entries):4}", flush=True)


def fresh():
    keras.utils.clear_session(free_memory=False)
    random.seed(1)  # Keras draws default seeds from it


def entry(name, config, made):
    return [name, plain(config), keras.saving.serialize_keras_object(made)]


def called(spec):
    """The layer of a row after a call on symbols, as in a model."""
    import numpy as np

    rng = np.random.default_rng(0)
    layer = spec.get("make", layers.make)(spec["class_name"], spec["config"])
    many = isinstance(spec["inputs"], list)
    values = [draw(item, rng) for item in (spec["inputs"] if many else [spec["inputs"]])]
    symbols = [keras.KerasTensor((None, *value.shape[1:]), dtype=str(value.dtype)) for value in values]
    arguments = (symbols if spec["spread"] else [symbols]) if many else symbols
    layer(*arguments, **spec["call"])
    return layer


def layer_entries():
    here = os.path.dirname(os.path.abspath(__file__))
    names = ["layers"] + sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(here, "layers_*.py")))
    for module in map(importlib.import_module, names):
        for spec in getattr(module, "NUMBERS" if module is layers_preprocessing else "ROWS"):
            if "make" in spec:  # a cell in the form that tests call; here it is Keras's own
                fresh()
                yield entry(spec["name"], spec["config"], layers.make(spec["class_name"], spec["config"]))
                continue
            fresh()
            yield entry(spec["name"], spec["config"], called(spec))
    for table in (layers_preprocessing.lookups, layers_preprocessing.texts, layers_preprocessing.hashes,
                  layers_preprocessing.numbers):
        for spec in table():
            fresh()
            yield entry(spec["name"], spec["config"], getattr(keras.layers, spec["class_name"])(**spec["config"]))
    yield from odd_layers()


def odd_layers():
    """What no table of numbers holds: types, objects as arguments, frozen layers, wrappers in wrappers."""
    from keras import layers as k

    makers = {
        "dense_mixed": lambda: k.Dense(3, dtype="mixed_bfloat16", trainable=False, name="head"),
        "dense_float16": lambda: k.Dense(3, dtype="float16"),
        "dense_objects": lambda: k.Dense(
            3, activation=keras.activations.silu, kernel_initializer=keras.initializers.VarianceScaling(2.0, seed=3),
            kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2), bias_constraint=keras.constraints.MaxNorm(3.0, 1)),
        "dense_layer_as_activation": lambda: k.Dense(3, activation=k.LeakyReLU(negative_slope=0.1)),
        "activation_layer": lambda: k.Activation(k.ReLU(max_value=6.0)),
        "input": lambda: k.InputLayer(shape=(3, None), batch_size=4, dtype="int32", name="tokens"),
        "input_optional": lambda: k.InputLayer(shape=(), optional=True),
        "bidirectional_nested": lambda: k.TimeDistributed(k.Bidirectional(k.LSTM(3, return_sequences=True))),
        "rnn_mixed": lambda: k.RNN([k.LSTMCell(3, dtype="mixed_bfloat16"), k.GRUCell(2)], dtype="mixed_bfloat16"),
        "embedding_lora_alpha": lambda: k.Embedding(3, 2, lora_rank=2, lora_alpha=3.0),
        "spectral": lambda: k.SpectralNormalization(k.Conv2D(2, 3), power_iterations=2),
        "concatenate_named": lambda: k.Concatenate(name="joined", axis=1, dtype="float64"),
        "random_flip": lambda: k.RandomFlip("vertical", seed=3),
        "random_contrast": lambda: k.RandomContrast([0.1, 0.4], value_range=(0, 1), seed=1),
        "random_brightness": lambda: k.RandomBrightness([-0.1, 0.4], value_range=[0.0, 1.0], seed=1),
        "random_rotation": lambda: k.RandomRotation((-0.1, 0.3), fill_mode="wrap", interpolation="nearest", seed=2),
        "random_zoom": lambda: k.RandomZoom((-0.1, 0.3), (0.1, 0.2), seed=2, fill_value=0.5),
        "random_zoom_one": lambda: k.RandomZoom(0.3),
        "random_translation": lambda: k.RandomTranslation(0.3, (-0.1, 0.2), fill_mode="constant"),
        "random_crop": lambda: k.RandomCrop(3, 4, seed=5, data_format="channels_first"),
        "random_crop_name": lambda: k.RandomCrop(3, 4, name="crop"),
        "lookup_given": lambda: k.StringLookup(vocabulary=["a", "b"], mask_token="", num_oov_indices=2),
        "integer_lookup_given": lambda: k.IntegerLookup(vocabulary=[5, 7], mask_token=0, output_mode="one_hot",
                                                        max_tokens=9, pad_to_max_tokens=True),
        "identity_named": lambda: k.Identity(name="same"),
    }
    for name, make in makers.items():
        fresh()
        yield entry(name, {}, make())


def wrapped(spec):
    if spec["class_name"] == "LossScaleOptimizer":
        return keras.optimizers.LossScaleOptimizer(optimizer_wrappers.make(spec["inner"]), **spec["config"])
    chosen = {key: optimizer_wrappers.make(value) for key, value in spec["chosen"].items()}
    return keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(optimizer_wrappers.make(spec["default"]), chosen),
        loss_scale_factor=spec["scale"])


def table(module, rows):
    """Objects of (name, class, arguments)."""
    for name, class_name, config in rows:
        fresh()
        yield entry(name, config, getattr(module, class_name)(**config))


def rows(module, specs):
    yield from table(module, ((spec["name"], spec["class_name"], spec["config"]) for spec in specs))


class Written:
    """A family as `generate.py` knows it: it is written already."""

    def __init__(self, name, count):
        self.name, self.count = name, count

    def write(self):
        return self.count


def build():
    random_ones = [(name, kind, dict(config, seed=7)) for name, kind, _, config in
                   initializers.RANDOM + initializers.ORTHOGONAL]
    kinds = {
        "layers": list(layer_entries()),
        "losses": list(rows(keras.losses, losses.ROWS)) + list(table(keras.losses, [
            ("mse_named", "MeanSquaredError", dict(name="mine", reduction="sum")),
            ("bce_half", "BinaryCrossentropy", dict(dtype="float16", reduction="none")),
            ("sparse_ignore", "SparseCategoricalCrossentropy", dict(ignore_class=0, from_logits=True, axis=1))])),
        "metrics": list(rows(keras.metrics, metrics.ROWS)),
        "optimizers": list(rows(keras.optimizers,
                                optimizers.ROWS + optimizer_options.ROWS + optimizer_rules.ROWS)),
        "schedules": list(table(keras_schedules, schedules.ROWS)),
        "initializers": list(table(keras.initializers, [(n, c, g) for n, c, _, g in initializers.EXACT] + random_ones)),
        "constraints": list(table(keras.constraints, [(n, c, g) for n, c, g, _ in constraints.CONSTRAINTS])),
        "regularizers": list(table(keras.regularizers, [(n, c, g) for n, c, g, _ in constraints.REGULARIZERS])),
    }
    for spec in optimizer_wrappers.ROWS:
        fresh()
        kinds["optimizers"].append(entry(spec["name"], spec["config"], wrapped(spec)))
    for kind, entries in kinds.items():
        write(kind, entries)
    return [Written(f"configs {kind}", len(entries)) for kind, entries in kinds.items()]

"""Reads models that Hornbill saved, beside arrays with what they must give: `python check_saved.py FOLDER`.

For each `<name>.keras` there is `<name>.npz`: `x/…`, `prediction/…`, and of models whose training is to go on also
`y/…`, `next/loss` and `next/weight/<n>`, after one more epoch. Prints `ok <name>` or `bad <name>: <reason>`."""

import glob
import os
import sys

sys.dont_write_bytecode = True

import golden  # noqa: F401  chooses the backend before anything imports Keras
import keras
import numpy as np

BATCH = 8


def structure(arrays, prefix):
    names = sorted(name[len(prefix) + 1:] for name in arrays.files if name.startswith(prefix + "/"))
    values = {name: arrays[f"{prefix}/{name}"] for name in names}
    if names == [""]:
        return values[""]
    if all(name.isdigit() for name in names):
        return [values[name] for name in sorted(names, key=int)]
    return values


def leaves(value):
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def distance(actual, expected):
    """The largest difference, relative to the numbers where they are large."""
    actual, expected = np.asarray(actual, "float64"), np.asarray(expected, "float64")
    if actual.shape != expected.shape:
        return f"shape {actual.shape} instead of {expected.shape}"
    return float(np.max(np.abs(actual - expected) / np.maximum(1, np.abs(expected)), initial=0))


def check(path):
    model = keras.models.load_model(path)
    arrays = np.load(path.removesuffix(".keras") + ".npz")
    x = structure(arrays, "x")
    predictions, expected = leaves(model.predict(x, batch_size=BATCH, verbose=0)), leaves(structure(arrays, "prediction"))
    if len(predictions) != len(expected):
        return f"{len(predictions)} outputs instead of {len(expected)}"
    for index, (a, b) in enumerate(zip(predictions, expected)):
        found = distance(a, b)
        if isinstance(found, str) or found > 1e-5:
            return f"prediction {index}: {found}"
    if "next/loss" not in arrays.files:
        return None
    history = model.fit(x, structure(arrays, "y"), batch_size=BATCH, epochs=1, shuffle=False, verbose=0).history
    found = distance(history["loss"], arrays["next/loss"])
    if isinstance(found, str) or found > 1e-4:
        return f"loss of the next epoch: {found}"
    for index, weight in enumerate(model.weights):
        found = distance(np.asarray(weight.value, "float32"), arrays[f"next/weight/{index}"])
        if isinstance(found, str) or found > 1e-4:
            return f"{weight.path} after the next epoch: {found}"
    return None


for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.keras"))):
    name = os.path.basename(path).removesuffix(".keras")
    try:
        reason = check(path)
    except Exception as error:  # noqa: BLE001  whatever Keras says, the test reports it
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")
        reason = reason if len(reason) < 1200 else f"{reason[:300]} … {reason[-900:]}"
    print(f"bad {name}: {reason}" if reason else f"ok {name}", flush=True)

"""Files that Keras saved: `<case>.keras`, compiled and untrained, with inputs, predictions, and what two epochs of
training make of them; of some also `<case>.trained.keras`, and the third epoch."""

import os
import zipfile

import keras
import numpy as np

import golden
# The rows register themselves, and stand in the order of these lines.
import saved_models_vision  # noqa: F401
import saved_models_sequences  # noqa: F401
import saved_models_graphs  # noqa: F401
import saved_models_training  # noqa: F401
from golden import Family
from saved_model_rows import ROWS

BATCH, SAMPLES = 8, 20


def draw(rng, shape, count):
    if isinstance(shape, str):
        kind, _, rest = shape.partition(":")
        if kind == "bool":
            return rng.integers(0, 2, (count, 1)).astype("float32")
        if kind == "one_hot":
            return np.eye(int(rest), dtype="float32")[rng.integers(0, int(rest), count)]
        limit, _, size = rest.partition("x")
        return rng.integers(0, int(limit), (count, int(size)) if size else (count,)).astype("int32")
    return rng.normal(size=(count, *shape)).astype("float32")


def tree(rng, shapes, count):
    if isinstance(shapes, dict):
        return {key: draw(rng, shape, count) for key, shape in shapes.items()}
    if isinstance(shapes, list):
        return [draw(rng, shape, count) for shape in shapes]
    return draw(rng, shapes, count)


def flat(value):
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, (list, tuple)):
        return [(str(index), item) for index, item in enumerate(value)]
    return [("", value)]


def weights(model):
    return [np.asarray(weight.value, "float32") for weight in model.weights]


def made(value):
    if callable(value):
        return value()
    if isinstance(value, list):
        return [made(item) for item in value]
    if isinstance(value, dict):
        return {key: made(item) for key, item in value.items()}
    return value


def save(model, path):
    """Saves with a fixed date, so that the file depends on nothing but the model."""
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in members:
            if info.filename == "metadata.json":
                data = b'{"keras_version": "%s", "date_saved": "2026-01-01@00:00:00"}' % keras.__version__.encode()
            info.date_time = (1980, 1, 1, 0, 0, 0)
            archive.writestr(info, data)


def build():
    family = Family("saved_models")
    folder = os.path.join(golden.ROOT, family.name)
    os.makedirs(folder, exist_ok=True)
    for row in ROWS:
        case = family.case(row["name"], "Model", issue=4)
        keras.utils.set_random_seed(1)
        model = row["build"]()
        rng = case.rng
        shapes = row["x"] if row["x"] is not None else tuple(model.inputs[0].shape[1:])
        x = tree(rng, shapes, SAMPLES)
        targets = row["y"] if row["y"] is not None else tuple(model.outputs[0].shape[1:])
        y = tree(rng, targets, SAMPLES)
        for name, value in flat(x):
            case.array(f"x/{name}", value)
        for name, value in flat(model.predict(x, verbose=0)):
            case.array(f"prediction/{name}", value)
        for name, value in flat(y):
            case.array(f"y/{name}", value)
        if row["optimizer"] is not None:
            model.compile(optimizer=made(row["optimizer"]), loss=made(row["loss"]), metrics=made(row["metrics"]),
                          **row["compile"])
        save(model, os.path.join(folder, row["name"] + ".keras"))
        case.set(layers=[type(layer).__name__ for layer in model.layers], compiled=row["optimizer"] is not None)
        if row["optimizer"] is None:
            continue
        history = model.fit(x, y, epochs=2, batch_size=BATCH, shuffle=False, verbose=0).history
        case.set(history=history, trained=row["trained"])
        for index, value in enumerate(weights(model)):
            case.array(f"weights/{index}", value)
        if row["trained"]:
            path = os.path.join(folder, row["name"] + ".trained.keras")
            save(model, path)
            loaded = keras.models.load_model(path)
            case.set(third=loaded.fit(x, y, epochs=1, batch_size=BATCH, shuffle=False, verbose=0).history)
    return [family]

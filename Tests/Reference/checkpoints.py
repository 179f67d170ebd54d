"""Which files ModelCheckpoint writes when, and what it says. One row a case."""

import contextlib
import io
import os
import tempfile

import keras
from keras import callbacks as known

import architectures
from callbacks import SGD_RATE, data
from golden import Family, draw, normal

ROWS = [
    ("each_epoch", "{epoch:02d}.keras", {}),
    ("metrics", "{epoch:02d}-{val_loss:.1f}-{accuracy:.2f}.keras", {}),
    ("best", "{epoch}.keras", dict(save_best_only=True)),
    ("best_one_file", "best.keras", dict(save_best_only=True, monitor="loss")),
    ("best_accuracy", "{epoch}.keras", dict(save_best_only=True, monitor="val_accuracy")),
    ("best_wrong_way", "{epoch}.keras", dict(save_best_only=True, monitor="val_loss", mode="max")),
    ("best_of_threshold", "{epoch}.keras", dict(save_best_only=True, monitor="loss", initial_value_threshold=0.9)),
    ("best_without_value", "{epoch}.keras", dict(save_best_only=True, monitor="val_auc", mode="max")),
    ("weights", "{epoch}.weights.h5", dict(save_weights_only=True)),
    ("best_weights", "{epoch}.weights.h5", dict(save_weights_only=True, save_best_only=True)),
    ("each_batch", "{epoch}-{batch}.weights.h5", dict(save_weights_only=True, save_freq=1)),
    ("each_second_batch", "{epoch}-{batch}.weights.h5", dict(save_weights_only=True, save_freq=2)),
    ("over_epochs", "{epoch}-{batch:02d}.weights.h5", dict(save_weights_only=True, save_freq=5)),
    ("best_batch", "{epoch}-{batch}.weights.h5",
     dict(save_weights_only=True, save_best_only=True, save_freq=1, monitor="loss")),
    ("folders", "a/{epoch}/model.keras", {}),
    ("unknown_field", "{auc}.keras", {}),
    ("batch_of_epoch", "{batch}.keras", {}),
    ("weights_with_other_ending", "a.keras", dict(save_weights_only=True)),
    ("bad_frequency", "a.keras", dict(save_freq="never")),
]


def run(family, name, path, arguments):
    case = family.case(name, "ModelCheckpoint", 4)
    spec = dict(model="digits", outputs=1)
    x, y = data(case, "", spec, 20)
    held = data(case, "validation_", spec, 11)
    model = architectures.digits()
    for index, weight in enumerate(model.weights):
        value = draw(normal(*weight.shape, scale=0.6), case.rng)
        weight.assign(value)
        case.array(f"weight_{index}", value)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=SGD_RATE), loss="sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    case.set(path=path, arguments=arguments)
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        try:
            with contextlib.redirect_stdout(printed):
                callback = known.ModelCheckpoint(os.path.join(folder, path), verbose=1, **arguments)
                # Keras knows the direction only at the end of an epoch, and fails before it.
                if "best_batch" in name:
                    callback.set_model(model)
                    callback._set_monitor_op()
                model.fit(x, y, epochs=4, batch_size=8, shuffle=False, verbose=0, callbacks=[callback],
                          validation_data=held)
        except Exception as error:
            case.set(error=type(error).__name__)
            return
        files = sorted(os.path.relpath(os.path.join(root, file), folder)
                       for root, _, names in os.walk(folder) for file in names)
        case.set(files=files, printed=printed.getvalue().replace(folder + "/", ""),
                 best=None if callback.best is None else float(callback.best))


def build():
    family = Family("checkpoints")
    for row in ROWS:
        run(family, *row)
    return [family]

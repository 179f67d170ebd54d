"""Trainings with callbacks: histories, learning rates, weights, what is printed, what is written. One row a case."""

import contextlib
import io
import os
import tempfile
import warnings

import keras
import numpy as np
from keras import callbacks as known

import architectures
from golden import Family, draw, integers, normal

BATCH, SGD_RATE = 8, 0.5
SCHEDULES = {
    "halve": lambda epoch, rate: rate * 0.5,
    "step": lambda epoch: 0.2 / (epoch + 1),
    "late": lambda epoch, rate: rate if epoch < 2 else rate * 0.1,
}


def row(name, *callbacks, epochs=6, optimizer=("SGD", dict(learning_rate=SGD_RATE)), model="digits", outputs=1,
        metrics=("accuracy",), validation=True, runs=1, **fit):
    return dict(name=name, callbacks=[dict(class_name=c, config=config) for c, config in callbacks], epochs=epochs,
                optimizer=dict(class_name=optimizer[0], config=optimizer[1]), model=model, outputs=outputs,
                metrics=list(metrics), validation=validation, runs=runs, fit=fit)


def stop(**config):
    return ("EarlyStopping", config)


def plateau(**config):
    return ("ReduceLROnPlateau", config)


def scheduler(name, **config):
    return ("LearningRateScheduler", dict(schedule=name, **config))


def csv(**config):
    return ("CSVLogger", config)


def swap(**config):
    return ("SwapEMAWeights", config)


EMA = ("SGD", dict(learning_rate=0.5, use_ema=True, ema_momentum=0.8))
ADAM = ("Adam", dict(learning_rate=0.05))

ROWS = [
    row("plain"),
    # EarlyStopping
    row("stop", stop(), epochs=12),
    row("stop_patience", stop(patience=2, verbose=1), epochs=20),
    row("stop_restore", stop(patience=2, restore_best_weights=True, verbose=1), epochs=20),
    row("stop_restore_full_run", stop(patience=30, restore_best_weights=True, verbose=1), epochs=8),
    row("stop_restore_adam", stop(patience=3, restore_best_weights=True), epochs=20, optimizer=ADAM),
    row("stop_on_loss", stop(monitor="loss", min_delta=0.05), epochs=20),
    row("stop_min_delta", stop(min_delta=0.02, patience=1, verbose=1), epochs=20),
    row("stop_negative_min_delta", stop(min_delta=-0.02, patience=1), epochs=20),
    row("stop_baseline_missed", stop(baseline=0.1, patience=3, verbose=1), epochs=20),
    row("stop_baseline_met", stop(monitor="loss", baseline=1.5, patience=3), epochs=8),
    row("stop_baseline_restore", stop(baseline=0.1, patience=3, restore_best_weights=True, verbose=1), epochs=20),
    row("stop_start_from_epoch", stop(start_from_epoch=4, patience=1, verbose=1), epochs=20),
    row("stop_start_late_restore", stop(start_from_epoch=3, patience=2, restore_best_weights=True), epochs=20),
    row("stop_accuracy", stop(monitor="val_accuracy", patience=1, verbose=1), epochs=20),
    row("stop_accuracy_wrong_way", stop(monitor="accuracy", mode="min", patience=2, verbose=1), epochs=20),
    row("stop_loss_wrong_way", stop(monitor="val_loss", mode="max", patience=1), epochs=20),
    row("stop_unknown_mode", stop(mode="least", patience=1), epochs=20),
    row("stop_without_validation", stop(patience=1), epochs=4, validation=False),
    row("stop_unknown_metric", stop(monitor="val_auc", mode="max"), epochs=4),
    row("stop_unknown_direction", stop(monitor="val_auc"), epochs=4),
    row("stop_validation_every_second", stop(patience=1, verbose=1, restore_best_weights=True), epochs=20,
        validation_freq=2),
    row("stop_initial_epoch", stop(patience=1, verbose=1), epochs=20, initial_epoch=5),
    row("stop_twice", stop(patience=2, restore_best_weights=True, verbose=1), epochs=10, runs=2),
    row("stop_two_of_them", stop(patience=8, verbose=1), stop(monitor="val_accuracy", patience=2, verbose=1),
        epochs=20),
    row("stop_two_outputs", stop(monitor="val_loss", patience=1, verbose=1), epochs=20, model="two_heads", outputs=2,
        metrics=("mae",)),
    # ReduceLROnPlateau
    row("plateau", plateau(patience=1, verbose=1), epochs=10),
    row("plateau_factor", plateau(patience=2, factor=0.5, verbose=1), epochs=12),
    row("plateau_cooldown", plateau(patience=1, factor=0.5, cooldown=3, verbose=1), epochs=14),
    row("plateau_min_lr", plateau(patience=1, factor=0.3, min_lr=0.1, verbose=1), epochs=14),
    row("plateau_min_delta", plateau(monitor="loss", min_delta=0.2, patience=1, verbose=1), epochs=10),
    row("plateau_accuracy", plateau(monitor="val_accuracy", patience=1, factor=0.7, verbose=1), epochs=10),
    row("plateau_missing", plateau(patience=1), epochs=3, validation=False),
    row("plateau_on_rate", plateau(monitor="learning_rate", mode="min", patience=2, factor=0.5, verbose=1), epochs=8),
    row("plateau_adam", plateau(patience=1, factor=0.2, verbose=1), epochs=8, optimizer=ADAM),
    row("plateau_twice", plateau(patience=2, factor=0.5, verbose=1), epochs=8, runs=2),
    row("plateau_bad_factor", plateau(factor=1.0), epochs=2),
    # LearningRateScheduler
    row("halve", scheduler("halve", verbose=1), epochs=4),
    row("step", scheduler("step"), epochs=5),
    row("late", scheduler("late", verbose=1), epochs=5, initial_epoch=1),
    row("schedule_and_scheduler", scheduler("halve"), epochs=2,
        optimizer=("SGD", dict(learning_rate=dict(initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5)))),
    row("schedule_and_plateau", plateau(patience=1), epochs=12,
        optimizer=("SGD", dict(learning_rate=dict(initial_learning_rate=0.5, decay_steps=5, decay_rate=0.9)))),
    # CSVLogger
    row("csv", csv(), epochs=3),
    row("csv_separator", csv(separator=";"), epochs=2, validation=False),
    row("csv_dot", csv(separator="."), epochs=2, validation=False),
    row("csv_validation_every_second", csv(), epochs=4, validation_freq=2),
    row("csv_append", csv(append=True), epochs=2, runs=2),
    row("csv_anew", csv(), epochs=2, runs=2),
    row("csv_after_plateau", plateau(patience=1), csv(), epochs=4),
    row("csv_before_plateau", csv(), plateau(patience=1), epochs=4),
    row("csv_long_separator", csv(separator="::"), epochs=1),
    # SwapEMAWeights
    row("swap", swap(), epochs=4, optimizer=EMA),
    row("swap_on_epoch", swap(swap_on_epoch=True), epochs=4, optimizer=EMA),
    row("swap_twice", swap(swap_on_epoch=True), epochs=3, optimizer=EMA, runs=2),
    row("swap_and_stop", swap(swap_on_epoch=True), stop(patience=30, restore_best_weights=True), epochs=8,
        optimizer=EMA),
    row("swap_without_averages", swap(), epochs=1),
    # Together
    row("stop_and_plateau", stop(patience=5, verbose=1, restore_best_weights=True),
        plateau(patience=2, factor=0.5, verbose=1), epochs=30),
    row("plateau_and_stop", plateau(patience=2, factor=0.5, verbose=1), stop(patience=5, verbose=1), epochs=30),
    row("scheduler_and_plateau", scheduler("late", verbose=1), plateau(patience=1, factor=0.5, verbose=1), epochs=6),
    row("all", scheduler("late"), plateau(patience=2, factor=0.5), stop(patience=4, restore_best_weights=True), csv(),
        epochs=12, validation_freq=2),
]


class Events(known.Callback):
    """Writes every hook down, with the keys of the logs."""

    def __init__(self):
        super().__init__()
        self.events = []
        for stage in ("train", "test", "predict"):
            for end in ("begin", "end"):
                setattr(self, f"on_{stage}_{end}", self.noting(f"{stage} {end}"))
                setattr(self, f"on_{stage}_batch_{end}", self.noting(f"{stage} batch {end}"))
        self.on_epoch_begin, self.on_epoch_end = self.noting("epoch begin"), self.noting("epoch end")

    def noting(self, what):
        def note(*arguments, logs=None):
            numbers = [argument for argument in arguments if isinstance(argument, int)]
            logs = logs or next((argument for argument in arguments if isinstance(argument, dict)), {})
            self.events.append(" ".join([what, *map(str, numbers), ",".join(sorted(logs or {}))]).strip())
        return note


def optimizer(described):
    config = dict(described["config"])
    if isinstance(config["learning_rate"], dict):
        config["learning_rate"] = keras.optimizers.schedules.ExponentialDecay(**config["learning_rate"])
    return getattr(keras.optimizers, described["class_name"])(**config)


def make(described, path):
    config = dict(described["config"])
    if described["class_name"] == "LearningRateScheduler":
        config["schedule"] = SCHEDULES[config["schedule"]]
    if described["class_name"] == "CSVLogger":
        config["filename"] = path
    return getattr(known, described["class_name"])(**config)


def data(case, prefix, spec, count):
    inputs = {"digits": 6, "two_heads": 4}[spec["model"]]
    x = draw(normal(count, inputs), case.rng)
    if spec["outputs"] == 2:
        y = [draw(normal(count, 1), case.rng), draw(normal(count, 2), case.rng)]
    else:
        y = [draw(integers(3, count), case.rng)]
    case.array(f"{prefix}x", x)
    for index, target in enumerate(y):
        case.array(f"{prefix}y_{index}", target)
    return x, y if len(y) > 1 else y[0]


def run(family, spec, folder):
    case = family.case(spec["name"], "fit", 4)
    x, y = data(case, "", spec, 20)
    held = data(case, "validation_", spec, 11)
    model = getattr(architectures, spec["model"])()
    for index, weight in enumerate(model.weights):
        value = draw(normal(*weight.shape, scale=0.6), case.rng)
        weight.assign(value)
        case.array(f"weight_{index}", value)
    loss = ["mse", "mae"] if spec["outputs"] == 2 else "sparse_categorical_crossentropy"
    metrics = [list(spec["metrics"])] * 2 if spec["outputs"] == 2 else spec["metrics"]
    model.compile(optimizer=optimizer(spec["optimizer"]), loss=loss, metrics=metrics)
    case.set(**{key: spec[key] for key in ("callbacks", "epochs", "optimizer", "model", "outputs", "metrics",
                                           "validation", "runs", "fit")})
    case.set(batch_size=BATCH)
    path = os.path.join(folder, f"{spec['name']}.csv")
    histories, printed, told = [], io.StringIO(), []
    try:
        with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(printed):
            warnings.simplefilter("always")
            callbacks = [make(described, path) for described in spec["callbacks"]]
            for _ in range(spec["runs"]):
                history = model.fit(
                    x, y, epochs=spec["epochs"], batch_size=BATCH, shuffle=False, verbose=0, callbacks=callbacks,
                    validation_data=held if spec["validation"] else None, **spec["fit"])
                histories.append(dict(epochs=history.epoch, history=list(history.history.items())))
    except Exception as error:  # what Keras refuses, at whichever moment
        case.set(error=type(error).__name__)
        return
    case.set(histories=histories, printed=printed.getvalue(), warned=len([w for w in told if "allback" in str(w)
             or "onditioned" in str(w) or "mode" in str(w)]) > 0,
             learning_rate=float(np.asarray(model.optimizer.learning_rate)),
             csv=open(path, newline="").read() if os.path.exists(path) else None)
    for index, weight in enumerate(model.weights):
        case.array(f"final_weight_{index}", weight.value)
    for described, callback in zip(spec["callbacks"], callbacks):
        if described["class_name"] == "EarlyStopping":
            case.set(stopped_epoch=callback.stopped_epoch, best_epoch=callback.best_epoch, wait=callback.wait,
                     best=callback.best)
            break


def events(family, name, **fit):
    case = family.case(name, "events", 4)
    model = architectures.linear()
    model.compile(optimizer="sgd", loss="mse", metrics=["mae"])
    x, y = draw(normal(7, 3), case.rng), draw(normal(7, 1), case.rng)
    callback = Events()
    model.fit(x, y, epochs=2, batch_size=4, verbose=0, callbacks=[callback], **fit,
              **(dict(validation_data=(x[:3], y[:3])) if "validation_freq" in fit else {}))
    model.evaluate(x, y, batch_size=3, verbose=0, callbacks=[callback])
    model.predict(x, batch_size=5, verbose=0, callbacks=[callback])
    case.set(fit=fit, events=callback.events)
    case.array("x", x)
    case.array("y", y)


def build():
    family = Family("callbacks")
    with tempfile.TemporaryDirectory() as folder:
        for spec in ROWS:
            run(family, spec, folder)
    events(family, "events")
    events(family, "events_validation", validation_freq=1)
    events(family, "events_validation_every_second", validation_freq=2)
    return [family]

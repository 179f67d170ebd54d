"""Whole trainings: given weights and data, the history, the weights after it, evaluate and predict. One row a case."""

import keras
import numpy as np

import architectures
from golden import Family, bits, draw, integers, normal, one_hot, simplex, uniform


class Later:
    """A Keras object to be made when its case runs, so that automatic names start afresh: `metrics.AUC(...)` below."""

    def __init__(self, module, name=None, config=None):
        self.module, self.name, self.config = module, name, config

    def __getattr__(self, name):
        return lambda **config: Later(self.module, name, config)

    def make(self):
        return getattr(self.module, self.name)(**made(self.config))


losses, metrics, optimizers = Later(keras.losses), Later(keras.metrics), Later(keras.optimizers)
schedules = Later(keras.optimizers.schedules)


def made(value):
    if isinstance(value, dict):
        return {key: made(item) for key, item in value.items()}
    if isinstance(value, list):
        return [made(item) for item in value]
    return value.make() if isinstance(value, Later) else value


def written(value):
    """The same for the manifest: {class_name, config}, the config holding the arguments that were given."""
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    return {"class_name": value.name, "config": written(value.config)} if isinstance(value, Later) else value


EPOCHS, BATCH = 3, 8
TICKETS = {"title": bits(20, 12, probability=0.2), "text_body": bits(20, 10, probability=0.2), "tags": one_hot(4, 20)}
TICKET_LISTS = list(TICKETS.values())
WEIGHTS = uniform(20, low=0.2, high=2.0)


def row(name, x, y, /, model=None, issue=2, fit=None, **compile):
    """`x`, `y` and fit's arrays are structures of what golden.draw takes; `model`: an architecture, else `name`."""
    return dict(name=name, model=model or name, x=x, y=y, issue=issue, fit=fit or {}, compile=compile)


ROWS = [
    row("sine", normal(20, 1), normal(20, 1), optimizer="sgd", loss="mse", metrics=["mae"]),
    row("sine_adam", normal(20, 1), normal(20, 1), model="sine", optimizer="adam", loss="mean_squared_error"),
    row("sine_rank_1", normal(20), normal(20), model="sine", optimizer=optimizers.Adam(learning_rate=0.01),
        loss="mse", metrics=["mae", "mse"]),
    row("sine_validation_rank_1", normal(20), normal(20), model="sine", optimizer="rmsprop", loss="mae",
        fit=dict(validation_data=(normal(7), normal(7)))),
    row("linear", normal(17, 3), normal(17, 1), loss="mse",
        optimizer=optimizers.SGD(learning_rate=0.1, momentum=0.9)),
    row("linear_integers", integers(5, 17, 3), integers(9, 17, 1), model="linear",
        optimizer=optimizers.SGD(learning_rate=0.01), loss="mse", metrics=["mae"]),
    row("linear_one_sample", normal(1, 3), normal(1, 1), model="linear", optimizer="sgd", loss="mse"),
    row("linear_float64", np.random.default_rng(3).standard_normal((17, 3)), np.zeros((17, 1)), model="linear",
        optimizer="sgd", loss="mse"),
    row("linear_sum", normal(17, 3), normal(17, 1), model="linear", optimizer=optimizers.SGD(learning_rate=0.01),
        loss=losses.MeanSquaredError(reduction="sum"), metrics=[metrics.RootMeanSquaredError()]),
    row("deep_tanh", normal(19, 4), normal(19, 2), loss="mse",
        optimizer=optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True)),
    row("deep_cosine", normal(19, 4), normal(19, 2), model="deep_tanh", optimizer="adagrad",
        loss=losses.CosineSimilarity(), metrics=["cosine_similarity"]),
    row("binary", normal(20, 5), bits(20, 1), optimizer=optimizers.Adam(learning_rate=0.05), loss="binary_crossentropy",
        metrics=["accuracy", metrics.AUC(num_thresholds=50), metrics.Precision(), metrics.Recall()]),
    row("binary_rank_1_labels", normal(20, 5), integers(2, 20), model="binary", optimizer="rmsprop",
        loss=losses.BinaryCrossentropy(label_smoothing=0.1), metrics=["acc", "binary_accuracy"]),
    row("multi_label", normal(20, 5), bits(20, 3), optimizer="adam", loss="bce",
        metrics=["accuracy", metrics.AUC(multi_label=True, num_labels=3, num_thresholds=20, name="auc_labels")]),
    row("digits", normal(20, 6), integers(3, 20), optimizer="rmsprop", loss="sparse_categorical_crossentropy",
        metrics=["accuracy"]),
    row("digits_column_labels", normal(20, 6), integers(3, 20, 1), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy", "sparse_categorical_accuracy"]),
    row("digits_one_hot", normal(20, 6), one_hot(3, 20), model="digits", optimizer="rmsprop",
        loss="categorical_crossentropy",
        metrics=["accuracy", "categorical_accuracy", metrics.Precision(name="p"), metrics.AUC(num_thresholds=20)]),
    row("digits_kl", normal(20, 6), simplex(20, 3), model="digits", optimizer="adam", loss="kl_divergence",
        metrics=["kl_divergence", "mse"]),
    row("logits", normal(20, 6), integers(3, 20), optimizer=optimizers.Adam(learning_rate=0.02),
        loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]),
    row("logits_one_hot", normal(20, 6), one_hot(3, 20), model="logits", optimizer=optimizers.SGD(learning_rate=0.1),
        loss=losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), metrics=["accuracy"]),
    row("flatten_reshape", normal(20, 2, 3), normal(20, 2), optimizer="adam", loss="mse"),
    row("tokens", normal(18, 4, 3), integers(3, 18, 4), optimizer="adam", loss="sparse_categorical_crossentropy",
        metrics=["accuracy"]),
    row("validation_data", normal(20, 6), integers(3, 20), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"],
        fit=dict(validation_data=(normal(11, 6), integers(3, 11)))),
    row("validation_batch_size", normal(20, 6), integers(3, 20), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"],
        fit=dict(validation_data=(normal(11, 6), integers(3, 11)), validation_batch_size=4, validation_freq=2)),
    row("validation_weights", normal(20, 6), integers(3, 20), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"],
        fit=dict(sample_weight=WEIGHTS,
                 validation_data=(normal(11, 6), integers(3, 11), uniform(11, low=0.2, high=2.0)))),
    row("validation_split", normal(20, 1), normal(20, 1), model="sine", optimizer="rmsprop", loss="mse",
        metrics=["mae"], fit=dict(validation_split=0.3)),
    row("sample_weight", normal(20, 1), normal(20, 1), model="sine", optimizer="sgd", loss="mse", metrics=["mae"],
        weighted_metrics=["mae", "mse"], fit=dict(sample_weight=WEIGHTS)),
    row("sample_weight_mean", normal(20, 1), normal(20, 1), model="sine", optimizer="sgd",
        loss=losses.MeanSquaredError(reduction="mean_with_sample_weight"), fit=dict(sample_weight=WEIGHTS)),
    row("class_weight", normal(20, 6), integers(3, 20), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"],
        fit=dict(class_weight={0: 1.0, 1: 2.5, 2: 0.3})),
    row("class_weight_one_hot", normal(20, 6), one_hot(3, 20), model="digits", optimizer="adam",
        loss="categorical_crossentropy", metrics=["accuracy"], fit=dict(class_weight={0: 1.0, 1: 2.5, 2: 0.3})),
    row("class_weight_binary", normal(20, 5), integers(2, 20, 1), model="binary", optimizer="adam",
        loss="binary_crossentropy", weighted_metrics=["accuracy"], fit=dict(class_weight={0: 0.4, 1: 3.0})),
    row("initial_epoch", normal(20, 1), normal(20, 1), model="sine", optimizer="adam", loss="mse",
        fit=dict(initial_epoch=1)),
    row("steps_per_epoch", normal(20, 1), normal(20, 1), model="sine", optimizer="adam", loss="mse",
        fit=dict(steps_per_epoch=1)),
    row("steps_per_epoch_runs_out", normal(20, 1), normal(20, 1), model="sine", optimizer="adam", loss="mse",
        fit=dict(steps_per_epoch=2, epochs=2)),
    row("batch_of_one_left", normal(17, 6), integers(3, 17), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"]),
    row("batch_larger_than_data", normal(5, 6), integers(3, 5), model="digits", optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"]),
    row("frozen", normal(20, 3), normal(20, 1), optimizer="adam", loss="mse"),
    row("build_later", normal(20, 3), normal(20, 2), optimizer="rmsprop", loss="mse", metrics=["mae"]),

    # Several inputs, several outputs.
    row("tickets", TICKETS, {"priority": uniform(20, 1), "department": one_hot(4, 20)}, optimizer="rmsprop",
        loss={"priority": "mean_squared_error", "department": "categorical_crossentropy"},
        metrics={"priority": ["mean_absolute_error"], "department": ["accuracy"]}),
    row("tickets_lists", TICKET_LISTS, [uniform(20, 1), one_hot(4, 20)], model="tickets", optimizer="adam",
        loss=["mean_squared_error", "categorical_crossentropy"],
        metrics=[["mean_absolute_error"], ["accuracy", metrics.AUC(num_thresholds=20)]], loss_weights=[2.0, 0.5]),
    row("tickets_loss_weights", TICKETS, {"priority": uniform(20), "department": integers(4, 20)}, model="tickets",
        optimizer="rmsprop", loss={"priority": "mse", "department": "sparse_categorical_crossentropy"},
        loss_weights={"priority": 0.3, "department": 1.5}, metrics={"department": "accuracy"},
        fit=dict(validation_data=(TICKETS, {"priority": uniform(20), "department": integers(4, 20)}))),
    row("tickets_sample_weights", TICKET_LISTS, [uniform(20, 1), one_hot(4, 20)], model="tickets",
        optimizer="rmsprop", loss=["mean_squared_error", "categorical_crossentropy"],
        weighted_metrics=[["mean_absolute_error"], ["accuracy"]],
        fit=dict(sample_weight=[WEIGHTS, uniform(20)])),
    row("tickets_one_loss_for_each", TICKET_LISTS, [uniform(20, 1), one_hot(4, 20)], model="tickets",
        optimizer="sgd", loss="mse", metrics=["mse", "mae"]),
    row("tickets_one_loss_left_out", TICKETS, {"priority": uniform(20, 1), "department": one_hot(4, 20)},
        model="tickets", optimizer="sgd", loss={"priority": "mse", "department": None},
        metrics={"department": ["accuracy"]}),
    row("two_heads", normal(20, 4), [normal(20, 1), normal(20, 2)], optimizer="adam", loss=["mse", "mae"],
        metrics=[["mae"], ["mse", "mae"]]),
    row("two_heads_no_metrics", normal(20, 4), [normal(20), normal(20, 2)], model="two_heads", optimizer="adam",
        loss=["mse", "mse"], loss_weights=[0.5, 2.0], fit=dict(validation_split=0.25)),
    row("classifier_and_regression", {"x": normal(20, 4)}, {"kind": integers(3, 20), "size": normal(20, 1)},
        optimizer="adam", loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
        metrics={"kind": ["accuracy"], "size": ["mae", metrics.RootMeanSquaredError(name="rmse")]}),
    row("classifier_and_regression_sample_weights", normal(20, 4), {"kind": integers(3, 20), "size": normal(20, 1)},
        model="classifier_and_regression", optimizer="adam",
        loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
        weighted_metrics={"kind": ["accuracy"], "size": ["mae"]},
        fit=dict(sample_weight={"kind": WEIGHTS, "size": uniform(20)})),
    row("inception", normal(20, 6), normal(20, 1), optimizer="adam", loss="mse"),
    row("merges", normal(20, 5), normal(20, 2), optimizer="adam", loss="mse", metrics=["mae"]),
    row("residual", normal(20, 4), normal(20, 1), optimizer="rmsprop", loss="mse"),
    row("siamese", [normal(20, 5), normal(20, 5)], bits(20, 1), optimizer="adam", loss="binary_crossentropy",
        metrics=["accuracy"]),
    row("siamese_by_name", {"left": normal(20, 5), "right": normal(20, 5)}, bits(20, 1), model="siamese",
        optimizer="adam", loss="binary_crossentropy"),
    row("nested", normal(20, 4), normal(20, 2), optimizer="adam", loss="mse", metrics=["mae"]),
    row("middle_layer", normal(20, 3), normal(20, 4), optimizer="adam", loss="mse"),
    row("subclassed", TICKETS, [uniform(20, 1), one_hot(4, 20)], optimizer="rmsprop",
        loss=["mean_squared_error", "categorical_crossentropy"], metrics=[["mean_absolute_error"], ["accuracy"]]),
    row("subclassed_classifier", normal(20, 6), integers(3, 20), optimizer="adam",
        loss="sparse_categorical_crossentropy", metrics=["accuracy"],
        fit=dict(validation_data=(normal(9, 6), integers(3, 9)))),

    # Issue 3's.
    row("regularized", normal(20, 4), normal(20, 1), issue=3, optimizer="adam", loss="mse",
        fit=dict(validation_data=(normal(9, 4), normal(9, 1)))),
    row("schedule", normal(20, 1), normal(20, 1), model="sine", issue=3, loss="mse",
        optimizer=optimizers.SGD(momentum=0.5, learning_rate=schedules.ExponentialDecay(
            initial_learning_rate=0.1, decay_steps=2, decay_rate=0.8))),
    row("ema", normal(20, 1), normal(20, 1), model="sine", issue=3, loss="mse",
        optimizer=optimizers.Adam(learning_rate=0.01, use_ema=True, ema_momentum=0.7)),
    row("weight_decay_and_clipping", normal(20, 6), integers(3, 20), model="digits", issue=3,
        optimizer=optimizers.AdamW(learning_rate=0.01, weight_decay=0.1, global_clipnorm=0.3),
        loss="sparse_categorical_crossentropy"),
    row("accumulation", normal(20, 6), integers(3, 20), model="digits", issue=3,
        loss="sparse_categorical_crossentropy",
        optimizer=optimizers.Adam(learning_rate=0.01, gradient_accumulation_steps=2)),
]


def put(case, name, spec):
    """Draws the arrays of a structure: (the structure of arrays, the structure of their names)."""
    if isinstance(spec, dict):
        pairs = {key: put(case, f"{name}_{key}", item) for key, item in spec.items()}
        return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}
    if isinstance(spec, list):
        pairs = [put(case, f"{name}_{i}", item) for i, item in enumerate(spec)]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    value = draw(spec, case.rng)
    return value, case.array(name, value)


def flat(value):
    """The leaves of a structure, a dictionary's in the order of its own keys."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in flat(item)]
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, (list, tuple)) else [value]


def numbers(value):
    return [float(item) for item in flat(value)]


def run(family, spec):
    model_class = type(getattr(architectures, spec["model"])())
    case = family.case(spec["name"], "Model" if model_class.__module__ == "architectures" else model_class.__name__,
                       spec["issue"])
    model = getattr(architectures, spec["model"])()
    arguments = made(spec["compile"])
    x, x_names = put(case, "x", spec["x"])
    y, y_names = put(case, "y", spec["y"])
    fit = {"epochs": EPOCHS, "batch_size": BATCH, "shuffle": False, **spec["fit"]}
    fit_json = dict(fit)
    if "sample_weight" in fit:
        fit["sample_weight"], fit_json["sample_weight"] = put(case, "sample_weight", fit["sample_weight"])
    if "validation_data" in fit:
        parts = [put(case, f"validation_{part}", item)
                 for part, item in zip(("x", "y", "sample_weight"), fit["validation_data"])]
        fit["validation_data"] = tuple(part[0] for part in parts)
        fit_json["validation_data"] = [part[1] for part in parts]

    if not model.built:
        model(keras.tree.map_structure(lambda value: keras.ops.convert_to_tensor(value[:1]), x))
    model.set_weights([(case.rng.standard_normal(w.shape) / np.sqrt(w.shape[0])).astype("float32")
                       for w in model.weights])
    for i, weight in enumerate(model.weights):
        case.array(f"weight_{i}", weight.value)
    functional = isinstance(model, (keras.Sequential,)) or type(model).__name__ == "Functional"
    case.set(
        architecture=spec["model"], model_name=model.name, layer_names=[layer.name for layer in model.layers],
        output_names=list(getattr(model, "output_names", None) or []),
        model_config=model.get_config() if functional else None, parameter_count=model.count_params(),
        weights=[dict(path=w.path, name=w.name, shape=list(w.shape), trainable=w.trainable) for w in model.weights],
        compile=written(spec["compile"]), fit=fit_json, x=x_names, y=y_names)
    model.compile(**arguments)
    history = model.fit(x, y, verbose=0, **fit)
    case.set(history=[[key, [float(value) for value in values]] for key, values in history.history.items()],
             epochs=history.epoch)
    for i, weight in enumerate(model.weights):
        case.array(f"final_weight_{i}", weight.value)
    for i, variable in enumerate(model.optimizer.variables):
        case.array(f"optimizer_variable_{i}", variable.value)
    case.set(optimizer_variables=[variable.path for variable in model.optimizer.variables])

    weight = {"sample_weight": fit["sample_weight"]} if "sample_weight" in fit else {}
    listed = model.evaluate(x, y, batch_size=BATCH, verbose=0, **weight)
    logs = model.evaluate(x, y, batch_size=BATCH, verbose=0, return_dict=True, **weight)
    case.set(evaluate=numbers(listed) if isinstance(listed, (list, tuple)) else float(listed),
             evaluate_dict=[[key, float(value)] for key, value in logs.items()], metrics_names=model.metrics_names)
    predictions = model.predict(x, batch_size=BATCH, verbose=0)
    case.set(prediction_structure=sorted(predictions) if isinstance(predictions, dict) else
             "list" if isinstance(predictions, (list, tuple)) else "single")
    leaves = [predictions[key] for key in sorted(predictions)] if isinstance(predictions, dict) else flat(predictions)
    for i, prediction in enumerate(leaves):
        case.array(f"prediction_{i}", prediction)

    def first(value):
        return keras.tree.map_structure(lambda leaf: leaf[:BATCH], value)

    for name in ("test_on_batch", "train_on_batch"):
        model.reset_metrics()
        logs = getattr(model, name)(first(x), first(y), return_dict=True)
        case.set(**{name: [[key, float(value)] for key, value in logs.items()]})


def build():
    family = Family("models")
    for spec in ROWS:
        run(family, spec)
    return [family]

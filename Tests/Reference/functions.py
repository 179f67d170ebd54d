"""The functions of keras.losses and keras.metrics: their value for each sample, with and without their arguments."""

import keras
import numpy as np
from keras import ops

from golden import Family, bits, draw, integers, normal, one_hot, simplex, uniform


def row(module, function, y_true, y_pred, /, **arguments):
    return dict(module=module, function=function, y_true=y_true, y_pred=y_pred, arguments=arguments)


def loss(*args, **arguments):
    return row("losses", *args, **arguments)


def metric(*args, **arguments):
    return row("metrics", *args, **arguments)


ROWS = [
    loss("mean_squared_error", (4, 3), (4, 3)),
    loss("mean_absolute_error", (4, 3), (4, 3)),
    loss("mean_absolute_percentage_error", (4, 3), (4, 3)),
    loss("mean_squared_logarithmic_error", uniform(4, 3), uniform(4, 3)),
    loss("cosine_similarity", (4, 3), (4, 3)),
    loss("cosine_similarity", (4, 3, 2), (4, 3, 2), axis=1),
    loss("huber", normal(4, 3, scale=2), normal(4, 3, scale=2)),
    loss("huber", normal(4, 3, scale=2), normal(4, 3, scale=2), delta=0.5),
    loss("log_cosh", (4, 3), (4, 3)),
    loss("poisson", uniform(4, 3, low=0.1, high=3.0), uniform(4, 3, low=0.1, high=3.0)),
    loss("kl_divergence", simplex(4, 3), simplex(4, 3)),
    loss("hinge", bits(4, 3), (4, 3)),
    loss("squared_hinge", bits(4, 3), (4, 3)),
    loss("categorical_hinge", one_hot(3, 4), (4, 3)),
    loss("binary_crossentropy", bits(4, 3), uniform(4, 3)),
    loss("binary_crossentropy", bits(4, 3), (4, 3), from_logits=True, label_smoothing=0.2),
    loss("binary_focal_crossentropy", bits(4, 3), uniform(4, 3)),
    loss("binary_focal_crossentropy", bits(4, 3), (4, 3), from_logits=True, apply_class_balancing=True, alpha=0.3,
         gamma=3.0),
    loss("categorical_crossentropy", one_hot(3, 4), simplex(4, 3)),
    loss("categorical_crossentropy", one_hot(3, 4), (4, 3), from_logits=True, label_smoothing=0.1),
    loss("categorical_focal_crossentropy", one_hot(3, 4), simplex(4, 3)),
    loss("categorical_focal_crossentropy", one_hot(3, 4), (4, 3), from_logits=True, alpha=0.5, gamma=1.0),
    loss("sparse_categorical_crossentropy", integers(3, 4), simplex(4, 3)),
    loss("sparse_categorical_crossentropy", integers(3, 4), (4, 3), from_logits=True, ignore_class=1),
    loss("categorical_generalized_cross_entropy", integers(3, 4), simplex(4, 3), q=0.5),
    loss("categorical_generalized_cross_entropy", integers(3, 4), simplex(4, 3), q=0.2),
    loss("dice", bits(2, 3, 3, 1), uniform(2, 3, 3, 1)),
    loss("dice", bits(2, 3, 3, 2), uniform(2, 3, 3, 2), axis=[1, 2, 3]),
    loss("tversky", bits(2, 3, 3, 1), uniform(2, 3, 3, 1)),
    loss("tversky", bits(2, 3, 3, 1), uniform(2, 3, 3, 1), alpha=0.2, beta=0.7),
    loss("circle", [0, 1, 0, 1], (4, 3)),
    loss("circle", [0, 1, 0, 1], (4, 3), gamma=8.0, margin=0.2, remove_diagonal=False),
    loss("ctc", [[1, 2, 0], [3, 3, 1]], (2, 8, 4)),
    metric("binary_accuracy", bits(4, 3), uniform(4, 3)),
    metric("binary_accuracy", bits(4, 3), uniform(4, 3), threshold=0.8),
    metric("categorical_accuracy", one_hot(3, 6), (6, 3)),
    metric("sparse_categorical_accuracy", integers(3, 6), (6, 3)),
    metric("top_k_categorical_accuracy", one_hot(7, 6), (6, 7)),
    metric("top_k_categorical_accuracy", one_hot(7, 6), (6, 7), k=2),
    metric("sparse_top_k_categorical_accuracy", integers(7, 6), (6, 7)),
    metric("sparse_top_k_categorical_accuracy", integers(7, 6), (6, 7), k=1),
    metric("pearson_correlation", (4, 5), (4, 5)),
    metric("pearson_correlation", (4, 5), (4, 5), axis=0),
    metric("concordance_correlation", (4, 5), (4, 5)),
    metric("concordance_correlation", (4, 5), (4, 5), axis=0),
    # keras.metrics has the losses' functions under their own names.
    *[metric(name, true, predicted) for name, true, predicted in (
        ("mean_squared_error", (4, 3), (4, 3)), ("mean_absolute_error", (4, 3), (4, 3)),
        ("mean_absolute_percentage_error", (4, 3), (4, 3)),
        ("mean_squared_logarithmic_error", uniform(4, 3), uniform(4, 3)), ("huber", (4, 3), (4, 3)),
        ("log_cosh", (4, 3), (4, 3)), ("poisson", uniform(4, 3), uniform(4, 3, low=0.1)),
        ("kl_divergence", simplex(4, 3), simplex(4, 3)), ("hinge", bits(4, 3), (4, 3)),
        ("squared_hinge", bits(4, 3), (4, 3)), ("categorical_hinge", one_hot(3, 4), (4, 3)),
        ("binary_crossentropy", bits(4, 3), uniform(4, 3)), ("binary_focal_crossentropy", bits(4, 3), uniform(4, 3)),
        ("categorical_crossentropy", one_hot(3, 4), simplex(4, 3)),
        ("categorical_focal_crossentropy", one_hot(3, 4), simplex(4, 3)),
        ("sparse_categorical_crossentropy", integers(3, 4), simplex(4, 3)))],
]


def build():
    family, used = Family("functions"), {}
    for spec in ROWS:
        place = f"{spec['module']}_{spec['function']}"
        used[place] = used.get(place, 0) + 1
        case = family.case(place if used[place] == 1 else f"{place}_{used[place]}", spec["function"], 3)
        y_true, y_pred = draw(spec["y_true"], case.rng), draw(spec["y_pred"], case.rng)
        if spec["function"] == "circle":  # it takes embeddings of length 1
            y_pred = y_pred / np.linalg.norm(y_pred, axis=-1, keepdims=True)
        function = getattr(getattr(keras, spec["module"]), spec["function"])
        # Functions on JAX want tensors where they ask for a dtype.
        value = function(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred), **spec["arguments"])
        case.set(module=spec["module"], config=spec["arguments"])
        for name, array in (("y_true", y_true), ("y_pred", y_pred), ("value", value)):
            case.array(name, array)
    return [family]

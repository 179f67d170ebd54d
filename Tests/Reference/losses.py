"""Losses: value and gradient with respect to y_pred under every reduction, with and without sample weights."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from golden import Family, bits, draw, integers, normal, one_hot, simplex, uniform

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def row(name, class_name, y_true, y_pred, /, weights=None, issue=2, **config):
    """`weights`: the shape of the sample weights; left out, the batch's."""
    return dict(name=name, class_name=class_name, y_true=y_true, y_pred=y_pred, weights=weights, issue=issue,
                config=config)


def regression(class_name, short, issue=2, positive=False, **config):
    """The rows of a loss that compares numbers."""
    make = (lambda *shape: uniform(*shape, low=0.1, high=3.0)) if positive else normal
    return [
        row(short, class_name, make(6, 3), make(6, 3), issue=issue, **config),
        row(f"{short}_one", class_name, make(1, 1), make(1, 1), issue=issue, **config),
        row(f"{short}_rank_3", class_name, make(2, 3, 4), make(2, 3, 4), weights=(2, 3), issue=issue, **config),
        row(f"{short}_rank_1", class_name, make(5), make(5, 1), issue=issue, **config),
    ]


SURE = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
ROWS = [
    *regression("MeanSquaredError", "mse"),
    row("mse_broadcast_weights", "MeanSquaredError", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 1)),
    row("mse_integer_truth", "MeanSquaredError", integers(5, 4, 2), normal(4, 2)),
    *regression("MeanAbsoluteError", "mae"),
    row("bce", "BinaryCrossentropy", bits(6, 1), uniform(6, 1)),
    row("bce_multi_label", "BinaryCrossentropy", bits(4, 3), uniform(4, 3)),
    row("bce_logits", "BinaryCrossentropy", bits(6, 3), normal(6, 3, scale=3), from_logits=True),
    row("bce_logits_large", "BinaryCrossentropy", [[1.0, 0.0], [0.0, 1.0]], [[100.0, 100.0], [-90.0, -1000.0]],
        from_logits=True),
    row("bce_smoothing", "BinaryCrossentropy", bits(6, 2), uniform(6, 2), label_smoothing=0.2),
    row("bce_logits_smoothing", "BinaryCrossentropy", bits(6, 2), normal(6, 2), from_logits=True,
        label_smoothing=0.1),
    row("bce_soft_truth", "BinaryCrossentropy", uniform(5, 2), uniform(5, 2)),
    row("bce_certain", "BinaryCrossentropy", [[1.0], [0.0], [1.0], [0.0]], [[1.0], [0.0], [0.0], [1.0]]),
    row("bce_rank_3", "BinaryCrossentropy", bits(2, 3, 2), uniform(2, 3, 2), weights=(2, 3)),
    row("bce_axis_1", "BinaryCrossentropy", bits(2, 3, 4), uniform(2, 3, 4), weights=(2, 4), axis=1),
    row("bce_rank_1", "BinaryCrossentropy", bits(6), uniform(6, 1)),
    row("bce_integer_truth", "BinaryCrossentropy", integers(2, 6, 1), uniform(6, 1)),
    row("cce", "CategoricalCrossentropy", one_hot(4, 6), simplex(6, 4)),
    row("cce_unnormalized", "CategoricalCrossentropy", one_hot(4, 6), uniform(6, 4, low=0.1, high=2.0)),
    row("cce_logits", "CategoricalCrossentropy", one_hot(4, 6), normal(6, 4, scale=3), from_logits=True),
    row("cce_logits_large", "CategoricalCrossentropy", SURE, [[1000.0, 0.0, -1000.0], [500.0, 501.0, 0.0]],
        from_logits=True),
    row("cce_smoothing", "CategoricalCrossentropy", one_hot(4, 6), simplex(6, 4), label_smoothing=0.1),
    row("cce_logits_smoothing", "CategoricalCrossentropy", one_hot(3, 5), normal(5, 3), from_logits=True,
        label_smoothing=0.3),
    row("cce_soft_truth", "CategoricalCrossentropy", simplex(5, 3), simplex(5, 3)),
    row("cce_certain", "CategoricalCrossentropy", SURE, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    row("cce_rank_3", "CategoricalCrossentropy", one_hot(3, 2, 4), simplex(2, 4, 3), weights=(2, 4)),
    row("cce_axis_1", "CategoricalCrossentropy", uniform(2, 3, 4), uniform(2, 3, 4, low=0.1), weights=(2, 4), axis=1),
    row("cce_logits_axis_1", "CategoricalCrossentropy", uniform(2, 3, 4), normal(2, 3, 4), weights=(2, 4), axis=1,
        from_logits=True),
    row("cce_one", "CategoricalCrossentropy", one_hot(2, 1), simplex(1, 2)),
    row("scce", "SparseCategoricalCrossentropy", integers(4, 6), simplex(6, 4)),
    row("scce_column", "SparseCategoricalCrossentropy", integers(4, 6, 1), simplex(6, 4)),
    row("scce_logits", "SparseCategoricalCrossentropy", integers(4, 6), normal(6, 4, scale=3), from_logits=True),
    row("scce_float_truth", "SparseCategoricalCrossentropy", [0.0, 2.0, 1.0], simplex(3, 3)),
    row("scce_rank_3", "SparseCategoricalCrossentropy", integers(3, 2, 4), simplex(2, 4, 3), weights=(2, 4)),
    row("scce_logits_rank_4", "SparseCategoricalCrossentropy", integers(3, 2, 2, 2), normal(2, 2, 2, 3),
        weights=(2, 2, 2), from_logits=True),
    row("scce_ignore_class", "SparseCategoricalCrossentropy", [0, 1, 2, 1, 0, 3], simplex(6, 4), ignore_class=1),
    row("scce_ignore_minus_1", "SparseCategoricalCrossentropy", [[0, -1, 2], [-1, 1, 3]], normal(2, 3, 4),
        weights=(2, 3), from_logits=True, ignore_class=-1),
    row("scce_certain", "SparseCategoricalCrossentropy", [0, 1], [[1.0, 0.0], [1.0, 0.0]]),
    row("kld", "KLDivergence", simplex(6, 4), simplex(6, 4)),
    row("kld_rank_3", "KLDivergence", simplex(2, 3, 4), simplex(2, 3, 4), weights=(2, 3)),
    row("kld_certain", "KLDivergence", SURE, [[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]]),
    row("kld_one", "KLDivergence", simplex(1, 2), simplex(1, 2)),
    row("cosine", "CosineSimilarity", normal(6, 4), normal(6, 4)),
    row("cosine_axis_1", "CosineSimilarity", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 4), axis=1),
    row("cosine_axis_0", "CosineSimilarity", normal(3, 4), normal(3, 4), weights=(4,), axis=0),
    row("cosine_rank_3", "CosineSimilarity", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 3)),
    row("cosine_zero_truth", "CosineSimilarity", [[0.0, 0.0], [1.0, 2.0]], [[1.0, 2.0], [3.0, -4.0]]),

    # The rest of Keras's losses.
    *regression("Huber", "huber", issue=3),
    row("huber_delta", "Huber", normal(6, 3, scale=4), normal(6, 3, scale=4), issue=3, delta=2.5),
    *regression("LogCosh", "log_cosh", issue=3),
    row("log_cosh_large", "LogCosh", normal(3, 2, scale=100), normal(3, 2, scale=100), issue=3),
    *regression("MeanAbsolutePercentageError", "mape", issue=3),
    row("mape_zero_truth", "MeanAbsolutePercentageError", [[0.0, 1.0], [2.0, 0.0]], normal(2, 2), issue=3),
    *regression("MeanSquaredLogarithmicError", "msle", issue=3, positive=True),
    row("msle_negative", "MeanSquaredLogarithmicError", normal(4, 3), normal(4, 3), issue=3),
    *regression("Poisson", "poisson", issue=3, positive=True),
    row("hinge", "Hinge", bits(6, 2), normal(6, 2), issue=3),
    row("hinge_signed", "Hinge", [[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]], normal(3, 2), issue=3),
    row("hinge_rank_3", "Hinge", bits(2, 3, 2), normal(2, 3, 2), weights=(2, 3), issue=3),
    row("squared_hinge", "SquaredHinge", bits(6, 2), normal(6, 2), issue=3),
    row("squared_hinge_signed", "SquaredHinge", [[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]], normal(3, 2), issue=3),
    row("squared_hinge_one", "SquaredHinge", bits(1, 1), normal(1, 1), issue=3),
    row("categorical_hinge", "CategoricalHinge", one_hot(4, 6), normal(6, 4), issue=3),
    row("categorical_hinge_rank_3", "CategoricalHinge", one_hot(3, 2, 4), normal(2, 4, 3), weights=(2, 4), issue=3),
    row("categorical_hinge_two", "CategoricalHinge", one_hot(2, 3), normal(3, 2), issue=3),
    row("bfce", "BinaryFocalCrossentropy", bits(6, 2), uniform(6, 2), issue=3),
    row("bfce_balanced", "BinaryFocalCrossentropy", bits(6, 2), uniform(6, 2), issue=3,
        apply_class_balancing=True, alpha=0.4, gamma=3.0),
    row("bfce_logits_smoothing", "BinaryFocalCrossentropy", bits(6, 2), normal(6, 2), issue=3, from_logits=True,
        label_smoothing=0.1),
    row("bfce_axis_1", "BinaryFocalCrossentropy", bits(2, 3, 4), uniform(2, 3, 4), weights=(2, 4), issue=3, axis=1),
    row("cfce", "CategoricalFocalCrossentropy", one_hot(4, 6), simplex(6, 4), issue=3),
    row("cfce_alpha_gamma", "CategoricalFocalCrossentropy", one_hot(4, 6), simplex(6, 4), issue=3, alpha=0.5,
        gamma=1.0),
    row("cfce_logits_smoothing", "CategoricalFocalCrossentropy", one_hot(4, 6), normal(6, 4), issue=3,
        from_logits=True, label_smoothing=0.1),
    row("cfce_axis_1", "CategoricalFocalCrossentropy", uniform(2, 3, 4), uniform(2, 3, 4, low=0.1), weights=(2, 4),
        issue=3, axis=1),
    row("cgce", "CategoricalGeneralizedCrossEntropy", integers(4, 6), simplex(6, 4), issue=3),
    row("cgce_q", "CategoricalGeneralizedCrossEntropy", integers(4, 6), simplex(6, 4), issue=3, q=0.9),
    row("cgce_two", "CategoricalGeneralizedCrossEntropy", integers(2, 5), simplex(5, 2), issue=3, q=0.1),
    row("dice", "Dice", bits(2, 3, 3, 1), uniform(2, 3, 3, 1), weights=(), issue=3),
    row("dice_axis", "Dice", bits(2, 3, 3, 2), uniform(2, 3, 3, 2), weights=(2,), issue=3, axis=[1, 2, 3]),
    row("dice_vector", "Dice", bits(6, 1), uniform(6, 1), weights=(), issue=3),
    row("tversky", "Tversky", bits(2, 3, 3, 1), uniform(2, 3, 3, 1), weights=(), issue=3),
    row("tversky_alpha_beta", "Tversky", bits(2, 3, 3, 1), uniform(2, 3, 3, 1), weights=(), issue=3, alpha=0.2,
        beta=0.7),
    row("tversky_axis", "Tversky", bits(2, 3, 3, 2), uniform(2, 3, 3, 2), weights=(2,), issue=3, axis=[1, 2, 3]),
    row("circle", "Circle", [0, 1, 0, 2, 1, 2], normal(6, 4), issue=3),
    row("circle_gamma_margin", "Circle", [0, 1, 0, 1], normal(4, 3), issue=3, gamma=8.0, margin=0.2),
    row("circle_with_diagonal", "Circle", [0, 1, 0, 1], normal(4, 3), issue=3, gamma=2.0, remove_diagonal=False),
    row("ctc", "CTC", integers(5, 2, 3, low=1), normal(2, 8, 5), issue=3),
    row("ctc_padded", "CTC", [[1, 2, 0], [3, 0, 0], [2, 2, 4]], normal(3, 9, 5), issue=3),
    row("ctc_repeated", "CTC", [[2, 2, 2], [1, 1, 3]], normal(2, 6, 4, scale=2), issue=3),
    row("ctc_just_fits", "CTC", [[1, 2, 3, 1], [3, 1, 2, 0]], normal(2, 4, 5), issue=3),
    row("ctc_empty", "CTC", [[0, 0], [1, 2]], normal(2, 3, 3), issue=3),
    row("ctc_extreme", "CTC", [[1, 2]], [[[500.0, 0.0, -500.0], [0.0, 900.0, -50.0], [-300.0, 20.0, 10.0],
                                          [0.0, -80.0, 80.0]]], issue=3),
    row("ctc_one_label", "CTC", [[1]], normal(1, 4, 3), issue=3),
]


def run(family, spec):
    case = family.case(spec["name"], spec["class_name"], spec["issue"])
    y_true, y_pred = draw(spec["y_true"], case.rng), draw(spec["y_pred"], case.rng)
    if spec["class_name"] == "Circle":  # it takes embeddings of length 1
        y_pred = y_pred / np.linalg.norm(y_pred, axis=-1, keepdims=True)
    shape = y_pred.shape[:1] if spec["weights"] is None else spec["weights"]
    weights = draw(uniform(*shape, low=0.2, high=2.0), case.rng)
    make = getattr(keras.losses, spec["class_name"])
    case.set(config=spec["config"], keras_config=make(**spec["config"]).get_config())
    for name, value in (("y_true", y_true), ("y_pred", y_pred), ("sample_weight", weights)):
        case.array(name, value)

    def value(reduction, weighted, prediction):
        loss = make(reduction=reduction, **spec["config"])
        return loss(y_true, prediction, sample_weight=weights if weighted else None)

    variants = [(reduction, weighted) for reduction in REDUCTIONS for weighted in (False, True)]
    prediction = jnp.asarray(y_pred)
    shape = jax.eval_shape(lambda p: value("none", False, p), prediction).shape
    cotangent = case.rng.standard_normal(shape).astype("float32")

    @jax.jit
    def everything(prediction):
        values, grads = [], []
        for reduction, weighted in variants:
            result, pull = jax.vjp(lambda p: value(reduction, weighted, p), prediction)
            values.append(result)
            grads.append(pull(jnp.asarray(cotangent) if reduction == "none" else jnp.ones_like(result))[0])
        return values, jnp.stack(grads)

    values, grads = everything(prediction)
    case.set(variants=[dict(reduction=reduction, weighted=weighted) for reduction, weighted in variants])
    case.array("values", np.stack(values[:-2]))
    case.array("values_none", np.stack(values[-2:]))
    case.array("cotangent_none", cotangent)
    case.array("grads", grads)


def build():
    family = Family("losses")
    for spec in ROWS:
        run(family, spec)
    return [family]

"""Metrics: the result and every variable after each of several updates, unweighted and weighted. One row, two cases."""

import keras
import numpy as np

from golden import Family, bits, draw, integers, normal, one_hot, simplex, uniform

UPDATES = 3


def row(name, class_name, y_true, y_pred, /, weights=None, issue=2, weighted=True, **config):
    """`y_pred` is None for a metric of values alone. `weights`: their shape; left out, the batch's."""
    return dict(name=name, class_name=class_name, y_true=y_true, y_pred=y_pred, weights=weights, issue=issue,
                weighted=weighted, config=config)


def regression(class_name, short, issue=2, positive=False, weights_of_rank_3=(2, 3), **config):
    make = (lambda *shape: uniform(*shape, low=0.1, high=3.0)) if positive else normal
    return [
        row(short, class_name, make(6, 2), make(6, 2), issue=issue, **config),
        row(f"{short}_rank_3", class_name, make(2, 3, 4), make(2, 3, 4), weights=weights_of_rank_3, issue=issue,
            **config),
        row(f"{short}_one", class_name, make(1, 1), make(1, 1), issue=issue, **config),
    ]


def rates(class_name, short):
    """Precision's and Recall's arguments."""
    return [
        row(short, class_name, bits(8, 1), uniform(8, 1)),
        row(f"{short}_threshold", class_name, bits(8), uniform(8), thresholds=0.3),
        row(f"{short}_thresholds", class_name, bits(8, 1), uniform(8, 1), thresholds=[0.1, 0.5, 0.9]),
        row(f"{short}_threshold_0", class_name, bits(8, 1), uniform(8, 1), thresholds=[0.0]),
        row(f"{short}_threshold_1", class_name, bits(8, 1), uniform(8, 1), thresholds=1.0),
        row(f"{short}_top_k", class_name, bits(6, 5), uniform(6, 5), top_k=2),
        row(f"{short}_class_id", class_name, one_hot(4, 8), simplex(8, 4), class_id=2, thresholds=0.3),
        row(f"{short}_top_k_class_id", class_name, one_hot(4, 8), simplex(8, 4), class_id=1, top_k=2),
        row(f"{short}_multi_label", class_name, bits(6, 3), uniform(6, 3)),
        row(f"{short}_rank_3", class_name, bits(2, 3, 2), uniform(2, 3, 2), weights=(2, 3, 1)),
    ]


LABELS = dict(multi_label=True, num_labels=3)
ROWS = [
    row("accuracy", "Accuracy", integers(3, 8, 1), integers(3, 8, 1)),
    row("accuracy_vector", "Accuracy", integers(3, 8), integers(3, 8)),
    row("accuracy_floats", "Accuracy", integers(3, 4, 3, dtype="float32"), integers(3, 4, 3, dtype="float32")),
    row("binary_accuracy", "BinaryAccuracy", bits(8, 1), uniform(8, 1)),
    row("binary_accuracy_threshold", "BinaryAccuracy", bits(8, 1), uniform(8, 1), threshold=0.3),
    row("binary_accuracy_multi_label", "BinaryAccuracy", bits(5, 3), uniform(5, 3)),
    row("binary_accuracy_vector", "BinaryAccuracy", bits(8), uniform(8, 1)),
    row("binary_accuracy_at_threshold", "BinaryAccuracy", [[1.0], [0.0], [1.0]], [[0.5], [0.5], [0.7]]),
    row("categorical_accuracy", "CategoricalAccuracy", one_hot(4, 8), simplex(8, 4)),
    row("categorical_accuracy_rank_3", "CategoricalAccuracy", one_hot(3, 2, 4), simplex(2, 4, 3), weights=(2, 4)),
    row("categorical_accuracy_ties", "CategoricalAccuracy", [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
        [[0.4, 0.4, 0.2], [0.5, 0.5, 0.0]]),
    row("sparse_categorical_accuracy", "SparseCategoricalAccuracy", integers(4, 8), simplex(8, 4)),
    row("sparse_categorical_accuracy_column", "SparseCategoricalAccuracy", integers(4, 8, 1), simplex(8, 4)),
    row("sparse_categorical_accuracy_rank_3", "SparseCategoricalAccuracy", integers(3, 2, 4), simplex(2, 4, 3),
        weights=(2, 4)),
    *regression("MeanSquaredError", "mean_squared_error"),
    *regression("MeanAbsoluteError", "mean_absolute_error"),
    *regression("RootMeanSquaredError", "root_mean_squared_error"),
    row("auc", "AUC", bits(10, 1), uniform(10, 1)),
    row("auc_vector", "AUC", bits(10), uniform(10), num_thresholds=11),
    row("auc_pr", "AUC", bits(10, 1), uniform(10, 1), curve="PR", num_thresholds=21),
    row("auc_pr_200", "AUC", bits(10, 1), uniform(10, 1), curve="PR"),
    row("auc_minoring", "AUC", bits(10, 1), uniform(10, 1), summation_method="minoring", num_thresholds=11),
    row("auc_majoring", "AUC", bits(10, 1), uniform(10, 1), summation_method="majoring", num_thresholds=11),
    row("auc_pr_minoring", "AUC", bits(10, 1), uniform(10, 1), curve="PR", summation_method="minoring",
        num_thresholds=11),
    row("auc_pr_majoring", "AUC", bits(10, 1), uniform(10, 1), curve="PR", summation_method="majoring",
        num_thresholds=11),
    row("auc_thresholds", "AUC", bits(10, 1), uniform(10, 1), thresholds=[0.1, 0.25, 0.6, 0.8]),
    row("auc_thresholds_even", "AUC", bits(10, 1), uniform(10, 1), thresholds=[0.25, 0.5, 0.75]),
    row("auc_two_thresholds", "AUC", bits(10, 1), uniform(10, 1), num_thresholds=2),
    row("auc_logits", "AUC", bits(10, 1), normal(10, 1, scale=2), from_logits=True, num_thresholds=11),
    row("auc_flattened_labels", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11),
    row("auc_multi_label", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11, **LABELS),
    row("auc_multi_label_pr", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11, curve="PR", **LABELS),
    row("auc_multi_label_minoring", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11,
        summation_method="minoring", **LABELS),
    row("auc_multi_label_weights", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11,
        label_weights=[0.2, 0.5, 0.3], **LABELS),
    row("auc_label_weights", "AUC", bits(8, 3), uniform(8, 3), num_thresholds=11, label_weights=[0.2, 0.5, 0.3]),
    row("auc_multi_label_thresholds_logits", "AUC", bits(8, 3), normal(8, 3), thresholds=[0.2, 0.7],
        from_logits=True, **LABELS),
    row("auc_one_class", "AUC", [[1.0], [1.0]], [[0.2], [0.7]], num_thresholds=5),
    *rates("Precision", "precision"),
    *rates("Recall", "recall"),
    row("mean", "Mean", normal(6), None),
    row("mean_scalar", "Mean", normal(), None, weights=()),
    row("mean_matrix", "Mean", normal(3, 4), None, weights=(3,)),
    row("sum", "Sum", normal(6), None),
    row("sum_scalar", "Sum", normal(), None, weights=()),
    row("sum_matrix", "Sum", normal(3, 4), None, weights=(3, 4)),

    # The rest of Keras's metrics.
    *[item for class_name, short, positive in (
        ("MeanAbsolutePercentageError", "mean_absolute_percentage_error", False),
        ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", True),
        ("CosineSimilarity", "cosine_similarity", False), ("LogCoshError", "logcosh", False),
        ("Poisson", "poisson", True)) for item in regression(class_name, short, issue=3, positive=positive)],
    row("cosine_similarity_axis_1", "CosineSimilarity", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 4), issue=3,
        axis=1),
    row("binary_crossentropy", "BinaryCrossentropy", bits(6, 2), uniform(6, 2), issue=3),
    row("binary_crossentropy_logits", "BinaryCrossentropy", bits(6, 2), normal(6, 2), issue=3, from_logits=True),
    row("binary_crossentropy_smoothing", "BinaryCrossentropy", bits(6, 2), uniform(6, 2), issue=3,
        label_smoothing=0.2),
    row("categorical_crossentropy", "CategoricalCrossentropy", one_hot(4, 6), simplex(6, 4), issue=3),
    row("categorical_crossentropy_logits", "CategoricalCrossentropy", one_hot(4, 6), normal(6, 4), issue=3,
        from_logits=True, label_smoothing=0.1),
    row("categorical_crossentropy_axis_1", "CategoricalCrossentropy", uniform(2, 3, 4), uniform(2, 3, 4, low=0.1),
        weights=(2, 4), issue=3, axis=1),
    row("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", integers(4, 6), simplex(6, 4), issue=3),
    row("sparse_categorical_crossentropy_logits", "SparseCategoricalCrossentropy", integers(4, 6), normal(6, 4),
        issue=3, from_logits=True),
    row("sparse_categorical_crossentropy_ignore", "SparseCategoricalCrossentropy", integers(4, 6), simplex(6, 4),
        issue=3, ignore_class=1),
    row("kl_divergence", "KLDivergence", simplex(6, 4), simplex(6, 4), issue=3),
    row("kl_divergence_rank_3", "KLDivergence", simplex(2, 3, 4), simplex(2, 3, 4), weights=(2, 3), issue=3),
    row("kl_divergence_two", "KLDivergence", simplex(3, 2), simplex(3, 2), issue=3),
    row("hinge", "Hinge", bits(6, 2), normal(6, 2), issue=3),
    row("hinge_signed", "Hinge", [[1.0, -1.0], [-1.0, 1.0]], normal(2, 2), issue=3),
    row("hinge_one", "Hinge", bits(1, 1), normal(1, 1), issue=3),
    row("squared_hinge", "SquaredHinge", bits(6, 2), normal(6, 2), issue=3),
    row("squared_hinge_signed", "SquaredHinge", [[1.0, -1.0], [-1.0, 1.0]], normal(2, 2), issue=3),
    row("squared_hinge_one", "SquaredHinge", bits(1, 1), normal(1, 1), issue=3),
    row("categorical_hinge", "CategoricalHinge", one_hot(4, 6), normal(6, 4), issue=3),
    row("categorical_hinge_two", "CategoricalHinge", one_hot(2, 3), normal(3, 2), issue=3),
    row("categorical_hinge_rank_3", "CategoricalHinge", one_hot(3, 2, 4), normal(2, 4, 3), weights=(2, 4), issue=3),
    row("top_k", "TopKCategoricalAccuracy", one_hot(8, 6), simplex(6, 8), issue=3),
    row("top_k_1", "TopKCategoricalAccuracy", one_hot(4, 6), simplex(6, 4), issue=3, k=1),
    row("top_k_2", "TopKCategoricalAccuracy", one_hot(4, 6), simplex(6, 4), issue=3, k=2),
    row("sparse_top_k", "SparseTopKCategoricalAccuracy", integers(8, 6), simplex(6, 8), issue=3),
    row("sparse_top_k_2", "SparseTopKCategoricalAccuracy", integers(4, 6), simplex(6, 4), issue=3, k=2),
    row("sparse_top_k_sorted", "SparseTopKCategoricalAccuracy", integers(4, 6),
        np.argsort(-np.random.default_rng(5).random((6, 4)), axis=1).astype("float32"), issue=3, k=2,
        from_sorted_ids=True),
    *[row(f"{short}{suffix}", class_name, bits(8, 1), uniform(8, 1), issue=3, **config)
      for class_name, short in (("TruePositives", "true_positives"), ("TrueNegatives", "true_negatives"),
                                ("FalsePositives", "false_positives"), ("FalseNegatives", "false_negatives"))
      for suffix, config in (("", {}), ("_threshold", {"thresholds": 0.3}),
                             ("_thresholds", {"thresholds": [0.2, 0.5, 0.8]}))],
    *[row(f"{short}{suffix}", class_name, truth, prediction, issue=3, **{argument: value}, **config)
      for class_name, short, argument in (
          ("SensitivityAtSpecificity", "sensitivity_at_specificity", "specificity"),
          ("SpecificityAtSensitivity", "specificity_at_sensitivity", "sensitivity"),
          ("PrecisionAtRecall", "precision_at_recall", "recall"),
          ("RecallAtPrecision", "recall_at_precision", "precision"))
      for suffix, truth, prediction, value, config in (
          ("", bits(10, 1), uniform(10, 1), 0.5, {"num_thresholds": 21}),
          ("_high", bits(10, 1), uniform(10, 1), 0.9, {"num_thresholds": 11}),
          ("_class_id", one_hot(3, 10), simplex(10, 3), 0.4, {"num_thresholds": 11, "class_id": 1}))],
    row("f1", "F1Score", one_hot(3, 8), simplex(8, 3), issue=3),
    row("f1_macro", "F1Score", one_hot(3, 8), simplex(8, 3), issue=3, average="macro"),
    row("f1_weighted_threshold", "F1Score", bits(8, 3), uniform(8, 3), issue=3, average="weighted", threshold=0.4),
    row("fbeta", "FBetaScore", one_hot(3, 8), simplex(8, 3), issue=3, beta=2.0),
    row("fbeta_micro", "FBetaScore", one_hot(3, 8), simplex(8, 3), issue=3, beta=0.5, average="micro"),
    row("fbeta_threshold", "FBetaScore", bits(8, 3), uniform(8, 3), issue=3, beta=2.0, threshold=0.5),
    row("r2", "R2Score", normal(8, 2), normal(8, 2), issue=3),
    row("r2_none", "R2Score", normal(8, 2), normal(8, 2), issue=3, class_aggregation=None),
    row("r2_weighted_regressors", "R2Score", normal(8, 2), normal(8, 2), issue=3,
        class_aggregation="variance_weighted_average", num_regressors=2),
    row("iou", "IoU", integers(3, 8), integers(3, 8), issue=3, num_classes=3, target_class_ids=[0, 2]),
    row("iou_ignore", "IoU", integers(3, 8), integers(3, 8), issue=3, num_classes=3, target_class_ids=[1],
        ignore_class=0),
    row("iou_dense", "IoU", one_hot(3, 8), simplex(8, 3), issue=3, num_classes=3, target_class_ids=[0, 1],
        sparse_y_true=False, sparse_y_pred=False),
    row("mean_iou", "MeanIoU", integers(3, 8), integers(3, 8), issue=3, num_classes=3),
    row("mean_iou_ignore", "MeanIoU", integers(3, 8), integers(3, 8), issue=3, num_classes=3, ignore_class=1),
    row("mean_iou_rank_2", "MeanIoU", integers(3, 4, 2), integers(3, 4, 2), weights=(4, 2), issue=3, num_classes=3),
    row("binary_iou", "BinaryIoU", bits(8), uniform(8), issue=3),
    row("binary_iou_threshold", "BinaryIoU", bits(8), uniform(8), issue=3, threshold=0.3, target_class_ids=[1]),
    row("binary_iou_rank_2", "BinaryIoU", bits(4, 2), uniform(4, 2), weights=(4, 2), issue=3),
    row("one_hot_iou", "OneHotIoU", one_hot(3, 8), simplex(8, 3), issue=3, num_classes=3, target_class_ids=[0, 2]),
    row("one_hot_iou_sparse", "OneHotIoU", one_hot(3, 8), integers(3, 8), issue=3, num_classes=3,
        target_class_ids=[1], sparse_y_pred=True),
    row("one_hot_iou_ignore", "OneHotIoU", one_hot(3, 8), simplex(8, 3), issue=3, num_classes=3,
        target_class_ids=[0, 1], ignore_class=2),
    row("one_hot_mean_iou", "OneHotMeanIoU", one_hot(3, 8), simplex(8, 3), issue=3, num_classes=3),
    row("one_hot_mean_iou_sparse", "OneHotMeanIoU", one_hot(3, 8), integers(3, 8), issue=3, num_classes=3,
        sparse_y_pred=True),
    row("one_hot_mean_iou_ignore", "OneHotMeanIoU", one_hot(3, 8), simplex(8, 3), issue=3, num_classes=3,
        ignore_class=0),
    row("pearson", "PearsonCorrelation", normal(4, 5), normal(4, 5), issue=3),
    row("pearson_axis_0", "PearsonCorrelation", normal(6, 3), normal(6, 3), weights=(3,), issue=3, axis=0),
    row("pearson_rank_3", "PearsonCorrelation", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 3), issue=3),
    row("concordance", "ConcordanceCorrelation", normal(4, 5), normal(4, 5), issue=3),
    row("concordance_axis_0", "ConcordanceCorrelation", normal(6, 3), normal(6, 3), weights=(3,), issue=3, axis=0),
    row("concordance_rank_3", "ConcordanceCorrelation", normal(2, 3, 4), normal(2, 3, 4), weights=(2, 3), issue=3),
]


def run(family, spec, weighted):
    case = family.case(spec["name"] + ("_weighted" if weighted else ""), spec["class_name"], spec["issue"])
    metric = getattr(keras.metrics, spec["class_name"])(**spec["config"])
    case.set(config=spec["config"], keras_config=metric.get_config(), updates=UPDATES, weighted=weighted,
             takes="values" if spec["y_pred"] is None else "y_true, y_pred")
    history = {}
    try:
        history["result"] = [np.asarray(metric.result())]
    except AttributeError:
        pass  # it has no state before its first update
    for update in range(UPDATES):
        y_true, y_pred = draw(spec["y_true"], case.rng), draw(spec["y_pred"], case.rng)
        arguments = {"values" if y_pred is None else "y_true": y_true}
        if y_pred is not None:
            arguments["y_pred"] = y_pred
        if weighted:
            shape = y_true.shape[:1] if spec["weights"] is None else spec["weights"]
            arguments["sample_weight"] = draw(uniform(*shape, low=0.2, high=2.0), case.rng)
        metric.update_state(**arguments)
        arguments["result"] = metric.result()
        for j, variable in enumerate(metric.variables):
            arguments[f"variable_{j}"] = variable.value
        for name, value in arguments.items():
            history.setdefault(name, []).append(np.array(value))
    if len(history["result"]) > UPDATES:
        case.array("initial_result", history["result"].pop(0), allow_nan=True)
    for name, values in history.items():
        case.array(name, np.stack(values), allow_nan=name == "result")
    case.set(variables=[dict(name=v.name, path=v.path, shape=list(v.shape)) for v in metric.variables])


def build():
    family = Family("metrics")
    for spec in ROWS:
        run(family, spec, False)
        if spec["weighted"]:
            run(family, spec, True)
    return [family]

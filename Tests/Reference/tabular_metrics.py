"""What scikit-learn says about predictions of tables: Golden/tabular_metrics/metrics.json.

Each case has its actual and predicted values, weights or null, and the metrics under the names of report.json. Lift and gain,
which scikit-learn does not have, are counted here row by row.

    venv/bin/python tabular_metrics.py
"""

import json
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

GOLDEN = pathlib.Path(__file__).parent / "Golden" / "tabular_metrics"
COSTS = {"truePositive": 1.0, "falsePositive": -0.3, "trueNegative": 0.0, "falseNegative": 0.0}


def lift(actual, probability, weights, part=0.1):
    """Positives among the top rows, against those among all; the row on the border, and its ties, count in part."""
    left = part * weights.sum()
    hits = 0.0
    for value in np.unique(probability)[::-1]:
        tied = probability == value
        rows = weights[tied].sum()
        taken = min(rows, left)
        hits += (weights * actual)[tied].sum() * taken / rows
        left -= taken
        if left <= 0:
            break
    return hits / (weights * actual).sum() / part


def regression(actual, predicted, weights):
    result = {
        "r2": metrics.r2_score(actual, predicted, sample_weight=weights),
        "explained_variance": metrics.explained_variance_score(actual, predicted, sample_weight=weights),
        "mae": metrics.mean_absolute_error(actual, predicted, sample_weight=weights),
        "mse": metrics.mean_squared_error(actual, predicted, sample_weight=weights),
        "rmse": metrics.root_mean_squared_error(actual, predicted, sample_weight=weights),
    }
    covariance = np.cov(actual, predicted, aweights=weights)
    result["pearson"] = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    if min(actual.min(), predicted.min()) > -1:
        result["rmsle"] = metrics.root_mean_squared_log_error(actual, predicted, sample_weight=weights)
    else:
        result["rmsle"] = None
    zero = (actual == 0).any()
    result["mape"] = (
        None if zero else metrics.mean_absolute_percentage_error(actual, predicted, sample_weight=weights)
    )
    return result


def binary(actual, probability, weights, threshold):
    predicted = (probability >= threshold).astype(int)
    ones = np.ones(len(actual)) if weights is None else weights
    (tn, fp), (fn, tp) = metrics.confusion_matrix(actual, predicted, sample_weight=weights, labels=[0, 1])
    gain = tp * COSTS["truePositive"] + fp * COSTS["falsePositive"]
    gain += tn * COSTS["trueNegative"] + fn * COSTS["falseNegative"]
    return {
        "roc_auc": metrics.roc_auc_score(actual, probability, sample_weight=weights),
        "average_precision": metrics.average_precision_score(actual, probability, sample_weight=weights),
        "accuracy": metrics.accuracy_score(actual, predicted, sample_weight=weights),
        "precision": metrics.precision_score(actual, predicted, sample_weight=weights),
        "recall": metrics.recall_score(actual, predicted, sample_weight=weights),
        "f1": metrics.f1_score(actual, predicted, sample_weight=weights),
        "log_loss": metrics.log_loss(actual, probability, sample_weight=weights),
        "lift": lift(actual, probability, ones),
        "cost_matrix_gain": gain / ones.sum(),
    }


def binary_curves(actual, probability, weights):
    false_positive, true_positive, thresholds = metrics.roc_curve(
        actual, probability, sample_weight=weights, drop_intermediate=False
    )
    precision, recall, _ = metrics.precision_recall_curve(actual, probability, sample_weight=weights)
    curves = {
        # Without the point where nothing is selected, which both functions add; falling thresholds.
        "thresholds": thresholds[1:],
        "true_positive_rate": true_positive[1:],
        "false_positive_rate": false_positive[1:],
        "precision": precision[:-1][::-1],
        "recall": recall[:-1][::-1],
    }
    if weights is None:
        observed, predicted = calibration_curve(actual, probability, n_bins=10, strategy="uniform")
        curves["calibration_observed"], curves["calibration_predicted"] = observed, predicted
    scores = [
        metrics.f1_score(actual, probability >= threshold, sample_weight=weights)
        for threshold in np.unique(probability)
    ]
    curves["best_f1"] = max(scores)
    accuracies = [
        metrics.accuracy_score(actual, probability >= threshold, sample_weight=weights)
        for threshold in [*np.unique(probability), 2.0]
    ]
    curves["best_accuracy"] = max(accuracies)
    return curves


def multiclass(actual, probabilities, weights):
    predicted = probabilities.argmax(axis=1)
    count = probabilities.shape[1]
    present = np.unique(actual)
    areas = [
        metrics.roc_auc_score(actual == label, probabilities[:, label], sample_weight=weights) for label in present
    ]
    if len(present) == count:
        area = metrics.roc_auc_score(
            actual, probabilities, sample_weight=weights, multi_class="ovr", average="macro"
        )
        assert abs(area - np.mean(areas)) < 1e-12
    macro = {"average": "macro", "sample_weight": weights, "zero_division": 0}
    return {
        "accuracy": metrics.accuracy_score(actual, predicted, sample_weight=weights),
        "roc_auc": float(np.mean(areas)),
        "precision": metrics.precision_score(actual, predicted, **macro),
        "recall": metrics.recall_score(actual, predicted, **macro),
        "f1": metrics.f1_score(actual, predicted, **macro),
        "log_loss": metrics.log_loss(actual, probabilities, sample_weight=weights, labels=range(count)),
    }


def by_class(actual, scores, predicted, weights):
    """Precision, recall, F1 and ROC AUC of each class against the rest, and its weight; None where one is not defined."""
    ones = np.ones(len(actual)) if weights is None else weights
    rows = []
    for label in range(scores.shape[1]):
        of, taken = actual == label, predicted == label
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            of, taken, sample_weight=weights, average="binary", zero_division=0
        )
        area = metrics.roc_auc_score(of, scores[:, label], sample_weight=weights) if 0 < of.sum() < len(of) else None
        here = bool(of.any())
        rows.append([precision if taken.any() else None, *((recall, f1) if here else (None, None)), area, ones[of].sum()])
    return rows


def cases():
    for seed, rows, kind in [(1, 200, "wide"), (2, 60, "positive"), (3, 7, "positive"), (4, 50, "whole")]:
        generator = np.random.default_rng(seed)
        actual = generator.normal(size=rows) * 20 + 3
        if kind == "positive":
            actual = np.exp(generator.normal(size=rows)) + 0.1
        if kind == "whole":
            actual = generator.integers(-3, 4, size=rows).astype(float)
        predicted = actual * 0.8 + generator.normal(size=rows) * actual.std() / 2
        if kind == "positive":
            predicted = np.abs(predicted)
        for weights in [None, generator.uniform(0.1, 3, size=rows)]:
            name = f"{kind} {rows}" + ("" if weights is None else ", weights")
            yield {
                "name": name,
                "type": "regression",
                "actual": actual,
                "predicted": predicted,
                "weights": weights,
                "metrics": regression(actual, predicted, weights),
            }
    for seed, rows, digits, threshold in [(5, 200, 16, 0.5), (6, 90, 1, 0.4), (7, 12, 1, 0.5), (8, 500, 2, 0.7)]:
        generator = np.random.default_rng(seed)
        actual = generator.integers(0, 2, size=rows)
        logits = (actual - 0.5) * 2 + generator.normal(size=rows) * 1.5
        probability = np.round(1 / (1 + np.exp(-logits)), digits)
        for weights in [None, generator.uniform(0.1, 3, size=rows)]:
            ties = "" if digits > 10 else f", ties to {digits} digits"
            yield {
                "name": f"binary {rows}{ties}" + ("" if weights is None else ", weights"),
                "type": "binary",
                "actual": actual,
                "probability": probability,
                "threshold": threshold,
                "weights": weights,
                "metrics": binary(actual, probability, weights, threshold),
                "curves": binary_curves(actual, probability, weights),
                "classes": by_class(
                    actual,
                    np.stack([1 - probability, probability], axis=1),
                    (probability >= threshold).astype(int),
                    weights,
                ),
            }
    for seed, rows, classes, absent in [(9, 200, 3, False), (10, 80, 5, True), (11, 300, 12, False)]:
        generator = np.random.default_rng(seed)
        actual = generator.integers(0, classes - absent, size=rows)
        logits = generator.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[actual]
        probabilities = np.exp(logits)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        for weights in [None, generator.uniform(0.1, 3, size=rows)]:
            missing = ", the last of which no row has" if absent else ""
            yield {
                "name": f"{classes} classes{missing}" + ("" if weights is None else ", weights"),
                "type": "multiclass",
                "actual": actual,
                "probabilities": probabilities,
                "weights": weights,
                "metrics": multiclass(actual, probabilities, weights),
                "classes": by_class(actual, probabilities, probabilities.argmax(axis=1), weights),
            }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, np.floating) else value


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(plain(case), allow_nan=False) for case in cases())
    (GOLDEN / "metrics.json").write_text(f"[\n{lines}\n]\n")

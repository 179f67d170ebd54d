"""What linear models reach on the tables that HornbillTabular is measured by.

Writes Golden/tabular/linear.json: for each table, target and seed the score of scikit-learn's logistic or ridge regression
on the same test rows, with dummies, standardised numbers and TF-IDF of texts. Row r is tested on where

    unit(r) = mix(mix(seed * 0x9E3779B97F4A7C15 + 1 * 0xD1B54A32D192ED03 + r) + 0x9E3779B97F4A7C15) >> 11, times 2^-53

is below 0.2; mix is SplitMix64's (Sources/HornbillTabular/Training/RowHash.swift).

    python tabular_linear.py FOLDER_OF_TABLES
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TABLES = {
    "titanic": ["survived"],
    "hdma": ["deny"],
    "diamonds": ["price"],
    "movies": ["rating", "mpaa"],
    "reviews": ["sentiment"],
}
METRICS = {"survived": "roc_auc", "deny": "roc_auc", "mpaa": "accuracy"}
SEEDS = range(5)


def unit(seed, stream, rows):
    """A number in 0 … 1 for each row, as RowHash has it."""
    mask = (1 << 64) - 1
    base = np.uint64((seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03) & mask)
    with np.errstate(over="ignore"):
        mix = lambda z: mix2((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
        mix2 = lambda z: (lambda w: w ^ (w >> np.uint64(31)))((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
        z = mix(mix(base + np.arange(rows, dtype=np.uint64)) + np.uint64(0x9E3779B97F4A7C15))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def columns(table, targets):
    """The inputs by the way in which they are treated: numbers, categories, texts."""
    inputs = table.drop(columns=targets)
    numbers = [name for name in inputs if pd.api.types.is_numeric_dtype(inputs[name])]
    others = [name for name in inputs if name not in numbers]
    texts = [name for name in others if inputs[name].nunique() > 0.5 * len(inputs)]
    return numbers, [name for name in others if name not in texts], texts


def score(table, targets, target, seed):
    numbers, categories, texts = columns(table, targets)
    parts = []
    if numbers:
        parts.append((make_pipeline(SimpleImputer(), StandardScaler()), numbers))
    if categories:
        table[categories] = table[categories].fillna("")
        parts.append((OneHotEncoder(handle_unknown="ignore"), categories))
    for name in texts:
        table[name] = table[name].fillna("")
        parts.append((TfidfVectorizer(max_features=10_000), name))
    tested = unit(seed, 1, len(table)) < 0.2
    known = table[target].notna().to_numpy()
    train, test = table[~tested & known], table[tested & known]
    classifies = target in METRICS
    model = LogisticRegression(max_iter=2000) if classifies else Ridge()
    pipeline = make_pipeline(make_column_transformer(*parts), model).fit(train, train[target])
    if not classifies:
        return r2_score(test[target], pipeline.predict(test))
    if METRICS[target] == "accuracy":
        return accuracy_score(test[target], pipeline.predict(test))
    return roc_auc_score(test[target] == pipeline.classes_[1], pipeline.predict_proba(test)[:, 1])


def main():
    folder = pathlib.Path(sys.argv[1])
    result = {"splits": {}, "scores": {}}
    for name, targets in TABLES.items():
        path = next(folder.glob(f"{name}.csv*"))
        table = pd.read_csv(path)
        for target in targets:
            scores = [float(score(table.copy(), targets, target, seed)) for seed in SEEDS]
            result["scores"][f"{name}/{target}"] = {
                "metric": METRICS.get(target, "r2"), "scores": scores, "mean": float(np.mean(scores))}
            print(name, target, round(np.mean(scores), 4), [round(value, 4) for value in scores], flush=True)
        result["splits"][name] = [np.flatnonzero(unit(seed, 1, len(table)) < 0.2)[:20].tolist() for seed in SEEDS]
    target = pathlib.Path(__file__).parent / "Golden/tabular/linear.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n")


main()

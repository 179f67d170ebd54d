"""Golden data of HornbillTabular's treatments: what scikit-learn, pandas and Keras make of small columns.

Writes Golden/tabular/features.json: columns, how many of their rows are fitted on, and by treatment the features of all.
"""

import json
import pathlib

import keras
import numpy as np
import pandas
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, OneHotEncoder, StandardScaler, TargetEncoder

random = np.random.default_rng(20)
ROWS, FITTED = 60, 45
numbers = np.round(random.normal(5, 20, ROWS), 3)
numbers[random.random(ROWS) < 0.2] = np.nan
categories = random.choice(["red", "green", "blue", "green, dark", ""], ROWS, p=[0.4, 0.3, 0.15, 0.05, 0.1])
target = np.round(random.normal(3, 2, ROWS) + (categories == "red"), 3)
words = ["good", "bad", "film", "plot", "actor", "the", "a", "Great", "poor", "end"]
texts = [" ".join(random.choice(words, random.integers(0, 8))) for _ in range(ROWS)]
dates = pandas.Series(pandas.Timestamp("2019-11-27") + pandas.to_timedelta(random.integers(0, 3_000_000, ROWS), "min"))
dates[random.random(ROWS) < 0.2] = pandas.NaT
vectors = np.round(random.normal(2, 5, (ROWS, 3)), 2)
vectors[random.random(ROWS) < 0.2] = np.nan
BINS, LENGTH = 8, 4


def standard_whitespace(text):
    return text.lower().split()


def fitted(*steps):
    """The features of all rows by steps that learn from the first ones."""
    def run(column):
        for step in steps:
            column = step.fit(column[:FITTED]).transform(column)
        return column
    return run


def roots(column):
    return np.hstack([column, np.sign(column) * np.sqrt(np.abs(column)), column**2])


def derived(column):
    filled = SimpleImputer().fit(column[:FITTED]).transform(column)
    return StandardScaler().fit(roots(filled)[:FITTED]).transform(roots(filled))


def ranked(column):
    """Categories by frequency, equally frequent ones in alphabetical order."""
    names, counts = np.unique(column[:FITTED], return_counts=True)
    return [str(name) for _, name in sorted(zip(-counts, names))], dict(zip(names.tolist(), counts.tolist()))


def standardised(values):
    return StandardScaler().fit(values[:FITTED]).transform(values)


column = numbers.reshape(-1, 1)
order, counts = ranked(categories)
by_order = OneHotEncoder(categories=[order], handle_unknown="ignore", sparse_output=False)
encoder = TargetEncoder(target_type="continuous", smooth=10.0).fit(categories[:FITTED, None], target[:FITTED])
rank = np.array([[order.index(value) if value in order else len(order)] for value in categories], float)
share = np.array([[counts.get(value, 0) / FITTED] for value in categories])
vectorizer = dict(tokenizer=standard_whitespace, token_pattern=None, lowercase=False)


def by_frequency(vectors, names):
    """Columns of words in the order of their frequency."""
    occurrences = np.asarray(CountVectorizer(**vectorizer).fit_transform(texts[:FITTED]).sum(0)).ravel()
    places = sorted(range(len(names)), key=lambda place: (-occurrences[place], names[place]))
    return vectors.toarray()[:, places], [names[place] for place in places]


def words_of(kind):
    fit = kind(**vectorizer).fit(texts[:FITTED])
    return by_frequency(fit.transform(texts), list(fit.get_feature_names_out()))


def fold(row):
    """The fifth of the rows to which one belongs, as RowHash has it for the stream crossFit and the seed 0."""
    mask = (1 << 64) - 1

    def mix(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    return mix((mix((7 * 0xD1B54A32D192ED03 + row) & mask) + 0x9E3779B97F4A7C15) & mask) % 5


# What texts say of a number that depends on their words, and what is missing for some rows.
opinions = np.round(random.normal(0, 0.3, ROWS) + [text.count("good") - text.count("bad") for text in texts], 3)
opinions[random.random(ROWS) < 0.1] = np.nan


def scores():
    """Standardised scores of all rows, and those of the fitted rows by the regressions that did not see them."""
    counts = CountVectorizer(ngram_range=(1, 2), **vectorizer).fit(texts[:FITTED]).transform(texts).toarray()
    idf = np.log((1 + FITTED) / (1 + (counts[:FITTED] > 0).sum(0))) + 1
    # The length of a text's words, each occurrence on its own.
    rows = counts * idf / np.sqrt(np.maximum(counts @ idf**2, 1e-6))[:, None]
    folds = np.array([fold(row) for row in range(FITTED)])
    known = ~np.isnan(opinions[:FITTED])
    centred = opinions[:FITTED] - opinions[:FITTED][known].mean()
    least, best = (centred[known] ** 2).sum(), None
    for penalty in [40 / 2**step for step in range(10)]:
        learnt = [known & (folds != left) for left in range(5)]
        models = [
            Ridge(penalty, fit_intercept=False, solver="cholesky").fit(rows[:FITTED][some], centred[some]).coef_
            for some in learnt]
        crossed = np.array([rows[row] @ models[folds[row]] for row in range(FITTED)])
        error = ((centred - crossed)[known] ** 2).sum()
        if error >= least:
            break
        least, best = error, (crossed, rows @ np.mean(models, axis=0))
    crossed, said = best
    return ((said - crossed.mean()) / crossed.std())[:, None], crossed[:, None]


def parts_of_dates():
    days = (dates - pandas.Timestamp("1970-01-01")) / pandas.Timedelta(days=1)
    parts = dates.dt
    columns = [days, parts.year, parts.month, parts.day, parts.dayofweek, parts.hour, parts.minute]
    return np.stack([np.asarray(part, float) for part in columns], axis=1)


def ranges(count):
    """Ranges of equally many values, and one for what is missing."""
    missing = np.isnan(column)[:, 0]
    edges = KBinsDiscretizer(count, encode="onehot-dense", quantile_method="linear")
    features = edges.fit(column[:FITTED][~missing[:FITTED]]).transform(np.nan_to_num(column))
    return np.hstack([features * ~missing[:, None], missing[:, None]])


def capped(count):
    """A feature for all but the most frequent categories, and one for each of these."""
    encoder = OneHotEncoder(max_categories=count + 1, handle_unknown="infrequent_if_exist", sparse_output=False)
    features = encoder.fit(categories[:FITTED, None]).transform(categories[:, None])
    names = [name.removeprefix("x0_") for name in encoder.get_feature_names_out()]
    return features[:, [names.index(name) for name in ["infrequent_sklearn"] + order[:count]]]


def imputed():
    filled = SimpleImputer(missing_values="", strategy="most_frequent").fit(categories[:FITTED, None].astype(object))
    known = [name for name in order if name]
    encoder = OneHotEncoder(categories=[known], handle_unknown="ignore", sparse_output=False)
    column = filled.transform(categories[:, None].astype(object))
    return encoder.fit(column[:FITTED]).transform(column)


def fnv(word):
    """64-bit FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def hashed_words():
    counts, names = words_of(CountVectorizer)
    result = np.zeros((ROWS, BINS))
    for index, name in enumerate(names):
        result[:, fnv(name) % BINS] += counts[:, index]
    return result


def sequences():
    layer = keras.layers.TextVectorization(
        standardize="lower_and_strip_punctuation", output_sequence_length=LENGTH, vocabulary=words_of(CountVectorizer)[1]
    )
    return np.array(layer(texts))


flags = np.isnan(column).astype(float)
result = {
    "fitted": FITTED,
    "numbers": [None if np.isnan(value) else float(value) for value in numbers],
    "categories": categories.tolist(),
    "texts": texts,
    "target": target.tolist(),
    "opinions": [None if np.isnan(value) else float(value) for value in opinions],
    "vocabulary": words_of(CountVectorizer)[1],
    "dates": [None if value is pandas.NaT else value.isoformat() for value in dates],
    "vectors": [None if np.isnan(row[0]) else str(row.tolist()) for row in vectors],
    "bins": BINS,
    "length": LENGTH,
    "features": {
        name: np.asarray(value, float).tolist()
        for name, value in {
            "standard": np.hstack([fitted(SimpleImputer(), StandardScaler())(column), flags]),
            "minmax": np.hstack([fitted(SimpleImputer(strategy="median"), MinMaxScaler())(column), flags]),
            "constant": fitted(SimpleImputer(strategy="constant", fill_value=-1.0))(column),
            "derived": derived(column),
            "dummies": by_order.fit(categories[:FITTED, None]).transform(categories[:, None]),
            "ordinal": standardised(rank),
            "frequency": standardised(share),
            "target": standardised(encoder.transform(categories[:, None])),
            "counts": words_of(CountVectorizer)[0],
            "tfidf": words_of(TfidfVectorizer)[0],
            "scores": scores()[0],
            "crossFitted": scores()[1],
            "dates": fitted(SimpleImputer(), StandardScaler())(parts_of_dates()),
            "vectors": fitted(SimpleImputer(), StandardScaler())(vectors),
            "ranges": ranges(4),
            "capped": capped(2),
            "imputed": imputed(),
            "hashing": keras.layers.Hashing(BINS, output_mode="one_hot")(categories[:, None]),
            "hashed words": hashed_words(),
            "sequence": sequences(),
        }.items()
    },
}
path = pathlib.Path(__file__).parent / "Golden/tabular/features.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(result) + "\n")

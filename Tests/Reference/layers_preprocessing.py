"""Preprocessing layers: those that compute on numbers as any layer, and those that are adapted to data or read strings.

The latter are the family `preprocessing`: batches to adapt to, inputs, outputs and vocabulary. Strings are not arrays
but objects of the manifest: {"shape": [...], "strings": [...]}."""

import keras
import numpy as np
import tensorflow as tf

from golden import Family, integers, uniform
from layers import row, run_rows

NUMBERS = [
    row("normalization_given", "Normalization", (4, 3), issue=3, mean=[0.5, -1.0, 2.0], variance=[0.25, 2.0, 9.0]),
    row("normalization_scalar", "Normalization", (2, 3, 4), issue=3, mean=0.3, variance=4.0),
    row("normalization_all", "Normalization", (3, 4), issue=3, axis=None, mean=1.5, variance=0.5),
    row("normalization_inverted", "Normalization", (4, 2), issue=3, mean=[3.0, 0.1], variance=[4.0, 0.04], invert=True),
    row("normalization_first_axis", "Normalization", (2, 3, 2), issue=3, axis=1, mean=[1.0, 2.0, 3.0],
        variance=[1.0, 4.0, 9.0]),
    row("normalization_two_axes", "Normalization", (2, 3, 2), issue=3, axis=[1, 2],
        mean=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], variance=[[1.0, 1.5], [2.0, 2.5], [3.0, 3.5]]),
    row("normalization_two_axes_one_mean", "Normalization", (2, 3, 2), issue=3, axis=[-2, -1], mean=[1.0, 2.0],
        variance=[4.0, 9.0]),
    row("normalization_no_variance", "Normalization", (3, 2), issue=3, mean=[0.0, 0.0], variance=[0.0, 1.0]),
    row("normalization_integers", "Normalization", integers(9, 3, 2), issue=3, mean=[4.0, 4.0], variance=[2.0, 8.0]),
    row("discretization_given", "Discretization", (4, 3), issue=3, bin_boundaries=[-1.0, 0.0, 0.5]),
    row("discretization_one_boundary", "Discretization", (5,), issue=3, bin_boundaries=[0.2]),
    row("discretization_on_boundary", "Discretization", np.array([[0.0, 1.0], [2.0, 3.0], [-1.0, 5.0]], "float32"), issue=3,
        bin_boundaries=[0.0, 1.0, 3.0]),
    row("discretization_one_hot", "Discretization", (4, 1), issue=3, bin_boundaries=[-0.5, 0.5], output_mode="one_hot"),
    row("discretization_one_hot_rank_2", "Discretization", (3, 2), issue=3, bin_boundaries=[-0.5, 0.5],
        output_mode="one_hot"),
    row("discretization_multi_hot", "Discretization", (4, 5), issue=3, bin_boundaries=[-0.5, 0.5],
        output_mode="multi_hot"),
    row("discretization_count", "Discretization", (4, 5), issue=3, bin_boundaries=[-0.5, 0.5], output_mode="count"),
    row("discretization_integers", "Discretization", integers(9, 4, 2), issue=3, bin_boundaries=[2.0, 4.5, 7.0]),
    row("category_encoding_default", "CategoryEncoding", integers(5, 4, 3), issue=3, num_tokens=5),
    row("category_encoding_one_hot", "CategoryEncoding", integers(5, 4), issue=3, num_tokens=5, output_mode="one_hot"),
    row("category_encoding_one_hot_column", "CategoryEncoding", integers(5, 4, 1), issue=3, num_tokens=5,
        output_mode="one_hot"),
    row("category_encoding_one_hot_rank_2", "CategoryEncoding", integers(5, 2, 3), issue=3, num_tokens=5,
        output_mode="one_hot"),
    row("category_encoding_multi_hot_column", "CategoryEncoding", integers(5, 4, 1), issue=3, num_tokens=6,
        output_mode="multi_hot"),
    row("category_encoding_count", "CategoryEncoding", integers(4, 3, 6), issue=3, num_tokens=4, output_mode="count"),
    row("category_encoding_count_column", "CategoryEncoding", integers(4, 3, 1), issue=3, num_tokens=4,
        output_mode="count"),
    row("category_encoding_weights", "CategoryEncoding", integers(4, 3, 6), issue=3, num_tokens=4, output_mode="count",
        call_arrays={"count_weights": uniform(3, 6)}),
    row("category_encoding_one_token", "CategoryEncoding", np.array([[0, 0], [0, 0]], "int32"), issue=3, num_tokens=1),
]

WORDS = [["cat", "dog"], ["emu", "cat"], ["dog", ""]]
TEXTS = ["The cat sat on the mat.", "The dog, the CAT!", "", "  two  words\tthere ", "Ünïcode é word's end"]
FLOATS = np.random.default_rng(4).standard_normal((40, 3)).astype("float32") * [1, 5, 0.1] + [0, 2, -1]
COUNTS = np.random.default_rng(5).integers(0, 7, (12, 3))


def case(name, class_name, inputs, /, adapt=None, **config):
    """`inputs`: a list of calls, each one value or a tuple of them. `adapt`: a list of batches."""
    return dict(name=name, class_name=class_name, inputs=inputs, adapt=adapt, config=config)


def lookups():
    words, numbers = ["cat", "dog", "owl"], [12, 36, 1138]
    for kind, known, data, unseen in (("string", words, WORDS, [["owl", "gnu"], ["ox", "cat"]]),
                                      ("integer", numbers, [[12, 36], [7, 12], [36, 0]], [[1138, 5], [-4, 12]])):
        layer = kind.capitalize() + "Lookup"
        mask = data[2][1]
        yield case(f"{kind}_lookup", layer, [data, data[0], unseen, data[0][0]], vocabulary=known)
        yield case(f"{kind}_lookup_rank_3", layer, [[data, data]], vocabulary=known)
        yield case(f"{kind}_lookup_two_unknown", layer, [data, unseen], vocabulary=known, num_oov_indices=2)
        yield case(f"{kind}_lookup_five_unknown", layer, [data, unseen], vocabulary=known, num_oov_indices=5)
        yield case(f"{kind}_lookup_none_unknown", layer, [known], vocabulary=known, num_oov_indices=0)
        yield case(f"{kind}_lookup_mask", layer, [data, unseen], vocabulary=known, mask_token=mask)
        yield case(f"{kind}_lookup_mask_three_unknown", layer, [data, unseen], vocabulary=known, mask_token=mask,
                   num_oov_indices=3)
        for mode in ("one_hot", "multi_hot", "count"):
            yield case(f"{kind}_lookup_{mode}", layer, [data, data[0]], vocabulary=known, output_mode=mode)
            yield case(f"{kind}_lookup_{mode}_mask", layer, [data, unseen], vocabulary=known, output_mode=mode,
                       mask_token=mask, num_oov_indices=2)
        yield case(f"{kind}_lookup_one_hot_column", layer, [[[token] for token in known]], vocabulary=known,
                   output_mode="one_hot")
        yield case(f"{kind}_lookup_padded", layer, [data], vocabulary=known, output_mode="multi_hot", max_tokens=7,
                   pad_to_max_tokens=True)
        yield case(f"{kind}_lookup_tf_idf", layer, [data, unseen], vocabulary=known, output_mode="tf_idf",
                   idf_weights=[0.25, 0.75, 0.5])
        yield case(f"{kind}_lookup_tf_idf_padded", layer, [data], vocabulary=known, output_mode="tf_idf",
                   idf_weights=[0.25, 0.75, 0.5], max_tokens=6, pad_to_max_tokens=True)
        yield case(f"{kind}_lookup_inverted", layer, [[[1, 3], [0, 2]], [7, -1]], vocabulary=known, invert=True)
        yield case(f"{kind}_lookup_inverted_mask", layer, [[[1, 3], [0, 4]], [5, 2]], vocabulary=known, invert=True,
                   mask_token=mask)
        yield case(f"{kind}_lookup_adapted", layer, [data, unseen], adapt=[data])
        yield case(f"{kind}_lookup_adapted_batches", layer, [data, unseen], adapt=[data[:2], data[2:], unseen])
        yield case(f"{kind}_lookup_adapted_max_tokens", layer, [data, unseen], adapt=[data], max_tokens=3)
        yield case(f"{kind}_lookup_adapted_mask", layer, [data, unseen], adapt=[data], mask_token=mask)
        yield case(f"{kind}_lookup_adapted_count", layer, [data, unseen], adapt=[data], output_mode="count")
        yield case(f"{kind}_lookup_adapted_tf_idf", layer, [data, unseen], adapt=[data], output_mode="tf_idf")
        yield case(f"{kind}_lookup_adapted_tf_idf_max_tokens", layer, [data, unseen], adapt=[data + unseen],
                   output_mode="tf_idf", max_tokens=4, num_oov_indices=2)
        yield case(f"{kind}_lookup_adapted_inverted", layer, [[0, 1, 2, 9]], adapt=[data], invert=True)
    yield case("string_lookup_special_tokens_given", "StringLookup", [WORDS],
               vocabulary=["", "[UNK]", "cat", "dog"], mask_token="")
    yield case("string_lookup_unicode", "StringLookup", [["é", "e\u0301", "日本", "日", "🙂"]],
               vocabulary=["é", "日本", "🙂"])
    yield case("string_lookup_unicode_order", "StringLookup", [["z", "é"]], adapt=[["é", "z", "日", "Z", "a", "🙂"]])
    yield case("string_lookup_salted", "StringLookup", [WORDS], vocabulary=["owl"], num_oov_indices=7, salt=[3, 11])
    yield case("string_lookup_long_unknown", "StringLookup", [["x" * n for n in (1, 9, 17, 40, 65, 130, 300)]],
               vocabulary=["a"], num_oov_indices=1000)
    yield case("integer_lookup_farmhash", "IntegerLookup", [[100, 300, 700, 1100, 1700, -2000]],
               vocabulary=[10, 20], num_oov_indices=4, oov_method="farmhash")
    yield case("integer_lookup_farmhash_salted", "IntegerLookup", [[100, 300, 700, 1100]], vocabulary=[10, 20],
               num_oov_indices=9, oov_method="farmhash", salt=5)


def texts():
    layer, column = "TextVectorization", [[text] for text in TEXTS]
    yield case("text_vectorization", layer, [TEXTS, column, TEXTS[:2], TEXTS[0]], adapt=[TEXTS])
    yield case("text_vectorization_vocabulary", layer, [TEXTS], vocabulary=["the", "cat", "word"])
    yield case("text_vectorization_length", layer, [TEXTS, TEXTS[1:2]], adapt=[TEXTS], output_sequence_length=4)
    yield case("text_vectorization_long", layer, [TEXTS], adapt=[TEXTS], output_sequence_length=9)
    yield case("text_vectorization_max_tokens", layer, [TEXTS], adapt=[TEXTS], max_tokens=5)
    yield case("text_vectorization_batches", layer, [TEXTS], adapt=[column[:2], column[2:]])
    yield case("text_vectorization_lower", layer, [TEXTS], adapt=[TEXTS], standardize="lower")
    yield case("text_vectorization_strip", layer, [TEXTS], adapt=[TEXTS], standardize="strip_punctuation")
    yield case("text_vectorization_not_standardized", layer, [TEXTS], adapt=[TEXTS], standardize=None)
    yield case("text_vectorization_characters", layer, [TEXTS], adapt=[TEXTS], split="character")
    yield case("text_vectorization_characters_kept", layer, [TEXTS], adapt=[TEXTS], split="character", standardize=None,
               max_tokens=12)
    yield case("text_vectorization_unsplit", layer, [WORDS], adapt=[WORDS], split=None, standardize=None)
    yield case("text_vectorization_unsplit_length", layer, [WORDS], adapt=[WORDS], split=None,
               output_sequence_length=3)
    yield case("text_vectorization_unsplit_count", layer, [WORDS], adapt=[WORDS], split=None, output_mode="count")
    yield case("text_vectorization_bigrams", layer, [TEXTS], adapt=[TEXTS], ngrams=2)
    yield case("text_vectorization_only_bigrams", layer, [TEXTS], adapt=[TEXTS], ngrams=(2,), max_tokens=8)
    yield case("text_vectorization_mixed_ngrams", layer, [TEXTS], adapt=[TEXTS], ngrams=(3, 1))
    yield case("text_vectorization_unsplit_bigrams", layer, [WORDS], adapt=[WORDS], split=None, ngrams=2)
    yield case("text_vectorization_character_ngrams", layer, [TEXTS[:2]], adapt=[TEXTS[:2]], split="character", ngrams=2)
    for mode in ("multi_hot", "count", "tf_idf"):
        yield case(f"text_vectorization_{mode}", layer, [TEXTS, column], adapt=[TEXTS], output_mode=mode)
        yield case(f"text_vectorization_{mode}_padded", layer, [TEXTS], adapt=[TEXTS], output_mode=mode, max_tokens=25,
                   pad_to_max_tokens=True)
        yield case(f"text_vectorization_{mode}_max_tokens", layer, [TEXTS], adapt=[TEXTS], output_mode=mode,
                   max_tokens=6)
    yield case("text_vectorization_tf_idf_given", layer, [TEXTS], vocabulary=["the", "cat"], output_mode="tf_idf",
               idf_weights=[0.5, 2.0])
    yield case("text_vectorization_tf_idf_bigrams", layer, [TEXTS], adapt=[TEXTS], output_mode="tf_idf", ngrams=2)


def hashes():
    strings = [["A", "B"], ["", "é"], ["a longer string than that", "z" * 100]]
    yield case("hashing", "Hashing", [strings, ["A", "B", "C", "D", "E"]], num_bins=3)
    yield case("hashing_many", "Hashing", [strings], num_bins=1_000_003)
    yield case("hashing_one_bin", "Hashing", [strings], num_bins=1)
    yield case("hashing_salt", "Hashing", [strings], num_bins=1000, salt=133)
    yield case("hashing_two_salts", "Hashing", [strings], num_bins=1000, salt=[133, 137])
    yield case("hashing_mask", "Hashing", [strings], num_bins=4, mask_value="")
    yield case("hashing_mask_integer", "Hashing", [[[1, 2], [0, -5]]], num_bins=4, mask_value=2)
    yield case("hashing_integers", "Hashing", [[[1, 2], [0, -5]], [2**40, -1]], num_bins=100)
    yield case("hashing_integers_salt", "Hashing", [[[1, 2], [0, -5]]], num_bins=100, salt=[1, 2])
    yield case("hashing_floats", "Hashing", [[[1.7, -2.5], [0.0, 3.0]]], num_bins=100)
    for mode in ("one_hot", "multi_hot", "count"):
        yield case(f"hashing_{mode}", "Hashing", [strings, strings[0]], num_bins=4, output_mode=mode)
    yield case("hashing_one_hot_column", "Hashing", [[["A"], ["B"], ["C"]]], num_bins=4, output_mode="one_hot")
    feature, number = ["A", "B", "A", "é", ""], [101, 101, -102, 0, 7]
    yield case("hashed_crossing", "HashedCrossing", [(feature, number)], num_bins=5)
    yield case("hashed_crossing_many", "HashedCrossing", [(feature, number), (number, feature)], num_bins=100_003)
    yield case("hashed_crossing_column", "HashedCrossing", [([[x] for x in feature], [[x] for x in number])],
               num_bins=50)
    yield case("hashed_crossing_three", "HashedCrossing", [(feature, number, number)], num_bins=1000)
    yield case("hashed_crossing_strings", "HashedCrossing", [(feature, feature[::-1])], num_bins=1000)
    yield case("hashed_crossing_integers", "HashedCrossing", [(number, number[::-1])], num_bins=1000)
    yield case("hashed_crossing_one_hot", "HashedCrossing", [(feature, number)], num_bins=5, output_mode="one_hot")
    yield case("hashed_crossing_one_hot_column", "HashedCrossing", [([[x] for x in feature], [[x] for x in number])],
               num_bins=5, output_mode="one_hot")
    yield case("hashed_crossing_scalars", "HashedCrossing", [("A", 7)], num_bins=1000)


def numbers():
    some = FLOATS[:5]
    yield case("normalization_adapted", "Normalization", [some], adapt=[FLOATS])
    yield case("normalization_adapted_batches", "Normalization", [some], adapt=[FLOATS[:7], FLOATS[7:20], FLOATS[20:]])
    yield case("normalization_adapted_all", "Normalization", [some], adapt=[FLOATS], axis=None)
    yield case("normalization_adapted_inverted", "Normalization", [some], adapt=[FLOATS], invert=True)
    yield case("normalization_adapted_rank_3", "Normalization", [FLOATS.reshape(10, 4, 3)[:2]],
               adapt=[FLOATS.reshape(10, 4, 3)], axis=1)
    yield case("normalization_adapted_two_axes", "Normalization", [FLOATS.reshape(10, 4, 3)[:2]],
               adapt=[FLOATS.reshape(10, 4, 3)], axis=[1, 2])
    yield case("normalization_adapted_integers", "Normalization", [COUNTS[:4]], adapt=[COUNTS])
    yield case("discretization_adapted", "Discretization", [some], adapt=[FLOATS[:, 0]], num_bins=4)
    yield case("discretization_adapted_matrix", "Discretization", [some], adapt=[FLOATS], num_bins=3)
    yield case("discretization_adapted_batches", "Discretization", [some], adapt=[FLOATS[:9], FLOATS[9:10], FLOATS[10:]],
               num_bins=5)
    yield case("discretization_adapted_coarse", "Discretization", [some], adapt=[FLOATS], num_bins=4, epsilon=0.1)
    yield case("discretization_adapted_coarse_batches", "Discretization", [some],
               adapt=[FLOATS[:13], FLOATS[13:30], FLOATS[30:]], num_bins=6, epsilon=0.05)
    yield case("discretization_adapted_few", "Discretization", [some], adapt=[FLOATS[:2, 0]], num_bins=5)
    yield case("discretization_adapted_one_bin", "Discretization", [some], adapt=[FLOATS], num_bins=1)
    yield case("discretization_adapted_many", "Discretization", [some],
               adapt=[np.random.default_rng(6).standard_normal(3000).astype("float32")], num_bins=10)
    for mode in ("one_hot", "multi_hot", "count"):
        yield case(f"discretization_adapted_{mode}", "Discretization", [some], adapt=[FLOATS], num_bins=4,
                   output_mode=mode)


def store(entry, name, value):
    """An array, or strings as an object of the manifest."""
    value = np.asarray(value)
    if value.dtype.kind == "O":
        value = np.vectorize(lambda x: x.decode() if isinstance(x, bytes) else x, otypes=[str])(value)
    if value.dtype.kind == "S":
        value = np.char.decode(value, "utf-8")
    if value.dtype.kind == "U":
        entry.set(**{name: {"shape": list(value.shape), "strings": value.reshape(-1).tolist()}})
    else:
        entry.array(name, value)


def run(family, spec):
    entry = family.case(spec["name"], spec["class_name"], 3)
    config = dict(spec["config"])
    layer = getattr(keras.layers, spec["class_name"])(**config)
    batches = [np.asarray(batch) for batch in spec["adapt"] or []]
    for i, batch in enumerate(batches):
        store(entry, f"adapt_{i}", batch)
    if len(batches) == 1:
        layer.adapt(batches[0])
    elif batches:
        layer.adapt(iter(batches))
    if hasattr(layer, "get_vocabulary"):
        vocabulary = np.asarray(layer.get_vocabulary())
        store(entry, "vocabulary", vocabulary)
    if spec["class_name"] == "Discretization":
        entry.set(bin_boundaries=layer.bin_boundaries)
    for i, inputs in enumerate(spec["inputs"]):
        many = isinstance(inputs, tuple)
        values = [np.asarray(value) for value in (inputs if many else [inputs])]
        for j, value in enumerate(values):
            store(entry, f"input_{i}_{j}", value)
        if config.get("invert") and spec["class_name"] == "StringLookup":
            # Strings cannot be made into arrays of JAX: from a tensor of TensorFlow Keras gives one.
            values = [tf.constant(values[0])]
        result = layer(tuple(values) if many else values[0])
        store(entry, f"output_{i}", result.numpy() if hasattr(result, "numpy") else result)
    entry.set(config=config, keras_config=layer.get_config(), calls=len(spec["inputs"]), batches=len(batches))


TABLE = {
    "age": FLOATS[:30, 0], "size": FLOATS[:30, 1], "rooms": np.asarray([1, 2, 2, 3, 1, 5] * 5),
    "city": np.asarray(["Rome", "Oslo", "Rome", "Bern", "", "Oslo"] * 5), "code": np.asarray([7, 8, 9] * 10),
}
SPACES = {
    "kinds": dict(features={"age": "float", "size": "float_normalized", "rooms": "integer_categorical",
                            "city": "string_categorical", "code": "integer_hashed"}, hashing_dim=5),
    "ranges": dict(features={"age": "float_discretized", "size": "float_rescaled", "city": "string_hashed"},
                   num_discretization_bins=4, hashing_dim=3),
    "crosses": dict(features={"rooms": "integer_categorical", "city": "string_categorical", "code": "integer_hashed"},
                    crosses=[["rooms", "city"], ["code", "city"]], crossing_dim=6),
    "crossed_ranges": dict(features={"age": "float_discretized", "city": "string_hashed"},
                           crosses=[["age", "city"]], num_discretization_bins=3),
    "dictionary": dict(features={"age": "float_normalized", "city": "string_categorical", "rooms": "integer_hashed"},
                       output_mode="dict", crosses=[["rooms", "city"]]),
    "one": dict(features={"city": "string_categorical"}),
}


def run_space(family, name, config):
    """A FeatureSpace: the columns, and what becomes of the first rows."""
    entry = family.case(name, "FeatureSpace", 3)
    space = keras.utils.FeatureSpace(**config)
    columns = {key: value for key, value in TABLE.items() if key in config["features"]}
    for key, value in columns.items():
        store(entry, f"column_{key}", value)
    space.adapt(columns)
    outputs = space({key: value[:8] for key, value in columns.items()})
    outputs = outputs if isinstance(outputs, dict) else {"all": outputs}
    for key, value in outputs.items():
        entry.array(f"output_{key}", value)
    entry.set(config=config, outputs=sorted(outputs), input_names=sorted(space.get_inputs()))


def build():
    spaces = Family("feature_spaces")
    for name, config in SPACES.items():
        run_space(spaces, name, config)
    family = Family("preprocessing")
    for table in (lookups, texts, hashes, numbers):
        for spec in table():
            run(family, spec)
    return run_rows("layers_preprocessing", NUMBERS) + [family, spaces]

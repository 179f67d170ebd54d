"""A FeatureSpace that Keras saved, with a row of what it makes of a table: `python feature_space.py`, with TensorFlow, which
Keras's FeatureSpace needs, writes Golden/formats/feature_space.keras and .json.

`python feature_space.py FILE` loads what Hornbill saved, and prints what it makes of the same table.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow as tf
from keras.utils import FeatureSpace

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "formats")
table = {
    "size": [1.0, 2.0, 3.0, 5.0],
    "city": ["a", "b", "a", "c"],
    "land": ["x", "y", "y", "y"],
    "rooms": [1, 2, 3, 1],
    "street": ["x", "y", "z", "x"],
    "age": [0.1, 0.5, 0.7, 0.9],
}
rows = {name: tf.constant(column) for name, column in table.items()}

if len(sys.argv) > 1:
    print(json.dumps(keras.models.load_model(sys.argv[1])(rows).tolist()))
    sys.exit()

# Not in the order of their names, and two of one class: files count them in this order.
space = FeatureSpace(
    features={
        "size": FeatureSpace.float_normalized(),
        "land": FeatureSpace.string_categorical(num_oov_indices=2),
        "city": FeatureSpace.string_categorical(max_tokens=3),
        "rooms": "integer_categorical",
        "street": FeatureSpace.string_hashed(num_bins=5),
        "age": FeatureSpace.float_discretized(num_bins=4),
    },
    crosses=[("rooms", "city")],
    crossing_dim=8,
)
space.adapt(tf.data.Dataset.from_tensor_slices(table))
encoded = space(rows)
space.save(os.path.join(folder, "feature_space.keras"))
with open(os.path.join(folder, "feature_space.json"), "w") as file:
    json.dump({"table": table, "encoded": encoded.tolist()}, file)

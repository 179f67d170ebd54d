"""The models of Examples/Sources/ReviewsLSTM and ReviewsTransformer in Python Keras: `python reviews.py [lstm|transformer]`.

The same rows, layers, optimizer, batches and epochs; prints the accuracy on the held-out fifth.
"""

import csv
import gzip
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import layers

EPOCHS, WORDS, LENGTH, WIDTH = 3, 5000, 40, 32


def reviews():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Data/reviews.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    labels = np.array([float(row["sentiment"]) > 0 for row in rows], "float32")
    held = np.arange(len(rows)) % 5 == 0
    return texts, labels, held


def lstm(words):
    x = layers.Embedding(WORDS, WIDTH, mask_zero=True)(words)
    x = layers.Bidirectional(layers.LSTM(WIDTH))(x)
    return layers.Dropout(0.5)(x)


def transformer(words):
    positions = layers.Embedding(LENGTH, WIDTH)(keras.ops.arange(LENGTH))
    x = layers.Embedding(WORDS, WIDTH)(words) + positions
    attended = layers.MultiHeadAttention(num_heads=2, key_dim=WIDTH)(x, x)
    x = layers.LayerNormalization(epsilon=1e-6)(x + attended)
    wide = layers.Dense(WIDTH)(layers.Dense(64, activation="relu")(x))
    x = layers.LayerNormalization(epsilon=1e-6)(x + wide)
    return layers.Dropout(0.5)(layers.GlobalAveragePooling1D()(x))


def train(block, seed):
    keras.utils.set_random_seed(seed)
    texts, labels, held = reviews()
    vectorize = layers.TextVectorization(WORDS, output_sequence_length=LENGTH)
    training = [text for text, out in zip(texts, held) if not out]
    vectorize.adapt(training)
    words = np.asarray(vectorize(texts))
    inputs = keras.Input([LENGTH], dtype="int32")
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(block(inputs)))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(words[~held], labels[~held], batch_size=32, epochs=EPOCHS, verbose=0)
    return model.evaluate(words[held], labels[held], verbose=0)[1]


if __name__ == "__main__":
    for name, block in [("lstm", lstm), ("transformer", transformer)]:
        if name in (sys.argv[1:] or [name]):
            scores = [train(block, seed) for seed in (1, 2, 3)]
            print(f"{name}: held-out accuracy {np.mean(scores):.4f} ({', '.join(f'{score:.4f}' for score in scores)})")

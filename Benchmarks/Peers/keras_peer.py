"""A workload in Python Keras: fit and predict over arrays in memory, with shuffling, metrics and history.

usage: keras_peer.py BACKEND WORKLOAD FOLDER [EPOCHS]

FOLDER holds data and initial weights, as `TrainingSteps --export` writes them. With EPOCHS nothing is timed: the model
is trained for as many from these weights, without shuffling, and the losses are printed.
"""

import os
import statistics
import sys
import time

BACKEND, WORKLOAD, FOLDER = sys.argv[1:4]
os.environ["KERAS_BACKEND"] = BACKEND
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras import layers as L

from measuring import DURATION, LEAST, Data, median_ms, peak_memory, report, since_start


def sine():
    model = keras.Sequential(
        [keras.Input((1,)), L.Dense(32, "sigmoid"), L.Dense(32, "sigmoid"), L.Dense(1)])
    model.compile("rmsprop", "mse", metrics=["mse"])
    return model


def tickets():
    inputs = [keras.Input((n,), name=name) for name, n in (("title", 10000), ("text_body", 10000), ("tags", 100))]
    features = L.Dense(64, "relu")(L.Concatenate()(inputs))
    outputs = [L.Dense(1, "sigmoid", name="priority")(features), L.Dense(4, "softmax", name="department")(features)]
    model = keras.Model(inputs, outputs)
    model.compile(
        "rmsprop", ["mean_squared_error", "categorical_crossentropy"], metrics=[["mean_absolute_error"], ["accuracy"]])
    return model


def mlp():
    model = keras.Sequential([keras.Input((784,)), L.Dense(512, "relu"), L.Dense(10, "softmax")])
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def cnn():
    model = keras.Sequential([
        keras.Input((28, 28, 1)), L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(),
        L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(), L.Conv2D(128, 3, activation="relu"), L.Flatten(),
        L.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def resnet():
    def convolution(x, filters, size, stride):
        return L.BatchNormalization()(L.Conv2D(filters, size, stride, padding="same", use_bias=False)(x))

    def block(x, filters, stride):
        y = L.Activation("relu")(convolution(x, filters, 3, stride))
        y = convolution(y, filters, 3, 1)
        short = x if stride == 1 and x.shape[-1] == filters else convolution(x, filters, 1, stride)
        return L.Activation("relu")(L.Add()([short, y]))

    image = keras.Input((32, 32, 3))
    x = L.Activation("relu")(convolution(image, 16, 3, 1))
    for filters in (16, 32, 64):
        for number in range(3):
            x = block(x, filters, 2 if number == 0 and filters > 16 else 1)
    model = keras.Model(image, L.Dense(10, "softmax")(L.GlobalAveragePooling2D()(x)))
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def transformer():
    tokens = keras.Input((200,), dtype="int32")
    x = L.Embedding(20000, 64)(tokens)
    x = L.LayerNormalization()(x + L.MultiHeadAttention(4, 16)(x, x))
    x = L.LayerNormalization()(x + L.Dense(64)(L.Dense(128, "relu")(x)))
    model = keras.Model(tokens, L.Dense(1, "sigmoid")(L.GlobalAveragePooling1D()(x)))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def lstm():
    model = keras.Sequential([keras.Input((100, 32)), L.LSTM(128), L.Dense(1)])
    model.compile("adam", "mse")
    return model


class EpochClock(keras.callbacks.Callback):
    """When each epoch ended."""

    def __init__(self):
        super().__init__()
        self.ends = []

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(time.perf_counter())


def single(arrays):
    return arrays[0] if len(arrays) == 1 else arrays


data = Data(FOLDER, WORKLOAD)
model = globals()[WORKLOAD]()
x, y = single(data.x), single(data.y)

if len(sys.argv) > 4:
    model.load_weights(f"{FOLDER}/{WORKLOAD}.weights.h5")
    history = model.fit(x, y, batch_size=data.batch, epochs=int(sys.argv[4]), shuffle=False, verbose=0)
    report(f"keras_{BACKEND}", WORKLOAD, losses=history.history["loss"])
    sys.exit()

first_x, first_y = data.first()
model.fit(single(first_x), single(first_y), batch_size=data.batch, verbose=0)
first_step = since_start()


def epochs(count):
    """Seconds of each epoch of one fit but the first, which compiles the step for the rest of the rows."""
    clock = EpochClock()
    model.fit(x, y, batch_size=data.batch, epochs=count + 1, verbose=0, callbacks=[clock])
    return [end - begin for begin, end in zip(clock.ends, clock.ends[1:])]


def predict():
    model.predict(x, batch_size=data.batch, verbose=0)


one = epochs(1)[0]
train = statistics.median(epochs(min(2000, max(LEAST, round(DURATION / one)))))
predict()
predict_ms = median_ms(predict, data.steps)
peak = peak_memory()
one_ms = None
if WORKLOAD == "mlp":
    row = x[:1]
    model.predict_on_batch(row)
    one_ms = median_ms(lambda: [model.predict_on_batch(row) for _ in range(100)], 100)
report(
    f"keras_{BACKEND}", WORKLOAD, train_ms=train * 1e3 / data.steps, predict_ms=predict_ms, first_step_s=first_step,
    peak_bytes=peak, data_bytes=data.bytes, row_ms=one_ms)

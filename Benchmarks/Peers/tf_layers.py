"""The layers of LayerTimings in TensorFlow: Keras's layers under tf.function, forward, and with the gradients.

usage: tf_layers.py [NAME ...]; prints a JSON line for each. OMP_NUM_THREADS says how many threads.
"""

import json
import os
import sys
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

threads = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count()))
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)

from keras import layers as L
from keras import optimizers


class SelfAttention(L.Layer):
    """Attention of four heads from a sequence to itself."""

    def __init__(self, causal):
        super().__init__()
        self.attention, self.causal = L.MultiHeadAttention(4, 16), causal

    def call(self, x):
        return self.attention(x, x, use_causal_mask=self.causal)


ROWS = {
    "conv2d 28x28x1": ((64, 28, 28, 1), lambda: L.Conv2D(32, 3, padding="same", activation="relu")),
    "conv2d 28x28x32": ((64, 28, 28, 32), lambda: L.Conv2D(32, 3, padding="same", activation="relu")),
    "conv2d 28x28x32 bfloat16": ((64, 28, 28, 32), lambda: L.Conv2D(32, 3, padding="same", dtype="mixed_bfloat16")),
    "conv2d 32x32x16": ((128, 32, 32, 16), lambda: L.Conv2D(16, 3, padding="same")),
    "conv2d strides 2": ((128, 32, 32, 16), lambda: L.Conv2D(32, 3, strides=2, padding="same")),
    "conv2d 1x1": ((64, 14, 14, 64), lambda: L.Conv2D(128, 1)),
    "conv2d groups 4": ((64, 14, 14, 64), lambda: L.Conv2D(64, 3, padding="same", groups=4)),
    "conv2d small": ((1, 8, 8, 3), lambda: L.Conv2D(8, 3)),
    "conv1d 200x64": ((32, 200, 64), lambda: L.Conv1D(64, 3, padding="same")),
    "conv1d causal dilated": ((32, 200, 32), lambda: L.Conv1D(32, 3, padding="causal", dilation_rate=4)),
    "conv3d 8x16x16x8": ((8, 8, 16, 16, 8), lambda: L.Conv3D(16, 3, padding="same")),
    "conv2d transpose": ((64, 14, 14, 32), lambda: L.Conv2DTranspose(16, 3, strides=2, padding="same")),
    "depthwise 28x28x32": ((64, 28, 28, 32), lambda: L.DepthwiseConv2D(3, padding="same")),
    "separable 28x28x32": ((64, 28, 28, 32), lambda: L.SeparableConv2D(64, 3, padding="same")),
    "batch norm 32x32x16": ((128, 32, 32, 16), lambda: L.BatchNormalization()),
    "batch norm 8x8x64": ((128, 8, 8, 64), lambda: L.BatchNormalization()),
    "batch norm 512": ((128, 512), lambda: L.BatchNormalization()),
    "batch norm inference": ((128, 32, 32, 16), lambda: L.BatchNormalization()),
    "layer norm 200x64": ((32, 200, 64), lambda: L.LayerNormalization()),
    "layer norm 512": ((128, 512), lambda: L.LayerNormalization()),
    "rms norm 200x64": ((32, 200, 64), lambda: L.RMSNormalization()),
    "group norm 16x16x64": ((32, 16, 16, 64), lambda: L.GroupNormalization(8)),
    "unit norm 200x64": ((32, 200, 64), lambda: L.UnitNormalization()),
    "embedding 20000x64": ((32, 200), lambda: L.Embedding(20000, 64)),
    "einsum dense": ((32, 200, 64), lambda: L.EinsumDense("abc,cde->abde", (None, 4, 16), bias_axes="de")),
    "lstm 100x64": ((32, 100, 64), lambda: L.LSTM(128)),
    "lstm sequences": ((32, 100, 64), lambda: L.LSTM(64, return_sequences=True)),
    "gru 100x64": ((32, 100, 64), lambda: L.GRU(128)),
    "simple rnn 100x64": ((32, 100, 64), lambda: L.SimpleRNN(128)),
    "bidirectional lstm": ((32, 100, 64), lambda: L.Bidirectional(L.LSTM(64))),
    "multi head 200x64": ((32, 200, 64), lambda: SelfAttention(False)),
    "multi head causal": ((32, 200, 64), lambda: SelfAttention(True)),
    "max pool 2x2": ((64, 28, 28, 32), lambda: L.MaxPooling2D(2)),
    "max pool 3x3 strides 2": ((64, 28, 28, 32), lambda: L.MaxPooling2D(3, strides=2, padding="same")),
    "average pool 2x2": ((64, 28, 28, 32), lambda: L.AveragePooling2D(2)),
    "max pool 1d": ((32, 200, 64), lambda: L.MaxPooling1D(2)),
    "global average pool": ((64, 14, 14, 64), lambda: L.GlobalAveragePooling2D()),
    "global max pool": ((64, 14, 14, 64), lambda: L.GlobalMaxPooling2D()),
}

# Called as in training.
TRAINING = ("batch norm 32x32x16", "batch norm 8x8x64", "batch norm 512")
# The input is ids below this; the weights are updated by Adam too.
IDS = {"embedding 20000x64": 20000}


def best(run):
    """The fastest of many runs, within about half a second."""
    for _ in range(3):
        run()
    fastest, total = float("inf"), 0.0
    while total < 0.5:
        start = time.perf_counter()
        run()
        elapsed = time.perf_counter() - start
        fastest, total = min(fastest, elapsed), total + elapsed
    return fastest * 1e3


for name in sys.argv[1:] or ROWS:
    shape, make = ROWS[name]
    layer = make()
    training = name in TRAINING
    x = tf.random.uniform(shape, maxval=IDS[name], dtype="int32") if name in IDS else tf.random.normal(shape)
    y = layer(x)
    slope = tf.cast(tf.random.normal(y.shape), y.dtype)
    weights = [w.value for w in layer.trainable_variables]
    optimizer = optimizers.Adam()
    optimizer.build(layer.trainable_variables)

    @tf.function
    def forward(x):
        return layer(x, training=training) if training else layer(x)

    @tf.function
    def both(x):
        with tf.GradientTape() as tape:
            if name not in IDS:
                tape.watch(x)
            y = layer(x, training=training) if training else layer(x)
        if name not in IDS:
            return y, tape.gradient(y, [x, *weights], output_gradients=slope)
        optimizer.apply(tape.gradient(y, weights, output_gradients=slope), layer.trainable_variables)
        return y

    try:
        times = best(lambda: forward(x)), best(lambda: both(x))
    except (tf.errors.OpError, ValueError) as error:
        print(f"{name}: {str(error)[:120]}", file=sys.stderr)
        continue
    print(json.dumps({"peer": "tensorflow", "layer": name, "forward_ms": times[0], "both_ms": times[1]}), flush=True)

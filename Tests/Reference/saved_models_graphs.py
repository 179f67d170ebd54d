"""Saved models: layers that are shared and nested, operations as nodes, preprocessing."""

import numpy as np
from keras import Input, Model, Sequential, layers, ops
from keras.layers import Dense

from saved_model_rows import model

# Graphs


@model("rmsprop", {"priority": "mse", "department": "categorical_crossentropy"},
       metrics={"priority": ["mae"], "department": ["accuracy"]}, loss_weights={"priority": 1.0, "department": 0.5},
       x={"title": (10,), "text_body": (8,), "tags": (4,)}, y={"priority": (1,), "department": "one_hot:4"},
       trained=True)
def tickets():
    title, body, tags = Input((10,), name="title"), Input((8,), name="text_body"), Input((4,), name="tags")
    features = Dense(8, activation="relu")(layers.Concatenate()([title, body, tags]))
    return Model([title, body, tags], {
        "priority": Dense(1, activation="sigmoid", name="priority")(features),
        "department": Dense(4, activation="softmax", name="department")(features)})


@model("adam", ["mse", "mae"], metrics=[["mae"], ["mse"]], loss_weights=[1.0, 2.0], y=[(2,), (1,)])
def two_outputs():
    x = Input((4,))
    y = Dense(5, activation="relu")(x)
    return Model(x, [Dense(2)(y), Dense(1, name="last")(y)])


@model("adam", x={"left": (4,), "right": (4,)})
def siamese():
    left, right = Input((4,), name="left"), Input((4,), name="right")
    tower = Sequential([Input((4,)), Dense(5, activation="relu"), Dense(3)], name="tower")
    distance = ops.sqrt(ops.sum(ops.square(tower(left) - tower(right)), axis=-1, keepdims=True) + 1e-6)
    return Model([left, right], distance)


@model("adam")
def shared_layer():
    x = Input((4,))
    shared = Dense(4, activation="tanh", name="shared")
    return Model(x, Dense(1)(layers.add([shared(x), shared(shared(x))])))


@model("adam")
def operators():
    x = Input((6,))
    y = 2.0 * x[:, 0:3] - x[:, 3:] / 3.0 + 1.0
    y = ops.maximum(y, -0.5) ** 2
    y = ops.concatenate([y, ops.exp(-ops.abs(x))], axis=-1)
    y = ops.stack([y, ops.flip(y, axis=1)], axis=1)
    y = ops.transpose(y, (0, 2, 1))
    y = ops.where(y > 0.5, y, ops.zeros_like(y))
    return Model(x, Dense(1)(ops.mean(y, axis=-1)))


@model("adam")
def more_operators():
    x = Input((4, 6))
    y = ops.matmul(x, ops.transpose(x, (0, 2, 1)))
    y = ops.softmax(y, axis=-1)
    z = ops.reshape(ops.relu(y), (-1, 16))
    a, b = ops.split(z, 2, axis=-1)
    y = ops.expand_dims(a * b, -1)
    y = ops.squeeze(y, -1) + ops.max(z, axis=-1, keepdims=True)
    y = ops.clip(y, -1.0, 3.0) - ops.var(y, axis=-1, keepdims=True)
    return Model(x, Dense(1)(ops.pad(y, ((0, 0), (1, 2)))))


@model("adam")
def merging():
    x = Input((5,))
    a, b = Dense(4)(x), Dense(4)(x)
    merged = [layers.Add()([a, b]), layers.Subtract()([a, b]), layers.Multiply()([a, b]), layers.Average()([a, b]),
              layers.Maximum()([a, b]), layers.Minimum()([a, b]), layers.Dot(axes=1, normalize=True)([a, b])]
    return Model(x, Dense(1)(layers.concatenate(merged, axis=-1)))


@model("adam", x={"a": (3,), "b": (3,)})
def nested_functional():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    inner_x, inner_y = Input((3,), name="x"), Input((3,), name="y")
    inner = Model([inner_x, inner_y], Dense(4, name="in")(layers.concatenate([inner_x, inner_y])), name="inner")
    return Model({"a": a, "b": b}, Dense(1)(inner([a, b]) + inner([b, a])), name="outer")


@model("adam")
def einsum():
    return Sequential([
        Input((4, 6)), layers.EinsumDense("abc,cde->abde", output_shape=(4, 2, 3), bias_axes="de", activation="relu"),
        layers.Flatten(), Dense(1)])


@model("adam", x="int:9x4", y=(4, 9))
def reversible_embedding():
    ids = Input((4,), dtype="int32")
    embedding = layers.ReversibleEmbedding(9, 5)
    return Model(ids, embedding(Dense(5)(embedding(ids)), reverse=True))


@model("adam")
def identity_and_wrappers():
    x = Input((4, 3))
    y = layers.Identity()(x)
    y = layers.TimeDistributed(layers.BatchNormalization())(y)
    y = layers.Bidirectional(layers.SimpleRNN(2), merge_mode="mul")(y)
    return Model(x, Dense(1)(y))


# Preprocessing


@model("adam")
def preprocessing_numbers():
    normalization = layers.Normalization()
    normalization.adapt(np.arange(60, dtype="float32").reshape(12, 5) / 7)
    return Sequential([Input((5,)), normalization, layers.Rescaling(0.5, offset=-0.1), Dense(1)])


@model("adam", x={"age": (1,), "kind": "int:4x1"})
def preprocessing_categories():
    age, kind = Input((1,), name="age"), Input((1,), dtype="int32", name="kind")
    buckets = layers.Discretization(bin_boundaries=[-1.0, 0.0, 0.7], output_mode="one_hot")(age)
    kinds = layers.CategoryEncoding(num_tokens=4, output_mode="multi_hot")(kind)
    return Model([age, kind], Dense(1)(layers.concatenate([buckets, kinds])))


@model("adam")
def preprocessing_images():
    return Sequential([
        Input((8, 8, 3)), layers.CenterCrop(6, 6), layers.Resizing(4, 4, interpolation="nearest"),
        layers.Rescaling(1 / 255.0), layers.RandomFlip("horizontal", seed=1), layers.RandomRotation(0.0, seed=2),
        layers.RandomZoom(0.0, seed=3), layers.GlobalAveragePooling2D(), Dense(1)])

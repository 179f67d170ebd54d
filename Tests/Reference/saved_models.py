"""Files that Keras saved: `<case>.keras`, compiled and untrained, with inputs, predictions, and what two epochs of
training make of them; of some also `<case>.trained.keras`, and the third epoch."""

import os
import zipfile

import keras
import numpy as np
from keras import Input, Model, Sequential, layers, losses, metrics, ops, optimizers
from keras.layers import Dense

import golden
from golden import Family

ROWS = []
BATCH, SAMPLES = 8, 20


def model(optimizer="adam", loss="mse", *, metrics=None, x=None, y=None, trained=False, **compile):
    """Registers a builder. `x`: shapes of the inputs' samples (a dictionary by name for several), with `int:n` for ids
    below n; None stands for the model's own input shape. `y`: shapes of targets, or `int:n`."""
    def register(build):
        ROWS.append(dict(name=build.__name__, build=build, optimizer=optimizer, loss=loss, metrics=metrics, x=x, y=y,
                         trained=trained, compile=compile))
        return build
    return register


# Sequential models


@model("sgd", "mse", metrics=["mae"])
def sequential_mlp():
    return Sequential([Input((4,)), Dense(8, activation="relu"), Dense(3)])


@model("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"], y="int:3", trained=True)
def sequential_classifier():
    return Sequential([Input((6,)), Dense(8, activation="swish", kernel_regularizer="l2"), layers.Dropout(0.0),
                       Dense(3, activation="softmax")])


@model(lambda: optimizers.Adam(learning_rate=0.01, clipnorm=1.0), "binary_crossentropy",
       metrics=[lambda: metrics.AUC(name="auc"), "accuracy"], y="bool", trained=True)
def sequential_named():
    return Sequential([Input((5,), name="features"), Dense(6, activation="gelu", name="hidden"),
                       Dense(1, activation="sigmoid", name="chance")], name="my_model")


@model(lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mae", trained=True)
def sequential_nested():
    inner = Sequential([Input((4,)), Dense(5, activation="tanh"), Dense(4)], name="inner")
    return Sequential([Input((4,)), inner, layers.LayerNormalization(), Dense(2)])


@model("adam")
def dense_options():
    return Sequential([
        Input((6,)),
        Dense(5, activation="leaky_relu", kernel_initializer=keras.initializers.HeNormal(seed=3),
              kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02), bias_regularizer="l1",
              activity_regularizer=keras.regularizers.L2(0.001), kernel_constraint=keras.constraints.MaxNorm(2.0),
              bias_constraint="non_neg"),
        Dense(4, use_bias=False, activation="softplus"), Dense(2, trainable=False), Dense(1)])


@model("adamw")
def activations():
    return Sequential([
        Input((6,)), Dense(6), layers.ReLU(max_value=4.0, negative_slope=0.1, threshold=0.01), Dense(6),
        layers.LeakyReLU(0.2), layers.ELU(0.7), layers.PReLU(), layers.Activation("mish"), Dense(5),
        layers.Softmax(), layers.Activation("hard_sigmoid")])


@model("adam")
def regularization():
    return Sequential([
        Input((4, 6)), Dense(6, activation="selu"), layers.AlphaDropout(0.0), layers.GaussianNoise(0.0),
        layers.GaussianDropout(0.0), layers.SpatialDropout1D(0.0), layers.ActivityRegularization(l1=0.01, l2=0.02),
        layers.UnitNormalization(), layers.Flatten(), Dense(1)])


@model("adam")
def reshaping():
    return Sequential([
        Input((4, 6)), layers.Permute((2, 1)), layers.Reshape((3, 8)), layers.Cropping1D(1), layers.ZeroPadding1D(2),
        layers.UpSampling1D(2), layers.Flatten(), Dense(4), layers.RepeatVector(3), layers.Flatten(), Dense(1)])


# Convolutions and pools


@model("nadam", "categorical_crossentropy", metrics=["accuracy"], y="one_hot:3", trained=True)
def cnn():
    return Sequential([
        Input((8, 8, 2)), layers.Conv2D(4, 3, activation="relu", padding="same"), layers.BatchNormalization(),
        layers.MaxPooling2D(2), layers.Conv2D(6, (2, 3), strides=1, dilation_rate=1, use_bias=False),
        layers.GlobalAveragePooling2D(), Dense(3, activation="softmax")])


@model("adamax")
def conv_1d():
    return Sequential([
        Input((10, 3)), layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="tanh"),
        layers.MaxPooling1D(2), layers.SeparableConv1D(5, 3, padding="same", depth_multiplier=2),
        layers.AveragePooling1D(2, padding="same"), layers.DepthwiseConv1D(2), layers.GlobalMaxPooling1D(), Dense(1)])


@model("adam")
def conv_2d_variants():
    return Sequential([
        Input((7, 7, 4)), layers.Conv2D(4, 3, groups=2), layers.DepthwiseConv2D(2, depth_multiplier=2, padding="same"),
        layers.SeparableConv2D(3, 3, padding="same", pointwise_regularizer="l2"),
        layers.Conv2DTranspose(2, 3, strides=2, padding="same", activation="relu"),
        layers.AveragePooling2D((2, 3)), layers.Flatten(), Dense(1)])


@model("adam")
def conv_3d():
    return Sequential([
        Input((4, 4, 4, 2)), layers.Conv3D(3, 2, activation="relu"), layers.ZeroPadding3D(1), layers.Cropping3D(1),
        layers.MaxPooling3D(2, padding="same"), layers.UpSampling3D(2), layers.Conv3DTranspose(2, 2),
        layers.AveragePooling3D(2), layers.GlobalAveragePooling3D(), Dense(1)])


@model("adam")
def conv_1d_transpose():
    return Sequential([
        Input((5, 2)), layers.Conv1DTranspose(3, 3, strides=2, padding="same"), layers.GlobalAveragePooling1D(),
        Dense(1)])


@model("adam")
def image_shapes():
    return Sequential([
        Input((6, 6, 2)), layers.ZeroPadding2D(((1, 0), (2, 1))), layers.Cropping2D(1), layers.UpSampling2D(2),
        layers.SpatialDropout2D(0.0), layers.Conv2D(2, 3), layers.GlobalMaxPooling2D(), Dense(1)])


@model("adam")
def resnet():
    x = Input((8, 8, 3), name="image")
    y = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(y)
    y = layers.ReLU()(y)
    for filters, strides in [(4, 1), (6, 2)]:
        shortcut = y if strides == 1 else layers.Conv2D(filters, 1, strides=strides, name="shortcut")(y)
        y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(y)
        y = layers.Conv2D(filters, 3, padding="same")(y)
        y = layers.Activation("relu")(layers.add([y, shortcut]))
    y = layers.GlobalAveragePooling2D()(y)
    return Model(x, Dense(2)(y), name="resnet")


@model("adam")
def inception():
    x = Input((6, 6, 3))
    a = layers.Conv2D(2, 1, activation="relu")(x)
    b = layers.Conv2D(2, 3, padding="same", activation="relu")(layers.Conv2D(2, 1)(x))
    c = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    y = layers.Concatenate()([a, b, c])
    return Model(x, Dense(1)(layers.Flatten()(y)))


# Normalization


@model("adam")
def normalizations():
    return Sequential([
        Input((3, 8)), layers.BatchNormalization(center=False, momentum=0.8), layers.LayerNormalization(epsilon=1e-4),
        layers.GroupNormalization(groups=4), layers.RMSNormalization(), layers.UnitNormalization(axis=-1),
        layers.Flatten(), Dense(1)])


@model("adam")
def frozen_batch_normalization():
    base = Sequential([Input((5,)), Dense(6), layers.BatchNormalization()], name="base")
    base.trainable = False
    return Sequential([Input((5,)), base, Dense(1)])


# Trained on JAX, Keras forgets the kernel that it has divided.
@model(None)
def spectral_normalization():
    return Sequential([Input((5,)), layers.SpectralNormalization(Dense(4)), Dense(1)])


# Sequences


@model("adam", "binary_crossentropy", metrics=["accuracy"], x="int:12x7", y="bool", trained=True)
def lstm_embedding():
    return Sequential([Input((7,)), layers.Embedding(12, 5, mask_zero=True), layers.LSTM(4),
                       Dense(1, activation="sigmoid")])


@model("adam", x="int:12x7")
def functional_masks():
    ids = Input((7,), dtype="int32", name="ids")
    x = layers.Embedding(12, 5, mask_zero=True)(ids)
    x = layers.GRU(4, return_sequences=True)(x)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="sum")(x)
    return Model(ids, Dense(1)(layers.GlobalAveragePooling1D()(x)))


@model("adam")
def recurrent_variants():
    return Sequential([
        Input((5, 3)), layers.LSTM(4, return_sequences=True, recurrent_activation="hard_sigmoid"),
        layers.GRU(4, return_sequences=True, reset_after=False, go_backwards=True),
        layers.SimpleRNN(3, return_sequences=True, kernel_regularizer="l2"), layers.Masking(0.5),
        layers.LSTM(2, unit_forget_bias=False), Dense(1)])


@model("adam")
def bidirectional():
    return Sequential([
        Input((5, 3)), layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2, go_backwards=True), merge_mode="ave"),
        Dense(1)])


@model("adam")
def custom_cells():
    cells = [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(2)]
    return Sequential([Input((4, 3)), layers.RNN(cells, return_sequences=True), layers.RNN(layers.GRUCell(3)),
                       Dense(1)])


@model("adam", x={"source": (4, 3), "target": (5, 2)}, y=(5, 2))
def encoder_decoder():
    source, target = Input((4, 3), name="source"), Input((5, 2), name="target")
    _, h, c = layers.LSTM(4, return_state=True)(source)
    y = layers.LSTM(4, return_sequences=True)(target, initial_state=[h, c])
    return Model([source, target], layers.TimeDistributed(Dense(2))(y))


@model("adam")
def time_distributed():
    inner = Sequential([Input((6,)), Dense(4, activation="relu"), Dense(3)], name="step")
    x = Input((4, 6))
    return Model(x, layers.GlobalMaxPooling1D()(layers.TimeDistributed(inner)(x)))


@model("adam")
def conv_lstm():
    return Sequential([
        Input((3, 5, 5, 2)), layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True), layers.ConvLSTM2D(2, 2),
        layers.Flatten(), Dense(1)])


@model("adam")
def conv_lstm_1d():
    return Sequential([Input((3, 6, 2)), layers.ConvLSTM1D(2, 3), layers.Flatten(), Dense(1)])


# Attention


@model("adam", x="int:15x6", y=(6, 3), trained=True)
def transformer():
    ids = Input((6,), dtype="int32")
    x = layers.Embedding(15, 8)(ids) + layers.Embedding(6, 8)(ops.arange(6))
    y = layers.MultiHeadAttention(2, 4, dropout=0.0)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-6)(x + y)
    y = Dense(8)(Dense(16, activation="gelu")(x))
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, y]))
    return Model(ids, Dense(3)(x))


# Softmax does not see the bias of keys: its gradient is rounding, which Adam would make as large as any other.
@model("sgd", x={"query": (3, 4), "value": (5, 4)}, y=(3, 1))
def attentions():
    q, v = Input((3, 4), name="query"), Input((5, 4), name="value")
    a = layers.Attention(use_scale=True)([q, v])
    b = layers.AdditiveAttention()([q, v])
    c = layers.MultiHeadAttention(2, 3, output_shape=4, use_bias=False)(q, v, key=v)
    d = layers.GroupQueryAttention(4, 4, 2)(q, v)
    return Model([q, v], Dense(1)(layers.Average()([a, b, c, d])))


@model("sgd", x="int:12x5", y=())
def masked_attention():
    ids = Input((5,), dtype="int32")
    x = layers.Embedding(12, 4, mask_zero=True)(ids)
    x = layers.MultiHeadAttention(2, 2)(x, x)
    x = layers.LayerNormalization()(x)
    return Model(ids, Dense(1)(layers.GlobalAveragePooling1D()(x)))


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


# Optimizers, losses, metrics


def small():
    return Sequential([Input((4,)), Dense(5, activation="tanh"), Dense(2)])


def optimizer_models():
    o = optimizers
    rules = {
        "adadelta": lambda: o.Adadelta(0.5), "adafactor": lambda: o.Adafactor(0.01),
        "adagrad": lambda: o.Adagrad(0.1, initial_accumulator_value=0.2), "adam_amsgrad": lambda: o.Adam(amsgrad=True),
        "adamw_decay": lambda: o.AdamW(0.01, weight_decay=0.1), "ftrl": lambda: o.Ftrl(0.1, l1_regularization_strength=0.01),
        "lamb": lambda: o.Lamb(0.01), "lion": lambda: o.Lion(0.001), "muon": lambda: o.Muon(0.01),
        "nadam_options": lambda: o.Nadam(0.01, beta_1=0.8),
        "rmsprop_centered": lambda: o.RMSprop(0.01, momentum=0.5, centered=True),
        "sgd_ema": lambda: o.SGD(0.1, momentum=0.9, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
        "adam_accumulation": lambda: o.Adam(0.01, gradient_accumulation_steps=2),
        "adamax_clipped": lambda: o.Adamax(0.01, clipvalue=0.1), "sgd_global_clipnorm": lambda: o.SGD(global_clipnorm=0.5),
        "schedule_exponential": lambda: o.SGD(o.schedules.ExponentialDecay(0.1, 2, 0.9, staircase=True)),
        "schedule_cosine": lambda: o.Adam(o.schedules.CosineDecay(0.01, 5, alpha=0.1, warmup_target=0.02, warmup_steps=2)),
        "schedule_piecewise": lambda: o.SGD(o.schedules.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])),
        "loss_scale": lambda: o.LossScaleOptimizer(o.Adam(0.01), initial_scale=8.0, dynamic_growth_steps=2),
    }
    for name, rule in rules.items():
        def build():
            return small()
        build.__name__ = f"optimizer_{name}"
        model(rule, "mse", trained=True)(build)


optimizer_models()


@model("adam", lambda: losses.LogCosh(), metrics=[lambda: metrics.RootMeanSquaredError(), lambda: metrics.R2Score()],
       weighted_metrics=["mae"])
def objects_as_losses():
    return small()


@model("adam", lambda: losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), y="one_hot:3",
       metrics=[lambda: metrics.TopKCategoricalAccuracy(k=2), lambda: metrics.Precision(thresholds=0.4), "categorical_accuracy"])
def smoothed_labels():
    return Sequential([Input((4,)), Dense(3)])


@model(None)
def not_compiled():
    return Sequential([Input((4,)), Dense(3, activation="relu"), Dense(1)])


# Half precision rounds in other places here and there, so that trainings drift apart.
@model(None)
def mixed_precision():
    return Sequential([Input((6,)), Dense(8, activation="relu", dtype="mixed_bfloat16"), Dense(1)])


def draw(rng, shape, count):
    if isinstance(shape, str):
        kind, _, rest = shape.partition(":")
        if kind == "bool":
            return rng.integers(0, 2, (count, 1)).astype("float32")
        if kind == "one_hot":
            return np.eye(int(rest), dtype="float32")[rng.integers(0, int(rest), count)]
        limit, _, size = rest.partition("x")
        return rng.integers(0, int(limit), (count, int(size)) if size else (count,)).astype("int32")
    return rng.normal(size=(count, *shape)).astype("float32")


def tree(rng, shapes, count):
    if isinstance(shapes, dict):
        return {key: draw(rng, shape, count) for key, shape in shapes.items()}
    if isinstance(shapes, list):
        return [draw(rng, shape, count) for shape in shapes]
    return draw(rng, shapes, count)


def flat(value):
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, (list, tuple)):
        return [(str(index), item) for index, item in enumerate(value)]
    return [("", value)]


def weights(model):
    return [np.asarray(weight.value, "float32") for weight in model.weights]


def made(value):
    if callable(value):
        return value()
    if isinstance(value, list):
        return [made(item) for item in value]
    if isinstance(value, dict):
        return {key: made(item) for key, item in value.items()}
    return value


def save(model, path):
    """Saves with a fixed date, so that the file depends on nothing but the model."""
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in members:
            if info.filename == "metadata.json":
                data = b'{"keras_version": "%s", "date_saved": "2026-01-01@00:00:00"}' % keras.__version__.encode()
            info.date_time = (1980, 1, 1, 0, 0, 0)
            archive.writestr(info, data)


def build():
    family = Family("saved_models")
    folder = os.path.join(golden.ROOT, family.name)
    os.makedirs(folder, exist_ok=True)
    for row in ROWS:
        case = family.case(row["name"], "Model", issue=4)
        keras.utils.set_random_seed(1)
        model = row["build"]()
        rng = case.rng
        shapes = row["x"] if row["x"] is not None else tuple(model.inputs[0].shape[1:])
        x = tree(rng, shapes, SAMPLES)
        targets = row["y"] if row["y"] is not None else tuple(model.outputs[0].shape[1:])
        y = tree(rng, targets, SAMPLES)
        for name, value in flat(x):
            case.array(f"x/{name}", value)
        for name, value in flat(model.predict(x, verbose=0)):
            case.array(f"prediction/{name}", value)
        for name, value in flat(y):
            case.array(f"y/{name}", value)
        if row["optimizer"] is not None:
            model.compile(optimizer=made(row["optimizer"]), loss=made(row["loss"]), metrics=made(row["metrics"]),
                          **row["compile"])
        save(model, os.path.join(folder, row["name"] + ".keras"))
        case.set(layers=[type(layer).__name__ for layer in model.layers], compiled=row["optimizer"] is not None)
        if row["optimizer"] is None:
            continue
        history = model.fit(x, y, epochs=2, batch_size=BATCH, shuffle=False, verbose=0).history
        case.set(history=history, trained=row["trained"])
        for index, value in enumerate(weights(model)):
            case.array(f"weights/{index}", value)
        if row["trained"]:
            path = os.path.join(folder, row["name"] + ".trained.keras")
            save(model, path)
            loaded = keras.models.load_model(path)
            case.set(third=loaded.fit(x, y, epochs=1, batch_size=BATCH, shuffle=False, verbose=0).history)
    return [family]

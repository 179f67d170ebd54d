"""Saved models: stacks of layers, convolutions, pools and normalizations."""

import keras
from keras import Input, Model, Sequential, layers, metrics, optimizers
from keras.layers import Dense

from saved_model_rows import model

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

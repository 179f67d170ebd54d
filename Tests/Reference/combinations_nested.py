"""Models in models, shared and frozen layers, and training flags."""

import keras
from keras import Input, Model, Sequential, layers
from keras.layers import Dense

from combination_layers import Block, BlockLayer, Centre, Outer


def stack():
    return Sequential([Input((3,)), Dense(4, activation="relu"), Centre()])


def graph(features=3):
    x = Input((features,))
    return Model(x, Centre()(Dense(4, activation="relu")(x)))


def around(inner, *arguments, **flags):
    x = Input((3,))
    return Model(x, Dense(2)(inner(x, **flags)))


def sequential_in_functional():
    return around(stack())


def functional_in_functional():
    return around(graph())


def functional_in_functional_in_functional():
    x = Input((3,))
    inner = graph()
    return around(Model(x, Centre()(inner(x)), name="middle"))


def functional_in_sequential():
    return Sequential([Input((3,)), graph(), Dense(2)])


def sequential_in_sequential():
    return Sequential([Input((3,)), stack(), Sequential([Dense(3), Centre()]), Dense(2)])


def subclass_in_functional():
    return around(Block())


def subclassed_layer_in_functional():
    return around(BlockLayer())


def subclass_in_sequential():
    return Sequential([Input((3,)), Block(), Dense(2)])


def functional_in_subclass():
    return Outer(graph())


def sequential_in_subclass():
    return Outer(stack())


def subclass_in_subclass():
    return Outer(Block())


def subclass_in_subclass_in_functional():
    return around(Outer(BlockLayer()))


def shared_layer():
    x = Input((3,))
    dense, centre = Dense(3, activation="tanh"), Centre()
    return Model(x, Dense(2)(centre(dense(centre(dense(x))))))


def shared_model():
    left, right = Input((3,), name="left"), Input((3,), name="right")
    inner = graph()
    return Model([left, right], Dense(2)(layers.concatenate([inner(left), inner(right)])))


def shared_subclass():
    left, right = Input((3,), name="left"), Input((3,), name="right")
    inner = Block()
    return Model([left, right], Dense(2)(layers.subtract([inner(left), inner(right)])))


def layer_in_two_models():
    """A layer that an inner and the outer model have both."""
    x, shared = Input((3,)), Dense(3)
    inner = Model(x, Centre()(shared(x)))
    y = Input((3,))
    return Model(y, Dense(2)(layers.add([inner(y), shared(y)])))


def training_true():
    return around(stack(), training=True)


def training_false():
    return around(stack(), training=False)


def training_false_in_functional():
    return around(graph(), training=False)


def training_true_in_nested_graph():
    x = Input((3,))
    inner = Model(x, Centre()(Dense(4)(x), training=True))
    return around(inner, training=False)


def training_false_in_subclass():
    return Outer(graph(), training=False)


def training_true_in_subclass():
    return Outer(Block(), training=True)


def frozen_layer():
    model = around(stack())
    model.layers[-1].trainable = False
    return model


def frozen_at_birth():
    x = Input((3,))
    return Model(x, Dense(2)(Centre()(Dense(4, trainable=False)(x))))


def frozen_inner_sequential():
    inner = stack()
    inner.trainable = False
    return around(inner)


def frozen_inner_functional():
    model = around(graph())
    model.layers[1].trainable = False
    return model


def frozen_inner_subclass():
    inner = Block()
    model = around(inner)
    inner.trainable = False
    return model


def frozen_before_built():
    inner = Block()
    inner.trainable = False
    return around(inner)


def frozen_in_subclass():
    model = Outer(graph())
    model.inner.trainable = False
    return model


def frozen_layer_of_inner():
    inner = graph()
    model = around(inner)
    inner.layers[1].trainable = False
    return model


def frozen_and_thawed():
    model = around(graph())
    model.trainable = False
    model.trainable = True
    return model


def frozen_but_for_the_head():
    model = around(graph())
    model.layers[1].trainable = False
    model.layers[1].layers[-1].trainable = True
    return model


def frozen_shared():
    model = shared_layer()
    model.layers[1].trainable = False
    return model


def frozen_after_compile():
    model = around(graph())
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.layers[1].trainable = False
    return model


def thawed_after_compile():
    inner = graph()
    inner.trainable = False
    model = around(inner)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    inner.trainable = True
    return model


def regularized_inner():
    x = Input((3,))
    inner = Model(x, Dense(4, kernel_regularizer="l2", activity_regularizer="l1")(x))
    return around(inner)


FUNCTIONS = [value for name, value in list(globals().items())
             if callable(value) and getattr(value, "__module__", "") == __name__ and name not in ("stack", "graph", "around")]

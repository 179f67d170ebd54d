"""The small models that models.py trains and summaries.py prints."""

import keras
from keras import Input, Model, Sequential, layers
from keras.layers import Dense


def mlp(inputs, *units, hidden="relu", last=None, name=None):
    """Input(inputs), then Dense layers; `last` is the last one's activation."""
    stack = [Dense(n, activation=hidden) for n in units[:-1]] + [Dense(units[-1], activation=last)]
    return Sequential([Input((inputs,)), *stack], name=name)


def sine():
    return mlp(1, 8, 8, 1)


def linear():
    return mlp(3, 1)


def deep_tanh():
    return mlp(4, 7, 5, 3, 2, hidden="tanh")


def binary():
    return mlp(5, 6, 1, last="sigmoid")


def digits():
    return mlp(6, 8, 3, last="softmax", name="digits")


def logits():
    return mlp(6, 8, 3)


def multi_label():
    return mlp(5, 6, 3, hidden="swish", last="sigmoid")


def flatten_reshape():
    return Sequential([
        Input((2, 3)), layers.Flatten(), Dense(8), layers.Activation("elu"), layers.Reshape((4, 2)), Dense(3),
        layers.Flatten(), Dense(2)])


def tokens():
    """A softmax a position."""
    return Sequential([Input((4, 3)), Dense(5, activation="relu"), Dense(3, activation="softmax")])


def tickets():
    title = Input((12,), name="title")
    text_body = Input((10,), name="text_body")
    tags = Input((4,), name="tags")
    features = Dense(8, activation="relu")(layers.Concatenate()([title, text_body, tags]))
    priority = Dense(1, activation="sigmoid", name="priority")(features)
    department = Dense(4, activation="softmax", name="department")(features)
    return Model(inputs=[title, text_body, tags], outputs=[priority, department])


def two_heads():
    """Automatic names all the way."""
    x = Input((4,))
    y = Dense(6, activation="relu")(x)
    return Model(x, [Dense(1)(y), Dense(2)(y)])


def classifier_and_regression():
    x = Input((4,), name="x")
    y = Dense(6, activation="tanh")(x)
    return Model(x, {"kind": Dense(3, activation="softmax", name="kind")(y),
                     "size": Dense(1, name="size")(y)})


def inception():
    x = Input((6,))
    branches = [Dense(3, activation="relu")(x), Dense(2, activation="tanh")(Dense(4, activation="relu")(x)), x]
    return Model(x, Dense(1)(layers.concatenate(branches)))


def merges():
    x = Input((5,))
    a, b, c = Dense(4)(x), Dense(4, activation="sigmoid")(x), Dense(4, activation="tanh")(x)
    joined = layers.Concatenate()([
        layers.Add()([a, b]), layers.Subtract()([a, c]), layers.Multiply()([b, c]), layers.Average()([a, b, c]),
        layers.Maximum()([a, b]), layers.Minimum()([a, c]), layers.Dot(axes=1, normalize=True)([a, b])])
    return Model(x, Dense(2)(joined))


def residual():
    x = Input((4,), name="x")
    y = Dense(4, activation="relu")(x)
    y = layers.add([x, y])
    return Model(x, Dense(1)(y), name="residual")


def siamese():
    """One layer used twice."""
    left, right = Input((5,), name="left"), Input((5,), name="right")
    shared = Dense(3, activation="tanh", name="shared")
    distance = layers.Subtract()([shared(left), shared(right)])
    return Model([left, right], Dense(1, activation="sigmoid")(distance))


def nested():
    encoder = Sequential([Input((4,)), Dense(5, activation="relu"), Dense(3)], name="encoder")
    x = Input((4,))
    inner_input = Input((3,))
    inner = Model(inner_input, Dense(2)(Dense(4, activation="relu")(inner_input)), name="decoder")
    return Model(x, inner(encoder(x)), name="outer")


def frozen():
    model = mlp(3, 4, 1)
    model.layers[0].trainable = False
    return model


def dropout():
    return Sequential([Input((4,)), Dense(3, activation="relu"), layers.Dropout(0.5), Dense(1)])


def unbuilt():
    return Sequential([Dense(4, activation="relu"), layers.Dropout(0.1), Dense(2)])


def build_later():
    model = Sequential([Dense(4, activation="relu"), Dense(2)])
    model.build((None, 3))
    return model


def long_names():
    return Sequential([Input((3,)), Dense(1200, name="a_layer_with_quite_a_long_name_indeed_so_long"),
                       Dense(1000, activation="softmax", name="predictions")], name="a_model_with_a_rather_long_name")


def rank_4():
    x = Input((8, None, 3), name="image")
    return Model(x, [Dense(2)(x), layers.Activation("relu", name="r")(x)])


def middle_layer():
    """A model of another's inner output."""
    model = mlp(3, 4, 2)
    return Model(model.inputs, model.layers[0].output)


class CustomerTicketModel(Model):
    def __init__(self, departments):
        super().__init__()
        self.concatenate = layers.Concatenate()
        self.mixing = Dense(8, activation="relu")
        self.priority_scorer = Dense(1, activation="sigmoid")
        self.department_classifier = Dense(departments, activation="softmax")

    def call(self, inputs):
        features = self.mixing(self.concatenate([inputs["title"], inputs["text_body"], inputs["tags"]]))
        return self.priority_scorer(features), self.department_classifier(features)


def subclassed():
    return CustomerTicketModel(4)


class TwoLayers(Model):
    def __init__(self):
        super().__init__()
        self.hidden = Dense(6, activation="relu")
        self.head = Dense(3, activation="softmax")

    def call(self, inputs):
        return self.head(self.hidden(inputs))


def subclassed_classifier():
    return TwoLayers()


def regularized():
    return Sequential([
        Input((4,)),
        Dense(5, activation="relu", kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.01)),
        Dense(1, bias_regularizer="l1", kernel_constraint="max_norm")])

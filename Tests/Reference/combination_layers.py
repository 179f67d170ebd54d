"""The layers and subclassed models of the combinations."""

from keras import Model, layers, ops
from keras.layers import Dense


class Centre(layers.Layer):
    """Less the mean of the batch in training, less what it has seen otherwise."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(shape[-1],), initializer="ones")
        self.mean = self.add_weight(name="mean", shape=(shape[-1],), initializer="zeros", trainable=False)

    def call(self, x, training=None):
        mean = self.mean
        if training:
            mean = ops.mean(x, axis=list(range(len(x.shape) - 1)))
            self.mean.assign(0.9 * self.mean + 0.1 * mean)
        return (x - mean) * self.scale


class MaskZeros(layers.Layer):
    """Steps of zeros do not count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, x, mask=None):
        return ops.any(ops.not_equal(x, 0), axis=-1)

    def call(self, x):
        return x * 1.0


class SumSteps(layers.Layer):
    """The sum of the steps that count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, x, mask=None):
        return None

    def call(self, x, mask=None):
        if mask is not None:
            x = x * ops.cast(ops.expand_dims(mask, -1), x.dtype)
        return ops.sum(x, axis=1)


class Block(Model):
    def __init__(self, units=4):
        super().__init__()
        self.dense = Dense(units, activation="tanh")
        self.centre = Centre()

    def call(self, x, training=None):  # on JAX, fit tells only the model itself, which has to pass it on
        return self.centre(self.dense(x), training=training)


class BlockLayer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.centre = Centre()
        self.dense = Dense(4)

    def call(self, x, training=None):
        return self.dense(self.centre(x, training=training))


class Outer(Model):
    def __init__(self, inner, **flags):
        super().__init__()
        self.inner = inner
        self.head = Dense(2)
        self.flags = flags

    def call(self, x, training=None):
        return self.head(self.inner(x, **({"training": training} | self.flags)))


class MaskedBlock(Model):
    """Makes a mask inside, which what follows the model sees."""

    def __init__(self):
        super().__init__()
        self.zeros = MaskZeros()
        self.dense = Dense(2)

    def call(self, x, training=None):
        return self.dense(self.zeros(x))

"""Masks on their way through models, and sizes that are not known."""

from keras import Input, Model, Sequential, layers, ops
from keras.layers import Dense

from combination_layers import Centre, MaskedBlock, MaskZeros, SumSteps


def steps(features=3):
    return Input((4, features))


def mask_to_sum():
    x = steps()
    return Model(x, SumSteps()(Dense(2)(MaskZeros()(x))))


def mask_through_layers():
    x = steps()
    y = MaskZeros()(x)
    for layer in [Dense(3), layers.Activation("tanh"), layers.ReLU(negative_slope=0.3), layers.LeakyReLU(), layers.ELU(),
                  layers.PReLU(), layers.Dropout(0.0), layers.GaussianNoise(0.0), layers.GaussianDropout(0.0),
                  layers.AlphaDropout(0.0), layers.SpatialDropout1D(0.0), layers.ActivityRegularization(0.01),
                  layers.Identity(), Centre()]:
        y = layer(y)
    return Model(x, SumSteps()(Dense(2)(y)))


def mask_lost_in_reshape():
    x = steps()
    return Model(x, SumSteps()(layers.Reshape((2, 4))(Dense(2)(MaskZeros()(x)))))


def mask_lost_in_operation():
    x = steps()
    return Model(x, SumSteps()(Dense(2)(MaskZeros()(x)) * 2.0))


def mask_from_inner_functional():
    x, inner_x = steps(), steps()
    inner = Model(inner_x, Dense(2)(MaskZeros()(inner_x)))
    return Model(x, SumSteps()(inner(x)))


def mask_from_inner_sequential():
    x = steps()
    return Model(x, SumSteps()(Sequential([Input((4, 3)), MaskZeros(), Dense(2)])(x)))


def mask_from_inner_subclass():
    x = steps()
    return Model(x, SumSteps()(MaskedBlock()(x)))


def mask_into_inner_functional():
    x, inner_x = steps(), steps()
    inner = Model(inner_x, SumSteps()(Dense(2)(inner_x)))
    return Model(x, inner(MaskZeros()(x)))


def mask_into_inner_sequential():
    return Sequential([Input((4, 3)), MaskZeros(), Sequential([Dense(3), Centre()]), SumSteps(), Dense(2)])


def mask_in_shared_layer():
    x = steps()
    dense, total = Dense(2), SumSteps()
    return Model(x, layers.subtract([total(dense(MaskZeros()(x))), total(dense(x))]))


def mask_given():
    x, mask = steps(), Input((4,), dtype="bool")
    return Model([x, mask], SumSteps()(Dense(2)(x), mask=mask))


def mask_given_to_inner():
    x, mask = steps(), Input((4,), dtype="bool")
    inner_x = steps()
    inner = Model(inner_x, SumSteps()(Dense(2)(inner_x)))
    return Model([x, mask], inner(x, mask=mask))


def mask_of_add():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.add([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_add_with_one():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.add([MaskZeros()(x), y]))))


def mask_of_concatenate():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.concatenate([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_concatenate_along_steps():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.concatenate([MaskZeros()(x), y], axis=1))))


def mask_of_dot():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.dot([MaskZeros()(x), MaskZeros()(y)], axes=2))))


def mask_of_attention():
    x = steps()
    y = MaskZeros()(x)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    return Model(x, SumSteps()(Dense(2)(y)))


def mask_of_grouped_attention():
    x, y = steps(), steps()
    attended = layers.GroupQueryAttention(3, 4, 2)(MaskZeros()(x), MaskZeros()(y), use_causal_mask=True)
    return Model([x, y], SumSteps()(Dense(2)(attended)))


def mask_of_dot_attention():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(Dense(2)(layers.Attention()([MaskZeros()(x), MaskZeros()(y)]))))


def mask_of_additive_attention():
    x, y = steps(), steps()
    return Model([x, y], SumSteps()(layers.AdditiveAttention()([Dense(3)(MaskZeros()(x)), MaskZeros()(y)])))


def masked_loss():
    x = steps()
    return Model(x, Dense(2)(MaskZeros()(x)))


def masked_loss_of_two():
    x = steps()
    y = MaskZeros()(x)
    return Model(x, [Dense(2)(y), SumSteps()(Dense(2)(y))])


def masked_loss_from_subclass():
    return MaskedBlock()


def unknown_steps():
    """Sizes that are not known meet sizes that are."""
    x, y = Input((None, 3)), Input((4, 3))
    return Model([x, y], SumSteps()(Dense(2)(layers.add([x, y]) * ops.sum(x * y, axis=-1, keepdims=True))))


FUNCTIONS = [value for name, value in list(globals().items())
             if callable(value) and getattr(value, "__module__", "") == __name__ and name not in ("steps",)]

"""Saved models: recurrent layers and attention."""

from keras import Input, Model, Sequential, layers, ops
from keras.layers import Dense

from saved_model_rows import model

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

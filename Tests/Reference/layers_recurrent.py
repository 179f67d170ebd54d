"""Recurrent layers and their cells."""

import keras
import numpy as np

from golden import Family, Spec, normal
from layers import make, row, run_rows, weight_value

ROWS = []


def add(name, class_name, inputs, /, **rest):
    ROWS.append(row(name, class_name, inputs, issue=3, **rest))


def mask(*rows):
    return Spec(lambda rng: np.array(rows, dtype=bool))


# A row at the end of which something is left out, one with a gap, and one that is left out as a whole.
MASK = mask([1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0])
X = (3, 4, 5)

for name in ("SimpleRNN", "LSTM", "GRU"):
    key = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru"}[name]
    states = [(3, 6)] * (2 if name == "LSTM" else 1)
    add(key, name, X, units=6)
    add(f"{key}_one_of_all", name, (1, 1, 1), units=1)
    add(f"{key}_batch_17", name, (17, 3, 7), units=9, return_sequences=True)
    add(f"{key}_sequences", name, X, units=6, return_sequences=True)
    add(f"{key}_state", name, X, units=6, return_state=True)
    add(f"{key}_sequences_state", name, X, units=6, return_sequences=True, return_state=True)
    add(f"{key}_backwards", name, X, units=6, go_backwards=True)
    add(f"{key}_backwards_sequences_state", name, X, units=6, go_backwards=True, return_sequences=True,
        return_state=True)
    add(f"{key}_no_bias", name, X, units=6, use_bias=False)
    add(f"{key}_unroll", name, X, units=6, unroll=True, return_sequences=True)
    add(f"{key}_regularized", name, X, units=6, kernel_regularizer="l2", recurrent_regularizer="l1",
        bias_regularizer="l2", activity_regularizer="l2")
    add(f"{key}_constrained", name, X, units=6, kernel_constraint="non_neg", recurrent_constraint="unit_norm",
        bias_constraint="max_norm")
    add(f"{key}_initializers", name, X, units=6, kernel_initializer="he_normal", recurrent_initializer="glorot_normal",
        bias_initializer="ones")
    add(f"{key}_dropout_inference", name, X, units=6, dropout=0.4, recurrent_dropout=0.3, seed=5,
        call={"training": False})
    add(f"{key}_initial_state", name, X, units=6, call_arrays={"initial_state": states}, return_state=True)
    add(f"{key}_mask", name, X, units=6, call_arrays={"mask": MASK})
    add(f"{key}_mask_sequences_state", name, X, units=6, return_sequences=True, return_state=True,
        call_arrays={"mask": MASK})
    add(f"{key}_mask_backwards", name, X, units=6, return_sequences=True, go_backwards=True,
        call_arrays={"mask": MASK})
    add(f"{key}_mask_initial_state", name, X, units=6, return_sequences=True, return_state=True,
        call_arrays={"mask": MASK, "initial_state": states})
    add(f"{key}_mask_zero_output", name, X, units=6, zero_output_for_mask=True, return_sequences=True,
        call_arrays={"mask": MASK})
    add(f"{key}_mask_zero_last_output", name, X, units=6, zero_output_for_mask=True, call_arrays={"mask": MASK})
    gates = {} if name == "SimpleRNN" else {"recurrent_activation": "hard_sigmoid"}
    add(f"{key}_activations", name, X, units=6, activation="relu", **gates)

add("lstm_forget_bias", "LSTM", X, units=6, unit_forget_bias=False)
for extra in ({}, {"use_bias": False}, {"return_sequences": True}, {"go_backwards": True}):
    add("gru_reset_before" + "".join(f"_{key}" for key in extra), "GRU", X, units=6, reset_after=False, **extra)
add("gru_reset_before_mask", "GRU", X, units=6, reset_after=False, return_sequences=True, call_arrays={"mask": MASK})


def cell(name, units, **rest):
    return {"class_name": name, "units": units, **rest}


add("rnn_simple", "RNN", X, cell=cell("SimpleRNNCell", 4))
add("rnn_lstm", "RNN", X, cell=cell("LSTMCell", 4, activation="relu"), return_sequences=True)
add("rnn_gru", "RNN", X, cell=cell("GRUCell", 4, reset_after=False), return_state=True)
add("rnn_mask_zero_output", "RNN", X, cell=cell("GRUCell", 4), return_sequences=True, zero_output_for_mask=True,
    call_arrays={"mask": MASK})
add("rnn_stacked", "RNN", X, cell=[cell("LSTMCell", 4), cell("GRUCell", 3), cell("SimpleRNNCell", 2)])
add("rnn_stacked_sequences_state", "RNN", X, cell=[cell("LSTMCell", 4), cell("LSTMCell", 3)], return_sequences=True,
    return_state=True)
add("rnn_stacked_mask", "RNN", X, cell=[cell("LSTMCell", 4), cell("LSTMCell", 3)], return_sequences=True,
    call_arrays={"mask": MASK})
add("rnn_stacked_backwards", "RNN", X, cell=[cell("GRUCell", 4), cell("GRUCell", 3)], go_backwards=True,
    return_sequences=True)

for mode in ("concat", "sum", "mul", "ave", None):
    add(f"bidirectional_{mode}", "Bidirectional", X, layer=cell("LSTM", 3), merge_mode=mode)
    add(f"bidirectional_{mode}_sequences", "Bidirectional", X, layer=cell("GRU", 3, return_sequences=True),
        merge_mode=mode)
    add(f"bidirectional_{mode}_mask", "Bidirectional", X, layer=cell("SimpleRNN", 3, return_sequences=True),
        merge_mode=mode, call_arrays={"mask": MASK})
    add(f"bidirectional_{mode}_state", "Bidirectional", X, layer=cell("LSTM", 3, return_state=True), merge_mode=mode)
add("bidirectional_last_mask", "Bidirectional", X, layer=cell("LSTM", 3), call_arrays={"mask": MASK})
add("bidirectional_initial_state", "Bidirectional", X, layer=cell("LSTM", 3, return_state=True),
    call_arrays={"initial_state": [(3, 3)] * 4})
add("bidirectional_initial_state_gru", "Bidirectional", X, layer=cell("GRU", 3, return_sequences=True),
    call_arrays={"initial_state": [(3, 3)] * 2, "mask": MASK})
add("bidirectional_other_layer", "Bidirectional", X, layer=cell("LSTM", 3), merge_mode="sum",
    backward_layer=cell("GRU", 3, go_backwards=True))
add("bidirectional_rnn", "Bidirectional", X,
    layer={"class_name": "RNN", "cell": cell("LSTMCell", 3), "return_sequences": True})

add("time_distributed_dense", "TimeDistributed", X, layer=cell("Dense", 3, activation="relu"))
add("time_distributed_flatten", "TimeDistributed", (2, 3, 2, 2), layer={"class_name": "Flatten"})
add("time_distributed_lstm", "TimeDistributed", (2, 3, 4, 5), layer=cell("LSTM", 3))
add("time_distributed_mask", "TimeDistributed", (3, 4, 2, 5), layer=cell("GRU", 3, return_sequences=True),
    call_arrays={"mask": Spec(lambda rng: rng.random((3, 4, 2)) > 0.4)})
add("time_distributed_one_step", "TimeDistributed", (1, 1, 1), layer=cell("Dense", 1))


def cell_taking_a_list(class_name, config):
    """A cell that takes its input and states in a list and gives output and states in one, as Hornbill's do."""
    base = getattr(keras.layers, class_name)

    def build(self, shapes):
        base.build(self, shapes[0])

    def call(self, inputs, training=False):
        states = keras.tree.pack_sequence_as(self.state_size, inputs[1:])
        output, after = base.call(self, inputs[0], states if isinstance(states, list) else [states], training=training)
        return [output, *keras.tree.flatten(after)]

    listed = type(class_name, (base,), {"build": build, "call": call})
    config = {key: [make(each["class_name"], {k: v for k, v in each.items() if k != "class_name"}) for each in value]
              if key == "cells" else value for key, value in config.items()}
    return listed(**config)


def add_cell(name, class_name, inputs, **config):
    ROWS.append(dict(row(name, class_name, inputs, issue=3, **config), make=cell_taking_a_list))


for rest in ({}, {"use_bias": False}, {"activation": "relu", "dropout": 0.3, "recurrent_dropout": 0.2}):
    suffix = "".join(f"_{key}" for key in rest)
    add_cell(f"simple_rnn_cell{suffix}", "SimpleRNNCell", [(3, 5), (3, 4)], units=4, **rest)
    add_cell(f"lstm_cell{suffix}", "LSTMCell", [(3, 5), (3, 4), (3, 4)], units=4, **rest)
    add_cell(f"gru_cell{suffix}", "GRUCell", [(3, 5), (3, 4)], units=4, **rest)
    add_cell(f"gru_cell_reset_before{suffix}", "GRUCell", [(3, 5), (3, 4)], units=4, reset_after=False, **rest)
add_cell("stacked_rnn_cells", "StackedRNNCells", [(3, 5), (3, 4), (3, 4), (3, 2)],
         cells=[cell("LSTMCell", 4), cell("GRUCell", 2)])
add_cell("stacked_rnn_cells_simple", "StackedRNNCells", [(3, 5), (3, 4), (3, 2)],
         cells=[cell("SimpleRNNCell", 4), cell("SimpleRNNCell", 2)])
add_cell("stacked_rnn_cells_three", "StackedRNNCells", [(1, 1), (1, 2), (1, 1), (1, 2), (1, 2)],
         cells=[cell("GRUCell", 2), cell("SimpleRNNCell", 1), cell("LSTMCell", 2)])


def stateful():
    """Several calls one after the other of layers that keep their states, and again after a reset."""
    family = Family("recurrent_stateful")
    rows = [
        ("lstm", "LSTM", dict(units=3)), ("gru", "GRU", dict(units=3, return_sequences=True)),
        ("simple_rnn", "SimpleRNN", dict(units=3, return_state=True)),
        ("lstm_backwards", "LSTM", dict(units=3, go_backwards=True, return_sequences=True)),
        ("lstm_masked", "LSTM", dict(units=3, return_sequences=True)),
        ("rnn_stacked", "RNN", dict(cell=[cell("LSTMCell", 3), cell("LSTMCell", 2)])),
        ("bidirectional", "Bidirectional", dict(layer=cell("GRU", 3, stateful=True, return_sequences=True))),
    ]
    for name, class_name, config in rows:
        case = family.case(name, class_name, 3)
        if class_name != "Bidirectional":
            config = dict(config, stateful=True)
        layer = make(class_name, config)
        layer.build((2, 4, 5))
        for variable in layer.weights:
            variable.assign(weight_value(variable, case.rng))
        case.set(config=config)
        for i, weight in enumerate(layer.weights):
            case.array(f"weight_{i}", weight.value)
        for i in range(4):
            if i == 3:
                for variable in keras.tree.flatten(layer.states):  # reset_state() of stacked cells fails
                    variable.assign(np.zeros(variable.shape))
            x = normal(2, 4, 5).draw(case.rng)
            kept = case.array(f"mask_{i}", case.rng.random((2, 4)) > 0.4) if name.endswith("masked") else None
            y = layer(x, mask=None if kept is None else case.arrays[kept])
            case.array(f"input_{i}", x)
            case.array(f"output_{i}", keras.tree.flatten(y)[0])
    return family


def build():
    yield stateful()
    yield from run_rows("layers_recurrent", ROWS)

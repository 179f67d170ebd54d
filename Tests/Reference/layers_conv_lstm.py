"""Recurrent layers whose products are convolutions."""

from layers import row, run_rows

ROWS = []


def add(name, class_name, inputs, /, **rest):
    ROWS.append(row(name, class_name, inputs, issue=3, **rest))


for rank, image in ((1, (5,)), (2, (4, 5)), (3, (3, 2, 3))):
    name, key = f"ConvLSTM{rank}D", f"conv_lstm{rank}d"
    x = (2, 3, *image, 2)
    add(key, name, x, filters=2, kernel_size=2)
    add(f"{key}_same_sequences_state", name, x, filters=3, kernel_size=2, padding="same", return_sequences=True,
        return_state=True)
    add(f"{key}_strides", name, x, filters=2, kernel_size=2, strides=2, use_bias=False, activation="relu")
    add(f"{key}_backwards", name, x, filters=1, kernel_size=1, go_backwards=True, return_sequences=True,
        unit_forget_bias=False)
add("conv_lstm1d_dilation", "ConvLSTM1D", (2, 3, 7, 2), filters=2, kernel_size=3, dilation_rate=2)
add("conv_lstm2d_window", "ConvLSTM2D", (2, 2, 4, 5, 1), filters=2, kernel_size=[2, 3], strides=[1, 2])
add("conv_lstm2d_initial_state", "ConvLSTM2D", (2, 2, 3, 3, 1), filters=2, kernel_size=2, padding="same",
    call_arrays={"initial_state": [(2, 3, 3, 2)] * 2})


def build():
    return run_rows("layers_conv_lstm", ROWS)

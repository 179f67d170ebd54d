"""Pooling layers."""

import numpy as np

from golden import integers
from layers import row, run_rows

ROWS = []
for kind in ("Max", "Average"):
    name = kind.lower()
    ROWS += [
        row(f"{name}_pooling1d", f"{kind}Pooling1D", (2, 6, 3), pool_size=2),
        row(f"{name}_pooling1d_same", f"{kind}Pooling1D", (2, 7, 3), pool_size=3, strides=2, padding="same"),
        row(f"{name}_pooling1d_overlapping", f"{kind}Pooling1D", (1, 5, 1), pool_size=3, strides=1),
        row(f"{name}_pooling1d_channels_first", f"{kind}Pooling1D", (2, 3, 6), pool_size=2, padding="same",
            strides=4, data_format="channels_first"),
        row(f"{name}_pooling2d", f"{kind}Pooling2D", (2, 4, 6, 3), pool_size=2),
        row(f"{name}_pooling2d_same", f"{kind}Pooling2D", (2, 5, 7, 2), pool_size=[2, 3], padding="same"),
        row(f"{name}_pooling2d_overlapping", f"{kind}Pooling2D", (1, 5, 5, 17), pool_size=3, strides=1,
            padding="same"),
        row(f"{name}_pooling2d_stride_over_size", f"{kind}Pooling2D", (1, 3, 3, 1), pool_size=2, strides=[5, 4]),
        row(f"{name}_pooling2d_channels_first", f"{kind}Pooling2D", (2, 3, 4, 5), pool_size=2, strides=[1, 2],
            data_format="channels_first"),
        row(f"{name}_pooling2d_one", f"{kind}Pooling2D", (1, 1, 1, 1), pool_size=1),
        row(f"{name}_pooling2d_empty_batch", f"{kind}Pooling2D", (0, 4, 4, 2), pool_size=2),
        row(f"{name}_pooling3d", f"{kind}Pooling3D", (1, 4, 2, 4, 3), pool_size=2),
        row(f"{name}_pooling3d_same", f"{kind}Pooling3D", (1, 3, 4, 3, 2), pool_size=[1, 2, 3], strides=2,
            padding="same"),
        row(f"{name}_pooling3d_channels_first", f"{kind}Pooling3D", (1, 2, 3, 3, 3), pool_size=2, strides=1,
            data_format="channels_first"),
    ]
    for rank in (1, 2, 3):
        sizes = (5, 4, 3)[:rank]
        ROWS += [
            row(f"global_{name}_pooling{rank}d", f"Global{kind}Pooling{rank}D", (2, *sizes, 3)),
            row(f"global_{name}_pooling{rank}d_keepdims", f"Global{kind}Pooling{rank}D", (2, *sizes, 1),
                keepdims=True),
            row(f"global_{name}_pooling{rank}d_channels_first", f"Global{kind}Pooling{rank}D", (2, 3, *sizes),
                data_format="channels_first"),
            row(f"global_{name}_pooling{rank}d_channels_first_keepdims", f"Global{kind}Pooling{rank}D",
                (1, 2, *sizes), data_format="channels_first", keepdims=True),
        ]

ROWS += [
    row("max_pooling1d_default", "MaxPooling1D", (1, 5, 2)),
    row("max_pooling2d_default", "MaxPooling2D", (1, 5, 4, 2)),
    row("max_pooling3d_default", "MaxPooling3D", (1, 2, 3, 4, 1)),
    # Equal elements: the first has the gradient.
    row("max_pooling2d_ties", "MaxPooling2D", np.array(
        [[[[1], [2], [2]], [[2], [1], [2]], [[0], [0], [0]]]], "float32"), pool_size=2, strides=1),
    row("global_average_pooling1d_mask", "GlobalAveragePooling1D", (2, 4, 3),
        call_arrays={"mask": np.array([[True, True, False, True], [False, True, False, False]])}),
    row("global_average_pooling1d_mask_keepdims", "GlobalAveragePooling1D", (2, 3, 4), data_format="channels_first",
        keepdims=True,
        call_arrays={"mask": np.array([[True, True, False, True], [False, True, False, False]])}),
]


def build():
    return run_rows("layers_pooling", ROWS)

"""Layers that pad, crop and enlarge."""

from layers import row, run_rows
from golden import integers

CONTINUE = dict(issue=3)
ROWS = []
for rank, shape, first in [(1, (2, 5, 3), (2, 3, 5)), (2, (2, 4, 5, 2), (2, 2, 4, 5)), (3, (1, 3, 4, 5, 2), (1, 2, 3, 4, 5))]:
    pad, crop, up = f"ZeroPadding{rank}D", f"Cropping{rank}D", f"UpSampling{rank}D"
    uneven = {1: (2, 0), 2: ((1, 0), (2, 3)), 3: ((1, 0), (2, 3), (0, 1))}[rank]
    mild = {1: (2, 0), 2: ((1, 0), (2, 1)), 3: ((1, 0), (2, 1), (0, 3))}[rank]
    ROWS += [
        row(f"zero_padding_{rank}d", pad, shape, **CONTINUE),
        row(f"zero_padding_{rank}d_one_number", pad, shape, padding=2, **CONTINUE),
        row(f"zero_padding_{rank}d_uneven", pad, shape, padding=uneven, **CONTINUE),
        row(f"zero_padding_{rank}d_none", pad, shape, padding=0, **CONTINUE),
        row(f"zero_padding_{rank}d_empty_batch", pad, (0, *shape[1:]), **CONTINUE),
        row(f"zero_padding_{rank}d_first", pad, first, padding=uneven, data_format="channels_first", **CONTINUE),
        row(f"cropping_{rank}d", crop, shape, **CONTINUE),
        row(f"cropping_{rank}d_one_number", crop, shape, cropping=1, **CONTINUE),
        row(f"cropping_{rank}d_uneven", crop, shape, cropping=mild, **CONTINUE),
        row(f"cropping_{rank}d_empty_batch", crop, (0, *shape[1:]), cropping=1, **CONTINUE),
    ]
    if rank > 1:
        pairs = {2: (1, 2), 3: (1, 0, 2)}[rank]
        ROWS += [
            row(f"zero_padding_{rank}d_each_axis", pad, shape, padding=pairs, **CONTINUE),
            row(f"cropping_{rank}d_each_axis", crop, shape, cropping=pairs if rank == 3 else (1, 2), **CONTINUE),
            row(f"cropping_{rank}d_first", crop, first, cropping=mild, data_format="channels_first", **CONTINUE),
            row(f"up_sampling_{rank}d_first", up, first, data_format="channels_first", **CONTINUE),
            row(f"up_sampling_{rank}d_each_axis", up, shape, size=(3, 2, 1)[:rank], **CONTINUE),
        ]
    ROWS += [
        row(f"up_sampling_{rank}d", up, shape, **CONTINUE),
        row(f"up_sampling_{rank}d_once", up, shape, size=1, **CONTINUE),
        row(f"up_sampling_{rank}d_thrice", up, shape, size=3, **CONTINUE),
        row(f"up_sampling_{rank}d_one_element", up, (1,) * (rank + 2), size=2, **CONTINUE),
    ]
for interpolation in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
    ROWS.append(row(f"up_sampling_2d_{interpolation}", "UpSampling2D", (1, 3, 4, 2), interpolation=interpolation, **CONTINUE))
ROWS += [
    row("up_sampling_2d_bilinear_first", "UpSampling2D", (1, 2, 3, 4), size=(2, 3), interpolation="bilinear",
        data_format="channels_first", **CONTINUE),
    row("zero_padding_1d_integers", "ZeroPadding1D", integers(9, 2, 3, 2), **CONTINUE),
]


def build():
    return run_rows("layers_reshaping", ROWS)

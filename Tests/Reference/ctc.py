"""ops.ctc_loss with lengths and blanks of every kind, and ops.ctc_decode."""

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops

from golden import Family, draw, integers, normal


def loss(name, target, output, target_length, output_length, mask_index=0):
    return dict(name=name, kind="loss", target=target, output=output, target_length=target_length,
                output_length=output_length, mask_index=mask_index)


def decode(name, inputs, lengths, **options):
    return dict(name=name, kind="decode", inputs=inputs, lengths=lengths, options=options)


ROWS = [
    loss("loss_lengths", integers(5, 3, 4, low=1), normal(3, 9, 5), [4, 2, 1], [9, 7, 5]),
    loss("loss_last_blank", integers(4, 3, 3), normal(3, 7, 5), [3, 2, 0], [7, 6, 3], mask_index=4),
    loss("loss_middle_blank", [[0, 0, 1], [3, 1, 1]], normal(2, 8, 4, scale=3), [3, 3], [8, 6], mask_index=2),
    loss("loss_empty_target", [[1, 2]], normal(1, 4, 3), [0], [4]),
    loss("loss_no_steps", [[1, 2], [1, 2]], normal(2, 4, 3), [2, 1], [0, 1]),
    loss("loss_too_long", [[1, 1, 1], [1, 2, 1]], normal(2, 5, 3), [3, 3], [4, 2]),
    loss("loss_one_step", [[2]], normal(1, 1, 3), [1], [1]),
    decode("greedy", normal(3, 9, 4, scale=2), [9, 6, 2]),
    decode("greedy_kept", normal(3, 9, 3, scale=2), [9, 6, 1], merge_repeated=False),
    decode("greedy_last_blank", normal(2, 8, 4), [8, 5], mask_index=None),
    decode("greedy_middle_blank", normal(2, 8, 4), [8, 0], mask_index=2),
    decode("greedy_one_step", normal(2, 1, 3), [1, 1]),
    decode("beam", normal(3, 6, 4, scale=2), [6, 4, 1], strategy="beam_search", beam_width=20),
    decode("beam_paths", normal(2, 5, 4, scale=2), [5, 4], strategy="beam_search", beam_width=12, top_paths=3),
    decode("beam_narrow", normal(2, 8, 5, scale=2), [8, 6], strategy="beam_search", beam_width=3, top_paths=2),
    decode("beam_last_blank", normal(2, 6, 3, scale=2), [6, 5], strategy="beam_search", beam_width=10, top_paths=2,
           mask_index=None),
]


def run(family, spec):
    case = family.case(spec["name"], "CTCLoss" if spec["kind"] == "loss" else "CTCDecode", 3)
    if spec["kind"] == "decode":
        inputs, lengths = draw(spec["inputs"], case.rng), draw(spec["lengths"], case.rng)
        labels, scores = ops.ctc_decode(inputs, lengths, **spec["options"])
        case.set(config=spec["options"])
        for name, value in (("inputs", inputs), ("lengths", lengths), ("labels", labels), ("scores", scores)):
            case.array(name, value)
        return
    target, output = draw(spec["target"], case.rng), draw(spec["output"], case.rng)
    lengths = [np.asarray(spec[name], "int32") for name in ("target_length", "output_length")]

    def function(output):
        return ops.ctc_loss(target, output, *lengths, mask_index=spec["mask_index"])

    value, pull = jax.vjp(function, jnp.asarray(output))
    cotangent = case.rng.standard_normal(value.shape).astype("float32")
    case.set(config=dict(mask_index=spec["mask_index"]))
    for name, array in (("target", target), ("output", output), ("target_length", lengths[0]),
                        ("output_length", lengths[1]), ("value", value), ("cotangent", cotangent),
                        ("slope", pull(jnp.asarray(cotangent))[0])):
        case.array(name, array)


def build():
    family = Family("ctc")
    for spec in ROWS:
        run(family, spec)
    return [family]

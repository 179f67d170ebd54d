"""Embedding, masking, Einstein sums, and low-rank adaptation."""

import numpy as np

from golden import Spec, integers, normal, uniform
from layers import row, run_rows


def embedding(name, inputs, /, **config):
    return row(f"embedding_{name}", "Embedding", inputs, issue=3, **config)


def reversible(name, inputs, /, **config):
    return row(f"reversible_embedding_{name}", "ReversibleEmbedding", inputs, issue=3, **config)


def einsum(name, equation, inputs, output_shape, /, **config):
    return row(f"einsum_dense_{name}", "EinsumDense", inputs, issue=3, equation=equation, output_shape=output_shape,
               **config)


REVERSE = {"reverse": True}
PADDED = np.asarray([[[1, 0], [0, 0], [0, 2]], [[0, 0], [0, 0], [3, 3]]], "float32")

ROWS = [
    embedding("rank_2", integers(7, 4, 3), input_dim=7, output_dim=5),
    embedding("rank_1", integers(7, 6), input_dim=7, output_dim=2),
    embedding("rank_3", integers(5, 2, 3, 2), input_dim=5, output_dim=3),
    embedding("one", integers(1, 1, 1), input_dim=1, output_dim=1),
    embedding("floats", uniform(4, 3, low=0, high=6.9), input_dim=7, output_dim=5),
    embedding("repeated", integers(2, 9, 4), input_dim=3, output_dim=17),
    embedding("masked", integers(4, 4, 3), input_dim=4, output_dim=2, mask_zero=True),
    embedding("initializer", integers(7, 4, 3), input_dim=7, output_dim=5, embeddings_initializer="he_normal"),
    embedding("regularized", integers(7, 4, 3), input_dim=7, output_dim=5, embeddings_regularizer="l2"),
    embedding("constrained", integers(7, 4, 3), input_dim=7, output_dim=5, embeddings_constraint="unit_norm"),
    embedding("empty_batch", integers(7, 0, 3), input_dim=7, output_dim=5),
    embedding("frozen", integers(7, 4, 3), input_dim=7, output_dim=5, trainable=False),
    embedding("lora", integers(7, 4, 3), input_dim=7, output_dim=5, lora_rank=2),
    embedding("lora_regularized", integers(7, 4, 3), input_dim=7, output_dim=5, lora_rank=1,
              embeddings_regularizer="l2"),
    reversible("forward", integers(7, 4, 3), input_dim=7, output_dim=5),
    reversible("masked", integers(7, 4, 3), input_dim=7, output_dim=5, mask_zero=True),
    reversible("reverse", (4, 3, 5), input_dim=7, output_dim=5) | {"call": REVERSE},
    reversible("untied_forward", integers(7, 4), input_dim=7, output_dim=5, tie_weights=False),
    reversible("untied_reverse", (4, 5), input_dim=7, output_dim=5, tie_weights=False) | {"call": REVERSE},
    reversible("capped", normal(4, 5, scale=4), input_dim=7, output_dim=5, logit_soft_cap=2.5) | {"call": REVERSE},
    reversible("lora_reverse", (4, 5), input_dim=7, output_dim=5, lora_rank=2) | {"call": REVERSE},
    row("masking_zero", "Masking", Spec(lambda rng: PADDED), issue=3),
    row("masking_value", "Masking", (2, 3, 4), issue=3, mask_value=-1.0),
    row("masking_one_step", "Masking", (2, 1, 1), issue=3),
    row("masking_rank_4", "Masking", (2, 3, 2, 2), issue=3, mask_value=0.5),
    einsum("dense", "ab,bc->ac", (4, 3), 5, bias_axes="c"),
    einsum("sequence", "abc,cd->abd", (2, 3, 4), [None, 5], bias_axes="d"),
    einsum("no_bias", "abc,cd->abd", (2, 3, 4), [None, 5]),
    einsum("two_outputs", "abc,cde->abde", (2, 3, 4), [None, 2, 3], bias_axes="de"),
    einsum("first_bias_axis", "abc,cde->abde", (2, 3, 4), [None, 2, 3], bias_axes="d"),
    einsum("two_inputs", "abcd,cde->abe", (2, 3, 2, 4), [None, 5], bias_axes="e"),
    einsum("shared_axis", "abc,bcd->abd", (2, 3, 4), [3, 5], bias_axes="bd"),
    einsum("transposed", "abc,cd->adb", (2, 3, 4), [5, 3], bias_axes="d"),
    einsum("ellipsis_left", "...x,xy->...y", (2, 3, 4), 5, bias_axes="y"),
    einsum("ellipsis_left_rank_2", "...x,xy->...y", (3, 4), 5, bias_axes="y"),
    einsum("ellipsis_left_rank_4", "...bx,xy->...by", (2, 2, 3, 4), [None, 5], bias_axes="y"),
    einsum("ellipsis_right", "ab...,bc->ac...", (2, 3, 4), 5, bias_axes="c"),
    einsum("ellipsis_right_rank_4", "ab...,bc->ac...", (2, 3, 2, 2), 5, bias_axes="c"),
    einsum("letters", "XyZ,Zw->Xyw", (2, 3, 4), [None, 5], bias_axes="w"),
    einsum("activation", "ab,bc->ac", (4, 3), 5, bias_axes="c", activation="tanh"),
    einsum("one", "ab,bc->ac", (1, 1), 1, bias_axes="c"),
    einsum("empty_batch", "abc,cd->abd", (0, 3, 4), [None, 5], bias_axes="d"),
    einsum("regularized", "ab,bc->ac", (4, 3), 5, bias_axes="c", kernel_regularizer="l2", bias_regularizer="l1",
           kernel_constraint="non_neg", bias_constraint="unit_norm", bias_initializer="ones",
           kernel_initializer="he_normal"),
    einsum("lora", "abc,cd->abd", (2, 3, 4), [None, 5], bias_axes="d", lora_rank=2, lora_alpha=3),
    einsum("lora_rank_3", "abc,cde->abde", (2, 3, 4), [None, 2, 3], lora_rank=2),
    row("dense_lora", "Dense", (4, 3), issue=3, units=5, lora_rank=2),
    row("dense_lora_rank_3", "Dense", (2, 3, 4), issue=3, units=2, lora_rank=1, activation="relu", use_bias=False),
    row("dense_lora_regularized", "Dense", (4, 3), issue=3, units=5, lora_rank=2, kernel_regularizer="l2"),
]


def build():
    family = run_rows("layers_core", ROWS)[0]
    for case in family.cases.values():
        if case.entry["class_name"] == "EinsumDense":
            # Keras leaves sizes unknown that `output_shape` does not say; Hornbill knows them from the input.
            case.entry["symbolic_output_shapes"] = [[None, *case.arrays["output_0"].shape[1:]]]
    return [family]

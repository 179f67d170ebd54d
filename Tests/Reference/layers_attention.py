"""Attention, and the dense layer of any connection that it is made of."""

import numpy as np

from golden import Spec, bits, normal
from layers import row, run_rows


def mask(*shape, probability=0.6):
    """Truth values of which each row has a true one."""

    def draw(rng):
        values = rng.uniform(size=shape) < probability
        values[..., 0] = True
        return values

    return Spec(draw)


def mha(name, inputs, /, **arguments):
    return row(f"mha_{name}", "MultiHeadAttention", inputs, issue=3, spread=True, **arguments)


def gqa(name, inputs, /, **arguments):
    return row(f"gqa_{name}", "GroupQueryAttention", inputs, issue=3, spread=True, **arguments)


SELF = [(2, 3, 4), (2, 3, 4)]
CROSS = [(2, 3, 4), (2, 5, 6)]
KEYED = [(2, 3, 4), (2, 5, 6), (2, 5, 3)]
SCORES = {"return_attention_scores": True}
CAUSAL = {"use_causal_mask": True}

ROWS = [
    row("einsum_dense", "EinsumDense", (2, 3, 4), issue=3, equation="abc,cd->abd", output_shape=[None, 5],
        bias_axes="d"),
    row("einsum_dense_no_bias", "EinsumDense", (3, 4), issue=3, equation="ab,bc->ac", output_shape=5),
    row("einsum_dense_activation", "EinsumDense", (3, 4), issue=3, equation="ab,bc->ac", output_shape=5,
        bias_axes="c", activation="relu"),
    row("einsum_dense_heads", "EinsumDense", (2, 3, 4), issue=3, equation="abc,cde->abde", output_shape=[None, 2, 5],
        bias_axes="de"),
    row("einsum_dense_join_heads", "EinsumDense", (2, 3, 2, 5), issue=3, equation="abcd,cde->abe",
        output_shape=[None, 4], bias_axes="e"),
    row("einsum_dense_middle_bias", "EinsumDense", (2, 3, 4), issue=3, equation="abc,cd->abd", output_shape=[3, 5],
        bias_axes="b"),
    row("einsum_dense_ellipsis", "EinsumDense", (2, 3, 2, 4), issue=3, equation="...x,xy->...y", output_shape=5,
        bias_axes="y"),
    row("einsum_dense_ellipsis_rank_2", "EinsumDense", (3, 4), issue=3, equation="...x,xy->...y", output_shape=2,
        bias_axes="y", activation="tanh"),
    row("einsum_dense_right_ellipsis", "EinsumDense", (2, 3, 4, 2), issue=3, equation="ab...,bc->ac...",
        output_shape=5, bias_axes="c"),
    row("einsum_dense_shared_axis", "EinsumDense", (2, 3, 4), issue=3, equation="abc,bcd->abd", output_shape=[3, 2],
        bias_axes="bd"),
    row("einsum_dense_regularized", "EinsumDense", (2, 3), issue=3, equation="ab,bc->ac", output_shape=4,
        bias_axes="c", kernel_regularizer="l2", bias_regularizer="l1", kernel_constraint="non_neg",
        bias_constraint="unit_norm", kernel_initializer="he_normal", bias_initializer="ones"),

    mha("self", SELF, num_heads=2, key_dim=3),
    mha("one_head", SELF, num_heads=1, key_dim=4),
    mha("ones", [(1, 1, 1), (1, 1, 1)], num_heads=1, key_dim=1),
    mha("cross", CROSS, num_heads=2, key_dim=3),
    mha("key", KEYED, num_heads=3, key_dim=2),
    # JAX's fused attention refuses values of another size than the keys; the way with dropout does not.
    mha("value_dim", CROSS, num_heads=2, key_dim=3, value_dim=5, dropout=0.1, call={"training": False}),
    mha("no_bias", CROSS, num_heads=2, key_dim=3, use_bias=False),
    mha("output_shape", CROSS, num_heads=2, key_dim=3, output_shape=7),
    mha("output_shape_two", CROSS, num_heads=2, key_dim=3, output_shape=[2, 3]),
    mha("causal", SELF, num_heads=2, key_dim=3, call=CAUSAL),
    mha("causal_cross", CROSS, num_heads=2, key_dim=3, call=CAUSAL),
    mha("scores", CROSS, num_heads=2, key_dim=3, call=SCORES),
    mha("scores_causal", SELF, num_heads=2, key_dim=3, call=SCORES | CAUSAL),
    mha("attention_mask", CROSS, num_heads=2, key_dim=3, call_arrays={"attention_mask": mask(2, 3, 5)}),
    mha("attention_mask_shared", CROSS, num_heads=2, key_dim=3, call_arrays={"attention_mask": mask(3, 5)}),
    mha("attention_mask_heads", CROSS, num_heads=2, key_dim=3, call_arrays={"attention_mask": mask(2, 2, 3, 5)}),
    mha("attention_mask_numbers", CROSS, num_heads=2, key_dim=3,
        call_arrays={"attention_mask": bits(2, 3, 5, dtype="int32")}),
    mha("attention_mask_nothing", CROSS, num_heads=2, key_dim=3,
        call_arrays={"attention_mask": np.zeros((2, 3, 5), bool)}),
    mha("attention_mask_nothing_scores", CROSS, num_heads=2, key_dim=3, call=SCORES,
        call_arrays={"attention_mask": np.zeros((2, 3, 5), bool)}),
    mha("attention_mask_causal", SELF, num_heads=2, key_dim=3, call=CAUSAL,
        call_arrays={"attention_mask": mask(2, 3, 3)}),
    mha("attention_mask_causal_scores", SELF, num_heads=2, key_dim=3, call=CAUSAL | SCORES,
        call_arrays={"attention_mask": mask(2, 3, 3)}),
    mha("value_mask", CROSS, num_heads=2, key_dim=3, call_arrays={"value_mask": mask(2, 5)}),
    mha("key_mask", KEYED, num_heads=2, key_dim=3, call_arrays={"key_mask": mask(2, 5), "value_mask": mask(2, 5)}),
    mha("all_masks_scores", CROSS, num_heads=2, key_dim=3, call=SCORES | CAUSAL,
        call_arrays={"value_mask": mask(2, 5), "attention_mask": mask(2, 3, 5)}),
    mha("dropout_inference", SELF, num_heads=2, key_dim=3, dropout=0.4, seed=3, call={"training": False}),
    mha("dropout_inference_mask", CROSS, num_heads=2, key_dim=3, dropout=0.4, call={"training": False},
        call_arrays={"attention_mask": mask(2, 3, 5)}),
    mha("sliding_window", [(2, 5, 4), (2, 5, 4)], num_heads=2, key_dim=3, sliding_window=2),
    mha("sliding_window_causal", [(2, 5, 4), (2, 5, 4)], num_heads=2, key_dim=3, sliding_window=2, call=CAUSAL),
    mha("gate", CROSS, num_heads=2, key_dim=3, use_gate=True),
    mha("gate_value_dim", CROSS, num_heads=2, key_dim=3, value_dim=2, use_gate=True, use_bias=False, dropout=0.1,
        call={"training": False}),
    mha("axes", [(2, 3, 4, 5), (2, 3, 4, 5)], num_heads=2, key_dim=3, attention_axes=2),
    mha("axes_both", [(2, 3, 2, 5), (2, 3, 2, 5)], num_heads=2, key_dim=3),
    mha("axes_negative", [(2, 3, 2, 5), (2, 3, 4, 5)], num_heads=2, key_dim=3, attention_axes=[-2]),
    mha("axes_mask", [(2, 3, 4, 5), (2, 3, 4, 5)], num_heads=2, key_dim=3, attention_axes=[2], call=SCORES,
        call_arrays={"attention_mask": mask(2, 3, 4, 4)}),
    mha("regularized", SELF, num_heads=2, key_dim=3, kernel_regularizer="l2", bias_regularizer="l1",
        kernel_constraint="non_neg", bias_constraint="unit_norm"),
    mha("initializers", SELF, num_heads=2, key_dim=3, kernel_initializer="he_normal", bias_initializer="ones"),
    mha("named", SELF, num_heads=2, key_dim=3, name="attention"),

    gqa("pairs", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2),
    gqa("one_key_head", SELF, head_dim=3, num_query_heads=3, num_key_value_heads=1),
    gqa("as_many", SELF, head_dim=2, num_query_heads=2, num_key_value_heads=2),
    gqa("cross", [(2, 3, 4), (2, 5, 4)], head_dim=3, num_query_heads=4, num_key_value_heads=2),
    gqa("key", [(2, 3, 4), (2, 5, 4), (2, 5, 6)], head_dim=3, num_query_heads=4, num_key_value_heads=2),
    gqa("no_bias", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, use_bias=False),
    gqa("causal", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, call=CAUSAL),
    gqa("scores", [(2, 3, 4), (2, 5, 4)], head_dim=3, num_query_heads=4, num_key_value_heads=2, call=SCORES),
    gqa("scores_causal", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, call=SCORES | CAUSAL),
    gqa("attention_mask", [(2, 3, 4), (2, 5, 4)], head_dim=3, num_query_heads=4, num_key_value_heads=2,
        call_arrays={"attention_mask": mask(2, 3, 5)}),
    gqa("all_masks", [(2, 3, 4), (2, 5, 4)], head_dim=3, num_query_heads=4, num_key_value_heads=2, call=CAUSAL,
        call_arrays={"attention_mask": mask(2, 3, 5), "query_mask": mask(2, 3), "value_mask": mask(2, 5),
                     "key_mask": mask(2, 5)}),
    gqa("dropout_inference", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, dropout=0.3, seed=1,
        call={"training": False}),
    gqa("sliding_window", [(2, 5, 4), (2, 5, 4)], head_dim=3, num_query_heads=4, num_key_value_heads=2,
        sliding_window=2),
    gqa("gate", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, use_gate=True),
    gqa("ones", [(1, 1, 1), (1, 1, 1)], head_dim=1, num_query_heads=1, num_key_value_heads=1),
    gqa("regularized", SELF, head_dim=3, num_query_heads=4, num_key_value_heads=2, kernel_regularizer="l2",
        bias_constraint="unit_norm", kernel_initializer="lecun_uniform", bias_initializer="ones"),
]

for name, class_name in (("attention", "Attention"), ("additive_attention", "AdditiveAttention")):
    inputs = [(2, 3, 4), (2, 5, 4)]
    ROWS += [
        row(name, class_name, inputs, issue=3),
        row(f"{name}_key", class_name, [(2, 3, 4), (2, 5, 6), (2, 5, 4)], issue=3),
        row(f"{name}_scale", class_name, inputs, issue=3, use_scale=True),
        row(f"{name}_no_scale", class_name, inputs, issue=3, use_scale=False),
        row(f"{name}_scores", class_name, inputs, issue=3, call=SCORES),
        row(f"{name}_causal", class_name, inputs, issue=3, call=CAUSAL),
        row(f"{name}_masks", class_name, inputs, issue=3, call_arrays={"mask_0": mask(2, 3), "mask_1": mask(2, 5)}),
        row(f"{name}_masks_causal_scores", class_name, inputs, issue=3, call=CAUSAL | SCORES,
            call_arrays={"mask_0": mask(2, 3), "mask_1": mask(2, 5)}),
        row(f"{name}_dropout_inference", class_name, inputs, issue=3, dropout=0.5, call={"training": False}),
        row(f"{name}_ones", class_name, [(1, 1, 1), (1, 1, 1)], issue=3),
    ]
ROWS += [
    row("attention_concat", "Attention", [(2, 3, 4), (2, 5, 4)], issue=3, score_mode="concat"),
    row("attention_concat_scale", "Attention", [(2, 3, 4), (2, 5, 4)], issue=3, score_mode="concat", use_scale=True),
    row("attention_concat_causal", "Attention", [(2, 3, 4), (2, 3, 4)], issue=3, score_mode="concat", call=CAUSAL),

    row("softmax_mask", "Softmax", (3, 5), issue=3, call_arrays={"mask": mask(3, 5)}),
    row("softmax_mask_nothing", "Softmax", (2, 3), issue=3, call_arrays={"mask": np.zeros((2, 3), bool)}),
    row("softmax_mask_broadcast", "Softmax", (2, 3, 4), issue=3, axis=1, call_arrays={"mask": mask(2, 1, 4)}),
    row("softmax_mask_two_axes", "Softmax", (2, 3, 4), issue=3, axis=[1, 2], call_arrays={"mask": mask(2, 3, 4)}),
    row("softmax_mask_fewer_axes", "Softmax", normal(2, 3, 4), issue=3, call_arrays={"mask": mask(4)}),
    row("softmax_mask_numbers", "Softmax", (3, 5), issue=3, call_arrays={"mask": Spec(
        lambda rng: rng.uniform(size=(3, 5)).astype("float32"))}),
]


def build():
    return run_rows("layers_attention", ROWS)

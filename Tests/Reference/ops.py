"""Golden data for the engine's operations: inputs and what keras.ops makes of them, on the JAX backend.

Run with Keras 3.15.1 and JAX: `KERAS_BACKEND=jax python ops.py`. Writes Golden/ops/ops.npz: for a case `c`, its inputs
are `c/0`, `c/1`, … and its results `c/=0`, `c/=1`, …; OperationCalls.swift holds the Swift call of each case. Golden/ops/operations.json
lists the parameters of every operation class of Keras.
"""

import inspect
import json
import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
from keras import ops

rng = np.random.default_rng(20240607)
arrays = {}


def case(name, function, *inputs):
    results = function(*[ops.convert_to_tensor(x) for x in inputs])
    if not isinstance(results, (list, tuple)):
        results = [results]
    assert f"{name}/=0" not in arrays, name
    for index, value in enumerate(inputs):
        arrays[f"{name}/{index}"] = np.asarray(value)
    for index, value in enumerate(results):
        arrays[f"{name}/={index}"] = np.asarray(value)


def normal(*shape):
    return rng.normal(size=shape).astype("float32")


def positive(*shape):
    return rng.uniform(0.1, 3, size=shape).astype("float32")


def integers(*shape, low=-5, high=6):
    return rng.integers(low, high, size=shape).astype("int32")


x = normal(3, 4)
edges = np.array([-40, -8, -3, -1, -0.5, -1e-4, 0, 1e-4, 0.5, 1, 3, 8, 40], "float32")
unit = np.array([-1, -0.7, -1e-3, 0, 1e-3, 0.3, 0.99, 1], "float32")

# Element by element
for name in ["exp", "expm1", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "erf", "sign", "floor", "ceil",
             "trunc", "round", "negative", "absolute", "square", "arcsinh", "isnan", "isfinite", "isinf"]:
    case(name, getattr(ops, name), edges)
for name in ["log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal"]:
    case(name, getattr(ops, name), np.array([1e-6, 0.5, 1, 2, 8, 1000, 12345], "float32"))
for name in ["arcsin", "arccos", "arctanh"]:
    case(name, getattr(ops, name), unit)
case("arccosh", ops.arccosh, np.array([1, 1.0001, 1.5, 3, 1e3, 1e9, 1e30], "float32"))
case("arcsinh_large", ops.arcsinh, np.array([-1e30, -1e6, -2e4, 5e3, 1e12, 3e38], "float32"))
for name in ["exp", "floor", "ceil", "round", "trunc", "sign", "square", "absolute", "negative", "sqrt", "logical_not"]:
    case(name + "_int", getattr(ops, name), np.array([0, 1, 4, 9], "int32"))
case("absolute_uint8", ops.absolute, np.array([0, 1, 200], "uint8"))
case("round_2", lambda x: ops.round(x, 2), np.array([1.234, -5.678, 0.125], "float32"))
case("clip", lambda x: ops.clip(x, -1, 0.5), x)
case("clip_int", lambda x: ops.clip(x, -2, 3), integers(10))
case("nan_to_num", ops.nan_to_num, np.array([np.nan, np.inf, -np.inf, 1], "float32"))
case("nan_to_num_given", lambda x: ops.nan_to_num(x, 5.0, 6.0, -7.0), np.array([np.nan, np.inf, -np.inf, 1], "float32"))
case("where", ops.where, x > 0, x, normal(4))
case("where_numbers", lambda c: ops.where(c, 1.0, 0.0), x > 0)
case("mod", ops.mod, integers(8), np.array([3, -3, 2, 5, 7, -2, 4, 1], "int32"))
case("floor_divide", ops.floor_divide, integers(8), np.array([3, -3, 2, 5, 7, -2, 4, 1], "int32"))
case("divide_int", ops.divide, integers(4), np.array([3, -3, 2, 5], "int32"))
case("add_promotes", ops.add, integers(3, 1), x[:, :1].T)
case("uint8_times_number", lambda x: x * 2, np.array([3, 4], "uint8"))
case("int_times_fraction", lambda x: x * 0.5, np.array([3, 4], "int32"))

# Along axes
y = normal(2, 3, 4)
for name in ["sum", "mean", "max", "min", "prod", "var", "std", "logsumexp", "any", "all"]:
    f = getattr(ops, name)
    case(name + "_all", f, y)
    case(name + "_axis", lambda x: f(x, axis=1), y)
    case(name + "_axes_keep", lambda x: f(x, axis=[0, -1], keepdims=True), y)
case("sum_int", ops.sum, integers(3, 3))
case("sum_bool", ops.sum, x > 0)
case("mean_int", lambda x: ops.mean(x, axis=0), integers(3, 3))
case("mean_bool", ops.mean, x > 0)
case("var_int", ops.var, integers(5))
case("max_initial", lambda x: ops.max(x, axis=0, initial=0.5), x)
case("logsumexp_far", lambda x: ops.logsumexp(x, axis=1), np.array([[1000, 1001], [-2000, -2000], [-np.inf, -np.inf]], "float32"))
case("argmax_all", ops.argmax, y)
case("argmax_keep", lambda x: ops.argmax(x, axis=1, keepdims=True), y)
case("argmin_axis", lambda x: ops.argmin(x, axis=-1), y)
case("count_nonzero", lambda x: ops.count_nonzero(x, axis=1), integers(4, 5, low=0, high=2))
case("cumsum_flat", ops.cumsum, x)
case("cumsum_axis", lambda x: ops.cumsum(x, axis=1), y)
case("cumprod_axis", lambda x: ops.cumprod(x, axis=-1), y)
case("moments", lambda x: ops.moments(x, axes=[0, 1]), y)
case("norm", ops.norm, y)
case("norm_axis", lambda x: ops.norm(x, axis=1, keepdims=True), y)
for order in [1, 3, 0.5, np.inf, -np.inf]:
    case(f"norm_vector_{order}", lambda x: ops.norm(x, ord=order, axis=-1), y)
for order in [1, -1, np.inf, -np.inf, "fro"]:
    case(f"norm_matrix_{order}", lambda x: ops.norm(x, ord=order, axis=(1, 2)), y)

# Products
case("matmul", ops.matmul, normal(3, 4), normal(4, 5))
case("matmul_batch", ops.matmul, normal(2, 3, 4), normal(2, 4, 5))
case("matmul_broadcast", ops.matmul, normal(2, 1, 3, 4), normal(5, 4, 2))
case("matmul_shared", ops.matmul, normal(2, 3, 4), normal(4, 5))
case("matmul_vector", ops.matmul, normal(4), normal(2, 4, 5))
case("matmul_vectors", ops.matmul, normal(4), normal(4))
case("matmul_vector_right", ops.matmul, normal(2, 3, 4), normal(4))
case("dot", ops.dot, normal(2, 3, 4), normal(5, 4, 6))
case("dot_vector", ops.dot, normal(2, 3, 4), normal(4))
case("tensordot", lambda a, b: ops.tensordot(a, b, axes=2), normal(2, 3, 4), normal(3, 4, 5))
case("tensordot_axes", lambda a, b: ops.tensordot(a, b, axes=[[0, 2], [2, 1]]), normal(2, 3, 4), normal(5, 4, 2))
case("outer", ops.outer, normal(3), normal(2, 2))
for pattern, *shapes in [
    ("ij,jk->ik", (3, 4), (4, 5)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("bqhd,bkhd->bhqk", (2, 3, 4, 5), (2, 6, 4, 5)),
    ("bhqk,bkhd->bqhd", (2, 4, 3, 6), (2, 6, 4, 5)), ("abc,cde->abde", (2, 3, 4), (4, 5, 6)), ("ij->ji", (3, 4)),
    ("ij->", (3, 4)), ("ii->i", (3, 3)), ("ii", (4, 4)), ("ij,ij->i", (3, 4), (3, 4)), ("i,j->ij", (3,), (4,)),
    ("...ij,jk->...ik", (2, 5, 3, 4), (4, 6)), ("b...i,bi->b...", (2, 3, 4), (2, 4)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
    ("ba,bc", (3, 2), (3, 4)), ("...a,...a->...", (4, 1, 3), (2, 3)), ("iij,jk->ik", (3, 3, 4), (4, 2)),
    ("nkj,kji->ni", (2, 3, 4), (3, 4, 5)), ("ij,k->ij", (2, 3), (4,)),
]:
    case(f"einsum {pattern}", lambda *a: ops.einsum(pattern, *a), *[normal(*s) for s in shapes])

# Shapes
case("reshape", lambda x: ops.reshape(x, (4, -1, 2)), y)
case("transpose", ops.transpose, y)
case("transpose_axes", lambda x: ops.transpose(x, (1, 0, 2)), y)
case("swapaxes", lambda x: ops.swapaxes(x, 0, -1), y)
case("moveaxis", lambda x: ops.moveaxis(x, 0, -1), y)
case("moveaxis_lists", lambda x: ops.moveaxis(x, [0, 1], [-1, 0]), normal(2, 3, 4, 5))
case("expand_dims", lambda x: ops.expand_dims(x, -1), y)
case("expand_dims_list", lambda x: ops.expand_dims(x, [0, -1]), y)
case("squeeze", ops.squeeze, normal(1, 3, 1))
case("squeeze_axis", lambda x: ops.squeeze(x, 0), normal(1, 3, 1))
case("broadcast_to", lambda x: ops.broadcast_to(x, (2, 3, 4)), normal(3, 1))
case("flip", lambda x: ops.flip(x, axis=1), y)
case("flip_all", ops.flip, y)
case("roll", lambda x: ops.roll(x, 3, axis=1), y)
case("roll_flat", lambda x: ops.roll(x, -5), y)
case("roll_axes", lambda x: ops.roll(x, (1, -2), axis=(0, 2)), y)
case("concatenate", lambda a, b: ops.concatenate([a, b], axis=1), normal(2, 3), integers(2, 2))
case("stack", lambda a, b: ops.stack([a, b], axis=-1), normal(2, 3), normal(2, 3))
case("split", lambda x: ops.split(x, 2, axis=2), y)
case("split_indices", lambda x: ops.split(x, [1, 3], axis=2), y)
case("tile", lambda x: ops.tile(x, (2, 1, 3)), normal(2, 2))
case("tile_short", lambda x: ops.tile(x, (2,)), normal(2, 2))
case("repeat", lambda x: ops.repeat(x, 2, axis=1), y)
case("repeat_flat", lambda x: ops.repeat(x, 3), normal(2, 2))
case("repeat_list", lambda x: ops.repeat(x, np.array([2, 0, 1]), axis=1), y)
case("pad", lambda x: ops.pad(x, ((1, 2), (0, 3)), constant_values=7), x)
for mode in ["reflect", "symmetric", "edge", "wrap"]:
    case("pad_" + mode, lambda x: ops.pad(x, ((4, 5), (1, 2)), mode=mode), x)
case("pad_int", lambda x: ops.pad(x, 1), integers(2, 2))
case("slice", lambda x: ops.slice(x, (0, 1, 2), (2, 2, 1)), y)
case("slice_update", lambda x, u: ops.slice_update(x, (0, 1, 2), u), y, normal(2, 1, 2))
case("diag", lambda x: ops.diag(x, k=1), normal(3))
case("diag_below", lambda x: ops.diag(x, k=-2), normal(3))
case("diag_of_matrix", lambda x: ops.diag(x, k=-1), normal(4, 3))
case("diagonal", lambda x: ops.diagonal(x, offset=1, axis1=0, axis2=2), y)
case("trace", ops.trace, normal(3, 4))
case("tril", lambda x: ops.tril(x, k=1), y)
case("triu", lambda x: ops.triu(x, k=-1), normal(4, 3))
case("getitem_0", lambda x: x[0], y)
case("getitem_1", lambda x: x[..., -1], y)
case("getitem_2", lambda x: x[:, None, 1:, ::2], y)
case("getitem_3", lambda x: x[1, ..., ::-1], y)
case("getitem_4", lambda x: x[:, -2:-1], y)
case("getitem_5", lambda x: x[:, 5:2], y)
case("getitem_6", lambda x: x[:, :, 3:0:-2], y)

# By index
case("take", lambda x, i: ops.take(x, i, axis=1), y, np.array([[2, 0], [-1, 1]], "int32"))
case("take_flat", ops.take, y, np.array([3, 23, 0], "int32"))
case("take_along_axis", lambda x, i: ops.take_along_axis(x, i, axis=1), y, integers(2, 2, 4, low=0, high=3))
case("take_along_axis_broadcast", lambda x, i: ops.take_along_axis(x, i, axis=2), y, integers(1, 3, 2, low=0, high=4))
case("one_hot", lambda x: ops.one_hot(x, 4), np.array([[1, 3], [-1, 7]], "int32"))
case("one_hot_axis", lambda x: ops.one_hot(x, 3, axis=1, dtype="int32"), integers(2, 2, low=0, high=3))
case("multi_hot", lambda x: ops.multi_hot(x, num_classes=5), np.array([[1, 1, 3], [4, 0, 0]], "int32"))
case("top_k", lambda x: ops.top_k(x, 2), y)
case("sort", lambda x: ops.sort(x, axis=1), y)
case("argsort", ops.argsort, integers(3, 6))
case("argsort_axis0", lambda x: ops.argsort(x, axis=0), integers(6, 2))
case("in_top_k", lambda t, p: ops.in_top_k(t, p, k=2), np.array([0, 2, 1, 3], "int32"), normal(4, 5))
case("in_top_k_ties", lambda t, p: ops.in_top_k(t, p, k=1), np.array([0, 1], "int32"), np.array([[1, 1, 0], [np.nan, np.nan, 2]], "float32"))
case("segment_sum", lambda d, i: ops.segment_sum(d, i, num_segments=4), normal(5, 2), np.array([0, 2, 0, 3, 2], "int32"))
case("bincount", lambda x: ops.bincount(x, minlength=8), integers(20, low=0, high=5))
case("bincount_weights", lambda x, w: ops.bincount(x, weights=w), integers(20, low=0, high=5), normal(20))
case("bincount_rows", lambda x: ops.bincount(x, minlength=6), np.array([[1, 1, 4], [5, 0, 0]], "int32"))

# Activations
for name in ["relu", "relu6", "sigmoid", "sparse_sigmoid", "log_sigmoid", "silu", "softplus", "softsign", "elu", "selu",
             "celu", "gelu", "leaky_relu", "hard_sigmoid", "hard_silu", "hard_tanh", "hard_shrink", "soft_shrink",
             "tanh_shrink", "sparse_plus", "squareplus"]:
    case(name, getattr(ops, name), edges)
case("elu_alpha", lambda x: ops.elu(x, 0.5), edges)
case("celu_alpha", lambda x: ops.celu(x, 0.5), edges)
case("gelu_exact", lambda x: ops.gelu(x, approximate=False), edges)
case("threshold", lambda x: ops.threshold(x, 0.2, -3.0), edges)
case("glu", ops.glu, y)
case("softmax", ops.softmax, y)
case("softmax_axis", lambda x: ops.softmax(x, axis=1), y)
case("softmax_axes", lambda x: ops.softmax(x, axis=(0, 2)), y)
case("log_softmax", lambda x: ops.log_softmax(x, axis=0), y * 30)
case("sparsemax", ops.sparsemax, y)
case("sparsemax_axis", lambda x: ops.sparsemax(x, axis=1), y)
case("normalize", ops.normalize, np.concatenate([x, np.zeros((1, 4), "float32")]))
case("normalize_order", lambda x: ops.normalize(x, axis=0, order=3), x)

# Crossentropies
p = np.array([[0.2, 0.5, 0.3], [0, 1, 0], [1e-9, 0.4, 0.6]], "float32")
t = np.array([[0, 1, 0], [0.9, 0.05, 0.05], [1, 0, 0]], "float32")
case("binary_crossentropy", ops.binary_crossentropy, t, p)
case("binary_crossentropy_logits", lambda t, x: ops.binary_crossentropy(t, x, from_logits=True), t, normal(3, 3) * 20)
case("categorical_crossentropy", ops.categorical_crossentropy, t, p * 2)
case("categorical_crossentropy_logits", lambda t, x: ops.categorical_crossentropy(t, x, from_logits=True), t, normal(3, 3) * 20)
case("categorical_crossentropy_axis", lambda t, x: ops.categorical_crossentropy(t, x, axis=0), t, positive(3, 3))
labels = np.array([[2], [0], [0]], "int32")
case("sparse_categorical_crossentropy", ops.sparse_categorical_crossentropy, labels, p * 2)
case("sparse_categorical_crossentropy_logits", lambda t, x: ops.sparse_categorical_crossentropy(t, x, from_logits=True), labels[:, 0], normal(3, 3) * 20)

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "ops")
os.makedirs(folder, exist_ok=True)
np.savez_compressed(os.path.join(folder, "ops.npz"), **arrays)
# What every operation class of Keras is called, and its parameters
classes = {}
for module in [keras.src.ops.numpy, keras.src.ops.nn, keras.src.ops.core, keras.src.ops.math, keras.src.ops.linalg,
               keras.src.ops.image]:
    for name, cls in vars(module).items():
        if inspect.isclass(cls) and issubclass(cls, keras.Operation) and cls.__module__ == module.__name__:
            call = [p for p in inspect.signature(cls.call).parameters if p not in ("self", "kwargs")]
            init = [p for p in inspect.signature(cls).parameters if p not in ("name", "args", "kwargs")]
            classes[f"{module.__name__}.{name}"] = {"call": call, "config": init}
with open(os.path.join(folder, "operations.json"), "w") as file:
    json.dump(classes, file, indent=0, sort_keys=True)
    file.write("\n")
print(keras.__version__, len({name.split("/")[0] for name in arrays}), "cases")

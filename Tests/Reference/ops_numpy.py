"""Golden data for the numpy-like operations that layers seldom need. See opcases.py."""

import jax.numpy as jnp
import numpy as np
from opcases import Cases, holes, integers, normal, uniform
from keras import ops

cases = Cases("numpy")
case = cases.case
f32 = lambda *x: np.array(x, "float32")
i32 = lambda *x: np.array(x, "int32")
nan, inf = np.nan, np.inf

# Element by element
edges = f32(-40, -3, -1, -0.5, -1e-4, 0, 1e-4, 0.5, 1, 2.5, 40)
for name in ["exp2", "cbrt", "deg2rad", "rad2deg", "fabs", "sinc", "isposinf", "isneginf", "angle", "real", "imag",
             "conj", "isreal"]:
    case(name, getattr(ops, name), edges if name != "exp2" else edges / 4)
for name in ["exp2", "cbrt", "deg2rad", "rad2deg", "sinc", "signbit", "isposinf", "isneginf", "fabs"]:
    case(name + "_int", getattr(ops, name), i32(-3, 0, 1, 4))
case("isposinf_infinities", ops.isposinf, f32(inf, -inf, nan, 1))
case("isneginf_infinities", ops.isneginf, f32(inf, -inf, nan, 1))
case("signbit", ops.signbit, f32(-1, -0.0, 0.0, 2, -inf))
case("erfc", ops.erfc, f32(-5, -1, 0, 0.3, 1, 2, 4, 8))
case("erfinv", ops.erfinv, f32(-1, -0.999, -0.5, -1e-3, 0, 0.2, 0.7, 0.99, 0.99999, 1, 1.5))
case("i0", ops.numpy.i0, f32(-10, -1, 0, 0.5, 3, 8, 12))
case("hypot", ops.hypot, f32(3, -5, 0, 1e25, inf, 1), f32(4, 12, 0, 1e25, nan, 1e-20))
case("hypot_int", ops.hypot, i32(3, -5), i32(4, 12))
case("logaddexp", ops.logaddexp, f32(0, 100, -inf, inf, -1000, 3), f32(1, 1000, -inf, inf, -1000, nan))
case("logaddexp2", ops.logaddexp2, f32(0, 100, -inf, inf, -1000, 3), f32(1, 1000, -inf, inf, -1000, 5))
case("logaddexp_int", ops.logaddexp, i32(1, 2), i32(3, 2))
case("heaviside", ops.heaviside, f32(-2, 0, 3, nan), f32(0.5, 0.25, 7, 1))
case("heaviside_int", ops.heaviside, i32(-2, 0, 3), i32(5, 6, 7))
case("fmod", ops.fmod, f32(5.5, -5.5, 5.5, -5.5, 1e10), f32(2, 2, -2, -2, 3))
case("fmod_int", ops.fmod, i32(7, -7, 7, -7), i32(3, 3, -3, -3))
case("fmax", ops.fmax, f32(1, nan, nan, 4), f32(2, 3, nan, nan))
case("fmin", ops.fmin, f32(1, nan, nan, 4), f32(2, 3, nan, nan))
case("fmax_int", ops.fmax, i32(1, 5), i32(2, 3))
case("true_divide_int", ops.true_divide, i32(1, 5), i32(2, 0))
case("divide_no_nan", ops.divide_no_nan, f32(1, 0, 3), f32(2, 0, 0))
case("divide_no_nan_int", ops.divide_no_nan, i32(1, 0, 3), i32(2, 0, 0))
case("ldexp", ops.ldexp, f32(1, -3.5, 0.1, 5), i32(3, -2, 0, 120))
case("nextafter", ops.nextafter, f32(1, 1, 0, -1, 2), f32(2, 0, 1, -2, 2))

# Integers
for name in ["bitwise_and", "bitwise_or", "bitwise_xor", "gcd", "lcm"]:
    case(name, getattr(ops, name), i32(12, -7, 255, 0, 18), i32(10, 3, -16, 5, -24))
case("bitwise_and_bool", ops.bitwise_and, np.array([True, False, True]), np.array([True, True, False]))
case("bitwise_or_uint8", ops.bitwise_or, np.array([1, 128], "uint8"), np.array([3, 127], "uint8"))
case("bitwise_left_shift", ops.bitwise_left_shift, i32(1, -3, 5), i32(4, 2, 0))
case("bitwise_right_shift", ops.bitwise_right_shift, i32(100, -100, 5), i32(3, 3, 1))
case("bitwise_not", ops.bitwise_not, i32(0, 5, -8))
case("bitwise_invert_uint8", ops.bitwise_invert, np.array([0, 200], "uint8"))
case("gcd_broadcast", ops.gcd, i32([12], [18]), i32(8, 9, 0))

# Together and apart
case("append", lambda a, b: ops.append(a, b), normal(2, 3), normal(2))
case("append_axis", lambda a, b: ops.append(a, b, axis=1), normal(2, 3), integers(2, 1))
for name in ["hstack", "vstack", "dstack"]:
    f = getattr(ops, name)
    case(name + "_vectors", lambda a, b: f([a, b]), normal(3), normal(3))
    case(name, lambda a, b: f([a, b]), normal(2, 3), normal(2, 3))
    case(name + "_rank_3", lambda a, b: f([a, b]), normal(2, 3, 2), normal(2, 3, 2))
case("hsplit", lambda x: ops.hsplit(x, 2), normal(2, 4))
case("hsplit_vector", lambda x: ops.hsplit(x, [1, 3]), normal(4))
case("vsplit", lambda x: ops.vsplit(x, 2), normal(4, 2))
case("vsplit_indices", lambda x: ops.vsplit(x, [1]), normal(3, 2))
case("dsplit", lambda x: ops.dsplit(x, 2), normal(2, 2, 4))
case("array_split", lambda x: ops.array_split(x, 3, axis=1), normal(2, 7))
case("array_split_more_than_elements", lambda x: ops.array_split(x, 4), normal(2, 3))
case("unstack", lambda x: ops.unstack(x, axis=-1), normal(2, 3))
case("unstack_first", lambda x: ops.unstack(x), normal(2, 3))
case("meshgrid", lambda a, b: ops.meshgrid(a, b), normal(3), normal(2))
case("meshgrid_ij", lambda a, b, c: ops.meshgrid(a, b, c, indexing="ij"), normal(3), normal(2), normal(4))
case("meshgrid_xy_three", lambda a, b, c: ops.meshgrid(a, b, c), normal(3), normal(2), normal(4))

# Moved
for k in [-1, 1, 2, 3, 4]:
    case(f"rot90_{k}", lambda x: ops.rot90(x, k=k), normal(2, 3))
case("rot90_axes", lambda x: ops.rot90(x, k=1, axes=(2, 0)), normal(2, 3, 4))
case("fliplr", ops.fliplr, normal(2, 3))
case("flipud", ops.flipud, normal(2, 3))
case("diagflat", lambda x: ops.diagflat(x, k=-1), normal(2, 2))
case("kron", ops.kron, normal(2, 3), normal(3, 2))
case("kron_ranks", ops.kron, normal(2), normal(1, 3, 2))
case("vander", ops.vander, normal(3))
case("vander_increasing", lambda x: ops.vander(x, N=5, increasing=True), integers(3))
case("cross", ops.cross, normal(4, 3), normal(4, 3))
case("cross_2", ops.cross, normal(4, 2), normal(4, 2))
case("cross_2_3", ops.cross, normal(4, 2), normal(4, 3))
case("cross_3_2", ops.cross, normal(4, 3), normal(4, 2))
case("cross_axes", lambda a, b: ops.cross(a, b, axisa=0, axisb=1, axisc=0), normal(3, 4), normal(4, 3))
case("cross_axis", lambda a, b: ops.cross(a, b, axis=0), normal(3, 4), normal(3, 4))
case("depth_to_space", lambda x: ops.nn.depth_to_space(x, 2), normal(2, 2, 3, 8))
case("depth_to_space_first", lambda x: ops.nn.depth_to_space(x, 2, data_format="channels_first"), normal(1, 8, 2, 3))
case("space_to_depth", lambda x: ops.nn.space_to_depth(x, 2), normal(2, 4, 6, 2))
case("space_to_depth_first", lambda x: ops.nn.space_to_depth(x, 3, data_format="channels_first"), normal(1, 2, 3, 6))

# Means, quantiles, counts
y = normal(2, 3, 4)
case("average", ops.average, y)
case("average_axis", lambda x: ops.average(x, axis=1), y)
case("average_weights", lambda x, w: ops.average(x, axis=1, weights=w), y, uniform(3))
case("average_weights_all", lambda x, w: ops.average(x, weights=w), y, uniform(2, 3, 4))
case("average_int", ops.average, integers(5))
case("ptp", ops.ptp, y)
case("ptp_axis", lambda x: ops.ptp(x, axis=1, keepdims=True), y)
case("ptp_int", ops.ptp, integers(5))
case("median", ops.median, y)
case("median_axis", lambda x: ops.median(x, axis=1), y)
case("median_axes_keep", lambda x: ops.median(x, axis=(0, -1), keepdims=True), y)
case("median_int", ops.median, integers(6))
case("median_nan", lambda x: ops.median(x, axis=1), holes(5, 4))
for method in ["linear", "lower", "higher", "midpoint", "nearest"]:
    case("quantile_" + method, lambda x: ops.quantile(x, 0.3, axis=-1, method=method), normal(3, 8))
case("quantile_several", lambda x, q: ops.quantile(x, q, axis=1), y, f32(0, 0.25, 0.9, 1))
case("quantile_several_keep", lambda x, q: ops.quantile(x, q, axis=(0, 2), keepdims=True), y, f32(0.1, 0.5))
case("quantile_all", lambda x: ops.quantile(x, 0.77), y)
case("percentile", lambda x: ops.percentile(x, 30.0, axis=-1), y)
case("percentile_several", lambda x, q: ops.percentile(x, q, axis=0, method="nearest"), normal(9, 2), f32(5, 50, 95))
case("corrcoef", ops.corrcoef, normal(3, 6))
case("corrcoef_int", ops.corrcoef, integers(2, 6))
case("histogram", ops.histogram, normal(40))
case("histogram_range", lambda x: ops.histogram(x, bins=4, range=(-1, 1)), normal(40))
case("histogram_int", lambda x: ops.histogram(x, bins=5), integers(30))
case("histogram_point", lambda x: ops.histogram(x, bins=3), f32(2, 2, 2))

# Without what is not a number
for name in ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian"]:
    f = getattr(ops, name)
    case(name, f, holes(4, 5))
    case(name + "_axis", lambda x: f(x, axis=1), holes(3, 4, 2))
    case(name + "_axes_keep", lambda x: f(x, axis=(0, -1), keepdims=True), holes(3, 4, 2))
case("nansum_int", ops.nansum, integers(5))
case("nanmean_int", ops.nanmean, integers(5))
case("nanmax_all_nan", lambda x: ops.nanmax(x, axis=1), f32([nan, nan], [nan, 1]))
case("nanargmax", ops.nanargmax, holes(4, 5))
case("nanargmax_axis", lambda x: ops.nanargmax(x, axis=1, keepdims=True), holes(4, 5))
case("nanargmin_axis", lambda x: ops.nanargmin(x, axis=0), holes(4, 5))
case("nanargmin_all_nan", lambda x: ops.nanargmin(x, axis=1), f32([nan, nan], [nan, 1]))
case("nancumsum", ops.nancumsum, holes(3, 4))
case("nancumprod_axis", lambda x: ops.nancumprod(x, axis=1), holes(3, 4))
case("nanquantile", lambda x: ops.nanquantile(x, 0.3, axis=1), holes(3, 6))
case("nanpercentile", lambda x, q: ops.nanpercentile(x, q, axis=0, keepdims=True), holes(6, 3), f32(10, 60))

# Where
ladder = np.sort(np.random.default_rng(3).normal(size=100)).astype("float32")
for side in ["left", "right"]:
    case("searchsorted_" + side, lambda s, v: ops.searchsorted(s, v, side=side), f32(1, 2, 2, 3), f32(0, 2, 2.5, 9, 1))
    case("searchsorted_long_" + side, lambda s, v: ops.searchsorted(s, v, side=side), ladder,
         np.concatenate([ladder[::7], [-9, 9]]).astype("float32").reshape(1, -1))
case("digitize", ops.digitize, normal(3, 4), f32(-1, 0, 1))
case("digitize_edges", ops.digitize, f32(0, 1, 1.5, 2, 5), f32(0, 1, 2))
case("isin", ops.isin, integers(3, 4), i32(1, 2, 3))
case("isin_invert", lambda a, b: ops.isin(a, b, invert=True), normal(3), f32(1, 2))
case("unravel_index", lambda i: ops.unravel_index(i, (3, 4, 2)), i32(0, 5, 23, 17))
case("select", lambda a, b, x, z: ops.select([a, b], [x, z], 7.0), np.array([True, False, False]),
     np.array([True, True, False]), f32(1, 2, 3), f32(10, 20, 30))
case("isclose", ops.isclose, f32(1, 1, inf, nan, 1), f32(1 + 1e-6, 1.1, inf, nan, nan))
case("isclose_equal_nan", lambda a, b: ops.isclose(a, b, rtol=0.2, equal_nan=True), f32(1, 1, inf, nan), f32(1.1, 1.5, -inf, nan))
case("isclose_int", ops.isclose, i32(1, 2), i32(1, 3))
case("allclose", ops.numpy.allclose, f32(1, 2), f32(1, 2 + 1e-6))
case("allclose_not", ops.numpy.allclose, f32(1, 2), f32(1, 2.1))
case("nonzero", ops.nonzero, integers(3, 4, low=0, high=2))
case("unique", lambda x: ops.unique(x, return_index=True, return_inverse=True, return_counts=True), integers(3, 4, low=0, high=4))
case("unique_axis", lambda x: ops.unique(x, axis=0), i32([1, 2], [0, 5], [1, 2]))
case("unique_size", lambda x: ops.unique(x, size=5, fill_value=-1), i32(3, 1, 3))
case("unique_size_unfilled", lambda x: ops.unique(x, size=4), i32(3, 1, 3))

# Signals
case("diff", ops.diff, normal(2, 5))
case("diff_twice", lambda x: ops.diff(x, n=2, axis=0), integers(4, 2))
case("diff_beyond", lambda x: ops.diff(x, n=3), normal(2))
case("trapezoid", lambda y: ops.trapezoid(y, dx=0.5), normal(2, 5))
case("trapezoid_places", lambda y, x: ops.trapezoid(y, x=x, axis=0), normal(4, 2), f32(0, 1, 3, 3.5))
case("trapezoid_int", ops.trapezoid, integers(5))
for mode in ["valid", "same", "full"]:
    for a, b in [(6, 3), (3, 6), (5, 2), (2, 5), (4, 4)]:
        case(f"correlate_{mode}_{a}_{b}", lambda x, z: ops.correlate(x, z, mode=mode), normal(a), normal(b))
case("inner", ops.inner, normal(2, 3, 4), normal(5, 4))
case("inner_scalar", ops.inner, normal(2, 3), normal())
case("vdot", ops.vdot, normal(2, 3), normal(3, 2))
case("cdist", ops.cdist, normal(4, 3), normal(5, 3))
case("cdist_batch", ops.cdist, normal(2, 4, 3), normal(2, 5, 3))
case("extract_sequences", lambda x: ops.extract_sequences(x, 4, 3), normal(2, 12))
case("extract_sequences_vector", lambda x: ops.extract_sequences(x, 3, 1), normal(5))
case("psnr", lambda a, b: ops.nn.psnr(a, b, 2.0), uniform(2, 3), uniform(2, 3))
case("unfold", lambda x: ops.nn.unfold(x, (2, 3), dilation=(1, 2), padding=(1, 0), stride=(2, 1)), normal(2, 3, 5, 7))
case("unfold_plain", lambda x: ops.nn.unfold(x, 2), normal(1, 1, 3, 3))
case("fold", lambda x: ops.nn.fold(x, (5, 7), (2, 3), padding=(1, 0), stride=(2, 1)), normal(2, 12, 15))
case("fold_plain", lambda x: ops.nn.fold(x, (3, 3), 2), normal(1, 4, 4))

# By index
ids = i32(0, 2, 0, 3, 2)
for name in ["segment_max", "segment_min", "segment_prod"]:
    f = getattr(ops, name)
    case(name, lambda d, i: f(d, i, num_segments=5), normal(5, 2), ids)
    case(name + "_int", lambda d, i: f(d, i, num_segments=4), integers(5), ids)
case("scatter", lambda i, v: ops.scatter(i, v, (2, 3)), i32([0, 1], [1, 2], [0, 1]), f32(1, 2, 3))
case("scatter_rows", lambda i, v: ops.scatter(i, v, (4, 2)), i32([3], [1], [3]), normal(3, 2))
points = i32([0, 1], [1, 2], [1, 0])
case("scatter_update", ops.scatter_update, normal(2, 3), points, f32(10, 20, 30))
case("scatter_update_rows", ops.scatter_update, normal(3, 2), i32([2], [0]), normal(2, 2))
for reduction in ["add", "max", "min", "mul"]:
    case("scatter_update_" + reduction, lambda x, i, u: ops.scatter_update(x, i, u, reduction=reduction), normal(2, 3),
         i32([0, 1], [1, 2], [0, 1]), f32(0.5, -2, 3))
case("saturate_cast", lambda x: ops.saturate_cast(x, "uint8"), f32(-5, 3.7, 256, 1e9))
case("saturate_cast_int", lambda x: ops.saturate_cast(x, "uint8"), i32(-5, 3, 300))
case("saturate_cast_int32", lambda x: ops.saturate_cast(x, "int32"), f32(-1e12, 3.5, 1e12))
case("slice_dynamic", lambda x, s: ops.slice(x, s, (2, 3)), normal(4, 5), i32(1, 2))
case("slice_dynamic_clamped", lambda x, s: ops.slice(x, s, (2, 3)), normal(4, 5), i32(3, 9))
case("slice_rest", lambda x: ops.slice(x, (1, 2), (-1, 2)), normal(4, 5))
case("slice_update_dynamic", ops.slice_update, normal(4, 5), i32(1, 2), normal(2, 3))
case("slice_update_dynamic_clamped", ops.slice_update, normal(4, 5), i32(3, 4), normal(2, 3))

# Of a size
for name in ["bartlett", "blackman", "hamming", "hanning"]:
    f = getattr(ops, name)
    case(name, lambda x: f(7), f32(0))
    case(name + "_1", lambda x: f(1), f32(0))
case("kaiser", lambda x: ops.kaiser(8, 3.5), f32(0))
case("logspace", lambda x: ops.logspace(0.0, 2.0, num=5), f32(0))
case("logspace_base", lambda x: ops.logspace(1.0, 3.0, num=4, base=2.0, endpoint=False), f32(0))
case("geomspace", lambda x: ops.numpy.geomspace(1.0, 100.0, num=5), f32(0))
case("geomspace_negative", lambda x: ops.numpy.geomspace(-1.0, -8.0, num=3, endpoint=False), f32(0))
case("identity", lambda x: ops.identity(3), f32(0))
case("tri", lambda x: ops.tri(3, 4, k=1), f32(0))

# Loops
case("map", lambda x: ops.map(lambda v: v * v[0], x), normal(3, 2))
case("vectorized_map", lambda x: ops.vectorized_map(lambda v: ops.sum(v) + v, x), normal(3, 2))
case("fori_loop", lambda x: ops.fori_loop(1, 5, lambda i, s: s * 0.5 + ops.cast(i, "float32"), x), normal(2))
case("while_loop", lambda x: ops.while_loop(lambda s: ops.sum(s) < 100.0, lambda s: (s * 2.0 + 1.0,), (x,))[0], uniform(3))
case("while_loop_limited", lambda x: ops.while_loop(lambda s: ops.sum(s) < 1e9, lambda s: (s * 2.0 + 1.0,), (x,), maximum_iterations=3)[0], uniform(3))
for index in [-1, 0, 1, 2, 9]:
    case(f"switch_{index}", lambda i, x: ops.switch(i, [lambda v: v + 1, lambda v: v * 2, lambda v: -v], x), np.int32(index), normal(2))
case("associative_scan", lambda x: ops.associative_scan(lambda a, b: a * b, x, axis=1), uniform(2, 7, low=0.5, high=1.5))
case("associative_scan_reverse", lambda x: ops.associative_scan(lambda a, b: a + b, x, reverse=True), normal(6, 2))
case("associative_scan_one", lambda x: ops.associative_scan(lambda a, b: a + b, x), normal(1, 2))

cases.save()

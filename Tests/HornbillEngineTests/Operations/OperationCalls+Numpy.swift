import HornbillEngine

/// The Swift calls of Tests/Reference/ops_numpy.py.
let numpyCalls = merged([
    special, integers, stackings, moved, quantiles, numbersOnly, searching, signals, scattered, grids, loops,
])

private func unary(_ body: @escaping @Sendable (Tensor) -> Tensor) -> OperationCall { { [body($0[0])] } }
private func binary(_ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> OperationCall {
    { [body($0[0], $0[1])] }
}
private func constant(_ body: @escaping @Sendable () -> Tensor) -> OperationCall { { _ in [body()] } }

/// Calls that may throw: an error is carried by the results.
private func throwing(_ count: Int = 1, _ body: @escaping @Sendable ([Tensor]) throws -> [Tensor]) -> OperationCall {
    { inputs in
        do { return try body(inputs) } catch { return (0..<count).map { _ in Tensor(error: error) } }
    }
}

private let special: [String: OperationCall] = [
    "exp2": unary { ops.exp2($0) }, "exp2_int": unary { ops.exp2($0) }, "cbrt": unary { ops.cbrt($0) },
    "cbrt_int": unary { ops.cbrt($0) }, "deg2rad": unary { ops.deg2rad($0) }, "deg2rad_int": unary { ops.deg2rad($0) },
    "rad2deg": unary { ops.rad2deg($0) }, "rad2deg_int": unary { ops.rad2deg($0) }, "fabs": unary { ops.fabs($0) },
    "fabs_int": unary { ops.fabs($0) }, "sinc": unary { ops.sinc($0) }, "sinc_int": unary { ops.sinc($0) },
    "isposinf": unary { ops.isposinf($0) }, "isposinf_int": unary { ops.isposinf($0) },
    "isneginf": unary { ops.isneginf($0) }, "isneginf_int": unary { ops.isneginf($0) },
    "isposinf_infinities": unary { ops.isposinf($0) }, "isneginf_infinities": unary { ops.isneginf($0) },
    "angle": unary { ops.angle($0) }, "real": unary { ops.real($0) }, "imag": unary { ops.imag($0) },
    "conj": unary { ops.conj($0) }, "isreal": unary { ops.isreal($0) }, "signbit": unary { ops.signbit($0) },
    "signbit_int": unary { ops.signbit($0) }, "erfc": unary { ops.erfc($0) }, "erfinv": unary { ops.erfinv($0) },
    "i0": unary { ops.i0($0) }, "hypot": binary { ops.hypot($0, $1) }, "hypot_int": binary { ops.hypot($0, $1) },
    "logaddexp": binary { ops.logaddexp($0, $1) }, "logaddexp_int": binary { ops.logaddexp($0, $1) },
    "logaddexp2": binary { ops.logaddexp2($0, $1) }, "heaviside": binary { ops.heaviside($0, $1) },
    "heaviside_int": binary { ops.heaviside($0, $1) }, "fmod": binary { ops.fmod($0, $1) },
    "fmod_int": binary { ops.fmod($0, $1) }, "fmax": binary { ops.fmax($0, $1) }, "fmin": binary { ops.fmin($0, $1) },
    "fmax_int": binary { ops.fmax($0, $1) }, "true_divide_int": binary { ops.trueDivide($0, $1) },
    "divide_no_nan": binary { ops.divideNoNan($0, $1) }, "divide_no_nan_int": binary { ops.divideNoNan($0, $1) },
    "ldexp": binary { ops.ldexp($0, $1) }, "nextafter": binary { ops.nextafter($0, $1) },
]

private let integers: [String: OperationCall] = [
    "bitwise_and": binary { ops.bitwiseAnd($0, $1) }, "bitwise_or": binary { ops.bitwiseOr($0, $1) },
    "bitwise_xor": binary { ops.bitwiseXor($0, $1) }, "gcd": binary { ops.gcd($0, $1) },
    "lcm": binary { ops.lcm($0, $1) }, "bitwise_and_bool": binary { ops.bitwiseAnd($0, $1) },
    "bitwise_or_uint8": binary { ops.bitwiseOr($0, $1) }, "gcd_broadcast": binary { ops.gcd($0, $1) },
    "bitwise_left_shift": binary { ops.bitwiseLeftShift($0, $1) },
    "bitwise_right_shift": binary { ops.bitwiseRightShift($0, $1) }, "bitwise_not": unary { ops.bitwiseNot($0) },
    "bitwise_invert_uint8": unary { ops.bitwiseInvert($0) },
]

private let stackings: [String: OperationCall] = [
    "append": binary { ops.append($0, $1) }, "append_axis": binary { ops.append($0, $1, axis: 1) },
    "hstack_vectors": { [ops.hstack($0)] }, "hstack": { [ops.hstack($0)] }, "hstack_rank_3": { [ops.hstack($0)] },
    "vstack_vectors": { [ops.vstack($0)] }, "vstack": { [ops.vstack($0)] }, "vstack_rank_3": { [ops.vstack($0)] },
    "dstack_vectors": { [ops.dstack($0)] }, "dstack": { [ops.dstack($0)] }, "dstack_rank_3": { [ops.dstack($0)] },
    "hsplit": { ops.hsplit($0[0], 2) }, "hsplit_vector": { ops.hsplit($0[0], [1, 3]) },
    "vsplit": { ops.vsplit($0[0], 2) }, "vsplit_indices": { ops.vsplit($0[0], [1]) },
    "dsplit": { ops.dsplit($0[0], 2) }, "array_split": { ops.arraySplit($0[0], 3, axis: 1) },
    "array_split_more_than_elements": { ops.arraySplit($0[0], 4) },
    "unstack": { ops.unstack($0[0], axis: -1) }, "unstack_first": { ops.unstack($0[0]) },
    "meshgrid": { ops.meshgrid($0[0], $0[1]) },
    "meshgrid_ij": { ops.meshgrid($0[0], $0[1], $0[2], indexing: "ij") },
    "meshgrid_xy_three": { ops.meshgrid($0[0], $0[1], $0[2]) },
]

private let moved: [String: OperationCall] = [
    "rot90_-1": unary { ops.rot90($0, k: -1) }, "rot90_1": unary { ops.rot90($0) },
    "rot90_2": unary { ops.rot90($0, k: 2) }, "rot90_3": unary { ops.rot90($0, k: 3) },
    "rot90_4": unary { ops.rot90($0, k: 4) }, "rot90_axes": unary { ops.rot90($0, axes: (2, 0)) },
    "fliplr": unary { ops.fliplr($0) }, "flipud": unary { ops.flipud($0) },
    "diagflat": unary { ops.diagflat($0, k: -1) }, "kron": binary { ops.kron($0, $1) },
    "kron_ranks": binary { ops.kron($0, $1) }, "vander": unary { ops.vander($0) },
    "vander_increasing": unary { ops.vander($0, n: 5, increasing: true) }, "cross": binary { ops.cross($0, $1) },
    "cross_2": binary { ops.cross($0, $1) }, "cross_2_3": binary { ops.cross($0, $1) },
    "cross_3_2": binary { ops.cross($0, $1) },
    "cross_axes": binary { ops.cross($0, $1, axisa: 0, axisb: 1, axisc: 0) },
    "cross_axis": binary { ops.cross($0, $1, axis: 0) }, "depth_to_space": unary { ops.depthToSpace($0, blockSize: 2) },
    "depth_to_space_first": unary { ops.depthToSpace($0, blockSize: 2, dataFormat: .channelsFirst) },
    "space_to_depth": unary { ops.spaceToDepth($0, blockSize: 2) },
    "space_to_depth_first": unary { ops.spaceToDepth($0, blockSize: 3, dataFormat: .channelsFirst) },
]

private let quantiles: [String: OperationCall] = [
    "average": unary { ops.average($0) }, "average_axis": unary { ops.average($0, axis: 1) },
    "average_weights": binary { ops.average($0, axis: 1, weights: $1) },
    "average_weights_all": binary { ops.average($0, weights: $1) }, "average_int": unary { ops.average($0) },
    "ptp": unary { ops.ptp($0) }, "ptp_axis": unary { ops.ptp($0, axis: 1, keepDims: true) },
    "ptp_int": unary { ops.ptp($0) }, "median": unary { ops.median($0) },
    "median_axis": unary { ops.median($0, axis: 1) },
    "median_axes_keep": unary { ops.median($0, axis: [0, -1], keepDims: true) }, "median_int": unary { ops.median($0) },
    "median_nan": unary { ops.median($0, axis: 1) },
    "quantile_linear": unary { ops.quantile($0, 0.3, axis: -1) },
    "quantile_lower": unary { ops.quantile($0, 0.3, axis: -1, method: "lower") },
    "quantile_higher": unary { ops.quantile($0, 0.3, axis: -1, method: "higher") },
    "quantile_midpoint": unary { ops.quantile($0, 0.3, axis: -1, method: "midpoint") },
    "quantile_nearest": unary { ops.quantile($0, 0.3, axis: -1, method: "nearest") },
    "quantile_several": binary { ops.quantile($0, $1, axis: 1) },
    "quantile_several_keep": binary { ops.quantile($0, $1, axis: [0, 2], keepDims: true) },
    "quantile_all": unary { ops.quantile($0, 0.77) }, "percentile": unary { ops.percentile($0, 30, axis: -1) },
    "percentile_several": binary { ops.percentile($0, $1, axis: 0, method: "nearest") },
    "corrcoef": unary { ops.corrcoef($0) }, "corrcoef_int": unary { ops.corrcoef($0) },
    "histogram": { x in
        let (counts, edges) = ops.histogram(x[0])
        return [counts, edges]
    },
    "histogram_range": { x in
        let (counts, edges) = ops.histogram(x[0], bins: 4, range: (-1, 1))
        return [counts, edges]
    },
    "histogram_int": { x in
        let (counts, edges) = ops.histogram(x[0], bins: 5)
        return [counts, edges]
    },
    "histogram_point": { x in
        let (counts, edges) = ops.histogram(x[0], bins: 3)
        return [counts, edges]
    },
]

/// A reduction's three cases.
private func reductions(
    _ name: String, _ body: @escaping @Sendable (Tensor, Axes, Bool) -> Tensor
) -> [(String, OperationCall)] {
    [
        (name, unary { body($0, .all, false) }), (name + "_axis", unary { body($0, 1, false) }),
        (name + "_axes_keep", unary { body($0, [0, -1], true) }),
    ]
}

private let reduced: [[(String, OperationCall)]] = [
    reductions("nansum") { ops.nansum($0, axis: $1, keepDims: $2) },
    reductions("nanprod") { ops.nanprod($0, axis: $1, keepDims: $2) },
    reductions("nanmean") { ops.nanmean($0, axis: $1, keepDims: $2) },
    reductions("nanvar") { ops.nanvar($0, axis: $1, keepDims: $2) },
    reductions("nanstd") { ops.nanstd($0, axis: $1, keepDims: $2) },
    reductions("nanmax") { ops.nanmax($0, axis: $1, keepDims: $2) },
    reductions("nanmin") { ops.nanmin($0, axis: $1, keepDims: $2) },
    reductions("nanmedian") { ops.nanmedian($0, axis: $1, keepDims: $2) },
]

private let otherNumbersOnly: [String: OperationCall] = [
    "nansum_int": unary { ops.nansum($0) }, "nanmean_int": unary { ops.nanmean($0) },
    "nanmax_all_nan": unary { ops.nanmax($0, axis: 1) }, "nanargmax": unary { ops.nanargmax($0) },
    "nanargmax_axis": unary { ops.nanargmax($0, axis: 1, keepDims: true) },
    "nanargmin_axis": unary { ops.nanargmin($0, axis: 0) }, "nanargmin_all_nan": unary { ops.nanargmin($0, axis: 1) },
    "nancumsum": unary { ops.nancumsum($0) }, "nancumprod_axis": unary { ops.nancumprod($0, axis: 1) },
    "nanquantile": unary { ops.nanquantile($0, 0.3, axis: 1) },
    "nanpercentile": binary { ops.nanpercentile($0, $1, axis: 0, keepDims: true) },
]

private let numbersOnly: [String: OperationCall] = merged([table(Array(reduced.joined())), otherNumbersOnly])

private let searching: [String: OperationCall] = [
    "searchsorted_left": binary { ops.searchsorted($0, $1) },
    "searchsorted_right": binary { ops.searchsorted($0, $1, side: "right") },
    "searchsorted_long_left": binary { ops.searchsorted($0, $1) },
    "searchsorted_long_right": binary { ops.searchsorted($0, $1, side: "right") },
    "digitize": binary { ops.digitize($0, $1) }, "digitize_edges": binary { ops.digitize($0, $1) },
    "isin": binary { ops.isin($0, $1) }, "isin_invert": binary { ops.isin($0, $1, invert: true) },
    "unravel_index": { ops.unravelIndex($0[0], [3, 4, 2]) },
    "select": { [ops.select([$0[0], $0[1]], [$0[2], $0[3]], default: 7)] },
    "isclose": binary { ops.isclose($0, $1) },
    "isclose_equal_nan": binary { ops.isclose($0, $1, rtol: 0.2, equalNan: true) },
    "isclose_int": binary { ops.isclose($0, $1) }, "allclose": binary { ops.allclose($0, $1) },
    "allclose_not": binary { ops.allclose($0, $1) }, "nonzero": { ops.nonzero($0[0]) },
    "unique": { ops.unique($0[0], returnIndex: true, returnInverse: true, returnCounts: true) },
    "unique_axis": { ops.unique($0[0], axis: 0) }, "unique_size": { ops.unique($0[0], size: 5, fillValue: -1) },
    "unique_size_unfilled": { ops.unique($0[0], size: 4) },
]

private let correlations: [(String, OperationCall)] = ["valid", "same", "full"].flatMap { mode in
    ["6_3", "3_6", "5_2", "2_5", "4_4"].map { sizes -> (String, OperationCall) in
        ("correlate_\(mode)_\(sizes)", binary { ops.correlate($0, $1, mode: mode) })
    }
}

private let signals = merged([table(correlations), otherSignals])

private let otherSignals: [String: OperationCall] = [
    "diff": unary { ops.diff($0) }, "diff_twice": unary { ops.diff($0, n: 2, axis: 0) },
    "diff_beyond": unary { ops.diff($0, n: 3) }, "trapezoid": unary { ops.trapezoid($0, dx: 0.5) },
    "trapezoid_places": binary { ops.trapezoid($0, x: $1, axis: 0) }, "trapezoid_int": unary { ops.trapezoid($0) },
    "inner": binary { ops.inner($0, $1) }, "inner_scalar": binary { ops.inner($0, $1) },
    "vdot": binary { ops.vdot($0, $1) }, "cdist": binary { ops.cdist($0, $1) },
    "cdist_batch": binary { ops.cdist($0, $1) }, "extract_sequences": unary { ops.extractSequences($0, 4, 3) },
    "extract_sequences_vector": unary { ops.extractSequences($0, 3, 1) },
    "psnr": binary { ops.psnr($0, $1, maxVal: 2) },
    "unfold": unary { ops.unfold($0, kernelSize: (2, 3), dilation: (1, 2), padding: (1, 0), stride: (2, 1)) },
    "unfold_plain": unary { ops.unfold($0, kernelSize: (2, 2)) },
    "fold": unary { ops.fold($0, outputSize: (5, 7), kernelSize: (2, 3), padding: (1, 0), stride: (2, 1)) },
    "fold_plain": unary { ops.fold($0, outputSize: (3, 3), kernelSize: (2, 2)) },
]

private let scattered: [String: OperationCall] = [
    "segment_max": binary { ops.segmentMax($0, $1, numSegments: 5) },
    "segment_min": binary { ops.segmentMin($0, $1, numSegments: 5) },
    "segment_prod": binary { ops.segmentProd($0, $1, numSegments: 5) },
    "segment_max_int": binary { ops.segmentMax($0, $1, numSegments: 4) },
    "segment_min_int": binary { ops.segmentMin($0, $1, numSegments: 4) },
    "segment_prod_int": binary { ops.segmentProd($0, $1, numSegments: 4) },
    "scatter": binary { ops.scatter($0, $1, shape: [2, 3]) },
    "scatter_rows": binary { ops.scatter($0, $1, shape: [4, 2]) },
    "scatter_update": { [ops.scatterUpdate($0[0], $0[1], $0[2])] },
    "scatter_update_rows": { [ops.scatterUpdate($0[0], $0[1], $0[2])] },
    "scatter_update_add": { [ops.scatterUpdate($0[0], $0[1], $0[2], reduction: "add")] },
    "scatter_update_max": { [ops.scatterUpdate($0[0], $0[1], $0[2], reduction: "max")] },
    "scatter_update_min": { [ops.scatterUpdate($0[0], $0[1], $0[2], reduction: "min")] },
    "scatter_update_mul": { [ops.scatterUpdate($0[0], $0[1], $0[2], reduction: "mul")] },
    "saturate_cast": unary { ops.saturateCast($0, .uint8) },
    "saturate_cast_int": unary { ops.saturateCast($0, .uint8) },
    "saturate_cast_int32": unary { ops.saturateCast($0, .int32) },
    "slice_dynamic": binary { ops.slice($0, $1, [2, 3]) },
    "slice_dynamic_clamped": binary { ops.slice($0, $1, [2, 3]) },
    "slice_rest": unary { ops.slice($0, [1, 2], [-1, 2]) },
    "slice_update_dynamic": { [ops.sliceUpdate($0[0], $0[1], $0[2])] },
    "slice_update_dynamic_clamped": { [ops.sliceUpdate($0[0], $0[1], $0[2])] },
]

private let grids: [String: OperationCall] = [
    "bartlett": constant { ops.bartlett(7) }, "bartlett_1": constant { ops.bartlett(1) },
    "blackman": constant { ops.blackman(7) }, "blackman_1": constant { ops.blackman(1) },
    "hamming": constant { ops.hamming(7) }, "hamming_1": constant { ops.hamming(1) },
    "hanning": constant { ops.hanning(7) }, "hanning_1": constant { ops.hanning(1) },
    "kaiser": constant { ops.kaiser(8, beta: 3.5) }, "logspace": constant { ops.logspace(0, 2, num: 5) },
    "logspace_base": constant { ops.logspace(1, 3, num: 4, endpoint: false, base: 2) },
    "geomspace": constant { ops.geomspace(1, 100, num: 5) },
    "geomspace_negative": constant { ops.geomspace(-1, -8, num: 3, endpoint: false) },
    "identity": constant { ops.identity(3) }, "tri": constant { ops.tri(3, 4, k: 1) },
]

private func switching(_ inputs: [Tensor]) throws -> [Tensor] {
    try ops.switch(inputs[0], [{ [$0[0] + 1] }, { [$0[0] * 2] }, { [-$0[0]] }], inputs[1])
}

private let loops: [String: OperationCall] = [
    "map": unary { ops.map({ $0 * $0[0] }, $0) },
    "vectorized_map": unary { ops.vectorizedMap({ ops.sum($0) + $0 }, $0) },
    "fori_loop": unary { ops.foriLoop(1, 5, { $1 * 0.5 + $0.cast(to: .float32) }, $0) },
    "while_loop": throwing { try ops.whileLoop({ ops.sum($0[0]) < 100 }, { [$0[0] * 2 + 1] }, [$0[0]]) },
    "while_loop_limited": throwing {
        try ops.whileLoop({ ops.sum($0[0]) < 1e9 }, { [$0[0] * 2 + 1] }, [$0[0]], maximumIterations: 3)
    },
    "switch_-1": throwing { try switching($0) }, "switch_0": throwing { try switching($0) },
    "switch_1": throwing { try switching($0) }, "switch_2": throwing { try switching($0) },
    "switch_9": throwing { try switching($0) },
    "associative_scan": unary { ops.associativeScan({ $0 * $1 }, $0, axis: 1) },
    "associative_scan_reverse": unary { ops.associativeScan({ $0 + $1 }, $0, reverse: true) },
    "associative_scan_one": unary { ops.associativeScan({ $0 + $1 }, $0) },
]

import HornbillEngine

/// An operation on the inputs of a golden case.
typealias OperationCall = @Sendable ([Tensor]) -> [Tensor]
private typealias Call = OperationCall

private func unary(_ body: @escaping @Sendable (Tensor) -> Tensor) -> Call { { [body($0[0])] } }
private func binary(_ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Call { { [body($0[0], $0[1])] } }

/// The Swift call of each case of Tests/Reference/ops.py and its sisters.
let operationCalls = merged([
    elementwise, axes, products, shapes, indexing, neural, numpyCalls, linearAlgebraCalls, imageCalls,
])

/// All calls of several tables.
func merged(_ tables: [[String: OperationCall]]) -> [String: OperationCall] {
    tables.reduce(into: [:]) { all, table in all.merge(table) { first, _ in first } }
}

/// A table of these calls.
func table(_ calls: [(String, OperationCall)]) -> [String: OperationCall] {
    Dictionary(calls) { first, _ in first }
}

private let elementwise: [String: Call] = [
    "exp": unary { ops.exp($0) }, "expm1": unary { ops.expm1($0) }, "sin": unary { ops.sin($0) },
    "cos": unary { ops.cos($0) }, "tan": unary { ops.tan($0) }, "arctan": unary { ops.arctan($0) },
    "sinh": unary { ops.sinh($0) }, "cosh": unary { ops.cosh($0) }, "tanh": unary { ops.tanh($0) },
    "erf": unary { ops.erf($0) }, "sign": unary { ops.sign($0) }, "floor": unary { ops.floor($0) },
    "ceil": unary { ops.ceil($0) }, "trunc": unary { ops.trunc($0) }, "round": unary { ops.round($0) },
    "negative": unary { -$0 }, "absolute": unary { ops.abs($0) }, "square": unary { ops.square($0) },
    "arcsinh": unary { ops.arcsinh($0) }, "isnan": unary { ops.isnan($0) }, "isfinite": unary { ops.isfinite($0) },
    "isinf": unary { ops.isinf($0) }, "log": unary { ops.log($0) }, "log1p": unary { ops.log1p($0) },
    "log2": unary { ops.log2($0) }, "log10": unary { ops.log10($0) }, "sqrt": unary { ops.sqrt($0) },
    "rsqrt": unary { ops.rsqrt($0) }, "reciprocal": unary { ops.reciprocal($0) }, "arcsin": unary { ops.arcsin($0) },
    "arccos": unary { ops.arccos($0) }, "arctanh": unary { ops.arctanh($0) }, "arccosh": unary { ops.arccosh($0) },
    "arcsinh_large": unary { ops.arcsinh($0) }, "exp_int": unary { ops.exp($0) }, "floor_int": unary { ops.floor($0) },
    "ceil_int": unary { ops.ceil($0) }, "round_int": unary { ops.round($0) }, "trunc_int": unary { ops.trunc($0) },
    "sign_int": unary { ops.sign($0) }, "square_int": unary { ops.square($0) },
    "absolute_int": unary { ops.absolute($0) }, "negative_int": unary { ops.negative($0) },
    "sqrt_int": unary { ops.sqrt($0) }, "logical_not_int": unary { .!$0 }, "absolute_uint8": unary { ops.absolute($0) },
    "round_2": unary { ops.round($0, decimals: 2) }, "clip": unary { ops.clip($0, -1, 0.5) },
    "clip_int": unary { ops.clip($0, -2, 3) }, "nan_to_num": unary { ops.nanToNum($0) },
    "nan_to_num_given": unary { ops.nanToNum($0, nan: 5, posinf: 6, neginf: -7) },
    "where": { [ops.where($0[0], $0[1], $0[2])] }, "where_numbers": unary { ops.where($0, 1.0, 0.0) },
    "mod": binary { $0 % $1 }, "floor_divide": binary { ops.floorDivide($0, $1) }, "divide_int": binary { $0 / $1 },
    "add_promotes": binary { $0 + $1 }, "uint8_times_number": unary { $0 * 2 },
    "int_times_fraction": unary { $0 * 0.5 },
]

private let axes: [String: Call] = [
    "sum_all": unary { ops.sum($0) }, "sum_axis": unary { ops.sum($0, axis: 1) },
    "sum_axes_keep": unary { ops.sum($0, axis: [0, -1], keepDims: true) },
    "mean_all": unary { ops.mean($0) }, "mean_axis": unary { ops.mean($0, axis: 1) },
    "mean_axes_keep": unary { ops.mean($0, axis: [0, -1], keepDims: true) },
    "max_all": unary { ops.max($0) }, "max_axis": unary { ops.max($0, axis: 1) },
    "max_axes_keep": unary { ops.max($0, axis: [0, -1], keepDims: true) },
    "min_all": unary { ops.min($0) }, "min_axis": unary { ops.min($0, axis: 1) },
    "min_axes_keep": unary { ops.amin($0, axis: [0, -1], keepDims: true) },
    "prod_all": unary { ops.prod($0) }, "prod_axis": unary { ops.prod($0, axis: 1) },
    "prod_axes_keep": unary { ops.prod($0, axis: [0, -1], keepDims: true) },
    "var_all": unary { ops.var($0) }, "var_axis": unary { ops.var($0, axis: 1) },
    "var_axes_keep": unary { ops.var($0, axis: [0, -1], keepDims: true) },
    "std_all": unary { ops.std($0) }, "std_axis": unary { ops.std($0, axis: 1) },
    "std_axes_keep": unary { ops.std($0, axis: [0, -1], keepDims: true) },
    "logsumexp_all": unary { ops.logsumexp($0) }, "logsumexp_axis": unary { ops.logsumexp($0, axis: 1) },
    "logsumexp_axes_keep": unary { ops.logsumexp($0, axis: [0, -1], keepDims: true) },
    "any_all": unary { ops.any($0) }, "any_axis": unary { ops.any($0, axis: 1) },
    "any_axes_keep": unary { ops.any($0, axis: [0, -1], keepDims: true) },
    "all_all": unary { ops.all($0) }, "all_axis": unary { ops.all($0, axis: 1) },
    "all_axes_keep": unary { ops.all($0, axis: [0, -1], keepDims: true) },
    "sum_int": unary { ops.sum($0) }, "sum_bool": unary { ops.sum($0) }, "mean_int": unary { ops.mean($0, axis: 0) },
    "mean_bool": unary { ops.mean($0) }, "var_int": unary { ops.var($0) },
    "max_initial": unary { ops.max($0, axis: 0, initial: 0.5) },
    "logsumexp_far": unary { ops.logsumexp($0, axis: 1) }, "argmax_all": unary { ops.argmax($0) },
    "argmax_keep": unary { ops.argmax($0, axis: 1, keepDims: true) }, "argmin_axis": unary { ops.argmin($0, axis: -1) },
    "count_nonzero": unary { ops.countNonzero($0, axis: 1) }, "cumsum_flat": unary { ops.cumsum($0) },
    "cumsum_axis": unary { ops.cumsum($0, axis: 1) }, "cumprod_axis": unary { ops.cumprod($0, axis: -1) },
    "moments": { x in
        let (mean, variance) = ops.moments(x[0], axes: [0, 1])
        return [mean, variance]
    },
    "norm": unary { ops.norm($0) }, "norm_axis": unary { ops.norm($0, axis: 1, keepDims: true) },
    "norm_vector_1": unary { ops.norm($0, ord: 1, axis: -1) },
    "norm_vector_3": unary { ops.norm($0, ord: 3, axis: -1) },
    "norm_vector_0.5": unary { ops.norm($0, ord: 0.5, axis: -1) },
    "norm_vector_inf": unary { ops.norm($0, ord: .infinity, axis: -1) },
    "norm_vector_-inf": unary { ops.norm($0, ord: .number(-.infinity), axis: -1) },
    "norm_matrix_1": unary { ops.norm($0, ord: 1, axis: [1, 2]) },
    "norm_matrix_-1": unary { ops.norm($0, ord: -1, axis: [1, 2]) },
    "norm_matrix_inf": unary { ops.norm($0, ord: .infinity, axis: [1, 2]) },
    "norm_matrix_-inf": unary { ops.norm($0, ord: .number(-.infinity), axis: [1, 2]) },
    "norm_matrix_fro": unary { ops.norm($0, ord: .frobenius, axis: [1, 2]) },
]

private let products: [String: Call] = [
    "matmul": binary { ops.matmul($0, $1) }, "matmul_batch": binary { ops.matmul($0, $1) },
    "matmul_broadcast": binary { ops.matmul($0, $1) }, "matmul_shared": binary { ops.matmul($0, $1) },
    "matmul_vector": binary { ops.matmul($0, $1) }, "matmul_vectors": binary { ops.matmul($0, $1) },
    "matmul_vector_right": binary { ops.matmul($0, $1) }, "dot": binary { ops.dot($0, $1) },
    "dot_vector": binary { ops.dot($0, $1) }, "tensordot": binary { ops.tensordot($0, $1) },
    "tensordot_axes": binary { ops.tensordot($0, $1, axes: ([0, 2], [2, 1])) }, "outer": binary { ops.outer($0, $1) },
]

private let shapes: [String: Call] = [
    "reshape": unary { ops.reshape($0, [4, -1, 2]) }, "transpose": unary { ops.transpose($0) },
    "transpose_axes": unary { ops.transpose($0, axes: [1, 0, 2]) }, "swapaxes": unary { ops.swapaxes($0, 0, -1) },
    "moveaxis": unary { ops.moveaxis($0, 0, -1) }, "moveaxis_lists": unary { ops.moveaxis($0, [0, 1], [-1, 0]) },
    "expand_dims": unary { ops.expandDims($0, axis: -1) },
    "expand_dims_list": unary { ops.expandDims($0, axis: [0, -1]) },
    "squeeze": unary { ops.squeeze($0) }, "squeeze_axis": unary { ops.squeeze($0, axis: 0) },
    "broadcast_to": unary { ops.broadcastTo($0, [2, 3, 4]) }, "flip": unary { ops.flip($0, axis: 1) },
    "flip_all": unary { ops.flip($0) }, "roll": unary { ops.roll($0, 3, axis: 1) },
    "roll_flat": unary { ops.roll($0, -5) },
    "roll_axes": unary { ops.roll($0, [1, -2], axis: [0, 2]) },
    "concatenate": binary { ops.concatenate([$0, $1], axis: 1) }, "stack": binary { ops.stack([$0, $1], axis: -1) },
    "split": { ops.split($0[0], 2, axis: 2) }, "split_indices": { ops.split($0[0], [1, 3], axis: 2) },
    "tile": unary { ops.tile($0, [2, 1, 3]) }, "tile_short": unary { ops.tile($0, [2]) },
    "repeat": unary { ops.repeat($0, 2, axis: 1) }, "repeat_flat": unary { ops.repeat($0, 3) },
    "repeat_list": unary { ops.repeat($0, [2, 0, 1], axis: 1) },
    "pad": unary { ops.pad($0, [(1, 2), (0, 3)], constantValues: 7) },
    "pad_reflect": unary { ops.pad($0, [(4, 5), (1, 2)], mode: .reflect) },
    "pad_symmetric": unary { ops.pad($0, [(4, 5), (1, 2)], mode: .symmetric) },
    "pad_edge": unary { ops.pad($0, [(4, 5), (1, 2)], mode: .edge) },
    "pad_wrap": unary { ops.pad($0, [(4, 5), (1, 2)], mode: .wrap) }, "pad_int": unary { ops.pad($0, 1) },
    "slice": unary { ops.slice($0, [0, 1, 2], [2, 2, 1]) },
    "slice_update": binary { ops.sliceUpdate($0, [0, 1, 2], $1) }, "diag": unary { ops.diag($0, k: 1) },
    "diag_below": unary { ops.diag($0, k: -2) }, "diag_of_matrix": unary { ops.diag($0, k: -1) },
    "diagonal": unary { ops.diagonal($0, offset: 1, axis1: 0, axis2: 2) }, "trace": unary { ops.trace($0) },
    "tril": unary { ops.tril($0, k: 1) }, "triu": unary { ops.triu($0, k: -1) }, "getitem_0": unary { $0[0] },
    "getitem_1": unary { $0[.ellipsis, -1] }, "getitem_2": unary { $0[.all, .newAxis, 1..., .step(by: 2)] },
    "getitem_3": unary { $0[1, .ellipsis, .step(by: -1)] }, "getitem_4": unary { $0[.all, -2 ..< -1] },
    "getitem_5": unary { $0[.all, .step(start: 5, stop: 2, by: 1)] },
    "getitem_6": unary { $0[.all, .all, .step(start: 3, stop: 0, by: -2)] },
]

private let indexing: [String: Call] = [
    "take": binary { ops.take($0, $1, axis: 1) }, "take_flat": binary { ops.take($0, $1) },
    "take_along_axis": binary { ops.takeAlongAxis($0, $1, axis: 1) },
    "take_along_axis_broadcast": binary { ops.takeAlongAxis($0, $1, axis: 2) }, "one_hot": unary { ops.oneHot($0, 4) },
    "one_hot_axis": unary { ops.oneHot($0, 3, axis: 1, dtype: .int32) },
    "multi_hot": unary { ops.multiHot($0, numClasses: 5) },
    "top_k": { x in
        let (values, indices) = ops.topK(x[0], k: 2)
        return [values, indices]
    },
    "sort": unary { ops.sort($0, axis: 1) }, "argsort": unary { ops.argsort($0) },
    "argsort_axis0": unary { ops.argsort($0, axis: 0) }, "in_top_k": binary { ops.inTopK($0, $1, k: 2) },
    "in_top_k_ties": binary { ops.inTopK($0, $1, k: 1) },
    "segment_sum": binary { ops.segmentSum($0, $1, numSegments: 4) },
    "bincount": unary { ops.bincount($0, minLength: 8) },
    "bincount_weights": binary { ops.bincount($0, weights: $1) },
    "bincount_rows": unary { ops.bincount($0, minLength: 6) },
]

private let neural: [String: Call] = [
    "relu": unary { ops.relu($0) }, "relu6": unary { ops.relu6($0) }, "sigmoid": unary { ops.sigmoid($0) },
    "sparse_sigmoid": unary { ops.sparseSigmoid($0) }, "log_sigmoid": unary { ops.logSigmoid($0) },
    "silu": unary { ops.silu($0) }, "softplus": unary { ops.softplus($0) }, "softsign": unary { ops.softsign($0) },
    "elu": unary { ops.elu($0) }, "selu": unary { ops.selu($0) }, "celu": unary { ops.celu($0) },
    "gelu": unary { ops.gelu($0) }, "leaky_relu": unary { ops.leakyRelu($0) },
    "hard_sigmoid": unary { ops.hardSigmoid($0) }, "hard_silu": unary { ops.hardSilu($0) },
    "hard_tanh": unary { ops.hardTanh($0) }, "hard_shrink": unary { ops.hardShrink($0) },
    "soft_shrink": unary { ops.softShrink($0) }, "tanh_shrink": unary { ops.tanhShrink($0) },
    "sparse_plus": unary { ops.sparsePlus($0) }, "squareplus": unary { ops.squareplus($0) },
    "elu_alpha": unary { ops.elu($0, alpha: 0.5) }, "celu_alpha": unary { ops.celu($0, alpha: 0.5) },
    "gelu_exact": unary { ops.gelu($0, approximate: false) }, "threshold": unary { ops.threshold($0, 0.2, -3) },
    "glu": unary { ops.glu($0) }, "softmax": unary { ops.softmax($0) },
    "softmax_axis": unary { ops.softmax($0, axis: 1) },
    "softmax_axes": unary { ops.softmax($0, axis: [0, 2]) }, "log_softmax": unary { ops.logSoftmax($0, axis: 0) },
    "sparsemax": unary { ops.sparsemax($0) }, "sparsemax_axis": unary { ops.sparsemax($0, axis: 1) },
    "normalize": unary { ops.normalize($0) }, "normalize_order": unary { ops.normalize($0, axis: 0, order: 3) },
    "binary_crossentropy": binary { ops.binaryCrossentropy($0, $1) },
    "binary_crossentropy_logits": binary { ops.binaryCrossentropy($0, $1, fromLogits: true) },
    "categorical_crossentropy": binary { ops.categoricalCrossentropy($0, $1) },
    "categorical_crossentropy_logits": binary { ops.categoricalCrossentropy($0, $1, fromLogits: true) },
    "categorical_crossentropy_axis": binary { ops.categoricalCrossentropy($0, $1, axis: 0) },
    "sparse_categorical_crossentropy": binary { ops.sparseCategoricalCrossentropy($0, $1) },
    "sparse_categorical_crossentropy_logits": binary { ops.sparseCategoricalCrossentropy($0, $1, fromLogits: true) },
]

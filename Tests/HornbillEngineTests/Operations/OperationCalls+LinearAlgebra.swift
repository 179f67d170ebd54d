import HornbillEngine

/// The Swift calls of Tests/Reference/ops_linalg.py.
let linearAlgebraCalls = merged([systems, decompositions])

private func unary(_ body: @escaping @Sendable (Tensor) -> Tensor) -> OperationCall { { [body($0[0])] } }
private func binary(_ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> OperationCall {
    { [body($0[0], $0[1])] }
}
private func pair(_ body: @escaping @Sendable (Tensor) -> (Tensor, Tensor)) -> OperationCall {
    { inputs in
        let (a, b) = body(inputs[0])
        return [a, b]
    }
}

private let systems: [String: OperationCall] = [
    "cholesky": unary { ops.cholesky($0) }, "cholesky_one": unary { ops.cholesky($0) },
    "cholesky_batch_upper": unary { ops.cholesky($0, upper: true) }, "cholesky_asymmetric": unary { ops.cholesky($0) },
    "cholesky_inverse": unary { ops.choleskyInverse($0) },
    "cholesky_inverse_upper": unary { ops.choleskyInverse($0, upper: true) }, "inv": unary { ops.inv($0) },
    "inv_batch": unary { ops.inv($0) }, "inv_int": unary { ops.inv($0) }, "det": unary { ops.det($0) },
    "det_batch": unary { ops.det($0) }, "det_singular": unary { ops.det($0) }, "det_one": unary { ops.det($0) },
    "slogdet": pair {
        let (sign, logarithm) = ops.slogdet($0)
        return (sign, logarithm)
    },
    "logdet": unary { ops.logdet($0) },
    "lu_factor": pair {
        let (lu, pivots) = ops.luFactor($0)
        return (lu, pivots)
    },
    "lu_factor_batch": pair {
        let (lu, pivots) = ops.luFactor($0)
        return (lu, pivots)
    },
    "solve": binary { ops.solve($0, $1) }, "solve_vector": binary { ops.solve($0, $1) },
    "solve_batch": binary { ops.solve($0, $1) }, "solve_triangular_False": binary { ops.solveTriangular($0, $1) },
    "solve_triangular_True": binary { ops.solveTriangular($0, $1, lower: true) },
    "solve_triangular_batch": binary { ops.solveTriangular($0, $1, lower: true) },
    "pinv_deficient": unary { ops.pinv($0) }, "pinv_cutoff": unary { ops.pinv($0, rcond: 0.5) },
    "lstsq_vector": binary { ops.lstsq($0, $1) }, "matrix_rank": unary { ops.matrixRank($0) },
    "matrix_rank_deficient": unary { ops.matrixRank($0) }, "matrix_rank_tol": unary { ops.matrixRank($0, tol: 1.5) },
    "norm_matrix_2": unary { ops.norm($0, ord: 2, axis: [0, 2]) },
    "norm_matrix_2_keep": unary { ops.norm($0, ord: 2, axis: [-2, -1], keepDims: true) },
    "norm_matrix_-2": unary { ops.norm($0, ord: -2, axis: [0, 2]) },
    "norm_matrix_-2_keep": unary { ops.norm($0, ord: -2, axis: [-2, -1], keepDims: true) },
    "norm_matrix_nuc": unary { ops.norm($0, ord: .nuclear, axis: [0, 2]) },
    "norm_matrix_nuc_keep": unary { ops.norm($0, ord: .nuclear, axis: [-2, -1], keepDims: true) },
]

private func transposed(_ x: Tensor) -> Tensor { ops.swapaxes(x, -1, -2) }

/// What singular vectors are made for: the matrix, and that they are orthonormal.
private func restored(_ x: Tensor, _ full: Bool) -> [Tensor] {
    let (u, s, v) = ops.svd(x, fullMatrices: full)
    let k = s.shape.last ?? 0
    let product = ops.matmul(u[.ellipsis, 0..<k] * ops.expandDims(s, axis: -2), v[.ellipsis, 0..<k, .all])
    return [s, product, ops.matmul(transposed(u), u), ops.matmul(v, transposed(v))]
}

private func eigen(_ x: Tensor) -> [Tensor] {
    let (w, v) = ops.eigh(x)
    return [w, ops.matmul(v * ops.expandDims(w, axis: -2), transposed(v)), ops.matmul(transposed(v), v)]
}

private let decompositions: [String: OperationCall] = {
    var calls: [String: OperationCall] = [
        "qr_batch": pair {
            let (q, r) = ops.qr($0)
            return (q, r)
        },
        "svd_rank_deficient": { restored($0[0], true) }, "svd_batch": { restored($0[0], false) },
        "eigh": { eigen($0[0]) }, "eigh_batch": { eigen($0[0]) }, "eigh_repeated": { eigen($0[0]) },
    ]
    for sizes in ["4_4", "5_3", "3_5", "1_1", "1_3"] {
        if sizes != "1_3" {
            calls["qr_" + sizes] = pair {
                let (q, r) = ops.qr($0)
                return (q, r)
            }
            calls["qr_complete_" + sizes] = pair {
                let (q, r) = ops.qr($0, mode: "complete")
                return (q, r)
            }
        }
        if sizes != "1_1" { calls["svd_values_" + sizes] = unary { ops.singularValues($0) } }
        if sizes.hasPrefix("1") { continue }
        calls["svd_full_" + sizes] = { restored($0[0], true) }
        calls["svd_reduced_" + sizes] = { restored($0[0], false) }
        calls["pinv_" + sizes] = unary { ops.pinv($0) }
        calls["lstsq_" + sizes] = binary { ops.lstsq($0, $1) }
    }
    return calls
}()

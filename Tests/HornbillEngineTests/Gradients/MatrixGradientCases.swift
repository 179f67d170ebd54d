import Foundation
import HornbillEngine

/// Rules of decompositions, special functions and segments.
enum MatrixGradientCases {
    /// Reproducible numbers between −2 and 2 in which no row follows from others.
    private static func scattered(_ shape: Shape, seed: Int = 1) -> Tensor {
        Tensor((0..<shape.count).map { i in 2 * sin(Double(i * i) * 1.7 + Double(seed)) }, shape: shape)
    }

    /// A positive definite matrix from any one.
    private static func definite(_ x: Tensor) throws -> Tensor {
        try Tensor.matmul(x, x, transposeB: true) + ops.eye(x.shape[x.rank - 1], dtype: .float64) * 2
    }

    static let all: [GradientCase] = decompositions + systems + special

    private static let decompositions: [GradientCase] = [
        GradientCase("cholesky", [numbers([3, 3])], secondOrder: false) { ops.cholesky(try definite($0[0])) },
        GradientCase("cholesky of a batch, upper", [numbers([2, 2, 2])]) {
            ops.cholesky(try definite($0[0]), upper: true)
        },
        GradientCase(.linearAlgebra(.lu), [scattered([3, 3])]),
        GradientCase("determinant", [scattered([3, 3])]) { ops.det($0[0]) },
        GradientCase("logarithm of the determinant, batch", [scattered([2, 3, 3])]) { ops.logdet($0[0]) },
        GradientCase("q of qr", [scattered([4, 3])], secondOrder: false) { ops.qr($0[0]).q },
        GradientCase("r of qr", [scattered([3, 3])], secondOrder: false) { ops.qr($0[0]).r },
        GradientCase("eigenvalues", [scattered([3, 3])]) { ops.eigh($0[0]).eigenvalues },
        GradientCase("squares of eigenvectors", [scattered([3, 3])], secondOrder: false) {
            ops.square(ops.eigh($0[0]).eigenvectors)
        },
        GradientCase("singular values", [scattered([3, 4])]) { ops.singularValues($0[0]) },
        GradientCase("squares of singular vectors, tall", [scattered([4, 2])], secondOrder: false) {
            let (u, s, v) = ops.svd($0[0], fullMatrices: false)
            return ops.sum(ops.square(u) * 3) + ops.sum(s) + ops.sum(ops.square(v)[0])
        },
        GradientCase("low rank, wide", [scattered([2, 4])], secondOrder: false) {
            let (u, s, v) = ops.svd($0[0], fullMatrices: false)
            return ops.matmul(u[.all, 0..<1] * s[0..<1], v[0..<1])
        },
        GradientCase("pseudo-inverse", [scattered([3, 2])], secondOrder: false) { ops.pinv($0[0]) },
    ]

    private static let systems: [GradientCase] =
        [
            GradientCase("inverse", [scattered([3, 3])]) { ops.inv($0[0]) },
            GradientCase("solve", [scattered([3, 3]), numbers([3, 2], seed: 4)]) { ops.solve($0[0], $0[1]) },
            GradientCase("solve, batch of vectors", [scattered([2, 2, 2]), numbers([2, 2], seed: 4)]) {
                ops.solve($0[0], $0[1])
            },
        ]
        + [true, false].flatMap { lower in
            [true, false].map { transposed in
                GradientCase(
                    "triangular, lower: \(lower), transposed: \(transposed)",
                    [numbers([3, 3], 0.5, 2), numbers([3, 2], seed: 4)]
                ) {
                    try .emit1(.linearAlgebra(.solveTriangular(lower: lower, transposed: transposed)), [$0[0], $0[1]])
                }
            }
        }

    private static let special: [GradientCase] = [
        GradientCase(.special(.erfc), [numbers([5], -1.5, 1.5)]),
        GradientCase(.special(.erfinv), [numbers([5], -0.8, 0.8)]),
        GradientCase(.special(.besselI0), [numbers([5], -3, 3)]),
        GradientCase(.special(.besselI1), [numbers([5], -3, 3)]),
        GradientCase("segment maximum", [numbers([5, 2])]) {
            ops.segmentMax($0[0], Tensor([Int32(0), 2, 0, 1, 2]), numSegments: 3)
        },
        GradientCase("segment minimum", [numbers([5])]) {
            ops.segmentMin($0[0], Tensor([Int32(0), 2, 0, 1, 2]), numSegments: 3)
        },
        GradientCase("segment product", [numbers([5, 2], 0.5, 2)]) {
            ops.segmentProd($0[0], Tensor([Int32(0), 2, 0, 1, 2]), numSegments: 3)
        },
        GradientCase("segment product with zeros", [Tensor([0.0, 2, 0, 3, 0.5])], secondOrder: false) {
            ops.segmentProd($0[0], Tensor([Int32(0), 0, 1, 1, 1]), numSegments: 2)
        },
        GradientCase("resized", [numbers([1, 3, 4, 1])]) { ops.image.resize($0[0], (5, 3), interpolation: .bicubic) },
        GradientCase("resized, smooth", [numbers([1, 7, 3, 1])]) {
            ops.image.resize($0[0], (3, 2), interpolation: .lanczos3, antialias: true)
        },
        GradientCase("sampled at places", [numbers([4, 5]), numbers([2, 3], 0.1, 2.9, seed: 7)]) {
            ops.image.mapCoordinates($0[0], $0[1], order: 1, fillMode: .reflect)
        },
        GradientCase("quantile", [numbers([3, 5])]) { ops.quantile($0[0], 0.3, axis: 1) },
        GradientCase("scatter update", [numbers([2, 3]), numbers([2], seed: 5)]) {
            ops.scatterUpdate($0[0], Tensor(rows: [[0, 1], [1, 2]]), $0[1])
        },
        GradientCase("moving slice", [numbers([4, 3])]) { ops.slice($0[0], Tensor([Int32(1), 1]), [2, 2]) },
        GradientCase("associative scan", [numbers([5], 0.5, 1.5)]) { ops.associativeScan({ $0 * $1 }, $0[0]) },
        GradientCase("hypotenuse", [numbers([4], 0.5, 2), numbers([4], 0.5, 2, seed: 9)]) { ops.hypot($0[0], $0[1]) },
        GradientCase("logarithm of a sum of exponentials", [numbers([4]), numbers([4], seed: 9)]) {
            ops.logaddexp($0[0], $0[1])
        },
    ]
}

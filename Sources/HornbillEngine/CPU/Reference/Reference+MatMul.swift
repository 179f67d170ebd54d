import Foundation

extension Reference {
    /// A batch of products of m × k and k × n matrices.
    struct MatMulSizes {
        var batch: Int, m: Int, n: Int, k: Int
        var transposeA: Bool, transposeB: Bool
        /// Whether the second operand is one matrix for the whole batch.
        var sharedB: Bool
    }
}

extension Reference.Call {
    func matmul(_ transposeA: Bool, _ transposeB: Bool) throws {
        let (a, out) = (inputTypes[0].shape, outputTypes[0].shape)
        let rank = out.rank
        let sizes = Reference.MatMulSizes(
            batch: out.dimensions.dropLast(2).reduce(1, *), m: out[rank - 2], n: out[rank - 1],
            k: transposeA ? a[a.rank - 2] : a[a.rank - 1], transposeA: transposeA, transposeB: transposeB,
            sharedB: inputTypes[1].shape.rank == 2)
        guard inputTypes[0].dtype != .bool else { throw HornbillError(.dtype, "a matrix product of bool") }
        try inputTypes[0].dtype.number().matmul(sizes, self)
    }

    /// Adds the bias row (operand 2) to the product in place and applies the activation.
    func finish(bias: Bool, _ activation: FusedActivation) throws {
        try outputTypes[0].dtype.float().finish(bias: bias, activation, self)
    }
}

extension ReferenceNumber {
    static func matmul(_ sizes: Reference.MatMulSizes, _ call: Reference.Call) {
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let (rowA, columnA) = sizes.transposeA ? (1, m) : (k, 1)
        let (rowB, columnB) = sizes.transposeB ? (1, k) : (n, 1)
        var row = [Accumulator](repeating: .zero, count: n)
        for batch in 0..<sizes.batch {
            let a = call.input(0, as: Self.self) + batch * m * k
            let b = call.input(1, as: Self.self) + (sizes.sharedB ? 0 : batch * k * n)
            let out = call.output(0, as: Self.self) + batch * m * n
            row.withUnsafeMutableBufferPointer { row in
                for i in 0..<m {
                    row.update(repeating: .zero)
                    for l in 0..<k {
                        let x = a[i * rowA + l * columnA].accumulator
                        let y = b + l * rowB
                        for j in 0..<n { row[j] = .plus(row[j], .times(x, y[j * columnB].accumulator)) }
                    }
                    for j in 0..<n { out[i * n + j] = Self(accumulator: row[j]) }
                }
            }
        }
    }
}

extension ReferenceFloat {
    static func finish(bias: Bool, _ activation: FusedActivation, _ call: Reference.Call) {
        let out = call.output(0, as: Self.self)
        let n = call.outputTypes[0].shape.last ?? 1
        for i in 0..<call.count {
            let x = bias ? out[i] + call.input(2, as: Self.self)[i % n] : out[i]
            switch activation {
            case .none: out[i] = x
            case .relu: out[i] = x > 0 || x.isNaN ? x : 0
            case .sigmoid: out[i] = Self(Reference.sigmoid(Double(x)))
            case .tanh: out[i] = Self(Foundation.tanh(Double(x)))
            }
        }
    }
}

// Products of matrices and tensors.

extension TensorFunction {
    private static func product(
        _ name: String, config: [String] = [],
        _ body: @escaping @Sendable (Tensor, Tensor, FunctionCall) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, ["x1", "x2"], config: config) { call in
            try body(call.tensor(0).numeric(), call.tensor(1).numeric(), call)
        }
    }

    static let matmul = product("Matmul") { a, b, _ in try Tensor.matmul(a, b) }
    static let dot = product("Dot") { a, b, _ in
        if a.rank == 0 || b.rank == 0 { return try Tensor.binary(.multiply, a, b) }
        return try Tensor.tensordot(a, b, [a.rank - 1], [Swift.max(b.rank - 2, 0)])
    }
    static let tensordot = product("Tensordot", config: ["axes"]) { a, b, call in
        if case .list(let lists) = call.argument(2) {
            guard lists.count == 2 else { throw call.mismatch(2, "a number, or two lists of axes") }
            let axes = try lists.map { element in
                switch element {
                case .int(let axis): return [axis]
                case .list(let elements):
                    return try elements.map { element in
                        guard case .int(let axis) = element else { throw call.mismatch(2, "two lists of axes") }
                        return axis
                    }
                default: throw call.mismatch(2, "two lists of axes")
                }
            }
            return try Tensor.tensordot(
                a, b, axes[0].map { try a.shape.axis($0) }, axes[1].map { try b.shape.axis($0) })
        }
        let count = try call.int(2)
        guard count >= 0, count <= a.rank, count <= b.rank else {
            throw HornbillError(
                .argument, "tensordot: \(count) axes of \(a.shape) and \(b.shape) cannot be summed over")
        }
        return try Tensor.tensordot(a, b, Array((a.rank - count)..<a.rank), Array(0..<count))
    }
    static let outer = product("Outer") { a, b, _ in
        try Tensor.binary(.multiply, a.reshape([a.count, 1]), b.reshape([1, b.count]))
    }
    static let einsum = TensorFunction("Einsum", ["operands"], config: ["subscripts"]) { call in
        try Tensor.einsum(call.string(1), call.tensors(0).map { try $0.numeric() })
    }

    static let products: [TensorFunction] = [matmul, dot, tensordot, outer, einsum]
}

extension Tensor {
    /// Itself; bool as int32, since a product of truth values counts.
    fileprivate func numeric() throws -> Tensor { try dtype == .bool ? casted(to: .int32) : validated() }

    /// The sum of products over pairs of axes (resolved); the other axes of `a`, then those of `b`, remain.
    package static func tensordot(_ a: Tensor, _ b: Tensor, _ axesA: [Int], _ axesB: [Int]) throws -> Tensor {
        guard axesA.count == axesB.count, Set(axesA).count == axesA.count, Set(axesB).count == axesB.count else {
            throw HornbillError(.argument, "tensordot: the axes \(axesA) and \(axesB) are no pairs")
        }
        for (i, j) in zip(axesA, axesB) where a.shape[i] != b.shape[j] {
            throw HornbillError(
                .shape,
                "tensordot: axis \(i) of \(a.shape) and axis \(j) of \(b.shape) differ: \(a.shape[i]) and \(b.shape[j])"
            )
        }
        let freeA = (0..<a.rank).filter { !axesA.contains($0) }
        let freeB = (0..<b.rank).filter { !axesB.contains($0) }
        let summed = axesA.map { a.shape[$0] }.reduce(1, *)
        let rows = freeA.map { a.shape[$0] }
        let columns = freeB.map { b.shape[$0] }
        let left = try a.transpose(freeA + axesA).reshape([rows.reduce(1, *), summed])
        // Which of the two transpositions the matrix product does on its own is free.
        let transposed = axesB.first.map { first in freeB.allSatisfy { $0 < first } } ?? false
        let right =
            try transposed
            ? b.transpose(freeB + axesB).reshape([columns.reduce(1, *), summed])
            : b.transpose(axesB + freeB).reshape([summed, columns.reduce(1, *)])
        return try matmul(left, right, transposeB: transposed).reshape(Shape(rows + columns))
    }
}

extension ops {
    /// The matrix product of the last two axes; leading axes are broadcast, a vector counts as a row on the left and as
    /// a column on the right.
    public static func matmul<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.matmul, x1, x2, file, line)
    }

    /// NumPy's dot: the sum of products over the last axis of `x1` and the last but one of `x2`.
    public static func dot<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.dot, x1, x2, file, line)
    }

    /// The sum of products over the last `axes` axes of `x1` and the first of `x2`.
    public static func tensordot<T: TensorLike>(
        _ x1: T, _ x2: T, axes: Int = 2, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.tensordot, [x1, x2], [.tensor(0), .tensor(1), .int(axes)], file, line)
    }

    /// The sum of products over these axes of `x1` and those of `x2`, pair by pair.
    public static func tensordot<T: TensorLike>(
        _ x1: T, _ x2: T, axes: ([Int], [Int]), file: String = #fileID, line: Int = #line
    ) -> T {
        let pairs = Argument.list([.ints(axes.0), .ints(axes.1)])
        return T.apply(.tensordot, [x1, x2], [.tensor(0), .tensor(1), pairs], file, line)
    }

    /// Every element of `x1` times every element of `x2`, both flattened: a matrix.
    public static func outer<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.outer, x1, x2, file, line)
    }

    /// Einstein's summation: `einsum("bij,bjk->bik", a, b)`. A letter names an axis; axes of one letter run together,
    /// letters that the result lacks are summed over, `...` stands for leading axes that are broadcast.
    public static func einsum<T: TensorLike>(
        _ subscripts: String, _ operands: T..., file: String = #fileID, line: Int = #line
    ) -> T {
        T.many(.einsum, operands, [.string(subscripts)], file, line)
    }
}

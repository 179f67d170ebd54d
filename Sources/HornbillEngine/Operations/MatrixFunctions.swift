// Linear algebra of the matrices in the last two axes. Complex numbers are not available, and so no `eig`.

extension TensorFunction {
    private static func matrices(
        _ name: String, _ parameters: [String] = ["x"], config: [String] = [],
        _ body: @escaping @Sendable (Tensor, FunctionCall) throws -> [Tensor]
    ) -> TensorFunction {
        TensorFunction(results: name, module: "keras.src.ops.linalg", parameters, config: config) { call in
            let x = try call.tensor(0).floating()
            guard x.rank >= 2 else {
                throw HornbillError(.shape, "\(name) needs matrices: at least two axes, not the shape \(x.shape)")
            }
            return try body(x, call)
        }
    }

    static let cholesky = matrices("Cholesky", config: ["upper"]) { x, call in
        let symmetric = try (x + x.matrixTransposed()) * 0.5
        let lower = try Tensor.emit1(.linearAlgebra(.cholesky), [symmetric])
        return [try call.bool(1) ? lower.matrixTransposed() : lower]
    }
    static let choleskyInverse = matrices("CholeskyInverse", config: ["upper"]) { x, call in
        let upper = try call.bool(1)
        let n = x.shape[x.rank - 1]
        let one = try ops.eye(n).casted(to: x.dtype).broadcasted(to: x.shape, beside: x)
        let inverse = try x.triangularSolved(one, lower: !upper, transposed: false)
        return [try Tensor.matmul(inverse, inverse, transposeA: !upper, transposeB: upper)]
    }
    static let inv = matrices("Inv") { x, _ in try Tensor.emit(.linearAlgebra(.inverse), [x]) }
    static let det = matrices("Det") { x, _ in
        let (factors, sign) = try x.eliminated()
        return [try Tensor.reduce(.prod, factors, axes: [factors.rank - 1], keepDims: false) * sign]
    }
    static let slogdet = TensorFunction(results: "Slogdet", ["x"]) { call in
        try call.tensor(0).floating().logarithmicDeterminant()
    }
    static let logdet = TensorFunction("Logdet", module: "keras.src.ops.math", ["x"]) { call in
        try call.tensor(0).floating().logarithmicDeterminant()[1]
    }
    static let luFactor = matrices("LuFactor") { x, _ in try Tensor.emit(.linearAlgebra(.lu), [x]) }
    static let solve = matrices("Solve", ["a", "b"]) { a, call in
        try a.withRightSide(call.tensor(1)) { try .emit1(.linearAlgebra(.solve), [$0, $1]) }
    }
    static let solveTriangular = matrices("SolveTriangular", ["a", "b"], config: ["lower"]) { a, call in
        let lower = try call.bool(2)
        return try a.withRightSide(call.tensor(1)) { try $0.triangularSolved($1, lower: lower, transposed: false) }
    }
    static let qr = matrices("Qr", config: ["mode"]) { x, call in
        let mode = try call.string(1)
        guard mode == "reduced" || mode == "complete" else {
            throw HornbillError(.unknownName, "qr: the mode is 'reduced' or 'complete', not '\(mode)'")
        }
        return try Tensor.emit(.linearAlgebra(.qr(complete: mode == "complete")), [x])
    }
    static let svd = matrices("SVD", config: ["full_matrices", "compute_uv"]) { x, call in
        let vectors = try call.bool(2)
        let results = try Tensor.emit(.linearAlgebra(.svd(full: vectors && call.bool(1))), [x])
        return vectors ? results : [results[1]]
    }
    static let eigh = matrices("Eigh") { x, _ in
        try Tensor.emit(.linearAlgebra(.eigh), [(x + x.matrixTransposed()) * 0.5])
    }
    static let pinv = matrices("Pinv", config: ["rcond"]) { x, call in
        let size = Double(10 * Swift.max(x.shape[x.rank - 2], x.shape[x.rank - 1]))
        return [try x.pseudoInverse(call.optionalDouble(1) ?? size * x.dtype.epsilon)]
    }
    static let lstsq = matrices("Lstsq", ["a", "b"], config: ["rcond"]) { a, call in
        let size = Double(Swift.max(a.shape[a.rank - 2], a.shape[a.rank - 1]))
        let cutoff = try call.optionalDouble(2) ?? size * a.dtype.epsilon
        return try a.withRightSide(call.tensor(1)) { try .matmul($0.pseudoInverse(cutoff), $1) }
    }
    static let matrixRank = matrices("MatrixRank", config: ["tol"]) { x, call in
        let values = try Tensor.emit(.linearAlgebra(.svd(full: false)), [x])[1]
        let last = [values.rank - 1]
        let size = Double(Swift.max(x.shape[x.rank - 2], x.shape[x.rank - 1]))
        let largest = try Tensor.reduce(.max, values, axes: last, keepDims: true)
        let bound = try call.optionalDouble(1).map { Tensor.scalar($0, x.dtype) } ?? largest * (size * x.dtype.epsilon)
        return [try Tensor.reduce(.sum, (values > bound).casted(to: .int32), axes: last, keepDims: false)]
    }

    static let linearAlgebra: [TensorFunction] = [
        cholesky, choleskyInverse, inv, det, slogdet, logdet, luFactor, solve, solveTriangular, qr, svd, eigh, pinv,
        lstsq, matrixRank,
    ]
}

extension DType {
    /// The distance from 1 to the next number.
    package var epsilon: Double {
        switch self {
        case .float64: 0x1p-52
        case .float16: 0x1p-10
        case .bfloat16: 0x1p-7
        case .float32, .int32, .int64, .uint8, .bool, .string: 0x1p-23
        }
    }
}

extension Tensor {
    /// The diagonal after elimination, and the sign of the exchanges.
    fileprivate func eliminated() throws -> (diagonal: Tensor, sign: Tensor) {
        let results = try Tensor.emit(.linearAlgebra(.lu), [self])
        let n = shape[rank - 1]
        let moved = try Tensor.binary(.notEqual, results[1], Tensor((0..<n).map { Int32($0) }))
        let exchanges = try Tensor.reduce(.sum, moved.casted(to: .int32), axes: [rank - 2], keepDims: false)
        let odd = try Tensor.binary(.floorMod, exchanges, .scalar(2, .int32))
        return (try results[0].diagonal(offset: 0, rank - 2, rank - 1), 1 - 2 * odd.cast(to: dtype))
    }

    fileprivate func logarithmicDeterminant() throws -> [Tensor] {
        guard rank >= 2 else { throw HornbillError(.shape, "a determinant needs matrices, not the shape \(shape)") }
        let (diagonal, sign) = try eliminated()
        let last = [diagonal.rank - 1]
        let total = try Tensor.reduce(.prod, Tensor.unary(.sign, diagonal), axes: last, keepDims: false) * sign
        let logarithms = try Tensor.unary(.log, Tensor.unary(.abs, diagonal))
        return [total, try Tensor.reduce(.sum, logarithms, axes: last, keepDims: false)]
    }

    /// `body` with a right side of the same leading axes; a vector is a matrix of one column, as the batch's vectors are.
    fileprivate func withRightSide(_ other: Tensor, _ body: (Tensor, Tensor) throws -> Tensor) throws -> [Tensor] {
        var b = try other.floating()
        let dtype = dtype.promoted(with: b.dtype)
        var a = try casted(to: dtype)
        b = try b.casted(to: dtype)
        let isVector = b.rank == 1 || (b.rank == rank - 1 && b.shape == Shape(Array(shape.dimensions.dropLast())))
        if isVector { b = try b.reshape(Shape(b.shape.dimensions + [1])) }
        guard b.rank >= 2, b.shape[b.rank - 2] == shape[rank - 2],
            let lead = Shape(Array(shape.dimensions.dropLast(2))).broadcast(
                with: Shape(Array(b.shape.dimensions.dropLast(2))))
        else {
            throw HornbillError(.shape, "a right side of shape \(other.shape) does not fit matrices of shape \(shape)")
        }
        a = try a.broadcasted(to: Shape(lead.dimensions + a.shape.dimensions.suffix(2)), beside: b)
        b = try b.broadcasted(to: Shape(lead.dimensions + b.shape.dimensions.suffix(2)), beside: a)
        let x = try body(a, b)
        return [isVector ? try x.reshape(Shape(Array(x.shape.dimensions.dropLast()))) : x]
    }

    /// Moore's and Penrose's inverse; singular values below `cutoff` times the largest count as 0.
    fileprivate func pseudoInverse(_ cutoff: Double) throws -> Tensor {
        let parts = try Tensor.emit(.linearAlgebra(.svd(full: false)), [self])
        let values = parts[1]
        let largest = try Tensor.reduce(.max, values, axes: [values.rank - 1], keepDims: true)
        let isLarge = try Tensor.binary(.greater, values, largest * cutoff)
        let safe = try Tensor.select(isLarge, values, .scalar(1, dtype))
        let inverse = try Tensor.select(isLarge, 1 / safe, .scalar(0, dtype))
        let left = try parts[2].matrixTransposed() * inverse.rowVectors()
        return try Tensor.matmul(left, parts[0], transposeB: true)
    }

    /// The singular values of the matrices in the last two axes.
    package func singularValues() throws -> Tensor { try Tensor.emit(.linearAlgebra(.svd(full: false)), [self])[1] }
}

extension ops {
    /// The lower triangular L with x = L Lᵀ of positive definite matrices, or its transpose.
    public static func cholesky<T: TensorLike>(
        _ x: T, upper: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.cholesky, x, [.bool(upper)], file, line)
    }

    /// The inverse of the matrices whose Cholesky factors are given.
    public static func choleskyInverse<T: TensorLike>(
        _ x: T, upper: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.choleskyInverse, x, [.bool(upper)], file, line)
    }

    /// The inverses of square matrices.
    public static func inv<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.inv, x, [], file, line)
    }

    /// The determinants of square matrices.
    public static func det<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.det, x, [], file, line)
    }

    /// The signs of the determinants, and the logarithms of their magnitudes.
    public static func slogdet<T: TensorLike>(
        _ x: T, file: String = #fileID, line: Int = #line
    ) -> (sign: T, logabsdet: T) {
        let results = T.apply(.slogdet, [x], [.tensor(0)], site: CallSite(file, line))
        return (results[0], results[1])
    }

    /// The logarithms of the determinants' magnitudes.
    public static func logdet<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.logdet, x, [], file, line)
    }

    /// Both factors of an elimination in one matrix (L's diagonal of ones is left out), and the row (int32) with which
    /// each step exchanged its own.
    public static func luFactor<T: TensorLike>(
        _ x: T, file: String = #fileID, line: Int = #line
    ) -> (lu: T, pivots: T) {
        let results = T.apply(.luFactor, [x], [.tensor(0)], site: CallSite(file, line))
        return (results[0], results[1])
    }

    /// x with a · x = b; b is a matrix, or a vector.
    public static func solve<T: TensorLike>(_ a: T, _ b: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.solve, a, b, file, line)
    }

    /// x with a · x = b, of the upper or lower triangle of a.
    public static func solveTriangular<T: TensorLike>(
        _ a: T, _ b: T, lower: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.solveTriangular, [a, b], [.tensor(0), .tensor(1), .bool(lower)], file, line)
    }

    /// Q with orthonormal columns and upper triangular R with x = Q R.
    /// - Parameter mode: `reduced`, or `complete` for a square Q.
    public static func qr<T: TensorLike>(
        _ x: T, mode: String = "reduced", file: String = #fileID, line: Int = #line
    ) -> (q: T, r: T) {
        let results = T.apply(.qr, [x], [.tensor(0), .string(mode)], site: CallSite(file, line))
        return (results[0], results[1])
    }

    /// U, singular values in falling order, and Vᵀ with x = U diag(s) Vᵀ; which of two opposite vectors comes is open.
    public static func svd<T: TensorLike>(
        _ x: T, fullMatrices: Bool = true, file: String = #fileID, line: Int = #line
    ) -> (u: T, s: T, vt: T) {
        let results = T.apply(
            .svd, [x], [.tensor(0), .bool(fullMatrices), .bool(true)], site: CallSite(file, line))
        guard results.count >= 3 else {
            let error = HornbillError(.internal, "svd gave \(results.count) results")
            return (T(error: error), T(error: error), T(error: error))
        }
        return (results[0], results[1], results[2])
    }

    /// The singular values in falling order: what `svd` gives with `compute_uv=False` in Keras.
    public static func singularValues<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.svd, x, [.bool(true), .bool(false)], file, line)
    }

    /// The eigenvalues of symmetric matrices in rising order, and the eigenvectors as columns; which of two opposite
    /// vectors comes is open.
    public static func eigh<T: TensorLike>(
        _ x: T, file: String = #fileID, line: Int = #line
    ) -> (eigenvalues: T, eigenvectors: T) {
        let results = T.apply(.eigh, [x], [.tensor(0)], site: CallSite(file, line))
        return (results[0], results[1])
    }

    /// The pseudo-inverse (Moore and Penrose) of any matrices.
    public static func pinv<T: TensorLike>(
        _ x: T, rcond: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.pinv, x, [.optional(rcond)], file, line)
    }

    /// The smallest x for which the squares of a · x − b are least.
    public static func lstsq<T: TensorLike>(
        _ a: T, _ b: T, rcond: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.lstsq, [a, b], [.tensor(0), .tensor(1), .optional(rcond)], file, line)
    }

    /// How many singular values are above `tol` (int32).
    public static func matrixRank<T: TensorLike>(
        _ x: T, tol: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.matrixRank, x, [.optional(tol)], file, line)
    }
}

// Diagonals and triangles.

extension TensorFunction {
    static let diag = TensorFunction("Diag", ["x"], config: ["k"]) { call in
        let (x, k) = (try call.tensor(0).validated(), try call.int(1))
        switch x.rank {
        case 1: return try x.diagonalMatrix(k)
        case 2: return try x.diagonal(offset: k, 0, 1)
        default: throw HornbillError(.shape, "diag needs one or two axes, not the shape \(x.shape)")
        }
    }
    static let diagonal = TensorFunction("Diagonal", ["x"], config: ["offset", "axis1", "axis2"]) { call in
        let x = try call.tensor(0).validated()
        return try x.diagonal(offset: call.int(1), x.shape.axis(call.int(2)), x.shape.axis(call.int(3)))
    }
    static let trace = TensorFunction("Trace", ["x"], config: ["offset", "axis1", "axis2"]) { call in
        let x = try call.tensor(0).validated()
        let diagonal = try x.diagonal(offset: call.int(1), x.shape.axis(call.int(2)), x.shape.axis(call.int(3)))
        return try Tensor.reduce(.sum, diagonal, axes: [diagonal.rank - 1], keepDims: false)
    }
    static let tril = TensorFunction("Tril", ["x"], config: ["k"]) { try $0.tensor(0).triangle($0.int(1), lower: true) }
    static let triu = TensorFunction("Triu", ["x"], config: ["k"]) {
        try $0.tensor(0).triangle($0.int(1), lower: false)
    }

    static let diagonals: [TensorFunction] = [diag, diagonal, trace, tril, triu]
}

extension Tensor {
    /// The elements of a vector on the k-th diagonal of a square of zeros.
    fileprivate func diagonalMatrix(_ k: Int) throws -> Tensor {
        let (size, overflow) = count.addingReportingOverflow(k == .min ? .max : Swift.abs(k))
        let shape = try Shape([overflow ? .max : size, overflow ? .max : size]).validated()
        if count == 0 { return try .filled(0, TensorType(dtype, shape)) }
        // Neighbours on a diagonal are one row and one column apart: size + 1 in row-major order.
        let first = k >= 0 ? k : -k * size
        let last = first + (count - 1) * (size + 1)
        return try Tensor.emit1(
            .pad(low: [first], high: [size * size - 1 - last], interior: [size], value: 0), [self]
        ).reshape(shape)
    }

    /// The diagonal of two axes (resolved), which becomes the last axis.
    package func diagonal(offset: Int, _ axis1: Int, _ axis2: Int) throws -> Tensor {
        guard axis1 != axis2 else { throw HornbillError(.argument, "a diagonal needs two axes of the shape \(shape)") }
        let others = (0..<rank).filter { $0 != axis1 && $0 != axis2 }
        let (rows, columns) = (shape[axis1], shape[axis2])
        let inside = offset > -rows && offset < columns
        let length = inside ? Swift.min(rows + Swift.min(offset, 0), columns - Swift.max(offset, 0)) : 0
        let lead = others.map { shape[$0] }
        let flat = try transpose(others + [axis1, axis2]).reshape(Shape(lead + [rows * columns]))
        let zeros = [Int](repeating: 0, count: lead.count)
        let ones = [Int](repeating: 1, count: lead.count)
        let first = length == 0 ? 0 : offset >= 0 ? offset : -offset * columns
        return try flat.slice(
            start: zeros + [first], size: lead + [length], stride: ones + [length > 1 ? columns + 1 : 1])
    }

    /// Zeros above (`lower`) or below the k-th diagonal of the last two axes.
    fileprivate func triangle(_ k: Int, lower: Bool) throws -> Tensor {
        try validated()
        guard rank >= 2 else {
            throw HornbillError(.shape, "a triangle needs at least two axes, not the shape \(shape)")
        }
        let (rows, columns) = (shape[rank - 2], shape[rank - 1])
        var mask: [Bool] = []
        mask.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns { mask.append(lower ? column - row <= k : column - row >= k) }
        }
        return try .select(Tensor(mask, shape: [rows, columns]), self, .scalar(0, dtype))
    }
}

extension ops {
    /// A vector's matrix with it on the `k`-th diagonal, or a matrix's `k`-th diagonal.
    public static func diag<T: TensorLike>(_ x: T, k: Int = 0, file: String = #fileID, line: Int = #line) -> T {
        T.one(.diag, x, [.int(k)], file, line)
    }

    /// The diagonal of two axes, as the last axis of the result.
    public static func diagonal<T: TensorLike>(
        _ x: T, offset: Int = 0, axis1: Int = 0, axis2: Int = 1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.diagonal, x, [.int(offset), .int(axis1), .int(axis2)], file, line)
    }

    /// The sum of the diagonal of two axes.
    public static func trace<T: TensorLike>(
        _ x: T, offset: Int = 0, axis1: Int = 0, axis2: Int = 1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.trace, x, [.int(offset), .int(axis1), .int(axis2)], file, line)
    }

    /// The last two axes with zeros above the `k`-th diagonal.
    public static func tril<T: TensorLike>(_ x: T, k: Int = 0, file: String = #fileID, line: Int = #line) -> T {
        T.one(.tril, x, [.int(k)], file, line)
    }

    /// The last two axes with zeros below the `k`-th diagonal.
    public static func triu<T: TensorLike>(_ x: T, k: Int = 0, file: String = #fileID, line: Int = #line) -> T {
        T.one(.triu, x, [.int(k)], file, line)
    }
}

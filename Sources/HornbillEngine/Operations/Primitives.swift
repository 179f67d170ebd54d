// The graph's operations as functions on tensors: what public operations, gradient rules and layers are made of. They
// promote dtypes and make broadcasting explicit, so that the graph itself never has to.

extension Tensor {
    package static func emit1(_ operation: Operation, _ inputs: [Tensor]) throws -> Tensor {
        try emit(operation, inputs)[0]
    }

    package func broadcasted(to shape: Shape) throws -> Tensor {
        try validated()
        return self.shape == shape ? self : try .emit1(.broadcast(shape), [self])
    }

    /// Broadcast for an operation with `other`. A constant meets a traced tensor within the trace, where broadcasting
    /// costs nothing, instead of becoming a large constant.
    package func broadcasted(to shape: Shape, beside other: Tensor) throws -> Tensor {
        guard self.shape != shape, other.isTraced, hostPointer != nil, let trace = Trace.current else {
            return try broadcasted(to: shape)
        }
        return try trace.append(.broadcast(shape), [self])[0]
    }

    package func casted(to dtype: DType) throws -> Tensor {
        try validated()
        return self.dtype == dtype ? self : try .emit1(.cast(dtype), [self])
    }

    /// Both with the promoted dtype and the broadcast shape.
    package static func aligned(_ a: Tensor, _ b: Tensor, for name: String) throws -> (Tensor, Tensor) {
        try a.validated()
        try b.validated()
        guard let shape = a.shape.broadcast(with: b.shape) else {
            throw HornbillError(.shape, "\(name): the shapes \(a.shape) and \(b.shape) cannot be broadcast together")
        }
        let dtype = a.dtype.promoted(with: b.dtype)
        return (
            try a.casted(to: dtype).broadcasted(to: shape, beside: b),
            try b.casted(to: dtype).broadcasted(to: shape, beside: a)
        )
    }

    /// A binary function after promotion and broadcasting. Division of integers is in floating point, as Keras's.
    package static func binary(_ function: Binary, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        var (x, y) = try aligned(a, b, for: function.rawValue)
        if x.dtype == .bool, !function.isComparison, !function.isLogical {
            (x, y) = (try x.casted(to: .int32), try y.casted(to: .int32))
        }
        if function.isLogical { (x, y) = (try x.casted(to: .bool), try y.casted(to: .bool)) }
        if [.divide, .atan2].contains(function), !x.dtype.isFloatingPoint {
            (x, y) = (try x.casted(to: .float32), try y.casted(to: .float32))
        }
        return try emit1(.binary(function), [x, y])
    }

    /// A unary function; integers become float32 where only floating point makes sense, as in Keras.
    package static func unary(_ function: Unary, _ x: Tensor) throws -> Tensor {
        try x.validated()
        switch function {
        case .negate, .abs, .sign, .square, .relu, .isNaN, .isFinite, .isInfinite:
            return try emit1(.unary(function), [x.dtype == .bool ? x.casted(to: .int32) : x])
        case .round, .trunc: return x.dtype.isFloatingPoint ? try emit1(.unary(function), [x]) : x
        case .logicalNot: return try emit1(.unary(function), [x.casted(to: .bool)])
        default: return try emit1(.unary(function), [x.dtype.isFloatingPoint ? x : x.casted(to: .float32)])
        }
    }

    package static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        let (x, y) = try aligned(a, b, for: "where")
        let test = try condition.casted(to: .bool)
        guard let shape = test.shape.broadcast(with: x.shape) else {
            throw HornbillError(.shape, "where: the shapes \(test.shape) and \(x.shape) cannot be broadcast together")
        }
        let traced = [test, x, y].first(where: \.isTraced) ?? test
        return try emit1(.select, [test, x, y].map { try $0.broadcasted(to: shape, beside: traced) })
    }

    /// A reduction; means of integers are float32, sums of bool and uint8 int32.
    package static func reduce(_ kind: Reduction, _ x: Tensor, axes: [Int]?, keepDims: Bool) throws -> Tensor {
        try x.validated()
        let axes = try x.shape.axes(axes)
        var operand = x
        if kind == .mean, !x.dtype.isFloatingPoint { operand = try x.casted(to: .float32) }
        // Keras's small integers grow so that a sum of them does not overflow.
        if kind == .sum || kind == .prod, x.dtype == .bool || x.dtype == .uint8 { operand = try x.casted(to: .int32) }
        if kind == .max || kind == .min, x.count == 0, !axes.allSatisfy({ x.shape[$0] > 0 }) {
            throw HornbillError(.shape, "the \(kind.rawValue) of an empty axis of \(x.shape)")
        }
        if axes.isEmpty { return operand }
        return try emit1(.reduce(kind, axes: axes, keepDims: keepDims), [operand])
    }

    package func reshape(_ shape: Shape) throws -> Tensor {
        try validated()
        return self.shape == shape ? self : try .emit1(.reshape(shape), [self])
    }

    package func transpose(_ axes: [Int]) throws -> Tensor {
        try validated()
        return axes == Array(0..<rank) ? self : try .emit1(.transpose(axes), [self])
    }

    /// Product of the last two axes with NumPy's rules for rank 1 and for broadcasting of leading axes.
    package static func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false) throws
        -> Tensor
    {
        try a.validated()
        try b.validated()
        guard a.rank > 0, b.rank > 0 else {
            throw HornbillError(.shape, "matmul: a scalar is no matrix (the shapes are \(a.shape) and \(b.shape))")
        }
        let dtype = a.dtype.promoted(with: b.dtype)
        var (x, y) = (try a.casted(to: dtype), try b.casted(to: dtype))
        if x.rank == 1 { x = try x.reshape([1, x.count]) }
        if y.rank == 1 { y = try y.reshape([y.count, 1]) }
        if y.rank == 2, x.rank > 2, !transposeA {
            // One product of all rows: [..., m, k] × [k, n].
            let rows = x.shape.dimensions.dropLast().reduce(1, *)
            let flat = try x.reshape([rows, x.shape[x.rank - 1]])
            let product = try emit1(.matmul(transposeA: false, transposeB: transposeB), [flat, y])
            x = try product.reshape(Shape(x.shape.dimensions.dropLast() + [product.shape[1]]))
        } else {
            let (batchX, batchY) = (
                Shape(Array(x.shape.dimensions.dropLast(2))), Shape(Array(y.shape.dimensions.dropLast(2)))
            )
            guard let batch = batchX.broadcast(with: batchY) else {
                throw HornbillError(
                    .shape, "matmul: the leading axes of \(a.shape) and \(b.shape) cannot be broadcast together")
            }
            x = try x.broadcasted(to: Shape(batch.dimensions + x.shape.dimensions.suffix(2)))
            y = try y.broadcasted(to: Shape(batch.dimensions + y.shape.dimensions.suffix(2)))
            x = try emit1(.matmul(transposeA: transposeA, transposeB: transposeB), [x, y])
        }
        var shape = x.shape.dimensions
        if b.rank == 1 { shape.removeLast() }
        if a.rank == 1 { shape.remove(at: shape.count - (b.rank == 1 ? 1 : 2)) }
        return try x.reshape(Shape(shape))
    }

    /// A slice of the given starts, sizes and strides (resolved).
    package func slice(start: [Int], size: [Int], stride: [Int]? = nil) throws -> Tensor {
        try validated()
        let stride = stride ?? [Int](repeating: 1, count: rank)
        if size == shape.dimensions, start.allSatisfy({ $0 == 0 }), stride.allSatisfy({ $0 == 1 }) { return self }
        return try .emit1(.slice(start: start, size: size, stride: stride), [self])
    }

    /// Elements `range` of one axis.
    package func slice(axis: Int, _ range: Range<Int>) throws -> Tensor {
        var start = [Int](repeating: 0, count: rank)
        start[axis] = range.lowerBound
        return try slice(start: start, size: shape.replacing(axis, with: range.count).dimensions)
    }

    /// Sums over the axes along which `shape` was broadcast to this tensor's: the adjoint of broadcasting.
    package func summed(to shape: Shape) throws -> Tensor {
        if self.shape == shape { return self }
        let extra = rank - shape.rank
        let axes = (0..<rank).filter { $0 < extra || (shape[$0 - extra] == 1 && self.shape[$0] != 1) }
        return try Tensor.reduce(.sum, self, axes: axes, keepDims: false).reshape(shape)
    }
}

// Functions that set the elements along an axis in proportion.

extension TensorFunction {
    private static func overAxis(_ name: String, _ logarithm: Bool) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.nn", ["x"], config: ["axis"]) { call in
            let x = try call.tensor(0).floating()
            return try x.softmax(x.shape.axes(call.axes(1)), logarithm: logarithm)
        }
    }

    static let softmax = overAxis("Softmax", false)
    static let logSoftmax = overAxis("LogSoftmax", true)
    static let sparsemax = TensorFunction("Sparsemax", module: "keras.src.ops.nn", ["x"], config: ["axis"]) { call in
        let x = try call.tensor(0).floating()
        guard x.rank > 0 else { throw HornbillError(.shape, "sparsemax needs at least one axis") }
        return try x.sparsemax(x.shape.axis(call.int(1)))
    }
    static let normalize = TensorFunction(
        "Normalize", module: "keras.src.ops.nn", ["x"], config: ["axis", "order", "epsilon"]
    ) { call in
        var x = try call.tensor(0).floating()
        if x.rank == 0 { x = try x.reshape([1]) }
        let (axes, order, epsilon) = (
            try x.shape.axes(call.axes(1)), try call.int(2), try call.optionalDouble(3) ?? 1e-7
        )
        guard order >= 1 else { throw HornbillError(.argument, "normalize needs an order of at least 1, not \(order)") }
        if order == 2 {
            let squares = try Tensor.reduce(.sum, Tensor.unary(.square, x), axes: axes, keepDims: true)
            let factor = try Tensor.binary(.minimum, Tensor.unary(.rsqrt, squares), .scalar(1 / epsilon, x.dtype))
            return x * factor
        }
        let norm = try x.norm(Double(order), axes, keepDims: true)
        return try x / Tensor.binary(.maximum, norm, .scalar(epsilon, x.dtype))
    }

    static let normalizations: [TensorFunction] =
        [softmax, logSoftmax, sparsemax, normalize] + statisticalNormalizations
}

extension Tensor {
    /// Softmax (or its logarithm) over axes (resolved) taken together: they are moved to the end for it.
    package func softmax(_ axes: [Int], logarithm: Bool) throws -> Tensor {
        try validated()
        guard !axes.isEmpty else {
            throw HornbillError(.shape, "softmax needs at least one axis, not the shape \(shape)")
        }
        let order = (0..<rank).filter { !axes.contains($0) } + axes
        let moved = try transpose(order)
        let flat = Shape(moved.shape.dimensions.dropLast(axes.count) + [axes.map { shape[$0] }.reduce(1, *)])
        let result = try Tensor.emit1(.softmax(logarithm: logarithm), [moved.reshape(flat)]).reshape(moved.shape)
        var back = order
        for (position, axis) in order.enumerated() { back[axis] = position }
        return try result.transpose(back)
    }

    /// The nearest point of the simplex (Martins and Astudillo, 2016).
    fileprivate func sparsemax(_ axis: Int) throws -> Tensor {
        let x = try swapped(axis, rank - 1)
        let (last, count) = ([rank - 1], x.shape[rank - 1])
        let sorted = try Tensor.emit(.sort(descending: true), [x])[0]
        let sums = try Tensor.emit1(.cumulative(.sum, axis: rank - 1, reverse: false), [sorted])
        let places = try Tensor((0..<count).map { Double($0 + 1) }).casted(to: dtype)
        let support = sorted - (sums - 1) / places > 0
        let size = try Tensor.reduce(.sum, support.casted(to: dtype), axes: last, keepDims: true)
        // Keras sums the running sums of the whole support, where the paper takes the last of them.
        let total = try Tensor.reduce(.sum, Tensor.select(support, sums, .scalar(0, dtype)), axes: last, keepDims: true)
        let threshold = (total - 1) / size
        return try Tensor.unary(.relu, x - threshold).swapped(axis, rank - 1)
    }
}

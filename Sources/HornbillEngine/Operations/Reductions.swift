// Sums, means and other summaries along axes.

extension TensorFunction {
    private static func reduction(
        _ name: String, module: String = "numpy", _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.\(module)", ["x"], config: ["axis", "keepdims"]) { call in
            try body(call.tensor(0), call.axes(1), call.bool(2))
        }
    }

    /// The largest or smallest, and not beyond `initial`.
    private static func extreme(_ name: String, _ kind: Reduction, _ pair: Binary) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "keepdims", "initial"]) { call in
            let x = try call.tensor(0)
            guard let initial = try call.optionalDouble(3) else {
                return try Tensor.reduce(kind, x, axes: call.axes(1), keepDims: call.bool(2))
            }
            let axes = try x.shape.axes(call.axes(1))
            if axes.contains(where: { x.shape[$0] == 0 }) {
                let shape = x.shape.reduced(axes, keepDims: try call.bool(2))
                return try .filled(initial, TensorType(x.dtype, shape))
            }
            let reduced = try Tensor.reduce(kind, x, axes: axes, keepDims: call.bool(2))
            return try Tensor.binary(pair, reduced, .scalar(initial, x.dtype))
        }
    }

    private static func position(_ name: String, smallest: Bool) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "keepdims"]) { call in
            let x = try call.tensor(0)
            let axis = try call.optionalInt(1)
            let operand = try axis == nil ? x.reshape([x.count]) : x
            let resolved = try operand.shape.axis(axis ?? 0)
            let index = try Tensor.emit1(.argReduce(smallest: smallest, axis: resolved), [operand]).casted(to: .int32)
            guard try call.bool(2) else { return index }
            let shape = axis == nil ? Shape([Int](repeating: 1, count: x.rank)) : x.shape.replacing(resolved, with: 1)
            return try index.reshape(shape)
        }
    }

    static let sum = reduction("Sum") { try Tensor.reduce(.sum, $0, axes: $1, keepDims: $2) }
    static let mean = reduction("Mean") { try Tensor.reduce(.mean, $0, axes: $1, keepDims: $2) }
    static let max = extreme("Max", .max, .maximum)
    static let min = extreme("Min", .min, .minimum)
    static let amax = reduction("Amax") { try Tensor.reduce(.max, $0, axes: $1, keepDims: $2) }
    static let amin = reduction("Amin") { try Tensor.reduce(.min, $0, axes: $1, keepDims: $2) }
    static let prod = TensorFunction("Prod", ["x"], config: ["axis", "keepdims", "dtype"]) { call in
        let x = try call.tensor(0)
        let operand = try call.optionalDType(3).map { try x.casted(to: $0) } ?? x
        return try Tensor.reduce(.prod, operand, axes: call.axes(1), keepDims: call.bool(2))
    }
    static let variance = reduction("Var") { try $0.moments($1, keepDims: $2).variance.casted(to: $0.floating().dtype) }
    static let std = reduction("Std") { x, axes, keepDims in
        try Tensor.unary(.sqrt, x.moments(axes, keepDims: keepDims).variance).casted(to: x.floating().dtype)
    }
    static let allTrue = reduction("All") { try $0.truth(.min, empty: 1, $1, keepDims: $2) }
    static let anyTrue = reduction("Any") { try $0.truth(.max, empty: 0, $1, keepDims: $2) }
    static let argmax = position("Argmax", smallest: false)
    static let argmin = position("Argmin", smallest: true)
    static let logsumexp = reduction("Logsumexp", module: "math") { try $0.logSumExp($1, keepDims: $2) }
    static let countNonzero = TensorFunction("CountNonzero", ["x"], config: ["axis"]) { call in
        let nonzero = try call.tensor(0).casted(to: .bool).casted(to: .int32)
        return try Tensor.reduce(.sum, nonzero, axes: call.axes(1), keepDims: false)
    }
    static let moments = TensorFunction(
        results: "Moments", module: "keras.src.ops.nn", ["x"], config: ["axes", "keepdims", "synchronized"]
    ) { call in
        let x = try call.tensor(0)
        let (mean, variance) = try x.moments(call.axes(1), keepDims: call.bool(2))
        return [try mean.casted(to: x.floating().dtype), try variance.casted(to: x.floating().dtype)]
    }

    static let reductions: [TensorFunction] = [
        sum, mean, max, min, amax, amin, prod, variance, std, allTrue, anyTrue, argmax, argmin, logsumexp,
        countNonzero, moments, norm,
    ]
}

extension Tensor {
    /// Mean and variance along axes, in float32 at least.
    package func moments(_ axes: [Int]?, keepDims: Bool) throws -> (mean: Tensor, variance: Tensor) {
        let x = try casted(to: dtype.promoted(with: .float32))
        let resolved = try shape.axes(axes)
        let mean = try Tensor.reduce(.mean, x, axes: resolved, keepDims: true)
        let squares = try Tensor.unary(.square, x - mean)
        let variance = try Tensor.reduce(.mean, squares, axes: resolved, keepDims: keepDims)
        return (keepDims ? mean : try mean.reshape(shape.reduced(resolved, keepDims: false)), variance)
    }

    /// log Σ exp(x), shifted by the largest element so that nothing overflows.
    package func logSumExp(_ axes: [Int]?, keepDims: Bool) throws -> Tensor {
        let x = try floating()
        let resolved = try shape.axes(axes)
        let largest = try Tensor.emit1(
            .stopGradient, [Tensor.reduce(.max, x, axes: resolved, keepDims: true)])
        let shift = try Tensor.select(Tensor.unary(.isFinite, largest), largest, .scalar(0, x.dtype))
        let total = try Tensor.reduce(
            .sum, Tensor.unary(.exp, x - shift), axes: resolved, keepDims: true)
        let result = try Tensor.unary(.log, total) + shift
        return keepDims ? result : try result.reshape(shape.reduced(resolved, keepDims: false))
    }

    /// Whether all (`min`) or any (`max`) are true.
    fileprivate func truth(_ kind: Reduction, empty: Double, _ axes: [Int]?, keepDims: Bool) throws -> Tensor {
        let resolved = try validated().shape.axes(axes)
        if resolved.contains(where: { shape[$0] == 0 }) {
            return try .filled(empty, TensorType(.bool, shape.reduced(resolved, keepDims: keepDims)))
        }
        return try Tensor.reduce(kind, casted(to: .bool), axes: resolved, keepDims: keepDims)
    }
}

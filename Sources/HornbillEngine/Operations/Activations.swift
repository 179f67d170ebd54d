// Activation functions, one formula each, as Keras defines them.

extension TensorFunction {
    private static func activation(
        _ name: String, config: [String] = [], _ body: @escaping @Sendable (Tensor, FunctionCall) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.nn", ["x"], config: config) {
            try body($0.tensor(0).floating(), $0)
        }
    }

    static let relu = TensorFunction("Relu", module: "keras.src.ops.nn", ["x"]) {
        try Tensor.unary(.relu, $0.tensor(0))
    }
    static let relu6 = activation("Relu6") { x, _ in try x.bounded(0, 6) }
    static let sigmoid = activation("Sigmoid") { x, _ in try Tensor.unary(.sigmoid, x) }
    static let sparseSigmoid = activation("SparseSigmoid") { x, _ in try (0.5 * (x + 1)).bounded(0, 1) }
    static let logSigmoid = activation("LogSigmoid") { x, _ in try -Tensor.unary(.softplus, -x) }
    static let silu = activation("Silu") { x, _ in try x * Tensor.unary(.sigmoid, x) }
    static let softplus = activation("Softplus") { x, _ in try Tensor.unary(.softplus, x) }
    static let softsign = activation("Softsign") { x, _ in try x / (Tensor.unary(.abs, x) + 1) }
    static let elu = activation("Elu", config: ["alpha"]) { x, call in try x.elu(call.double(1)) }
    static let selu = activation("Selu") { x, _ in try 1.0507009873554805 * x.elu(1.6732632423543772) }
    static let celu = activation("Celu", config: ["alpha"]) { x, call in
        let alpha = try call.double(1)
        let below = try Tensor.unary(.expm1, Tensor.binary(.minimum, x, .scalar(0, x.dtype)) / alpha)
        return try Tensor.unary(.relu, x) + alpha * below
    }
    static let gelu = activation("Gelu", config: ["approximate"]) { x, call in
        guard try call.bool(1) else { return try 0.5 * x * (Tensor.unary(.erf, x * 0.7071067811865476) + 1) }
        let cubic = try x + 0.044715 * (Tensor.unary(.square, x) * x)
        return try 0.5 * x * (Tensor.unary(.tanh, 0.7978845608028654 * cubic) + 1)
    }
    static let leakyRelu = activation("LeakyRelu", config: ["negative_slope"]) { x, call in
        try .select(x >= 0, x, x * call.double(1))
    }
    static let hardSigmoid = activation("HardSigmoid") { x, _ in try (x + 3).bounded(0, 6) / 6 }
    static let hardSilu = activation("HardSilu") { x, _ in try x * ((x + 3).bounded(0, 6) / 6) }
    static let hardTanh = activation("HardTanh") { x, _ in try x.bounded(-1, 1) }
    static let hardShrink = activation("HardShrink", config: ["threshold"]) { x, call in
        try .select(Tensor.unary(.abs, x) > call.double(1), x, .scalar(0, x.dtype))
    }
    static let softShrink = activation("SoftShrink", config: ["threshold"]) { x, call in
        let threshold = try call.double(1)
        return try .select(
            x > threshold, x - threshold, .select(x < -threshold, x + threshold, .scalar(0, x.dtype)))
    }
    static let tanhShrink = activation("TanhShrink") { x, _ in try x - Tensor.unary(.tanh, x) }
    static let threshold = activation("Threshold", config: ["threshold", "default_value"]) { x, call in
        try .select(x > call.double(1), x, .scalar(call.double(2), x.dtype))
    }
    static let glu = activation("Glu", config: ["axis"]) { x, call in
        let axis = try x.shape.axis(call.int(1))
        let half = x.shape[axis] / 2
        guard x.shape[axis] == 2 * half else {
            throw HornbillError(.shape, "glu: axis \(axis) of the shape \(x.shape) cannot be halved")
        }
        return try x.slice(axis: axis, 0..<half) * Tensor.unary(.sigmoid, x.slice(axis: axis, half..<2 * half))
    }
    static let sparsePlus = activation("SparsePlus") { x, _ in
        let middle = try Tensor.unary(.square, x + 1) / 4
        return try .select(x <= -1, .scalar(0, x.dtype), .select(x >= 1, x, middle))
    }
    static let squareplus = activation("Squareplus", config: ["b"]) { x, call in
        try (x + Tensor.unary(.sqrt, Tensor.unary(.square, x) + call.double(1))) / 2
    }

    static let activations: [TensorFunction] = [
        relu, relu6, sigmoid, sparseSigmoid, logSigmoid, silu, softplus, softsign, elu, selu, celu, gelu,
        leakyRelu, hardSigmoid, hardSilu, hardTanh, hardShrink, softShrink, tanhShrink, threshold, glu, sparsePlus,
        squareplus,
    ]
}

extension Tensor {
    /// Not below `low` and not above `high`.
    fileprivate func bounded(_ low: Double, _ high: Double) throws -> Tensor {
        let raised = try low == 0 ? Tensor.unary(.relu, self) : Tensor.binary(.maximum, self, .scalar(low, dtype))
        return try Tensor.binary(.minimum, raised, .scalar(high, dtype))
    }

    /// x above 0, alpha (exp(x) − 1) below. The exponential never sees a large x, which would spoil the gradient.
    fileprivate func elu(_ alpha: Double) throws -> Tensor {
        let positive = self > 0
        let below = try Tensor.unary(.expm1, Tensor.select(positive, .scalar(0, dtype), self))
        return try .select(positive, self, alpha == 1 ? below : alpha * below)
    }
}

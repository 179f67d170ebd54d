import HornbillEngine

// Activations that let the positive part through.

extension ActivationConvertible where Self == ActivationFunction {
    /// max(x, 0).
    public static var relu: ActivationFunction { ActivationFunction("relu") { ops.relu($0) } }

    /// The rectifier with a slope below `threshold` and a bound above: `x` for `threshold ≤ x`, at most `maxValue`;
    /// `negativeSlope · (x − threshold)` below.
    public static func relu(
        negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0
    ) -> ActivationFunction {
        ActivationFunction(
            "relu", [("negative_slope", negativeSlope, 0), ("max_value", maxValue, nil), ("threshold", threshold, 0)]
        ) { Activations.relu($0, negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold) }
    }

    /// x, kept within 0 … 6.
    public static var relu6: ActivationFunction { ActivationFunction("relu6") { ops.relu6($0) } }
    /// x above 0, x / 5 below.
    public static var leakyRelu: ActivationFunction { .leakyRelu(negativeSlope: 0.2) }
    /// x above 0, `negativeSlope` · x below.
    public static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction("leaky_relu", [("negative_slope", negativeSlope, 0.2)]) {
            ops.leakyRelu($0, negativeSlope: negativeSlope)
        }
    }

    /// x above 0, eˣ − 1 below.
    public static var elu: ActivationFunction { .elu(alpha: 1) }
    /// x above 0, `alpha` (eˣ − 1) below.
    public static func elu(alpha: Double) -> ActivationFunction {
        ActivationFunction("elu", [("alpha", alpha, 1)]) { ops.elu($0, alpha: alpha) }
    }

    /// elu scaled so that layers keep mean 0 and variance 1.
    public static var selu: ActivationFunction { ActivationFunction("selu") { ops.selu($0) } }
    /// x above 0, eˣ − 1 below.
    public static var celu: ActivationFunction { .celu(alpha: 1) }
    /// x above 0, `alpha` (e^(x / alpha) − 1) below.
    public static func celu(alpha: Double) -> ActivationFunction {
        ActivationFunction("celu", [("alpha", alpha, 1)]) { ops.celu($0, alpha: alpha) }
    }

    /// x times the normal distribution's probability of less than x.
    public static var gelu: ActivationFunction { .gelu(approximate: false) }
    /// x times the normal distribution's probability of less than x, or its approximation with tanh.
    public static func gelu(approximate: Bool) -> ActivationFunction {
        ActivationFunction("gelu", [("approximate", approximate ? 1 : 0, 0)]) { ops.gelu($0, approximate: approximate) }
    }

    /// log(1 + eˣ).
    public static var softplus: ActivationFunction { ActivationFunction("softplus") { ops.softplus($0) } }
    /// (x + √(x² + 4)) / 2.
    public static var squareplus: ActivationFunction { .squareplus(b: 4) }
    /// (x + √(x² + b)) / 2.
    public static func squareplus(b: Double) -> ActivationFunction {
        ActivationFunction("squareplus", [("b", b, 4)]) { ops.squareplus($0, b: b) }
    }

    /// 0 below −1, x above 1, (x + 1)² / 4 between.
    public static var sparsePlus: ActivationFunction { ActivationFunction("sparse_plus") { ops.sparsePlus($0) } }
    /// x above 0, else 0.
    public static var threshold: ActivationFunction { .threshold(0, defaultValue: 0) }
    /// x above `threshold`, else `defaultValue`.
    public static func threshold(_ threshold: Double, defaultValue: Double) -> ActivationFunction {
        ActivationFunction("threshold", [("threshold", threshold, 0), ("default_value", defaultValue, 0)]) {
            ops.threshold($0, threshold, defaultValue)
        }
    }
}

extension Activations {
    /// Keras's relu with all its arguments.
    static func relu(_ x: Tensor, negativeSlope: Double, maxValue: Double?, threshold: Double) -> Tensor {
        if negativeSlope != 0, maxValue == nil, threshold == 0 { return ops.leakyRelu(x, negativeSlope: negativeSlope) }
        var y = threshold == 0 ? ops.relu(x) : ops.where(x > threshold, x, 0)
        if let maxValue { y = ops.clip(y, 0.0, maxValue) }
        return negativeSlope == 0 ? y : y - negativeSlope * ops.relu(threshold - x)
    }
}

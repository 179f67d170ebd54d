import HornbillEngine

// Activations made of the sigmoid, the hyperbolic tangent and what approximates them.

extension ActivationConvertible where Self == ActivationFunction {
    /// 1 / (1 + e⁻ˣ).
    public static var sigmoid: ActivationFunction { ActivationFunction("sigmoid") { ops.sigmoid($0) } }
    /// The logarithm of the sigmoid.
    public static var logSigmoid: ActivationFunction { ActivationFunction("log_sigmoid") { ops.logSigmoid($0) } }
    /// x / 6 + 1/2, kept within 0 … 1.
    public static var hardSigmoid: ActivationFunction { ActivationFunction("hard_sigmoid") { ops.hardSigmoid($0) } }
    /// (x + 1) / 2, kept within 0 … 1.
    public static var sparseSigmoid: ActivationFunction {
        ActivationFunction("sparse_sigmoid") { ops.sparseSigmoid($0) }
    }
    /// x times its sigmoid; also called swish.
    public static var silu: ActivationFunction { ActivationFunction("silu") { ops.silu($0) } }
    /// x times its sigmoid: another name for silu, and saved as that.
    public static var swish: ActivationFunction { .silu }
    /// x times its hard sigmoid.
    public static var hardSilu: ActivationFunction { ActivationFunction("hard_silu") { ops.hardSilu($0) } }
    /// x times its hard sigmoid: another name for hardSilu, and saved as that.
    public static var hardSwish: ActivationFunction { .hardSilu }
    /// x · tanh(softplus(x)).
    public static var mish: ActivationFunction { ActivationFunction("mish") { $0 * ops.tanh(ops.softplus($0)) } }
    /// The first half of the last axis times the sigmoid of the second.
    public static var glu: ActivationFunction { .glu(axis: -1) }
    /// The first half of an axis times the sigmoid of the second.
    public static func glu(axis: Int) -> ActivationFunction {
        ActivationFunction("glu", [("axis", Double(axis), -1)]) { ops.glu($0, axis: axis) }
    }

    /// The hyperbolic tangent.
    public static var tanh: ActivationFunction { ActivationFunction("tanh") { ops.tanh($0) } }
    /// x, kept within −1 … 1.
    public static var hardTanh: ActivationFunction { ActivationFunction("hard_tanh") { ops.hardTanh($0) } }
    /// x − tanh x.
    public static var tanhShrink: ActivationFunction { ActivationFunction("tanh_shrink") { ops.tanhShrink($0) } }
    /// x / (1 + |x|).
    public static var softsign: ActivationFunction { ActivationFunction("softsign") { ops.softsign($0) } }
    /// 0 within ±1/2, x beyond.
    public static var hardShrink: ActivationFunction { .hardShrink(threshold: 0.5) }
    /// 0 within ±`threshold`, x beyond.
    public static func hardShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("hard_shrink", [("threshold", threshold, 0.5)]) { ops.hardShrink($0, threshold: threshold) }
    }

    /// 0 within ±1/2, beyond it x less 1/2.
    public static var softShrink: ActivationFunction { .softShrink(threshold: 0.5) }
    /// 0 within ±`threshold`, beyond it x less the threshold.
    public static func softShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction("soft_shrink", [("threshold", threshold, 0.5)]) { ops.softShrink($0, threshold: threshold) }
    }
}

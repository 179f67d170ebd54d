// The public forms of the activation functions.

extension ops {
    /// max(x, 0).
    public static func relu<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.relu, x, [], file, line)
    }

    /// x, kept within 0 … 6.
    public static func relu6<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.relu6, x, [], file, line)
    }

    /// 1 / (1 + e⁻ˣ).
    public static func sigmoid<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sigmoid, x, [], file, line)
    }

    /// (x + 1) / 2, kept within 0 … 1.
    public static func sparseSigmoid<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sparseSigmoid, x, [], file, line)
    }

    /// The logarithm of the sigmoid.
    public static func logSigmoid<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.logSigmoid, x, [], file, line)
    }

    /// x times its sigmoid; also called swish.
    public static func silu<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.silu, x, [], file, line)
    }

    /// log(1 + eˣ).
    public static func softplus<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.softplus, x, [], file, line)
    }

    /// x / (1 + |x|).
    public static func softsign<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.softsign, x, [], file, line)
    }

    /// elu scaled so that layers keep mean 0 and variance 1 (Klambauer et al., 2017).
    public static func selu<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.selu, x, [], file, line)
    }

    /// x / 6 + 1/2, kept within 0 … 1.
    public static func hardSigmoid<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.hardSigmoid, x, [], file, line)
    }

    /// x times its hard sigmoid.
    public static func hardSilu<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.hardSilu, x, [], file, line)
    }

    /// x, kept within −1 … 1.
    public static func hardTanh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.hardTanh, x, [], file, line)
    }

    /// x − tanh x.
    public static func tanhShrink<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.tanhShrink, x, [], file, line)
    }

    /// 0 below −1, x above 1, (x + 1)² / 4 between.
    public static func sparsePlus<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sparsePlus, x, [], file, line)
    }

    /// x above 0, alpha (eˣ − 1) below.
    public static func elu<T: TensorLike>(
        _ x: T, alpha: Double = 1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.elu, x, [.double(alpha)], file, line)
    }

    /// x above 0, alpha (e^(x / alpha) − 1) below.
    public static func celu<T: TensorLike>(
        _ x: T, alpha: Double = 1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.celu, x, [.double(alpha)], file, line)
    }

    /// x times the normal distribution's probability of less than x; by default its approximation with tanh.
    public static func gelu<T: TensorLike>(
        _ x: T, approximate: Bool = true, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.gelu, x, [.bool(approximate)], file, line)
    }

    /// x above 0, x times the slope below.
    public static func leakyRelu<T: TensorLike>(
        _ x: T, negativeSlope: Double = 0.2, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.leakyRelu, x, [.double(negativeSlope)], file, line)
    }

    /// 0 within the threshold, x beyond.
    public static func hardShrink<T: TensorLike>(
        _ x: T, threshold: Double = 0.5, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.hardShrink, x, [.double(threshold)], file, line)
    }

    /// 0 within the threshold, beyond it x less the threshold.
    public static func softShrink<T: TensorLike>(
        _ x: T, threshold: Double = 0.5, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.softShrink, x, [.double(threshold)], file, line)
    }

    /// x above the threshold, else the default value.
    public static func threshold<T: TensorLike>(
        _ x: T, _ threshold: Double, _ defaultValue: Double, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.threshold, x, [.double(threshold), .double(defaultValue)], file, line)
    }

    /// The first half of an axis times the sigmoid of the second (gated linear unit).
    public static func glu<T: TensorLike>(
        _ x: T, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.glu, x, [.int(axis)], file, line)
    }

    /// (x + √(x² + b)) / 2.
    public static func squareplus<T: TensorLike>(
        _ x: T, b: Double = 4, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.squareplus, x, [.double(b)], file, line)
    }

    /// Exponentials divided by their sum along `axis`, or along several taken together.
    public static func softmax<T: TensorLike>(
        _ x: T, axis: Axes = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.softmax, x, [axis.argument], file, line)
    }

    /// The logarithm of the softmax, precise where that is small.
    public static func logSoftmax<T: TensorLike>(
        _ x: T, axis: Axes = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.logSoftmax, x, [axis.argument], file, line)
    }

    /// Like softmax, with exact zeros.
    public static func sparsemax<T: TensorLike>(
        _ x: T, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.sparsemax, x, [.int(axis)], file, line)
    }

    /// x divided by its norm along axes, or by `epsilon` (10⁻⁷) where the norm is smaller.
    public static func normalize<T: TensorLike>(
        _ x: T, axis: Axes = -1, order: Int = 2, epsilon: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.normalize, x, [axis.argument, .int(order), .optional(epsilon)], file, line)
    }
}

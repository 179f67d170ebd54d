/// Operations that bring numbers to mean 0 and variance 1, and then scale and shift them, each in one kernel.
///
/// In half precision x, y and their gradients are, while gamma, beta and the statistics stay float32: squares need it, and
/// so do averages that follow them.
public enum NormalizationForm: Sendable, Hashable {
    /// Over all axes but the last, of c channels: (x, gamma (c,), beta (c,)) → (y, means (c,), biased variances (c,)).
    case batch(epsilon: Double)
    /// (x, gamma, means, variances, gradient of y) → gradients of (x, gamma, beta).
    case batchGradient(epsilon: Double)
    /// Over the last axis, of n elements: (x, gamma (n,), beta (n,)) → (y, mean of each row, reciprocal of its
    /// deviation). Without `centered` by the root of the mean square: the means are 0.
    case layer(epsilon: Double, centered: Bool)
    /// (x, gamma, means, reciprocals of the deviations, gradient of y) → gradients of (x, gamma, beta).
    case layerGradient(centered: Bool)
}

extension NormalizationForm {
    var operandCount: Int {
        switch self {
        case .batch, .layer: 3
        case .batchGradient, .layerGradient: 5
        }
    }

    /// The shape rule.
    func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
        let x = inputs[0]
        guard x.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "normalization needs floating point, not \(x.dtype)")
        }
        guard let last = x.shape.last else { throw HornbillError(.shape, "normalization needs at least one axis") }
        let wide = x.dtype.promoted(with: .float32)
        let channels = TensorType(wide, [last])
        let rows = TensorType(wide, Shape(Array(x.shape.dimensions.dropLast())))
        let (expected, results): ([TensorType], [TensorType]) =
            switch self {
            case .batch: ([x, channels, channels], [x, channels, channels])
            case .layer: ([x, channels, channels], [x, rows, rows])
            case .batchGradient: ([x, channels, channels, channels, x], [x, channels, channels])
            case .layerGradient: ([x, channels, rows, rows, x], [x, channels, channels])
            }
        guard inputs == expected else { throw HornbillError(.internal, "\(self) of \(inputs)") }
        return results
    }
}

extension NormalizationForm: CustomStringConvertible {
    public var description: String {
        switch self {
        case .batch(let epsilon): "batchNormalization[\(epsilon)]"
        case .batchGradient(let epsilon): "batchNormalizationGradient[\(epsilon)]"
        case .layer(let epsilon, let centered): "\(centered ? "layer" : "rms")Normalization[\(epsilon)]"
        case .layerGradient(let centered): "\(centered ? "layer" : "rms")NormalizationGradient"
        }
    }
}

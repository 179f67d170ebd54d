import HornbillEngine

/// What batch renormalization (Ioffe, 2017) adds to batch normalization: in training too, results depend on the batch
/// only within bounds, being corrected towards moving statistics of its own.
final class BatchRenormalization {
    private static let bounds = ["rmax", "rmin", "dmax"]
    let clipping: [String: Double]
    let momentum: Double
    private let epsilon: Double
    private var movingDeviation: Variable?
    private var mean: Variable?
    private var deviation: Variable?

    init(clipping: [String: Double], momentum: Double, epsilon: Double) {
        self.clipping = clipping
        self.momentum = momentum
        self.epsilon = epsilon
    }

    var clippingConfig: ConfigValue {
        .object(Config(Self.bounds.compactMap { key in clipping[key].map { (key, .double($0)) } }))
    }

    func build(
        _ layer: Layer, _ shape: Shape, mean start: any InitializerConvertible, variance: any InitializerConvertible
    ) throws {
        if let bad = clipping.keys.sorted().first(where: { !Self.bounds.contains($0) }) {
            throw HornbillError(
                .argument, "renormClipping has no '\(bad)': it has \(Self.bounds.joined(separator: ", "))")
        }
        if let most = clipping["rmax"], let least = clipping["rmin"], most < least {
            throw HornbillError(.argument, "rmax must not be below rmin, and \(most) is below \(least)")
        }
        if let bound = clipping["dmax"], bound < 0 {
            throw HornbillError(.argument, "dmax must not be negative, as \(bound) is")
        }
        let root = SquareRoot(variance)
        movingDeviation = try layer.addWeight(
            name: "moving_stddev", shape: shape, initializer: root, trainable: false, autocast: false)
        mean = try layer.addWeight(
            name: "renorm_mean", shape: shape, initializer: start, trainable: false, autocast: false)
        deviation = try layer.addWeight(
            name: "renorm_stddev", shape: shape, initializer: root, trainable: false, autocast: false)
    }

    /// (x r + d) γ + β = x (r γ) + (d γ + β): the scale and shift that correct a batch of this mean and variance.
    func corrected(
        _ gamma: Tensor?, _ beta: Tensor?, _ batchMean: Tensor, _ variance: Tensor
    ) throws -> (scale: Tensor, shift: Tensor) {
        let known = ops.maximum(try deviation.required(), epsilon.squareRoot())
        var r = ops.sqrt(variance + epsilon) / known
        var d = try (batchMean - mean.required()) / known
        if let least = clipping["rmin"] { r = ops.maximum(r, least) }
        if let most = clipping["rmax"] { r = ops.minimum(r, most) }
        if let bound = clipping["dmax"] { d = ops.clip(d, -bound, bound) }
        (r, d) = (ops.stopGradient(r), ops.stopGradient(d))
        let shift = gamma.map { d * $0 } ?? d
        return (gamma.map { r * $0 } ?? r, beta.map { shift + $0 } ?? shift)
    }

    /// Lets the moving statistics follow those of a batch.
    /// - Parameter movingVariance: that for inference; here it follows from a moving deviation.
    func follow(_ batchMean: Tensor, _ variance: Tensor, momentum outer: Double, _ movingVariance: Variable?) throws {
        func moved(_ variable: Variable?, _ value: Tensor, _ momentum: Double) throws -> Tensor {
            let next = try variable.required() * momentum + value * (1 - momentum)
            try variable?.assign(next)
            return next
        }
        let root = ops.sqrt(variance + epsilon)
        _ = try moved(mean, batchMean, momentum)
        _ = try moved(deviation, root, momentum)
        let next = try moved(movingDeviation, root, outer)
        try movingVariance?.assign(ops.relu(next * next - epsilon))
    }

    /// The square roots of another initializer's numbers.
    private final class SquareRoot: Initializer {
        private let square: any InitializerConvertible

        init(_ square: any InitializerConvertible) { self.square = square }

        override func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try ops.sqrt(square.asInitializer()(shape, dtype: dtype)).validated()
        }
    }
}

import HornbillEngine

/// Dropout that keeps the mean and the variance of the outputs of `selu` (Klambauer et al., 2017): elements are set to
/// selu's limit at −∞ rather than to 0. Without training it does nothing.
/// Follows Keras's [AlphaDropout](https://keras.io/api/layers/regularization_layers/alpha_dropout/).
public final class AlphaDropout: Layer {
    public let rate: Double
    public let noiseShape: [Int?]?
    public let seed: Int?
    private var generator: SeedGenerator?

    /// - Parameters:
    ///   - rate: the share of the elements that is dropped, from 0 to below 1.
    ///   - noiseShape: the shape in which the draws are made, 1 along axes that share them, nil for the input's size.
    ///   - seed: where its random numbers begin; taken from the session if nil.
    public init(
        _ rate: Double, noiseShape: [Int?]? = nil, seed: Int? = nil, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.rate = rate
        self.noiseShape = noiseShape
        self.seed = seed
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        if rate > 0 { generator = addSeedGenerator(seed: seed) }
    }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        try checkRate(rate)
        guard rate < 1 else {
            throw HornbillError(.argument, "rate must be below 1, not \(rate): nothing would be left")
        }
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard context.training, let generator else { return x }
        let limit = -1.6732632423543772848 * 1.0507009873554804934
        let given = noiseShape ?? []
        let shape = Shape(x.shape.enumerated().map { given.indices.contains($0) ? given[$0] ?? $1 : $1 })
        let kept = random.uniform(shape, seed: generator) >= rate
        // The affine map that brings mean and variance back.
        let a = 1 / ((1 - rate) * (1 + rate * limit * limit)).squareRoot()
        let b = -a * limit * rate
        return a * ops.where(kept, x, limit) + b
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            config.double("rate"), noiseShape: config.optionalShape("noise_shape")?.dimensions,
            seed: config.optionalInt("seed"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "rate": .double(rate), "seed": ConfigValue(seed),
            "noise_shape": noiseShape.map { .list($0.map { ConfigValue($0) }) } ?? .null,
        ])
    }
}

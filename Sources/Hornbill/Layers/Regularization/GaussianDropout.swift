import HornbillEngine

/// Multiplies with normal numbers of mean 1 and variance `rate / (1 − rate)` in training. Without training it does
/// nothing. Follows Keras's
/// [GaussianDropout](https://keras.io/api/layers/regularization_layers/gaussian_dropout/).
public final class GaussianDropout: Layer {
    public let rate: Double
    public let seed: Int?
    private var generator: SeedGenerator?

    /// - Parameters:
    ///   - rate: as Dropout's, from 0 to below 1.
    ///   - seed: where its random numbers begin; taken from the session if nil.
    public init(
        _ rate: Double, seed: Int? = nil, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.rate = rate
        self.seed = seed
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        if rate > 0 { generator = addSeedGenerator(seed: seed) }
    }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        try checkRate(rate)
        guard rate < 1 else {
            throw HornbillError(.argument, "rate must be below 1, not \(rate): the variance would be infinite")
        }
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard context.training, let generator else { return x }
        let stddev = (rate / (1 - rate)).squareRoot()
        return x * random.normal(x.shape, mean: 1, stddev: stddev, dtype: x.dtype, seed: generator)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.double("rate"), seed: config.optionalInt("seed"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["rate": .double(rate), "seed": ConfigValue(seed)])
    }
}

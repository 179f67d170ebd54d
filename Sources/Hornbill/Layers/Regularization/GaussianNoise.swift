import HornbillEngine

/// Adds normal numbers of mean 0 in training. Without training it does nothing.
/// Follows Keras's [GaussianNoise](https://keras.io/api/layers/regularization_layers/gaussian_noise/).
public final class GaussianNoise: Layer {
    public let stddev: Double
    public let seed: Int?
    private var generator: SeedGenerator?

    /// - Parameters:
    ///   - stddev: the standard deviation of the noise, within 0 … 1.
    ///   - seed: where its random numbers begin; taken from the session if nil.
    public init(
        _ stddev: Double, seed: Int? = nil, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.stddev = stddev
        self.seed = seed
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        if stddev > 0 { generator = addSeedGenerator(seed: seed) }
    }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws { try checkRate(stddev, "stddev") }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard context.training, let generator else { return x }
        return x + random.normal(x.shape, stddev: stddev, dtype: x.dtype, seed: generator)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.double("stddev"), seed: config.optionalInt("seed"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["stddev": .double(stddev), "seed": ConfigValue(seed)])
    }
}

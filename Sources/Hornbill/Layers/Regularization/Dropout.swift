import HornbillEngine

/// Sets a share of the elements to 0 in training, and divides the others by what is left, so that the mean stays.
/// Without training it does nothing. Follows Keras's
/// [Dropout](https://keras.io/api/layers/regularization_layers/dropout/).
public class Dropout: Layer {
    public let rate: Double
    public let noiseShape: [Int?]?
    public let seed: Int?
    private var generator: SeedGenerator?

    /// - Parameters:
    ///   - rate: the share of the elements that is dropped, within 0 … 1.
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

    override public final func build(inputShape: PartialShape) throws {
        try checkRate(rate)
        if let bad = noiseShape?.compactMap({ $0 }).first(where: { $0 < 1 }) {
            throw HornbillError(.argument, "a noise shape has positive sizes only, not \(bad)")
        }
    }

    /// The shape in which the draws are made for one input.
    func noiseShape(for x: Tensor) -> [Int?]? { noiseShape }

    override public final func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard context.training, let generator else { return x }
        return random.dropout(x, rate: rate, noiseShape: noiseShape(for: x), seed: generator)
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

/// - Throws: kind `argument` unless a share is within 0 … 1.
func checkRate(_ rate: Double, _ name: String = "rate") throws {
    guard rate >= 0, rate <= 1 else { throw HornbillError(.argument, "\(name) must be within 0 … 1, not \(rate)") }
}

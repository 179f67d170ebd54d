import HornbillEngine

/// The rectifier: `x` above `threshold`, at most `maxValue`; `negativeSlope · (x − threshold)` below. The output has
/// the input's shape. Follows Keras's [ReLU](https://keras.io/api/layers/activation_layers/relu/).
public final class ReLU: Layer {
    public let maxValue: Double?
    public let negativeSlope: Double
    public let threshold: Double

    /// - Parameters:
    ///   - maxValue: the largest output; none if nil. Not below 0.
    ///   - negativeSlope: the slope below the threshold. Not below 0.
    ///   - threshold: from where on inputs pass. Not below 0.
    public init(
        maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.maxValue = maxValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public func build(inputShape: PartialShape) throws {
        for (name, value) in [("maxValue", maxValue ?? 0), ("negativeSlope", negativeSlope), ("threshold", threshold)] {
            guard value >= 0 else { throw HornbillError(.argument, "\(name) must not be below 0, but is \(value)") }
        }
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        Activations.relu(x, negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            maxValue: config.optionalDouble("max_value"), negativeSlope: config.double("negative_slope", 0),
            threshold: config.double("threshold", 0), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "max_value": ConfigValue(maxValue), "negative_slope": .double(negativeSlope),
            "threshold": .double(threshold),
        ])
    }
}

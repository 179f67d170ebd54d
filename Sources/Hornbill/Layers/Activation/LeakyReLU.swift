import HornbillEngine

/// `x` above 0, `negativeSlope · x` below. The output has the input's shape.
/// Follows Keras's [LeakyReLU](https://keras.io/api/layers/activation_layers/leaky_relu/).
public final class LeakyReLU: Layer {
    public let negativeSlope: Double

    /// - Parameter negativeSlope: the slope below 0; not itself below 0.
    public init(
        negativeSlope: Double = 0.3, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.negativeSlope = negativeSlope
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public func build(inputShape: PartialShape) throws {
        guard negativeSlope >= 0 else {
            throw HornbillError(.argument, "negativeSlope must not be below 0, but is \(negativeSlope)")
        }
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        ops.leakyRelu(x, negativeSlope: negativeSlope)
    }

    override public convenience init(config: ConfigReader) throws {
        // What Keras 2 called it.
        try self.init(
            negativeSlope: config.double(config.has("alpha") ? "alpha" : "negative_slope", 0.3), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["negative_slope": .double(negativeSlope)])
    }
}

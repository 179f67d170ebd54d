import HornbillEngine

/// An activation function as a layer: `Activation(.relu)`. The output has the input's shape.
/// Follows Keras's [Activation](https://keras.io/api/layers/core_layers/activation/).
public final class Activation: Layer {
    public let activation: ActivationFunction

    public init(
        _ activation: any ActivationConvertible, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.activation = activation.asActivation()
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor { try activation(x) }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.activation(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["activation": activation.serialized])
    }
}

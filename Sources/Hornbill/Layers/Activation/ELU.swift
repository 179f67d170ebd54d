import HornbillEngine

/// `x` above 0, `alpha · (eˣ − 1)` below. The output has the input's shape.
/// Follows Keras's [ELU](https://keras.io/api/layers/activation_layers/elu/).
public final class ELU: Layer {
    public let alpha: Double

    public init(alpha: Double = 1, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.alpha = alpha
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.elu(x, alpha: alpha) }

    override public convenience init(config: ConfigReader) throws {
        try self.init(alpha: config.double("alpha", 1), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        let base = super.getConfig()
        return (["name": .string(name), "alpha": .double(alpha)] as Config).merging(base)
    }
}

/// Gives its input back. Follows Keras's [Identity](https://keras.io/api/layers/core_layers/identity/).
public final class Identity: Layer {
    override public var supportsMasking: Bool { true }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure { inputs }
}

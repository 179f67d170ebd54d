import HornbillEngine

/// A layer around another one: the class to inherit from for those that add to what a layer does.
/// Follows Keras's [Wrapper](https://keras.io/api/layers/core_layers/).
open class Wrapper: Layer {
    /// The layer inside.
    public let layer: Layer

    public init(
        _ layer: Layer, inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        self.layer = layer
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    /// Builds the layer inside for the same input.
    override open func build(inputShape: PartialShape) throws { try layer.ensureBuilt(.tensor(inputShape)) }

    override public init(config: ConfigReader) throws {
        layer = try config.layer()
        try super.init(config: config)
    }

    override open func getConfig() -> Config { super.getConfig().merging(["layer": layer.serialized]) }
}

import HornbillEngine

/// Divides by the Euclidean norm along the given axes taken together. The output has the input's shape.
/// Follows Keras's [UnitNormalization](https://keras.io/api/layers/normalization_layers/unit_normalization/).
public final class UnitNormalization: Layer {
    public let axis: Axes

    public init(
        axis: Axes = -1, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.axis = axis
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        ops.normalize(x, axis: axis, order: 2, epsilon: 1e-12)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(axis: Axes(config.intOrInts("axis", [-1])), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        let axes = axis.axes ?? []
        return super.getConfig().merging(["axis": axes.count == 1 ? .int(axes[0]) : ConfigValue(axes)])
    }
}

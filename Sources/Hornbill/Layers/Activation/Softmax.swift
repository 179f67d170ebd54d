import HornbillEngine

/// Exponentials divided by their sum along `axis`, or along several axes taken together. The output has the input's
/// shape; where a mask is false (or not above 0.5), it is 0. Follows Keras's
/// [Softmax](https://keras.io/api/layers/activation_layers/softmax/).
public final class Softmax: Layer {
    public let axis: Axes

    public init(axis: Axes = -1, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.axis = axis
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        try masked(x, context.masks.first ?? nil, axis: axis)
    }

    /// Softmax of what the mask leaves.
    func masked(_ x: Tensor, _ mask: Tensor?, axis: Axes) throws -> Tensor {
        guard let mask = try mask?.validated() else { return ops.softmax(x, axis: axis) }
        guard mask.shape.broadcast(with: x.shape) == x.shape else {
            throw HornbillError(
                .shape,
                "the mask of shape \(mask.shape) cannot be broadcast to the input's shape, \(x.shape): each axis must be 1 or the input's"
            )
        }
        let keeps = mask.dtype.isFloatingPoint ? mask > 0.5 : mask.cast(to: .bool)
        let far = x.dtype == .float16 ? -3e4 : -1e9
        return ops.where(keeps, ops.softmax(ops.where(keeps, x, far), axis: axis), 0)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(axis: Axes(config.intOrInts("axis", [-1])), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        let axes = axis.axes ?? []
        return super.getConfig().merging(["axis": axes.count == 1 ? .int(axes[0]) : ConfigValue(axes)])
    }
}

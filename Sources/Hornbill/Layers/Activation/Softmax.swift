import HornbillEngine

/// Exponentials divided by their sum along `axis`, or along several axes taken together. The output has the input's
/// shape; where a mask is false, it is 0. Follows Keras's
/// [Softmax](https://keras.io/api/layers/activation_layers/softmax/).
public final class Softmax: Layer {
    public let axis: Axes

    public init(axis: Axes = -1, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.axis = axis
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard let given = context.masks.first, let mask = given?.cast(to: .bool) else {
            return ops.softmax(x, axis: axis)
        }
        return ops.where(mask, ops.softmax(ops.where(mask, x, -1e9), axis: axis), 0)
    }

    override public func getConfig() -> Config {
        let axes = axis.axes ?? []
        return super.getConfig().merging(["axis": axes.count == 1 ? .int(axes[0]) : ConfigValue(axes)])
    }
}

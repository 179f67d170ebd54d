import HornbillEngine

/// Masks the steps of a sequence whose features all are one value, and sets them to 0.
///
/// Input `(batch, steps, …, features)`, output the same with a mask (batch, steps, …) that is false at such steps, which
/// layers behind this one pass over. Follows Keras's [Masking](https://keras.io/api/layers/core_layers/masking/).
public final class Masking: Layer {
    public let maskValue: Double

    public init(
        maskValue: Double = 0, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.maskValue = maskValue
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard x.rank > 0 else { throw HornbillError(.shape, "masking needs an axis of features, got a scalar") }
        let mask = ops.any(ops.notEqual(x, maskValue), axis: -1, keepDims: true)
        return ops.where(mask, x, 0).cast(to: x.dtype).withMask(ops.squeeze(mask, axis: -1))
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(maskValue: config.double("mask_value", 0), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["mask_value": .double(maskValue)]) }
}

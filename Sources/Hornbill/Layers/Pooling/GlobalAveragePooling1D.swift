import HornbillEngine

/// The mean of each channel of sequences `(batch, steps, channels)`; steps that the mask leaves out do not count.
/// Follows Keras's [GlobalAveragePooling1D](https://keras.io/api/layers/pooling_layers/global_average_pooling1d/).
public final class GlobalAveragePooling1D: BaseGlobalPooling {
    override class var spatialRank: Int { 1 }
    override class var reduction: Reduction { .mean }
    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard let given = context.masks.first, let mask = given else { return try super.call(x, context: context) }
        let counted = ops.expandDims(mask.cast(to: .bool), axis: dataFormat == .channelsLast ? 2 : 1)
        let total = try Tensor.reduce(.sum, ops.where(counted, x, 0), axes: axes, keepDims: keepDims)
        return try total / Tensor.reduce(.sum, counted.cast(to: x.dtype), axes: axes, keepDims: keepDims)
    }

    /// The steps are gone, and their mask with them.
    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] { [] }
}

import HornbillEngine

/// Divides by the norm along an axis (Keras's `utils.normalize`); where the norm is zero, nothing changes.
/// - Parameters:
///   - axis: the axis along which norms are taken.
///   - order: the norm's order: 2 for the Euclidean one.
public func normalize(
    _ x: any TrainingData, axis: Int = -1, order: NormOrder = 2, file: String = #fileID, line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        let x = try x.data.tensor.validated()
        let floating = x.dtype.isFloatingPoint ? x : x.cast(to: .float32)
        let norm = ops.norm(floating, ord: order, axis: [axis], keepDims: true)
        return try (floating / ops.where(ops.equal(norm, 0), ops.onesLike(norm), norm)).validated()
    }
}

import CKernels

// Batch and layer normalization, in float32 or, but for parameters and statistics, in bfloat16.

extension Lowering {
    static func normalization(_ kind: NormalizationForm, _ x: TensorType, _ threads: Int) -> Kernel? {
        guard x.dtype == .float32 || x.dtype == .bfloat16, let last = x.shape.last else { return nil }
        let half = x.dtype == .bfloat16
        let rows = x.shape.dimensions.dropLast().reduce(1, *)
        let (r, c, members) = (Int64(rows), Int64(last), Int32(threads))
        let name = "\(kind) \(rows)×\(last)\(half ? " in bfloat16" : "")"
        switch kind {
        case .batch(let epsilon):
            let small = Float(epsilon)
            return Kernel(
                name, scratchBytes: Int(hk_batch_norm_scratch(r, c)), inPlace: [.init(result: 0, operand: 0)]
            ) { w in
                hk_batch_norm(
                    half, w[0], w[1].floats, w[2].floats, w[3], w[4].floats, w[5].floats, r, c, small, w[6],
                    members)
            }
        case .batchGradient(let epsilon):
            let small = Float(epsilon)
            return Kernel(
                name, scratchBytes: Int(hk_batch_norm_scratch(r, c)), inPlace: [.init(result: 0, operand: 4)]
            ) { w in
                hk_batch_norm_gradient(
                    half, w[0], w[1].floats, w[2].floats, w[3].floats, w[4], w[5], w[6].floats, w[7].floats, r, c,
                    small, w[8], members)
            }
        case .layer(let epsilon, let centered):
            let small = Float(epsilon)
            return Kernel(name, inPlace: [.init(result: 0, operand: 0)]) { w in
                hk_layer_norm(
                    centered, half, w[0], w[1].floats, w[2].floats, w[3], w[4].floats, w[5].floats, r, c, small,
                    members)
            }
        case .layerGradient(let centered):
            return Kernel(
                name, scratchBytes: Int(hk_layer_norm_scratch(r, c)), inPlace: [.init(result: 0, operand: 4)]
            ) { w in
                hk_layer_norm_gradient(
                    centered, half, w[0], w[1].floats, w[2].floats, w[3].floats, w[4], w[5], w[6].floats, w[7].floats,
                    r, c, w[8], members)
            }
        }
    }
}

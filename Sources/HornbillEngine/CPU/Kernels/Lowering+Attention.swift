import CKernels

// Attention in float32 and half precision: one kernel forward and one backward, in which the logits never leave the
// cache.

extension Lowering {
    static func attention(_ form: AttentionForm, _ inputs: [TensorType], _ threads: Int) -> Kernel? {
        guard let (sizes, name) = layout(form, inputs) else { return nil }
        let (members, hasMask) = (Int32(threads), form.hasMask)
        let out = hasMask ? 4 : 3
        var description = sizes
        let scratch = hk_attention_scratch(&description, false) * threads
        return Kernel("attention \(name)", scratchBytes: scratch) { window in
            var sizes = sizes
            hk_attention_run(
                &sizes, window[0], window[1], window[2], hasMask ? window[3].bytes : nil, window[out],
                window[out + 1].floats,
                window[out + 2], members)
        }
    }

    static func attentionGradient(_ form: AttentionForm, _ inputs: [TensorType], _ threads: Int) -> Kernel? {
        guard let (sizes, name) = layout(form, inputs) else { return nil }
        let (members, hasMask) = (Int32(threads), form.hasMask)
        let next = hasMask ? 4 : 3
        var description = sizes
        let scratch = hk_attention_scratch(&description, true) * threads
        return Kernel("attentionGradient \(name)", scratchBytes: scratch) { window in
            var sizes = sizes
            hk_attention_gradient(
                &sizes, window[0], window[1], window[2], hasMask ? window[3].bytes : nil, window[next],
                window[next + 1].floats, window[next + 2], window[next + 3], window[next + 4], window[next + 5],
                window[next + 6], members)
        }
    }

    /// nil for other types, and where there is nothing to look at or to sum.
    private static func layout(_ form: AttentionForm, _ inputs: [TensorType]) -> (hk_attention, String)? {
        let sizes = AttentionSizes(form, inputs)
        let dtype = inputs[0].dtype
        guard dtype.isComputedInFloat32, sizes.sources > 0, sizes.size > 0, sizes.valueSize > 0 else { return nil }
        func count(_ value: Int) -> Int64 { Int64(value) }
        let strides = sizes.maskStrides.map(count)
        let layout = hk_attention(
            type: dtype == .bfloat16 ? HK_BFLOAT16 : dtype == .float16 ? HK_FLOAT16 : HK_FLOAT32,
            batch: count(sizes.batch), targets: count(sizes.targets), sources: count(sizes.sources),
            heads: count(sizes.heads), shared: count(sizes.shared), size: count(sizes.size),
            value_size: count(sizes.valueSize), scale: Float(form.scale), causal: form.isCausal,
            mask_batch: strides[0], mask_head: strides[1], mask_target: strides[2], mask_source: strides[3])
        let heads = sizes.heads == sizes.shared ? "\(sizes.heads)" : "\(sizes.heads)/\(sizes.shared)"
        let type = dtype == .float32 ? "" : " in \(dtype)"
        let extra = (form.isCausal ? " causal" : "") + (form.hasMask ? " masked" : "") + type
        return (
            layout,
            "\(sizes.batch)×\(heads) heads \(sizes.targets)×\(sizes.sources)×\(sizes.size)\(extra)"
        )
    }
}

extension UnsafeMutableRawPointer {
    fileprivate var bytes: UnsafePointer<UInt8> { UnsafePointer(assumingMemoryBound(to: UInt8.self)) }
}

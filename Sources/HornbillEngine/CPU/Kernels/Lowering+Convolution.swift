extension Lowering {
    /// Which of a convolution's kernels.
    enum ConvolutionPart: Sendable, Hashable {
        case forward(bias: Bool)
        case inputGradient
        case kernelGradient(bias: Bool)
    }

    /// Convolutions by oneDNN, in float32 and, where its kernels for it are right, in bfloat16.
    ///
    /// Activations stay channels-last, where its kernels were measured as fast as on blocked layouts. The kernel is
    /// reordered to the layout that the primitive asks for, and its gradient back, within the step's scratch memory. How
    /// a primitive divides its sums is fixed by the number of threads at its creation: unlike other kernels' the bits of
    /// a kernel gradient depend on that number.
    static func convolution(
        _ form: ConvolutionForm, _ part: ConvolutionPart, _ inputs: [TensorType], _ outputs: [TensorType],
        _ threads: Int
    ) -> Kernel? {
        guard (inputs + outputs).allSatisfy({ $0.shape.count > 0 }) else { return nil }
        let types: OneDNN.ConvolutionTypes
        switch part {
        case .forward(let bias):
            types = .init(source: inputs[0], kernel: inputs[1], bias: bias ? inputs[2] : nil, result: outputs[0])
        case .inputGradient: types = .init(source: outputs[0], kernel: inputs[1], result: inputs[0])
        case .kernelGradient(let bias):
            types = .init(source: inputs[0], kernel: outputs[0], bias: bias ? outputs[1] : nil, result: inputs[1])
        }
        guard types.source.dtype == .float32 || types.source.dtype == .bfloat16 && isSound(form, types) else {
            return nil
        }
        // What oneDNN has no kernel for, the reference computes.
        let program = OneDNN.describingConvolutions.withLock { _ in
            try? OneDNN.onTeam(of: threads) { try OneDNN.convolution(form, part, types) }
        }
        guard let program else { return nil }
        let name = "convolution \(part.name) \(types.source.shape) by \(types.kernel.shape) \(form): \(program.name)"
        return Kernel(name, scratchBytes: program.scratchBytes) {
            let run = try OneDNN.Run(program)
            return { window in try OneDNN.onTeam(of: threads) { try run.execute(window) } }
        }
    }

    /// Whether oneDNN's bfloat16 kernels compute this convolution rightly. Held against its float32 ones over thousands of
    /// random sizes, those of its version 2.6 for AMX and AVX512_BF16 were wrong in some with strides (forward: a copy of
    /// the input smaller than what is written to it; gradients: places that no window meets are left as they were) and
    /// in some with dilation, and in kernel gradients with elements that never meet the image. Among the others, none.
    private static func isSound(_ form: ConvolutionForm, _ types: OneDNN.ConvolutionTypes) -> Bool {
        let (sizes, window) = (types.source.shape.spatial, types.kernel.shape.dimensions)
        return sizes.indices.allSatisfy { axis in
            form.strides[axis] == 1 && form.dilation[axis] == 1
                && sizes[axis] + min(form.low[axis], form.high[axis]) >= window[axis]
        }
    }
}

extension Lowering.ConvolutionPart {
    fileprivate var name: String {
        switch self {
        case .forward(let bias): "forward\(bias ? " +bias" : "")"
        case .inputGradient: "input gradient"
        case .kernelGradient(let bias): "kernel gradient\(bias ? " +bias" : "")"
        }
    }
}

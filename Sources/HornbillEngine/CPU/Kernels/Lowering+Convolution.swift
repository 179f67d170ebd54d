extension Lowering {
    /// Which of a convolution's kernels.
    enum ConvolutionPart: Sendable, Hashable {
        case forward(bias: Bool)
        case inputGradient
        case kernelGradient(bias: Bool)
    }

    /// Convolutions by oneDNN, in float32. Those of half precision are widened: under tests side by side oneDNN 2.6's own
    /// kernels for bfloat16 (with AVX512_BF16 and AMX, not without) left wrong numbers in other threads' results.
    ///
    /// Activations stay channels-last, where its kernels were measured as fast as on blocked layouts. The kernel is
    /// reordered to the layout that the primitive asks for, and its gradient back, within the step's scratch memory. How
    /// a primitive divides its sums is fixed by the number of threads at its creation: unlike other kernels' the bits of
    /// a kernel gradient depend on that number.
    static func convolution(
        _ form: ConvolutionForm, _ part: ConvolutionPart, _ inputs: [TensorType], _ outputs: [TensorType],
        _ threads: Int
    ) -> Kernel? {
        guard inputs[0].dtype == .float32, (inputs + outputs).allSatisfy({ $0.shape.count > 0 }) else { return nil }
        let types: OneDNN.ConvolutionTypes
        switch part {
        case .forward(let bias):
            types = .init(source: inputs[0], kernel: inputs[1], bias: bias ? inputs[2] : nil, result: outputs[0])
        case .inputGradient: types = .init(source: outputs[0], kernel: inputs[1], result: inputs[0])
        case .kernelGradient(let bias):
            types = .init(source: inputs[0], kernel: outputs[0], bias: bias ? outputs[1] : nil, result: inputs[1])
        }
        // What oneDNN has no kernel for, the reference computes.
        guard let program = try? OneDNN.onTeam(of: threads, { try OneDNN.convolution(form, part, types) }) else {
            return nil
        }
        let name = "convolution \(part.name) \(types.source.shape) by \(types.kernel.shape) \(form): \(program.name)"
        return Kernel(name, scratchBytes: program.scratchBytes) {
            let run = try OneDNN.Run(program)
            return { window in try OneDNN.onTeam(of: threads) { try run.execute(window) } }
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

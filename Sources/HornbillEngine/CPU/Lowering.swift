/// Operations to kernels: each family's file says which kernel computes an operation on these types, and what no kernel
/// covers goes to the reference implementation.
package enum Lowering {
    /// The kernel for an operation.
    /// - Throws: kind `internal` for a source, which is no step.
    package static func kernel(
        for operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel {
        if let native = try native(operation, inputs, outputs, options) { return native }
        return isWidened(operation, inputs + outputs)
            ? try widened(operation, inputs, outputs, options) : fallback(operation, inputs, outputs)
    }

    private static func native(
        _ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel? {
        let threads = options.threads
        switch operation {
        case .input, .constant, .variable: throw HornbillError(.internal, "\(operation) is not a step of a plan")
        case .unary, .binary, .select:
            if let program = FusedProgram(operation, inputs, outputs) { return fused(program, threads) }
            return typedElementwise(operation, inputs, outputs)
        case .cast: return cast(inputs[0], outputs[0], threads)
        case .stopGradient, .reshape: return copy(outputs[0], threads)
        case .checkRange(let lower, let upper, let what): return checkRange(inputs[0], lower, upper, what)
        case .matmul(let transposeA, let transposeB):
            return matmul(inputs, outputs[0], MatmulForm(transposeA: transposeA, transposeB: transposeB), options)
        case .fusedMatmul(let transposeA, let transposeB, let bias, let activation):
            return matmul(
                inputs, outputs[0],
                MatmulForm(transposeA: transposeA, transposeB: transposeB, bias: bias, activation: activation), options)
        case .convolution(let form):
            return convolution(form, .forward(bias: false), inputs, outputs, threads)
        case .fusedConvolution(let form):
            return convolution(form, .forward(bias: true), inputs, outputs, threads)
        case .convolutionInputGradient(let form, _): return convolution(form, .inputGradient, inputs, outputs, threads)
        case .convolutionKernelGradient(let form, _):
            return convolution(form, .kernelGradient(bias: false), inputs, outputs, threads)
        case .fusedKernelGradient(let form, _):
            return convolution(form, .kernelGradient(bias: true), inputs, outputs, threads)
        case .pool(let form): return pool(form, .forward, inputs[0], outputs[0], threads)
        case .poolGradient(let form, _): return pool(form, .gradient, outputs[0], inputs[inputs.count - 1], threads)
        case .poolPick(let form): return pool(form, .pick, inputs[0], outputs[0], threads)
        case .reduce(let kind, let axes, _): return reduce(kind, axes, inputs[0], threads)
        case .argReduce(let smallest, let axis): return argReduce(smallest, axis, inputs[0], threads)
        case .cumulative, .topK, .sort: return nil
        case .special, .linearAlgebra, .segmentReduce: return nil
        case .softmax(let logarithm): return softmax(logarithm, inputs[0], threads)
        case .softmaxGradient(let logarithm): return softmaxGradient(logarithm, inputs[0], threads)
        case .normalization(let kind): return normalization(kind, inputs[0], threads)
        case .attention(let form): return attention(form, inputs, threads)
        case .attentionGradient(let form): return attentionGradient(form, inputs, threads)
        case .transpose(let axes): return transpose(axes, inputs[0], threads)
        case .broadcast: return broadcast(inputs[0], outputs[0], threads)
        case .slice(let start, let size, let stride): return slice(start, size, stride, inputs[0], threads)
        case .pad(let low, _, let interior, let value): return pad(low, interior, value, inputs[0], outputs[0], threads)
        case .concatenate(let axis): return concatenate(axis, inputs, outputs[0], threads)
        case .gather(let axis): return gather(axis, inputs[0], inputs[1], threads)
        case .scatterAdd(let axis, let size): return scatterAdd(axis, size, inputs[0], inputs[1], threads)
        case .gatherElements: return gatherElements(inputs[0], inputs[1])
        case .scatterElements(let size): return scatterElements(size, inputs[0], inputs[1])
        case .oneHot(let depth, let dtype): return oneHot(depth, dtype, inputs[0])
        case .random(let distribution, let shape): return random(distribution, shape, threads)
        case .scan(let body): return try scan(body, options)
        case .cond(let branches): return try cond(branches, inputs, outputs, options)
        case .whileLoop(let loop): return try whileLoop(loop, outputs, options)
        case .custom: return nil
        case .fused(let program): return fused(program, threads)
        }
    }
}

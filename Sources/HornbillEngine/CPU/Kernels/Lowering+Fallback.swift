extension Lowering {
    /// The reference implementation, for types and operations that no kernel covers, and for custom operations.
    /// Its results do not overlap its operands.
    static func fallback(_ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType]) -> Kernel {
        Kernel("reference \(operation)", canFail: referenceCanFail(operation)) { window in
            try Reference.run(
                operation, inputs: inputs.indices.map { UnsafeRawPointer(window[$0]) }, inputTypes: inputs,
                outputs: outputs.indices.map { window[inputs.count + $0] }, outputTypes: outputs)
        }
    }

    /// Whether an operation on half precision without a kernel of its own is computed by that of float32.
    static func isWidened(_ operation: Operation, _ types: [TensorType]) -> Bool {
        operation.computes && types.contains { $0.dtype.isHalf }
    }

    /// Whether the reference fails for some values: custom code and indices can.
    private static func referenceCanFail(_ operation: Operation) -> Bool {
        switch operation {
        case .linearAlgebra, .segmentReduce, .whileLoop: return true
        case .special: return false
        case .custom, .checkRange, .gather, .scatterAdd, .gatherElements, .scatterElements, .scan, .cond:
            return true
        case .input, .constant, .variable, .unary, .binary, .select, .cast, .stopGradient, .matmul, .convolution,
            .convolutionInputGradient, .convolutionKernelGradient, .fusedConvolution, .fusedKernelGradient, .pool,
            .poolGradient, .poolPick, .reduce, .argReduce, .cumulative, .softmax, .softmaxGradient, .normalization,
            .attention, .attentionGradient, .topK, .sort,
            .reshape, .transpose, .broadcast, .slice, .pad,
            .concatenate, .oneHot, .random, .fused, .fusedMatmul:
            return false
        }
    }

    /// Whether a step of this operation can fail because of values.
    static func canFail(_ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType]) -> Bool {
        func canFail(_ graph: Graph) -> Bool {
            graph.nodes.contains { Self.canFail($0.operation, $0.inputs.map(graph.type(of:)), $0.outputs) }
        }
        switch operation {
        case .linearAlgebra, .segmentReduce: return true
        case .whileLoop(let loop): return canFail(loop.condition) || canFail(loop.body)
        case .special: return referenceCanFail(operation)
        case .checkRange, .gather, .scatterAdd, .gatherElements, .scatterElements, .custom: return true
        case .scan(let body): return canFail(body.graph)
        case .cond(let branches): return canFail(branches.then) || canFail(branches.otherwise)
        case .input, .constant, .variable, .unary, .binary, .select, .cast, .stopGradient, .matmul, .convolution,
            .convolutionInputGradient, .convolutionKernelGradient, .fusedConvolution, .fusedKernelGradient, .pool,
            .poolGradient, .poolPick, .reduce, .argReduce, .cumulative, .softmax, .softmaxGradient, .normalization,
            .attention, .attentionGradient, .topK, .sort,
            .reshape, .transpose, .broadcast, .slice, .pad,
            .concatenate, .oneHot, .random, .fused, .fusedMatmul:
            return referenceCanFail(operation)
        }
    }
}

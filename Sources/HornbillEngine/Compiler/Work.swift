/// What an operation has to do, as textbooks count it: what times of a profile are held against. It says nothing about
/// how a kernel does it.
package struct Work: Sendable, Hashable {
    /// Floating-point operations: a multiplication and an addition are two, any element-wise function is one.
    package var flops = 0.0
    /// Bytes of what is read and written, each once.
    package var bytes = 0.0

    package static func + (a: Work, b: Work) -> Work { Work(flops: a.flops + b.flops, bytes: a.bytes + b.bytes) }
}

extension LoweredGraph {
    /// The work of a step: that of its node and of those computed with it, whose results never lie in memory.
    func work(of step: Step) -> Work {
        var work = Work()
        for index in [step.node] + step.guests {
            let node = graph.nodes[index]
            work.flops += node.operation.flops(node.inputs.map(graph.type(of:)), node.outputs)
            for (place, input) in node.inputs.enumerated() where !step.guests.contains(input.node) {
                // Of what rows are gathered from, these rows are read.
                let isSource = if case .gather = node.operation { place == 0 } else { false }
                work.bytes += Double((isSource ? node.outputs[0] : graph.type(of: input)).byteCount)
            }
        }
        for result in graph.nodes[step.node].outputs { work.bytes += Double(result.byteCount) }
        return work
    }
}

extension Operation {
    /// Floating-point operations of one application.
    func flops(_ inputs: [TensorType], _ outputs: [TensorType]) -> Double {
        let size = Double(outputs.first?.shape.count ?? 0)
        switch self {
        case .input, .constant, .variable, .cast, .stopGradient, .checkRange, .reshape, .transpose, .broadcast, .slice,
            .pad, .concatenate, .gather, .gatherElements, .oneHot, .random, .topK, .sort, .custom:
            return 0
        case .unary, .binary, .select, .special: return size
        case .matmul(let transposeA, _): return 2 * size * Self.depth(inputs[0], transposed: transposeA)
        case .fusedMatmul(let transposeA, _, let bias, let activation):
            let beside = (bias ? 1.0 : 0) + (activation == .none ? 0 : 1)
            return size * (2 * Self.depth(inputs[0], transposed: transposeA) + beside)
        case .linearAlgebra: return Double(inputs[0].shape.count) * Double(inputs[0].shape.last ?? 1)
        case .convolution: return Self.convolutionFlops(outputs[0], kernel: inputs[1])
        case .fusedConvolution: return Self.convolutionFlops(outputs[0], kernel: inputs[1]) + size
        case .convolutionInputGradient: return Self.convolutionFlops(inputs[0], kernel: inputs[1])
        case .convolutionKernelGradient: return Self.convolutionFlops(inputs[1], kernel: outputs[0])
        case .fusedKernelGradient:
            return Self.convolutionFlops(inputs[1], kernel: outputs[0]) + Double(inputs[1].shape.count)
        case .pool(let form), .poolPick(let form): return size * Double(form.window.reduce(1, *))
        case .poolGradient(let form, _):
            return Double(inputs.last?.shape.count ?? 0) * Double(form.window.reduce(1, *))
        case .reduce, .argReduce, .cumulative, .scatterAdd, .scatterElements, .segmentReduce:
            return Double(inputs[0].shape.count)
        // Largest, difference, exponential, sum, quotient.
        case .softmax: return 5 * size
        case .softmaxGradient: return 4 * size
        // Mean, variance (3), difference, factor, scale and shift; the gradient has two sums of products more.
        case .normalization(let form):
            switch form {
            case .batch, .layer: return 8 * size
            case .batchGradient, .layerGradient: return 12 * size
            }
        case .attention(let form): return Self.attentionFlops(form, inputs, products: (1, 1))
        // The logits again, and the gradients of values, weights, queries and keys.
        case .attentionGradient(let form): return Self.attentionFlops(form, inputs, products: (3, 2))
        case .scan(let body): return Double(body.length) * body.graph.flops
        case .cond(let branches): return max(branches.then.flops, branches.otherwise.flops)
        // One turn: how many there are is known at the end of a run only.
        case .whileLoop(let loop): return loop.condition.flops + loop.body.flops
        case .fused(let program):
            guard let output = program.outputs.first else { return 0 }
            let elements = output.type.shape.count / max(output.instructions.count, 1)
            return program.instructions.reduce(0) { sum, instruction in
                switch instruction.function {
                case .copy, .rounded: sum
                case .unary, .binary, .select: sum + Double(elements)
                case .multiplyAdd, .divideByRoot: sum + 2 * Double(elements)
                }
            }
        }
    }

    /// How many products each element of a matrix product sums up.
    private static func depth(_ first: TensorType, transposed: Bool) -> Double {
        Double(first.shape[first.shape.rank - (transposed ? 2 : 1)])
    }

    private static func convolutionFlops(_ output: TensorType, kernel: TensorType) -> Double {
        2 * Double(output.shape.count) * Double(kernel.shape.count) / Double(max(kernel.shape.last ?? 1, 1))
    }

    /// - Parameter products: how many products sum over the size of queries and how many over that of values.
    private static func attentionFlops(
        _ form: AttentionForm, _ inputs: [TensorType], products: (query: Double, value: Double)
    ) -> Double {
        let sizes = AttentionSizes(form, inputs)
        let logits = Double(sizes.batch * sizes.heads) * Double(sizes.targets) * Double(sizes.sources)
        let each = 2 * (products.query * Double(sizes.size) + products.value * Double(sizes.valueSize)) + 5
        return logits * each * (form.isCausal ? 0.5 : 1)
    }
}

extension Graph {
    fileprivate var flops: Double {
        nodes.reduce(0) { $0 + $1.operation.flops($1.inputs.map(type(of:)), $1.outputs) }
    }
}

/// What a gradient rule is given: the operation's operands and results, and the gradients that flow into the results.
package struct GradientContext {
    let trace: Trace
    /// The number of the operation's node in the trace.
    let node: Int
    package let inputs: [Tensor]
    package let outputs: [Tensor]
    /// nil for results on which the loss does not depend. At least one is there.
    package let outputGradients: [Tensor?]
    /// Whether anybody asks for the gradient of an operand.
    package let wanted: [Bool]

    /// The first operand, result, and gradient of the result: all there are of most operations.
    var x: Tensor { inputs[0] }
    var y: Tensor { outputs[0] }
    var g: Tensor { Tensor.deferring { try gradient(0) } }

    /// The gradient of a result, zeros where none flows.
    func gradient(_ index: Int) throws -> Tensor {
        try outputGradients[index] ?? trace.filled(0, outputs[index].type)
    }

    /// The gradients for the operands that want one.
    func each(_ rules: (() throws -> Tensor)...) throws -> [Tensor?] {
        try zip(wanted, rules).map { try $0 ? $1() : nil }
    }

    /// The number that an operand is everywhere, if that is known.
    func number(_ index: Int) throws -> Double? {
        var tensor = inputs[index]
        while case .traced(_, let value) = tensor.backing {
            let node = trace.graph.nodes[value.node]
            switch node.operation {
            case .constant(let constant): tensor = constant.tensor
            case .broadcast, .reshape:
                tensor = Tensor(.traced(trace, node.inputs[0]), trace.graph.type(of: node.inputs[0]))
            default: return nil
            }
        }
        return tensor.count == 1 ? try tensor.doubles()[0] : nil
    }

    /// `tensor` where the condition holds, 0 elsewhere.
    func keep(_ tensor: Tensor, where condition: Tensor) -> Tensor {
        Tensor.deferring { try Tensor.select(condition, tensor, Tensor(repeating: 0, shape: [], dtype: tensor.dtype)) }
    }

    /// 0 where the condition holds, `tensor` elsewhere.
    func drop(_ tensor: Tensor, where condition: Tensor) -> Tensor {
        Tensor.deferring { try Tensor.select(condition, Tensor(repeating: 0, shape: [], dtype: tensor.dtype), tensor) }
    }
}

extension Operation {
    /// The gradients for the operands, written with tensor operations; nil where none flows or none is wanted.
    func gradient(_ context: GradientContext) throws -> [Tensor?] {
        switch self {
        case .input, .constant, .variable: []
        case .unary(let function): [try function.gradient(context)]
        case .binary(let function): try function.gradient(context)
        case .select: try context.select()
        case .special(let function): try function.gradient(context)
        case .cast: [try context.g.casted(to: context.x.dtype)]
        case .matmul(let transposeA, let transposeB): try context.matmul(transposeA, transposeB)
        case .convolution(let form): try context.convolution(form)
        case .convolutionInputGradient(let form, _): try context.convolutionInputGradient(form)
        case .convolutionKernelGradient(let form, _): try context.convolutionKernelGradient(form)
        case .pool(let form): try context.pool(form)
        case .poolGradient(let form, _): try context.poolGradient(form)
        case .poolPick(let form): try context.poolPick(form)
        case .linearAlgebra(let function): try function.gradient(context)
        case .reduce(let kind, let axes, _): [try context.reduce(kind, axes)]
        case .cumulative(let kind, let axis, let reverse): [try context.cumulative(kind, axis, reverse)]
        case .softmax(let logarithm): [try .emit1(.softmaxGradient(logarithm: logarithm), [context.y, context.g])]
        case .softmaxGradient(let logarithm): try context.softmaxGradient(logarithm)
        case .normalization(let kind): try context.normalization(kind)
        case .attention(let form): try context.attention(form)
        case .attentionGradient(let form): try context.attentionGradient(form)
        case .topK, .sort: [try context.sort()]
        case .reshape: [try context.g.reshape(context.x.shape)]
        case .transpose(let axes): [try context.transpose(axes)]
        case .broadcast: [try context.g.summed(to: context.x.shape)]
        case .slice(let start, let size, let stride): [try context.slice(start, size, stride)]
        case .pad(let low, _, let interior, _):
            [try context.g.slice(start: low, size: context.x.shape.dimensions, stride: interior.map { $0 + 1 })]
        case .concatenate(let axis): try context.concatenate(axis)
        case .gather(let axis):
            [try .emit1(.scatterAdd(axis: axis, size: context.x.shape[axis]), [context.g, context.inputs[1]]), nil]
        case .scatterAdd(let axis, _): [try .emit1(.gather(axis: axis), [context.g, context.inputs[1]]), nil]
        case .gatherElements:
            [try .emit1(.scatterElements(size: context.x.shape.last ?? 0), [context.g, context.inputs[1]]), nil]
        case .scatterElements: [try .emit1(.gatherElements, [context.g, context.inputs[1]]), nil]
        case .segmentReduce(let kind, let size): try context.segmentReduce(kind, size)
        case .scan(let body): try context.scan(body)
        case .cond(let branches): try context.cond(branches)
        case .whileLoop:
            throw HornbillError(
                .argument, "a while loop has no gradient: its number of rounds is not known; use foriLoop or scan")
        case .custom(let box):
            try box.operation.gradient(
                context.inputs, context.outputs, context.outputs.indices.map { try context.gradient($0) })
        case .stopGradient, .checkRange, .argReduce, .oneHot, .random: context.inputs.map { _ in nil }
        case .fused, .fusedMatmul, .fusedConvolution, .fusedKernelGradient:
            throw HornbillError(.internal, "\(self) is made by the compiler, after gradients were taken")
        }
    }
}

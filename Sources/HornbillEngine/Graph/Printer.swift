extension Graph: CustomStringConvertible {
    /// One line a node: `%3 = matmul(%1, %2) : float32(32, 64)   # model/dense`.
    public var description: String {
        var lines: [String] = []
        for (index, node) in nodes.enumerated() {
            var line = "%\(index) = \(node.operation)"
            if !node.inputs.isEmpty { line += "(" + node.inputs.map { name(of: $0) }.joined(separator: ", ") + ")" }
            line += " : " + node.outputs.map(\.description).joined(separator: ", ")
            if !node.scope.isEmpty { line += "   # \(node.scope)" }
            lines.append(line)
        }
        for assignment in assignments {
            lines.append("\(variables[assignment.variable].name) ← \(name(of: assignment.value))")
        }
        lines.append("return " + outputs.map { name(of: $0) }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    private func name(of value: Value) -> String {
        value.output == 0 ? "%\(value.node)" : "%\(value.node).\(value.output)"
    }
}

extension Operation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .input(let index): "input[\(index)]"
        case .constant(let constant): "constant[\(constant.tensor.type)]"
        case .variable(let index): "variable[\(index)]"
        case .unary(let function): function.rawValue
        case .binary(let function): function.rawValue
        case .select: "select"
        case .special(let function): function.rawValue
        case .cast(let dtype): "cast[\(dtype)]"
        case .stopGradient: "stopGradient"
        case .checkRange(let lower, let upper, let what): "checkRange[\(what) in \(lower)..<\(upper)]"
        case .matmul(let a, let b): "matmul" + Self.flags(a, b)
        case .convolution(let form): "convolution[\(form)]"
        case .convolutionInputGradient(let form, let sizes): "convolutionInputGradient[\(form) to \(sizes)]"
        case .convolutionKernelGradient(let form, let window): "convolutionKernelGradient[\(form) to \(window)]"
        case .pool(let form): "pool[\(form)]"
        case .poolGradient(let form, let sizes): "poolGradient[\(form) to \(sizes)]"
        case .poolPick(let form): "poolPick[\(form)]"
        case .linearAlgebra(let function): "\(function)"
        case .reduce(let kind, let axes, let keep): "reduce[\(kind.rawValue) \(axes)\(keep ? " keep" : "")]"
        case .argReduce(let smallest, let axis): "\(smallest ? "argMin" : "argMax")[\(axis)]"
        case .cumulative(let kind, let axis, let reverse):
            "cumulative[\(kind.rawValue) \(axis)\(reverse ? " reverse" : "")]"
        case .softmax(let logarithm): logarithm ? "logSoftmax" : "softmax"
        case .softmaxGradient(let logarithm): logarithm ? "logSoftmaxGradient" : "softmaxGradient"
        case .normalization(let kind): "\(kind)"
        case .attention(let form), .attentionGradient(let form): attentionName(form)
        case .topK(let count): "topK[\(count)]"
        case .sort(let descending): "sort[\(descending ? "falling" : "rising")]"
        case .reshape(let shape): "reshape[\(shape)]"
        case .transpose(let axes): "transpose\(axes)"
        case .broadcast(let shape): "broadcast[\(shape)]"
        case .slice(let start, let size, let stride): "slice[\(start) \(size) \(stride)]"
        case .pad(let low, let high, let interior, let value): "pad[\(low) \(high) \(interior) \(value)]"
        case .concatenate(let axis): "concatenate[\(axis)]"
        case .gather(let axis): "gather[\(axis)]"
        case .scatterAdd(let axis, let size): "scatterAdd[\(axis) \(size)]"
        case .gatherElements: "gatherElements"
        case .scatterElements(let size): "scatterElements[\(size)]"
        case .segmentReduce(let kind, let size): "segmentReduce[\(kind.rawValue) \(size)]"
        case .oneHot(let depth, let dtype): "oneHot[\(depth) \(dtype)]"
        case .random(let distribution, let shape): "random[\(distribution.rawValue) \(shape)]"
        case .scan(let body):
            "scan[\(body.length) steps\(body.reverse ? " reverse" : ""), \(body.graph.nodes.count) nodes]"
        case .cond(let branches): "cond[\(branches.then.nodes.count), \(branches.otherwise.nodes.count) nodes]"
        case .whileLoop(let loop):
            "while[\(loop.condition.nodes.count) nodes, \(loop.body.nodes.count) nodes]"
        case .custom(let box): "custom[\(box.operation.name)]"
        case .fused(let program): "fused[\(program.instructions.count) instructions]"
        case .fusedMatmul(let a, let b, let bias, let activation):
            "fusedMatmul" + Self.flags(a, b) + "[\(bias ? "bias " : "")\(activation.rawValue)]"
        case .fusedConvolution(let form): "fusedConvolution[\(form) bias]"
        case .fusedKernelGradient(let form, let window): "fusedKernelGradient[\(form) to \(window)]"
        }
    }

    private func attentionName(_ form: AttentionForm) -> String {
        let name = if case .attention = self { "attention" } else { "attentionGradient" }
        return "\(name)[\(form.scale)\(form.isCausal ? " causal" : "")\(form.hasMask ? " masked" : "")]"
    }

    private static func flags(_ transposeA: Bool, _ transposeB: Bool) -> String {
        transposeA || transposeB ? "[\(transposeA ? "Aᵀ" : "")\(transposeB ? "Bᵀ" : "")]" : ""
    }
}

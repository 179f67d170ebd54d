/// Pass 2b: a bias row that is added to a convolution is computed with it, and the gradient of the bias with that of the
/// kernel, which reads the same operand.
package enum FuseConvolution {
    /// A convolution and the bias that is added to it.
    private struct Chain {
        var convolution: Int
        var form: ConvolutionForm
        var bias: Value
    }

    /// A kernel's gradient and the sum of its second operand.
    private struct Pair {
        var gradient: Int
        var form: ConvolutionForm
        var window: [Int]
    }

    package static func run(_ graph: Graph) throws -> Graph {
        let uses = graph.uses
        var chains: [Int: Chain] = [:]
        var pairs: [Int: Pair] = [:]
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            switch node.operation {
            case .convolution(let form):
                if let (sum, bias) = bias(of: index, graph, uses) {
                    chains[sum] = Chain(convolution: index, form: form, bias: bias)
                }
            case .convolutionKernelGradient(let form, let window):
                // Both can stand where the first of them does only if the operands are there.
                guard let sum = uses.readers(of: node.inputs[1]).first(where: { isBiasGradient($0, graph) }),
                    pairs[sum] == nil, node.inputs[0].node < sum
                else { continue }
                let pair = Pair(gradient: index, form: form, window: window)
                (pairs[sum], pairs[index]) = (pair, pair)
            default: break
            }
        }
        if chains.isEmpty, pairs.isEmpty { return graph }

        var rewriter = GraphRewriter(graph)
        for (index, node) in graph.nodes.enumerated() {
            if let chain = chains[index] {
                let operands = graph.nodes[chain.convolution].inputs + [chain.bias]
                rewriter.map(
                    index,
                    to: try rewriter.emit(.fusedConvolution(chain.form), operands.map(rewriter.mapped), like: node))
            } else if let pair = pairs[index] {
                // Whichever of the two comes first makes both: an equal node is not made again.
                let gradient = graph.nodes[pair.gradient]
                let results = try rewriter.emit(
                    .fusedKernelGradient(pair.form, window: pair.window), gradient.inputs.map(rewriter.mapped),
                    like: gradient)
                guard index != pair.gradient else {
                    rewriter.map(index, to: [results[0]])
                    continue
                }
                let shape = node.outputs[0].shape
                rewriter.map(
                    index,
                    to: shape.rank == 1 ? [results[1]] : try rewriter.emit(.reshape(shape), [results[1]], like: node))
            } else {
                rewriter.map(index, to: try rewriter.emit(node.operation, node.inputs.map(rewriter.mapped), like: node))
            }
        }
        return rewriter.finish().withoutDeadNodes()
    }

    /// The node that adds a row to a convolution, and the row.
    private static func bias(of convolution: Int, _ graph: Graph, _ uses: Uses) -> (sum: Int, row: Value)? {
        let type = graph.nodes[convolution].outputs[0]
        guard type.dtype == .float32 || type.dtype == .bfloat16,
            let sum = uses.onlyReader(of: Value(convolution)), case .binary(.add) = graph.nodes[sum].operation
        else { return nil }
        let operands = graph.nodes[sum].inputs
        let other = operands[0] == Value(convolution) ? operands[1] : operands[0]
        guard case .broadcast = graph.nodes[other.node].operation else { return nil }
        let row = graph.nodes[other.node].inputs[0]
        let shape = graph.type(of: row).shape
        return shape.last == type.shape.last && shape.count == shape.last ? (sum, row) : nil
    }

    /// Whether a node sums over all axes but the last.
    private static func isBiasGradient(_ index: Int, _ graph: Graph) -> Bool {
        let node = graph.nodes[index]
        guard case .reduce(.sum, let axes, _) = node.operation,
            node.outputs[0].dtype == .float32 || node.outputs[0].dtype == .bfloat16
        else { return false }
        return axes == Array(0..<(graph.type(of: node.inputs[0]).shape.rank - 1))
    }
}

/// Pass 5: each node that does something becomes a step with a kernel. Kernels are chosen before memory is planned, for
/// they say how much scratch memory they need and which results may overwrite which operands.
struct LoweredGraph {
    struct Step {
        var node: Int
        var kernel: Kernel
        var operands: [Value]
        var results: [Value]
    }

    var graph: Graph
    var bases: [Graph.Base]
    var steps: [Step] = []
    /// The step of each node, -1 for those that are none.
    var stepOfNode: [Int]

    init(_ graph: Graph, _ options: LoweringOptions) throws {
        self.graph = graph
        bases = graph.bases()
        stepOfNode = Array(repeating: -1, count: graph.nodes.count)
        var cache: [KernelKey: Kernel] = [:]
        for (index, node) in graph.nodes.enumerated() where graph.isStep(node) {
            let key = KernelKey(operation: node.operation, inputs: node.inputs.map(graph.type(of:)))
            let kernel: Kernel
            if let known = cache[key] {
                kernel = known
            } else {
                kernel = try Lowering.kernel(for: node.operation, key.inputs, node.outputs, options)
                cache[key] = kernel
            }
            stepOfNode[index] = steps.count
            let results = graph.aliased(node) == nil ? node.outputs.indices.map { Value(index, $0) } : []
            steps.append(Step(node: index, kernel: kernel, operands: node.inputs, results: results))
        }
    }
}

/// What a kernel is chosen by.
struct KernelKey: Hashable {
    var operation: Operation
    var inputs: [TensorType]
}

extension Graph {
    /// Whether a run does something for a node: not for what is there already, or is a part of something that is.
    func isStep(_ node: Node) -> Bool {
        if node.operation.isSource { return false }
        if case .checkRange = node.operation { return true }
        return aliased(node) == nil
    }
}

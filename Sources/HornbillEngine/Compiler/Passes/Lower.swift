/// Pass 5: each node that does something becomes a step with a kernel. Kernels are chosen before memory is planned, for
/// they say how much scratch memory they need and which results may overwrite which operands.
struct LoweredGraph {
    struct Step {
        var node: Int
        var kernel: Kernel
        var operands: [Value]
        var results: [Value]
        /// The nodes that are computed with it.
        var guests: [Int] = []
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
        let absorbed = Absorption(graph)
        var cache: [KernelKey: Kernel] = [:]
        for (index, node) in graph.nodes.enumerated() where graph.isStep(node) && !absorbed.isAbsorbed(index) {
            let results = graph.aliased(node) == nil ? node.outputs.indices.map { Value(index, $0) } : []
            stepOfNode[index] = steps.count
            if !absorbed.guests(of: index).isEmpty {
                let (kernel, operands) = try hosting(index, absorbed, options)
                let guests = absorbed.guests(of: index)
                steps.append(
                    Step(
                        node: index, kernel: kernel, operands: operands, results: results,
                        guests: guests + guests.flatMap(absorbed.guests(of:))))
                continue
            }
            let key = KernelKey(operation: node.operation, inputs: node.inputs.map(graph.type(of:)))
            let kernel: Kernel
            if let known = cache[key] {
                kernel = known
            } else {
                kernel = try Lowering.kernel(for: node.operation, key.inputs, node.outputs, options)
                cache[key] = kernel
            }
            steps.append(Step(node: index, kernel: kernel, operands: node.inputs, results: results))
        }
    }

    /// The kernel of a node that computes others with it, and what it reads.
    private func hosting(_ index: Int, _ absorbed: Absorption, _ options: LoweringOptions) throws -> (Kernel, [Value]) {
        let node = graph.nodes[index]
        let guests = absorbed.guests(of: index)
        switch node.operation {
        case .cast(let dtype):
            let gather = graph.nodes[guests[0]]
            let part = rowGather(gather, dtype)
            return (
                Lowering.joinRows([.gather(part)], node.outputs[0], rowBytes: part.rowBytes, options.threads),
                gather.inputs
            )
        case .concatenate(let axis):
            var parts: [Lowering.RowPart] = []
            var operands: [Value] = []
            let rows = node.outputs[0].shape.dimensions[..<axis].reduce(1, *)
            let rowBytes = node.outputs[0].shape.dimensions[axis...].reduce(1, *) * node.outputs[0].dtype.byteCount
            for operand in node.inputs {
                guard guests.contains(operand.node) else {
                    parts.append(.copy(rows: rows, bytes: graph.type(of: operand).byteCount / max(rows, 1)))
                    operands.append(operand)
                    continue
                }
                let gather = absorbed.guests(of: operand.node).first ?? operand.node
                parts.append(.gather(rowGather(graph.nodes[gather], node.outputs[0].dtype)))
                operands += graph.nodes[gather].inputs
            }
            return (Lowering.joinRows(parts, node.outputs[0], rowBytes: rowBytes, options.threads), operands)
        case .fused(let program):
            let guest = graph.nodes[guests[0]]
            guard let place = node.inputs.firstIndex(where: { $0.node == guests[0] }) else { break }
            let operands = guest.inputs + node.inputs.filter { $0.node != guests[0] }
            if let product = BlockedProduct(guest, graph, program, input: place) {
                return (Lowering.product(product, options.threads), operands)
            }
            if let scatter = BlockedScatter(guest, graph, program, input: place) {
                return (Lowering.scatter(scatter, options.threads), operands)
            }
        default: break
        }
        throw HornbillError(.internal, "\(node.operation) cannot compute other nodes with it")
    }

    private func rowGather(_ node: Node, _ dtype: DType) -> Lowering.RowGather {
        Lowering.RowGather(data: graph.type(of: node.inputs[0]), indices: graph.type(of: node.inputs[1]), dtype: dtype)
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

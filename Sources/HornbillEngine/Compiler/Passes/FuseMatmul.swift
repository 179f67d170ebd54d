/// Pass 2a: a bias row and an activation that follow a product are computed with it, before it leaves the cache.
enum FuseMatmul {
    /// A product and what follows it, found from the product on.
    private struct Chain {
        var product: Int
        var bias: Value?
        var activation = FusedActivation.none
        /// The node whose value the chain computes.
        var last: Int
    }

    static func run(_ graph: Graph) throws -> Graph {
        let uses = graph.uses
        var chains: [Int: Chain] = [:]
        /// Comparisons `x > 0` that read the activation instead: relu(x) > 0 just where x > 0.
        var redirected: [Int: Int] = [:]
        for index in graph.nodes.indices {
            guard case .matmul = graph.nodes[index].operation, graph.nodes[index].outputs[0].dtype == .float32 else {
                continue
            }
            let chain = follow(index, graph, uses, &redirected)
            if chain.last != index { chains[chain.last] = chain }
        }
        if chains.isEmpty { return graph }

        var rewriter = GraphRewriter(graph)
        for (index, node) in graph.nodes.enumerated() {
            var inputs = node.inputs.map(rewriter.mapped)
            guard let chain = chains[index] else {
                if let activation = redirected[index] { inputs[0] = rewriter.mapped(Value(activation)) }
                rewriter.map(index, to: try rewriter.emit(node.operation, inputs, like: node))
                continue
            }
            let product = graph.nodes[chain.product]
            guard case .matmul(let transposeA, let transposeB) = product.operation else { continue }
            let fused = try rewriter.emit(
                .fusedMatmul(
                    transposeA: transposeA, transposeB: transposeB, bias: chain.bias != nil, activation: chain.activation),
                (product.inputs + (chain.bias.map { [$0] } ?? [])).map(rewriter.mapped), like: node)
            let shape = node.outputs[0].shape
            rewriter.map(
                index,
                to: shape == product.outputs[0].shape ? fused : try rewriter.emit(.reshape(shape), fused, like: node))
        }
        return rewriter.finish().withoutDeadNodes()
    }

    private static func follow(_ product: Int, _ graph: Graph, _ uses: Uses, _ redirected: inout [Int: Int]) -> Chain {
        var chain = Chain(product: product, last: product)
        let columns = graph.nodes[product].outputs[0].shape.last ?? 0
        var at = product
        if let next = uses.onlyReader(of: Value(at)), case .reshape(let shape) = graph.nodes[next].operation,
            shape.last == columns
        {
            at = next
        }
        if let next = uses.onlyReader(of: Value(at)), case .binary(.add) = graph.nodes[next].operation {
            let operands = graph.nodes[next].inputs
            let other = operands[0] == Value(at) ? operands[1] : operands[0]
            if case .broadcast = graph.nodes[other.node].operation, other != Value(at) {
                let row = graph.nodes[other.node].inputs[0]
                let shape = graph.type(of: row).shape
                if shape.last == columns, shape.count == columns {
                    chain.bias = row
                    chain.last = next
                    at = next
                }
            }
        }
        if let (next, activation) = activation(after: at, graph, uses, &redirected) {
            chain.activation = activation
            chain.last = next
        }
        return chain
    }

    /// The activation that reads a value, if nothing else does but what can read the activation's result instead.
    private static func activation(
        after node: Int, _ graph: Graph, _ uses: Uses, _ redirected: inout [Int: Int]
    ) -> (node: Int, FusedActivation)? {
        let readers = uses.readers(of: Value(node))
        guard !uses.isRoot(Value(node)) else { return nil }
        func function(_ reader: Int) -> FusedActivation? {
            guard case .unary(let function) = graph.nodes[reader].operation else { return nil }
            return FusedActivation.allCases.first { $0 != .none && $0.rawValue == function.rawValue }
        }
        if readers.count == 1 { return function(readers[0]).map { (readers[0], $0) } }
        guard let relu = readers.first(where: { function($0) == .relu }) else { return nil }
        let rest = readers.filter { $0 != relu }
        for reader in rest {
            guard case .binary(.greater) = graph.nodes[reader].operation, reader > relu,
                graph.nodes[reader].inputs[0] == Value(node), graph.uniformNumber(graph.nodes[reader].inputs[1]) == 0
            else { return nil }
        }
        for reader in rest { redirected[reader] = relu }
        return (relu, .relu)
    }
}

extension Graph {
    var uses: Uses { Uses(self) }
}

/// Who reads which value.
struct Uses {
    private let offsets: [Int]
    private let readers: [[Int]]
    private let roots: Set<Value>

    init(_ graph: Graph) {
        var offsets: [Int] = []
        var total = 0
        for node in graph.nodes {
            offsets.append(total)
            total += node.outputs.count
        }
        var readers = [[Int]](repeating: [], count: total)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs {
                let slot = offsets[input.node] + input.output
                if readers[slot].last != index { readers[slot].append(index) }
            }
        }
        self.offsets = offsets
        self.readers = readers
        roots = Set(graph.roots)
    }

    /// The nodes that read a value, each once, in order.
    func readers(of value: Value) -> [Int] { readers[offsets[value.node] + value.output] }

    /// Whether it is an output or an assigned value.
    func isRoot(_ value: Value) -> Bool { roots.contains(value) }

    func onlyReader(of value: Value) -> Int? {
        let nodes = readers(of: value)
        return nodes.count == 1 && !isRoot(value) ? nodes[0] : nil
    }
}

/// Pass 2a: a bias row and an activation that follow a product are computed with it, before it leaves the cache.
package enum FuseMatmul {
    /// A product and what follows it, found from the product on.
    private struct Chain {
        var product: Int
        var bias: Value?
        var activation = FusedActivation.none
        /// The node whose value the chain computes.
        var last: Int
    }

    package static func run(_ graph: Graph) throws -> Graph {
        let uses = graph.uses
        var chains: [Int: Chain] = [:]
        for index in graph.nodes.indices {
            guard case .matmul = graph.nodes[index].operation, graph.nodes[index].outputs[0].dtype.isComputedInFloat32
            else {
                continue
            }
            let chain = follow(index, graph, uses)
            if chain.last != index { chains[chain.last] = chain }
        }
        if chains.isEmpty { return graph }

        var rewriter = GraphRewriter(graph)
        for (index, node) in graph.nodes.enumerated() {
            guard let chain = chains[index] else {
                rewriter.map(index, to: try rewriter.emit(node.operation, node.inputs.map(rewriter.mapped), like: node))
                continue
            }
            let product = graph.nodes[chain.product]
            guard case .matmul(let transposeA, let transposeB) = product.operation else { continue }
            let fused = try rewriter.emit(
                .fusedMatmul(
                    transposeA: transposeA, transposeB: transposeB, bias: chain.bias != nil,
                    activation: chain.activation),
                (product.inputs + (chain.bias.map { [$0] } ?? [])).map(rewriter.mapped), like: node)
            let shape = node.outputs[0].shape
            rewriter.map(
                index,
                to: shape == product.outputs[0].shape ? fused : try rewriter.emit(.reshape(shape), fused, like: node))
        }
        return rewriter.finish().withoutDeadNodes()
    }

    private static func follow(_ product: Int, _ graph: Graph, _ uses: Uses) -> Chain {
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
        if let next = uses.onlyReader(of: Value(at)), case .unary(let function) = graph.nodes[next].operation,
            let activation = FusedActivation(function)
        {
            chain.activation = activation
            chain.last = next
        }
        return chain
    }
}

extension FusedActivation {
    fileprivate init?(_ function: Unary) {
        switch function {
        case .relu: self = .relu
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        default: return nil
        }
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

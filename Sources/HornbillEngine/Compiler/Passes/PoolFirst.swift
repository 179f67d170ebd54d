/// Pass 2a: a rectifier before a max pool moves behind it, and so does what its gradient selects. The largest of
/// rectified elements is the largest rectified, and where it is not positive no gradient passes either way, so that the
/// numbers are the same, on a fraction of the elements.
package enum PoolFirst {
    /// A pool of a rectified value, and the nodes of the gradient that goes back through both, if there are any.
    private struct Chain {
        var relu: Int
        var pool: Int
        var form: PoolForm
        var back: (gradient: Int, mask: Int, select: Int)?
    }

    package static func run(_ graph: Graph) throws -> Graph {
        let uses = graph.uses
        let chains = graph.nodes.indices.compactMap { chain(from: $0, graph, uses) }
        if chains.isEmpty { return graph }
        let pools = Dictionary(uniqueKeysWithValues: chains.map { ($0.pool, $0) })
        let selects = Dictionary(
            uniqueKeysWithValues: chains.compactMap { chain in chain.back.map { ($0.select, chain) } })

        var rewriter = GraphRewriter(graph)
        for (index, node) in graph.nodes.enumerated() {
            let results: [Value]
            if let chain = pools[index] {
                results = try rewriter.rectifiedPool(chain.relu, chain.pool)
            } else if let chain = selects[index], let back = chain.back {
                // The pool itself may come later: what is emitted twice is one node.
                let rectified = try rewriter.rectifiedPool(chain.relu, chain.pool)[0]
                let type = graph.type(of: Value(chain.pool, 0))
                let gradient = graph.nodes[back.gradient]
                let zero = try rewriter.zeros(type, like: node)
                let mask = try rewriter.emit(.binary(.greater), [rectified, zero], like: graph.nodes[back.mask])[0]
                let kept = try rewriter.emit(
                    .select, [mask, rewriter.mapped(gradient.inputs[1]), zero], like: node)[0]
                results = try rewriter.emit(
                    gradient.operation, [rewriter.mapped(graph.nodes[chain.relu].inputs[0]), kept], like: gradient)
            } else {
                results = try rewriter.emit(node.operation, node.inputs.map(rewriter.mapped), like: node)
            }
            rewriter.map(index, to: results)
        }
        return rewriter.finish().withoutDeadNodes()
    }

    private static func chain(from relu: Int, _ graph: Graph, _ uses: Uses) -> Chain? {
        guard case .unary(.relu) = graph.nodes[relu].operation, !uses.isRoot(Value(relu, 0)) else { return nil }
        var chain: Chain?
        var (gradient, mask): (Int?, Int?)
        for reader in uses.readers(of: Value(relu, 0)) {
            switch graph.nodes[reader].operation {
            case .pool(let form) where chain == nil && form.kind == .max && form.meetsImage:
                chain = Chain(relu: relu, pool: reader, form: form)
            case .poolGradient where gradient == nil && graph.nodes[reader].inputs[0] == Value(relu, 0):
                gradient = reader
            case .binary(.greater) where mask == nil && graph.isZero(graph.nodes[reader].inputs[1]): mask = reader
            default: return nil
            }
        }
        guard var chain else { return nil }
        switch (gradient, mask) {
        case (nil, nil): return chain
        case (let gradient?, let mask?):
            guard case .poolGradient(chain.form, _) = graph.nodes[gradient].operation,
                let select = uses.onlyReader(of: Value(gradient, 0)), uses.onlyReader(of: Value(mask, 0)) == select,
                case .select = graph.nodes[select].operation,
                graph.nodes[select].inputs[0] == Value(mask, 0), graph.nodes[select].inputs[1] == Value(gradient, 0),
                graph.isZero(graph.nodes[select].inputs[2])
            else { return nil }
            chain.back = (gradient, mask, select)
            return chain
        default: return nil
        }
    }
}

extension PoolForm {
    /// Whether each window has elements that are no padding.
    fileprivate var meetsImage: Bool { window.indices.allSatisfy { low[$0] + high[$0] < window[$0] } }
}

extension Graph {
    /// Whether all elements of a value are known to be 0.
    fileprivate func isZero(_ value: Value) -> Bool {
        switch nodes[value.node].operation {
        case .constant(let constant): constant.uniformValue == 0
        case .broadcast, .reshape: isZero(nodes[value.node].inputs[0])
        default: false
        }
    }
}

extension GraphRewriter {
    /// The pool of what the rectifier reads, and then the rectifier.
    fileprivate mutating func rectifiedPool(_ relu: Int, _ pool: Int) throws -> [Value] {
        let (relu, pool) = (source.nodes[relu], source.nodes[pool])
        return try emit(.unary(.relu), emit(pool.operation, [mapped(relu.inputs[0])], like: pool), like: relu)
    }

    fileprivate mutating func zeros(_ type: TensorType, like node: Node) throws -> Value {
        let zero = try emit(.constant(ConstantTensor(Tensor.zeros([], dtype: type.dtype))), [], like: node)
        return try emit(.broadcast(type.shape), zero, like: node)[0]
    }
}

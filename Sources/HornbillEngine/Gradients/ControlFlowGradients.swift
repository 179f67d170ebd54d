extension GradientContext {
    /// A cond of the branches' gradients.
    func cond(_ branches: Branches) throws -> [Tensor?] {
        let targets = inputs.indices.filter { $0 > 0 && wanted[$0] && isFirst($0, since: 1) }
        func pullback(_ graph: Graph) throws -> [Tensor] {
            guard let inner = Trace.current else {
                throw HornbillError(.internal, "a branch is traced outside of a trace")
            }
            let steps = try inner.inline(graph, Array(inputs.dropFirst()))
            let results = graph.outputs.map { steps[$0.node][$0.output] }
            let pulled = try inner.pullback(of: results, cotangents: outputGradients, to: targets.map { inputs[$0] })
            return try zip(pulled, targets).map { try $0 ?? inner.filled(0, inputs[$1].type) }
        }
        let results = try ops.cond(
            inputs[0], then: { try pullback(branches.then) }, else: { try pullback(branches.otherwise) })
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        for (index, gradient) in zip(targets, results) { gradients[index] = gradient }
        return gradients
    }

    /// Whether no capture before this one is the same tensor: within the body they are one, whose gradient counts once.
    func isFirst(_ index: Int, since start: Int) -> Bool {
        !inputs[start..<index].contains { $0.isSameNode(as: inputs[index]) }
    }
}

extension GradientContext {
    /// A scan the other way round, whose step repeats the forward step from the saved carries and pulls the gradients
    /// back through it. The gradients of captures add up in carries of their own.
    func scan(_ body: ScanBody) throws -> [Tensor?] {
        let carryCount = body.carryCount
        let saved = try savedCarries(body)
        let captureStart = carryCount + body.sequenceCount
        let captures = inputs[captureStart...]
        let floating = (0..<carryCount).filter { inputs[$0].dtype.isFloatingPoint }
        let wantedSequences = (carryCount..<captureStart).filter { wanted[$0] }
        let wantedCaptures = captures.indices.filter { wanted[$0] && isFirst($0, since: captureStart) }
        let results = (carryCount..<outputs.count).filter { outputGradients[$0] != nil }

        let (last, stacked) = try ops.scan(
            { carries, rows in
                let inner = try Trace.innermost()
                let arguments = Array(rows.prefix(captureStart)) + captures
                let step = try inner.inline(body.graph, arguments)
                let targets = (floating + wantedSequences + wantedCaptures).map { arguments[$0] }
                let pulled = try inner.pullback(
                    of: floating.map { step[$0] } + results.map { step[$0] },
                    cotangents: Array(carries.prefix(floating.count)) + rows.suffix(results.count), to: targets)
                let gradients = try zip(pulled, targets).map { try $0 ?? inner.filled(0, $1.type) }
                let ownCount = floating.count + wantedSequences.count
                let sums = zip(carries.suffix(wantedCaptures.count), pulled[ownCount...]).map { sum, new in
                    new.map { sum + $0 } ?? sum
                }
                return (gradients.prefix(floating.count) + sums, Array(gradients[floating.count..<ownCount]))
            },
            initial: floating.map { try gradient($0) } + wantedCaptures.map { try trace.filled(0, inputs[$0].type) },
            sequences: saved + inputs[carryCount..<captureStart] + results.map { try gradient($0) },
            length: body.length, reverse: !body.reverse)

        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        for (index, gradient) in zip(floating + wantedCaptures, last) { gradients[index] = gradient }
        for (index, gradient) in zip(wantedSequences, stacked) { gradients[index] = gradient }
        return gradients
    }

    /// What the carries were at the beginning of every step: further results of the forward scan.
    private func savedCarries(_ body: ScanBody) throws -> [Tensor] {
        // The node may have been extended by an earlier walk.
        guard case .scan(let current) = trace.graph.nodes[node].operation else {
            throw HornbillError(.internal, "a scan became \(trace.graph.nodes[node].operation)")
        }
        var graph = current.graph
        let arguments = try (0..<body.carryCount).map { try graph.argument($0) }
        for value in arguments where !graph.outputs[body.carryCount...].contains(value) { graph.outputs.append(value) }
        if graph.outputs.count > current.graph.outputs.count {
            let extended = ScanBody(
                graph: graph, carryCount: current.carryCount, sequenceCount: current.sequenceCount,
                length: current.length, reverse: current.reverse)
            _ = try trace.extend(node, to: .scan(extended))
        }
        return try arguments.map { argument in
            guard let place = graph.outputs[body.carryCount...].firstIndex(of: argument) else {
                throw HornbillError(.internal, "a scan does not give the carry \(argument)")
            }
            let value = Value(node, place)
            return Tensor(.traced(trace, value), trace.graph.type(of: value))
        }
    }

    /// A cond of the branches' gradients.
    func cond(_ branches: Branches) throws -> [Tensor?] {
        let targets = inputs.indices.filter { $0 > 0 && wanted[$0] && isFirst($0, since: 1) }
        func pullback(_ graph: Graph) throws -> [Tensor] {
            let inner = try Trace.innermost()
            let results = try inner.inline(graph, Array(inputs.dropFirst()))
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
    private func isFirst(_ index: Int, since start: Int) -> Bool {
        !inputs[start..<index].contains { $0.isSameNode(as: inputs[index]) }
    }
}

extension Trace {
    /// The current trace.
    fileprivate static func innermost() throws -> Trace {
        guard let current else { throw HornbillError(.internal, "a loop's body is traced outside of a trace") }
        return current
    }
}

extension Graph {
    /// The value that stands for argument `index`, added if nothing uses it yet.
    fileprivate mutating func argument(_ index: Int) throws -> Value {
        for (number, node) in nodes.enumerated() {
            if case .input(index) = node.operation { return Value(number) }
        }
        return Value(try append(.input(index: index)))
    }
}

// Graphs as parts of others.

extension Trace {
    /// Repeats the nodes of a finished graph here, on these tensors in place of its inputs; gives the results of each.
    package func inline(_ inlined: Graph, _ inputs: [Tensor]) throws -> [[Tensor]] {
        var results: [[Tensor]] = []
        let outside = scopes
        defer { scopes = outside }
        for node in inlined.nodes {
            switch node.operation {
            case .input(let index): results.append([inputs[index]])
            case .constant(let constant): results.append([constant.tensor])
            case .variable(let index): results.append([read(inlined.variables[index])])
            default:
                scopes = node.scope.isEmpty ? outside : [node.scope]
                let operands = node.inputs.map { results[$0.node][$0.output] }
                results.append(try append(node.operation, operands, site: node.site))
            }
        }
        return results
    }
}

extension Graph {
    /// Which inputs the outputs depend on.
    package var liveInputs: Set<Int> {
        var inputs: Set<Int> = []
        for (node, live) in zip(nodes, liveNodes) where live {
            if case .input(let index) = node.operation { inputs.insert(index) }
        }
        return inputs
    }

    private var liveNodes: [Bool] {
        var live = [Bool](repeating: false, count: nodes.count)
        for root in roots { live[root.node] = true }
        for (index, node) in nodes.enumerated().reversed() where live[index] {
            for operand in node.inputs { live[operand.node] = true }
        }
        return live
    }

    /// The same program without the nodes that nothing needs, and with these of its inputs (all live ones among them)
    /// in this order.
    package func arranged(inputs order: [Int]) throws -> Graph {
        var copy = self
        copy.nodes = []
        copy.inputTypes = order.map { inputTypes[$0] }
        let live = liveNodes
        var places = [Int](repeating: -1, count: nodes.count)
        func moved(_ value: Value) -> Value { Value(places[value.node], value.output) }
        for (index, node) in nodes.enumerated() where live[index] {
            var node = node
            node.inputs = node.inputs.map(moved)
            if case .input(let number) = node.operation {
                guard let place = order.firstIndex(of: number) else {
                    throw HornbillError(.internal, "input \(number) is in use and not among \(order)")
                }
                node.operation = .input(index: place)
            }
            places[index] = copy.nodes.count
            copy.nodes.append(node)
        }
        copy.outputs = outputs.map(moved)
        copy.assignments = assignments.map { Assignment(variable: $0.variable, value: moved($0.value)) }
        return copy
    }
}

extension Tensor {
    /// The value that it stands for in `trace`, if it belongs to that.
    package func value(in trace: Trace) -> Value? {
        guard case .traced(let owner, let value) = backing, owner === trace else { return nil }
        return value
    }

    /// Whether both stand for the same value of the same trace.
    package func isSameNode(as other: Tensor) -> Bool {
        guard case .traced(let trace, let value) = backing else { return false }
        return other.value(in: trace) == value
    }
}

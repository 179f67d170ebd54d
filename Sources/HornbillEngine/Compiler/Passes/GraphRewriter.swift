/// A graph being built from another, node by node: nodes that compute the same are one.
struct GraphRewriter {
    let source: Graph
    private(set) var graph = Graph()
    /// Where each value of the source stands in the new graph.
    private var results: [[Value]]
    private var known: [Key: Int] = [:]

    private struct Key: Hashable {
        let operation: Operation
        let inputs: [Value]
    }

    init(_ source: Graph) {
        self.source = source
        graph.inputTypes = source.inputTypes
        graph.variables = source.variables
        graph.nodes.reserveCapacity(source.nodes.count)
        results = Array(repeating: [], count: source.nodes.count)
        known.reserveCapacity(source.nodes.count)
    }

    func mapped(_ value: Value) -> Value { results[value.node][value.output] }

    mutating func map(_ node: Int, to values: [Value]) { results[node] = values }

    /// The results of an operation on values of the new graph: of an equal node that is there already, or of a new one.
    mutating func emit(_ operation: Operation, _ inputs: [Value], like node: Node) throws -> [Value] {
        let key = Key(operation: operation, inputs: operation.isCommutative ? inputs.sorted(by: <) : inputs)
        let index: Int
        if let twin = known[key] {
            index = twin
        } else {
            index = try graph.append(operation, inputs, scope: node.scope, site: node.site)
            known[key] = index
        }
        return graph.nodes[index].outputs.indices.map { Value(index, $0) }
    }

    /// The new graph with the source's outputs and assignments.
    mutating func finish() -> Graph {
        graph.outputs = source.outputs.map(mapped)
        graph.assignments = source.assignments.map { .init(variable: $0.variable, value: mapped($0.value)) }
        return graph
    }
}

extension Value {
    fileprivate static func < (a: Value, b: Value) -> Bool { (a.node, a.output) < (b.node, b.output) }
}

extension Operation {
    fileprivate var isCommutative: Bool {
        guard case .binary(let function) = self else { return false }
        switch function {
        case .add, .multiply, .maximum, .minimum, .equal, .notEqual, .logicalAnd, .logicalOr, .logicalXor: return true
        case .subtract, .divide, .power, .floorMod, .floorDivide, .atan2, .less, .lessEqual, .greater, .greaterEqual:
            return false
        }
    }
}

extension Graph {
    /// The graph without the nodes that no output and no assignment needs.
    func withoutDeadNodes() -> Graph {
        var live = [Bool](repeating: false, count: nodes.count)
        for root in roots { live[root.node] = true }
        for index in nodes.indices.reversed() where live[index] {
            for input in nodes[index].inputs { live[input.node] = true }
        }
        guard live.contains(false) else { return self }
        var place = [Int](repeating: -1, count: nodes.count)
        var result = self
        result.nodes = []
        for index in nodes.indices where live[index] {
            place[index] = result.nodes.count
            var node = nodes[index]
            for operand in node.inputs.indices { node.inputs[operand].node = place[node.inputs[operand].node] }
            result.nodes.append(node)
        }
        result.renumber { place[$0] }
        return result
    }

    /// Lets outputs and assignments refer to nodes by their new places.
    mutating func renumber(_ place: (Int) -> Int) {
        for index in outputs.indices { outputs[index].node = place(outputs[index].node) }
        for index in assignments.indices { assignments[index].value.node = place(assignments[index].value.node) }
    }
}

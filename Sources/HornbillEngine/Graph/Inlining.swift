extension Trace {
    /// Repeats the nodes of a finished graph here, on these tensors in place of its inputs; gives its outputs.
    package func inline(_ inlined: Graph, _ inputs: [Tensor]) throws -> [Tensor] {
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
        return inlined.outputs.map { results[$0.node][$0.output] }
    }
}

extension Tensor {
    /// Whether both stand for the same value of the same trace.
    package func isSameNode(as other: Tensor) -> Bool {
        guard case .traced(let trace, let value) = backing, case .traced(let otherTrace, let otherValue) = other.backing
        else { return false }
        return trace === otherTrace && value == otherValue
    }
}

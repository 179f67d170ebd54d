/// Pass 3: every output and every assigned value gets memory of its own, written by a node: a copy is added where it is
/// an argument, a constant, a variable's old value, a part of something, or wanted twice.
///
/// The copies are casts to the type itself, which no later pass removes.
package enum SeparateRoots {
    package static func run(_ graph: Graph) throws -> Graph {
        var result = graph
        let bases = graph.bases()
        var taken: Set<Value> = []
        func separate(_ value: Value) throws -> Value {
            let base = graph.base(of: value, bases)
            let isWhole = base.offset == 0 && graph.type(of: base.value).byteCount == graph.type(of: value).byteCount
            let isSource = graph.nodes[base.value.node].operation.isSource
            if isWhole, !isSource, taken.insert(base.value).inserted { return value }
            return Value(try result.append(.cast(graph.type(of: value).dtype), [value]))
        }
        // Assigned values first: of a parameter that is an output too, the output is the copy.
        for index in graph.assignments.indices {
            result.assignments[index].value = try separate(graph.assignments[index].value)
        }
        for index in graph.outputs.indices { result.outputs[index] = try separate(graph.outputs[index]) }
        return result
    }
}

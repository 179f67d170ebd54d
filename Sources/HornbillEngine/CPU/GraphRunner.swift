/// Runs finished graphs for eager use: the one place that decides with what.
package enum GraphRunner {
    /// Runs `graph`, leaves the assigned values in its variables, and gives the outputs.
    package static func run(_ graph: Graph, _ inputs: [Tensor]) throws -> [Tensor] {
        let (outputs, assignments) = try Reference.run(graph, inputs: inputs)
        try Trace.$current.withValue(nil) {
            for (variable, value) in assignments { try variable.assign(value) }
        }
        return outputs
    }
}

/// Runs finished graphs for eager use: as plans that are not kept.
package enum GraphRunner {
    /// Runs `graph`, leaves the assigned values in its variables, and gives the outputs.
    package static func run(_ graph: Graph, _ inputs: [Tensor]) throws -> [Tensor] {
        try Plan.compile(graph).run(inputs)
    }

    /// Traces `body` with the inputs as arguments of the graph, and runs it.
    package static func trace(_ inputs: [Tensor], _ body: ([Tensor]) throws -> [Tensor]) throws -> [Tensor] {
        let trace = Trace()
        defer { trace.abandon() }  // where body throws
        for input in inputs { try input.validated() }
        let arguments = try inputs.map { try trace.input($0.type) }
        return try run(try trace.run { try trace.finish(try body(arguments)) }, inputs)
    }
}

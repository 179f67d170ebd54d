/// The passes in their order, from a traced graph to steps with kernels. Each takes a graph and gives an equivalent one.
enum Compiler {
    static func passes(_ graph: Graph, _ options: CompileOptions) throws -> LoweredGraph {
        var graph = graph
        let lowering = LoweringOptions(threads: options.threads, ownProducts: options.ownProducts)
        func pass(_ name: String, _ run: (Graph) throws -> Graph) throws {
            graph = try run(graph)
            if options.verify { try graph.verify(name) }
        }
        try pass("tracing") { $0 }
        if options.optimize {
            try pass("simplify", Simplify.run)
            try pass("pool first", PoolFirst.run)
            try pass("fuse products", FuseMatmul.run)
            try pass("fuse convolutions", FuseConvolution.run)
            try pass("fuse element-wise", FuseElementwise.run)
        } else {
            try pass("dead nodes") { $0.withoutDeadNodes() }
        }
        try pass("separate roots", SeparateRoots.run)
        try pass("schedule") { graph in
            Schedule.run(graph) { node in
                graph.isStep(node) && Lowering.canFail(node.operation, node.inputs.map(graph.type(of:)), node.outputs)
            }
        }
        return try LoweredGraph(graph, lowering)
    }
}

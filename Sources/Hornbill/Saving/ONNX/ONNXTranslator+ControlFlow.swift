import HornbillEngine

// Loops and branches. What a body captures it reads by its name: ONNX's inner graphs see the values around them.

extension ONNXTranslator {
    private func types(_ graphs: [Graph], _ value: (Graph) -> Value) throws -> ExtentType {
        try ExtentType(graphs.map { $0.type(of: value($0)) })
    }

    private func described(_ name: String, _ type: ExtentType) -> ONNXValue {
        ONNXValue(name: name, dtype: type.dtype, sizes: type.extents.map { $0.fixed.map(ONNXSize.fixed) ?? .unknown })
    }

    /// Translates graphs as one of their own; its outputs have new names.
    private func inner(
        _ graphs: [Graph], _ scope: ONNXScope, parameters: [ONNXValue], inputs: [String],
        outputs leading: [ONNXValue] = [], name: String
    ) throws -> ONNXGraph {
        let results = try ONNXTranslator(graphs, scope, inputs: inputs).run()
        var outputs = leading
        for (index, result) in results.enumerated() {
            let name = scope.unique("\(name)_result")
            scope.name(result, name)
            outputs.append(described(name, try types(graphs) { $0.outputs[index] }))
        }
        return ONNXGraph(name: scope.unique(name), nodes: scope.nodes, inputs: parameters, outputs: outputs)
    }

    func scan() throws {
        let bodies = operations.compactMap { if case .scan(let body) = $0 { body } else { nil } }
        let (body, graphs) = (bodies[0], bodies.map(\.graph))
        let scope = ONNXScope(inside: scope)
        var (inputs, parameters): ([String], [ONNXValue]) = ([], [])
        for index in 0..<body.carryCount + body.sequenceCount {
            let name = scope.unique(index < body.carryCount ? "carry" : "step")
            let type = try ExtentType(graphs.map { $0.inputTypes[index] })
            inputs.append(name)
            parameters.append(described(name, type))
            scope.observe(name, type)
        }
        var operands = try (0..<inputs.count).map(operand)
        inputs += try (inputs.count..<node.inputs.count).map(operand)
        if body.sequenceCount == 0 {
            // ONNX counts the steps of what it walks over.
            operands.append(try iota(Extent(sizes: bodies.map(\.length))))
            parameters.append(ONNXValue(name: scope.unique("step"), dtype: .int64, sizes: []))
        }
        let graph = try inner(graphs, scope, parameters: parameters, inputs: inputs, name: "body")
        let direction = body.reverse ? 1 : 0
        let (sequences, stacked) = (max(body.sequenceCount, 1), node.outputs.count - body.carryCount)
        try give(
            self.scope.add(
                "Scan", operands,
                [
                    ("body", .graph(graph)), ("num_scan_inputs", .int(sequences)),
                    ("scan_input_directions", .ints(Array(repeating: direction, count: sequences))),
                ]
                    + (stacked == 0
                        ? [] : [("scan_output_directions", .ints(Array(repeating: direction, count: stacked)))]),
                results: node.outputs.count, prefix: node.scope))
    }

    func cond() throws {
        let branches = operations.compactMap { if case .cond(let branches) = $0 { branches } else { nil } }
        let captures = try (1..<node.inputs.count).map(operand)
        func branch(_ graphs: [Graph], _ name: String) throws -> (name: String, value: ONNXAttribute) {
            let scope = ONNXScope(inside: scope)
            return (name, .graph(try inner(graphs, scope, parameters: [], inputs: captures, name: name)))
        }
        let attributes = try [
            branch(branches.map(\.then), "then_branch"), branch(branches.map(\.otherwise), "else_branch"),
        ]
        try give(
            scope.add("If", [operand(0)], attributes, results: node.outputs.count, prefix: node.scope))
    }

    func whileLoop() throws {
        let loops = operations.compactMap { if case .whileLoop(let loop) = $0 { loop } else { nil } }
        let (count, conditions) = (loops[0].carryCount, loops.map(\.condition))
        let operands = try operands()
        let (initial, captures) = (Array(operands.prefix(count)), Array(operands.dropFirst(count)))
        let first = try ONNXTranslator(conditions, scope, inputs: operands).run()[0]
        let body = ONNXScope(inside: scope)
        var (carries, parameters): ([String], [ONNXValue]) = ([], [])
        for index in 0..<count {
            let name = body.unique("carry")
            let type = try ExtentType(loops.map { $0.body.inputTypes[index] })
            carries.append(name)
            parameters.append(described(name, type))
            body.observe(name, type)
        }
        let next = try ONNXTranslator(loops.map(\.body), body, inputs: carries + captures).run()
        let goesOn = try ONNXTranslator(conditions, body, inputs: next + captures).run()[0]
        let results = ([goesOn] + next).map { value in
            let name = body.unique("body_result")
            body.name(value, name)
            return name
        }
        let flag = ONNXValue(name: body.unique("condition"), dtype: .bool, sizes: [])
        let graph = ONNXGraph(
            name: body.unique("body"), nodes: body.nodes,
            inputs: [ONNXValue(name: body.unique("iteration"), dtype: .int64, sizes: []), flag] + parameters,
            outputs: [ONNXValue(name: results[0], dtype: .bool, sizes: [])]
                + zip(results.dropFirst(), parameters).map {
                    ONNXValue(name: $0, dtype: $1.dtype, sizes: $1.sizes)
                })
        try give(
            scope.add(
                "Loop", ["", first] + initial, [("body", .graph(graph))], results: count, prefix: node.scope))
    }
}

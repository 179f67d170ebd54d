import HornbillEngine
import Testing

@Suite struct WhileLoopTests {
    /// The same on values and as a compiled graph.
    private func both(_ inputs: [Tensor], _ body: ([Tensor]) throws -> [Tensor]) throws -> [[Double]] {
        let eager = try body(inputs).map { try $0.doubles() }
        let trace = Trace()
        let graph = try trace.run { try trace.finish(body(inputs.map { try trace.input($0.type) })) }
        try graph.verify("tracing")
        #expect(try GraphRunner.run(graph, inputs).map { try $0.doubles() } == eager)
        #expect(try Reference.run(graph, inputs: inputs).outputs.map { try $0.doubles() } == eager)
        return eager
    }

    @Test func `it runs for as long as its condition holds, on several tensors`() throws {
        let results = try both([Tensor([Float(1)]), Tensor([Int32(0)]), Tensor([Float(40)])]) { inputs in
            // Both parts use a tensor from outside.
            try ops.whileLoop(
                { $0[0] < inputs[2] }, { [$0[0] * 2 + inputs[2] * 0.1, $0[1] + 1] }, [inputs[0], inputs[1]])
        }
        #expect(results[1] == [4])
        #expect(results[0] == [76])
    }

    @Test func `it may not run at all`() throws {
        let results = try both([Tensor([Float(5)])]) { try ops.whileLoop({ $0[0] < 0 }, { [$0[0] + 1] }, [$0[0]]) }
        #expect(results == [[5]])
    }

    @Test func `it ends after a number of rounds that is given`() throws {
        let results = try both([Tensor([Float(0)])]) {
            try ops.whileLoop({ $0[0] >= 0 }, { [$0[0] + 1] }, [$0[0]], maximumIterations: 7)
        }
        #expect(results == [[7]])
    }

    @Test func `variables that it assigns go from round to round`() throws {
        let counter = try Variable(Tensor(scalar: Float(1)), name: "counter")
        let trace = Trace()
        let graph = try trace.run {
            let x = try trace.input(TensorType(.float32, [1]))
            let result = try ops.whileLoop(
                { $0[0] < 10 },
                { state in
                    try counter.assign(counter.value * 3)
                    return [state[0] + counter.value]
                }, [x])
            return try trace.finish(result)
        }
        try graph.verify("tracing")
        #expect(try GraphRunner.run(graph, [Tensor([Float(0)])])[0].doubles() == [12])
        #expect(try counter.value.doubles() == [9])
    }

    @Test func `a state that changes its shape, a condition of many and a gradient are refused`() throws {
        func message(_ body: (Tensor) throws -> Tensor) -> String {
            let trace = Trace()
            defer { trace.abandon() }
            do {
                _ = try trace.run { try body(trace.input(TensorType(.float32, [2]))) }
                return "nothing"
            } catch {
                return "\(error)"
            }
        }
        let shape = message { x in
            try ops.whileLoop({ ops.sum($0[0]) < 1 }, { [ops.concatenate([$0[0], $0[0]])] }, [x])[0]
        }
        #expect(shape.contains("the body of a while loop must give a state like the one before it: (float32(2,))"))
        let condition = message { x in try ops.whileLoop({ $0[0] < 1 }, { $0 }, [x])[0] }
        #expect(condition.contains("the condition of a while loop must have one element, not the shape (2,)"))
        let gradient = message { x in
            let y = try ops.whileLoop({ ops.sum($0[0]) < 1 }, { [$0[0] * 2] }, [x])[0]
            return try gradients(of: y, withRespectTo: [x])[0] ?? x
        }
        #expect(gradient.contains("a while loop has no gradient"))
    }
}

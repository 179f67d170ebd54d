import HornbillEngine
import Testing

@Suite struct InterpreterTests {
    private struct Halves: CustomOperation {
        let name = "halves"
        var announced: DType = .float32
        func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
            let half = Shape([inputs[0].shape[0] / 2])
            return [TensorType(announced, half), TensorType(announced, half)]
        }
        func execute(_ inputs: [Tensor]) throws -> [Tensor] {
            let middle = inputs[0].count / 2
            return [inputs[0].hostRows(0..<middle), inputs[0].hostRows(middle..<(2 * middle))]
        }
    }

    private func trace(_ inputs: [TensorType], _ body: ([Tensor]) throws -> [Tensor]) throws -> Graph {
        let trace = Trace()
        let arguments = try inputs.map { try trace.input($0) }
        let graph = try trace.run { try trace.finish(try body(arguments)) }
        try graph.verify("tracing")
        return graph
    }

    @Test func `a graph reads variables, and gives assigned values without assigning them`() throws {
        let counter = try Variable(Tensor(scalar: Float(3)), name: "counter")
        let graph = try trace([TensorType(.float32, [2])]) { x in
            let before = counter.value
            try counter.assignAdd(Tensor(scalar: Float(1)))
            return [x[0] * before, x[0] * counter.value]
        }
        let (outputs, assignments) = try Reference.run(graph, inputs: [Tensor([Float(1), 2])])
        #expect(try outputs.map { try $0.floats() } == [[3, 6], [4, 8]])
        #expect(assignments.count == 1 && assignments[0].variable === counter)
        #expect(try assignments[0].value.item() == 4)
        #expect(try counter.value.item() == 3)
        _ = try GraphRunner.run(graph, [Tensor([Float(1), 2])])
        #expect(try counter.value.item() == 4)
    }

    @Test func `variables can swap their values`() throws {
        let (a, b) = (try Variable(Tensor(scalar: Float(1))), try Variable(Tensor(scalar: Float(2))))
        let graph = try trace([]) { _ in
            let (x, y) = (a.value, b.value)
            try a.assign(y)
            try b.assign(x)
            return []
        }
        _ = try GraphRunner.run(graph, [])
        #expect(try [a.value.item(), b.value.item()] == [2, 1])
    }

    @Test func `wrong inputs are refused, and a failing node names its layer`() throws {
        let graph = try trace([TensorType(.float32, [3]), TensorType(.int32, [1])]) { x in
            Trace.current?.scopes = ["model", "embedding"]
            return [try .emit1(.gather(axis: 0), x)]
        }
        #expect(throws: HornbillError.self) { try Reference.run(graph, inputs: [Tensor([Float(1)])]) }
        let error = #expect(throws: HornbillError.self) {
            try Reference.run(graph, inputs: [Tensor([Float(1), 2, 3]), Tensor([Int32(3)])])
        }
        #expect(error?.kind == .data && error?.layer == "'model/embedding'")
    }

    @Test func `scans run forwards and backwards, results keeping their places`() throws {
        for reverse in [false, true] {
            let (last, sums) = try ops.scan(
                { carry, step in ([carry[0] + step[0]], [carry[0] + step[0]]) }, initial: [Tensor(scalar: 100)],
                sequences: [Tensor([1, 2, 4])], reverse: reverse)
            #expect(try last[0].item() == 107)
            #expect(try sums[0].scalars(Int64.self) == (reverse ? [107, 106, 104] : [101, 103, 107]))
        }
    }

    @Test func `a custom operation gives what it announced, or an error`() throws {
        let parts = try Reference.execute(.custom(CustomOperationBox(Halves())), [Tensor([Float(1), 2, 3, 4])])
        #expect(try parts.map { try $0.floats() } == [[1, 2], [3, 4]])
        let error = #expect(throws: HornbillError.self) {
            try Reference.execute(.custom(CustomOperationBox(Halves(announced: .float64))), [Tensor([Float(1), 2])])
        }
        #expect(error?.kind == .argument && error?.message.contains("halves") == true)
    }

    @Test func `operations that work on tensors run on given memory too`() throws {
        let box = CustomOperationBox(Halves())
        let x = Tensor([Float(1), 2, 3, 4])
        let types = try Operation.custom(box).outputTypes([x.type])
        let results = try types.map { try HostBuffer(byteCount: $0.byteCount) }
        try withExtendedLifetime(x) {
            try Reference.run(
                .custom(box), inputs: [UnsafeRawPointer(try x.requirePointer())], inputTypes: [x.type],
                outputs: results.map(\.pointer), outputTypes: types)
        }
        #expect(try Tensor(buffer: results[1], types[1]).floats() == [3, 4])
    }

    @Test func `inputs and variables have no value outside of their graph`() {
        #expect(throws: HornbillError.self) { try Reference.execute(.input(index: 0), []) }
        #expect(throws: HornbillError.self) { try Reference.execute(.variable(index: 0), []) }
    }
}

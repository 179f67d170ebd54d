import HornbillEngine
import Testing

@Suite struct PoolFirstTests {
    private let type = TensorType(.float32, [2, 6, 7, 3])
    private let window = PoolForm(kind: .max, window: [2, 2], strides: [2, 2], low: [0, 0], high: [0, 0])

    /// A pool of a rectified tensor, and the gradient of its square.
    private func graph(
        _ form: PoolForm, _ extra: (_ rectified: Tensor) throws -> [Tensor] = { _ in [] }
    ) throws -> Graph {
        try trace([type]) { operands in
            var more: [Tensor] = []
            let (value, slopes) = try valueAndGradients(at: operands) { x in
                let rectified = ops.relu(x[0])
                more = try extra(rectified)
                return ops.sum(ops.square(try Tensor.emit1(.pool(form), [rectified])))
            }
            return [value] + slopes + more
        }
    }

    private func shapes(_ graph: Graph, of operation: HornbillEngine.Operation) -> [Shape] {
        graph.nodes.filter { $0.operation == operation }.map { $0.outputs[0].shape }
    }

    @Test func `a rectifier moves behind the pool, and what its gradient selects as well`() throws {
        let moved = try PoolFirst.run(Simplify.run(graph(window)))
        try moved.verify("pool first")
        #expect(shapes(moved, of: .unary(.relu)) == [[2, 3, 3, 3]])
        #expect(shapes(moved, of: .select) == [[2, 3, 3, 3]])
    }

    @Test func `the numbers stay the same, ties, zeros and not-a-number among them`() throws {
        let values: [Float] = [0, -1, 2, 2, -0.0, .nan, .infinity, -.infinity, 0.5]
        var state: UInt32 = 1
        let x = Tensor(
            (0..<type.shape.count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return values[Int(state >> 16) % values.count]
            }, shape: type.shape)
        let graph = try trace([type]) { operands in
            let (_, slopes) = try valueAndGradients(at: operands) { x in
                ops.sum(try Tensor.emit1(.pool(window), [ops.relu(x[0])]) * 3)
            }
            return [try Tensor.emit1(.pool(window), [ops.relu(operands[0])])] + slopes
        }
        let plain = try Plan.compile(graph, CompileOptions(optimize: false)).run([x])
        let optimised = try Plan.compile(graph).run([x])
        for (a, b) in zip(plain, optimised) {
            #expect(try zip(a.floats(), b.floats()).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        }
    }

    @Test func `it stays where something else reads what it gives, or a window has nothing but padding`() throws {
        let read = try graph(window) { [ops.sum($0)] }
        let simple = try Simplify.run(read)
        #expect(try shapes(PoolFirst.run(simple), of: .unary(.relu)) == [type.shape])
        let outside = PoolForm(kind: .max, window: [2, 2], strides: [2, 2], low: [2, 0], high: [0, 0])
        let padded = try Simplify.run(graph(outside))
        #expect(try shapes(PoolFirst.run(padded), of: .unary(.relu)) == [type.shape])
    }
}

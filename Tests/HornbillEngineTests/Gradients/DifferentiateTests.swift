import HornbillEngine
import Testing

@Suite struct DifferentiateTests {
    private func slope(_ x: [Double], _ f: (Tensor) throws -> Tensor) throws -> [Double] {
        try gradient(at: Tensor(x), of: f).doubles()
    }

    @Test func `kinks and edges are treated as JAX treats them`() throws {
        #expect(try slope([0, -2, 3]) { try .unary(.abs, $0) } == [0, -1, 1])
        #expect(try slope([0, -2, 3]) { try .unary(.relu, $0) } == [0, 0, 1])
        #expect(try slope([0]) { try .unary(.sqrt, $0) } == [.infinity])
        #expect(try slope([0]) { try .unary(.log, $0) } == [.infinity])
        #expect(try slope([1, 2, 3]) { try .binary(.maximum, $0, Tensor([1.0, 3, 2])) } == [0.5, 0, 1])
        #expect(try slope([1, 2, 3]) { try .binary(.minimum, $0, Tensor([1.0, 3, 2])) } == [0.5, 1, 0])
        #expect(try slope([3, 1, 3]) { try .reduce(.max, $0, axes: nil, keepDims: false) } == [0.5, 0, 0.5])
        #expect(
            try slope([1, 1, 1, 2]) { try .reduce(.min, $0, axes: nil, keepDims: false) } == [
                1.0 / 3, 1.0 / 3, 1.0 / 3, 0,
            ])
        #expect(try slope([0, 2]) { $0 * $0 * $0 } == [0, 12])
        #expect(try slope([0]) { try .binary(.power, $0, Tensor(scalar: 2.0)) } == [0])
        #expect(try slope([2]) { try .binary(.power, Tensor(scalar: 0.0), $0) } == [0])
        let both = try gradients(at: [Tensor([1.0, 2]), Tensor([1.0, 1])]) { try .binary(.maximum, $0[0], $0[1]) }
        #expect(try both.map { try $0.doubles() } == [[0.5, 1], [0.5, 0]])
    }

    @Test func `no gradient flows through integers, comparisons and stopGradient`() throws {
        #expect(try slope([1, 2]) { $0.cast(to: .int32).cast(to: .float64) } == [0, 0])
        #expect(
            try slope([1, 2]) { try Tensor.binary(.greater, $0, Tensor(scalar: 1.0)).cast(to: .float64) } == [0, 0])
        #expect(try slope([1, 2]) { try $0 * Tensor.emit1(.stopGradient, [$0]) } == [1, 2])
        #expect(
            try slope([1, 2]) { try Tensor.emit1(.argReduce(smallest: false, axis: 0), [$0]).cast(to: .float64) } == [
                0, 0,
            ])
        #expect(try slope([1, 2]) { _ in Tensor(scalar: 3.0) } == [0, 0])
    }

    @Test func `scalars and empty tensors have gradients`() throws {
        #expect(try gradient(at: Tensor(scalar: 3.0)) { $0 * $0 }.item() == 6)
        #expect(try gradient(at: Tensor.zeros([0, 3])) { $0 * 2 }.shape == [0, 3])
        #expect(
            try gradient(at: Tensor.zeros([2, 0])) { try .reduce(.prod, $0, axes: [1], keepDims: false) }.shape == [
                2, 0,
            ])
        let weights = try gradient(at: Tensor.ones([0, 3])) { try .matmul(.ones([2, 0]), $0) }
        #expect(weights.shape == [0, 3])
        let rows = try gradient(at: Tensor.ones([3])) { try .matmul(.ones([0, 3]), $0) }
        #expect(try rows.floats() == [0, 0, 0])
        for kind in Cumulative.allCases {
            #expect(
                try gradient(at: Tensor.zeros([2, 0])) { try .emit1(.cumulative(kind, axis: 1, reverse: false), [$0]) }
                    .shape == [2, 0])
        }
        #expect(try gradient(at: Tensor.ones([4])) { try $0.slice(start: [1], size: [0]) }.floats() == [0, 0, 0, 0])
    }

    @Test func `gradients keep the dtype`() throws {
        for dtype in [DType.float16, .bfloat16, .float32, .float64] {
            let g = try gradient(at: Tensor([1.0, 2]).cast(to: dtype)) {
                $0 * $0 + $0.cast(to: .float32).cast(to: dtype)
            }
            #expect(g.dtype == dtype)
            #expect(try g.doubles() == [3, 5])
        }
    }

    @Test func `what has no gradient is refused`() throws {
        let error = #expect(throws: HornbillError.self) { try gradient(at: Tensor([1])) { $0 } }
        #expect(error?.kind == .dtype)
        #expect(throws: HornbillError.self) { try gradient(at: Tensor([1.0])) { $0.cast(to: .int32) } }
        #expect(throws: HornbillError.self) { try gradient(at: Tensor([1.0, 2])) { $0 + Tensor([1.0, 2, 3]) } }
        #expect(throws: HornbillError.self) { try gradients(of: Tensor([1.0]), withRespectTo: []) }
        let counter = try Variable(Tensor(scalar: 0), name: "counter")
        #expect(throws: HornbillError.self) {
            try valueAndGradients(of: [counter]) { counter.value.cast(to: .float32) }
        }
    }

    private struct Wrong: CustomOperation {
        let name = "wrong"
        let results: Int
        func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] { inputs }
        func execute(_ inputs: [Tensor]) throws -> [Tensor] { inputs }
        func gradient(_ inputs: [Tensor], _ outputs: [Tensor], _ outputGradients: [Tensor]) throws -> [Tensor?] {
            Array(repeating: Tensor([1.0, 2, 3]), count: results)
        }
    }

    @Test func `a custom gradient of a wrong count or shape is an error that says so`() throws {
        for count in [1, 2] {
            let error = #expect(throws: HornbillError.self) {
                try gradient(at: Tensor([1.0, 2])) {
                    try .emit1(.custom(CustomOperationBox(Wrong(results: count))), [$0])
                }
            }
            #expect(error?.kind == .argument && error?.message.contains("wrong") == true)
        }
    }

    @Test func `variables have gradients outside of a trace, and assignments in the body take place`() throws {
        let w = try Variable(Tensor([2.0, 3]), name: "w")
        let unused = try Variable(Tensor(scalar: 1.0), name: "unused")
        let calls = try Variable(Tensor(scalar: Int32(0)), name: "calls")
        let (value, slopes) = try valueAndGradients(of: [w, unused]) {
            try calls.assignAdd(Tensor(scalar: Int32(1)))
            return w.value * w.value
        }
        #expect(try value.doubles() == [4, 9])
        #expect(try slopes.map { try $0.doubles() } == [[4, 6], [0]])
        #expect(try calls.value.item() == 1)
    }

    @Test func `in a trace the gradient is of the variable's current binding`() throws {
        let w = try Variable(Tensor(scalar: 2.0), name: "w")
        let trace = Trace()
        let graph = try trace.run {
            try w.assign(w.value * 5)
            let (value, slopes) = try valueAndGradients(of: [w]) { w.value * w.value }
            try w.assign(w.value - slopes[0])
            return try trace.finish([value, slopes[0]])
        }
        try graph.verify("tracing")
        let outputs = try GraphRunner.run(graph, [])
        #expect(try outputs.map { try $0.item() } == [100, 20])
        #expect(try w.value.item() == -10)
    }

    @Test func `scans read and assign variables, and their gradients reach them`() throws {
        let w = try Variable(Tensor(scalar: 3.0), name: "w")
        let steps = try Variable(Tensor(scalar: Int32(0)), name: "steps")
        let (value, slopes) = try valueAndGradients(of: [w]) {
            let (last, seen) = try loop(length: 4, carries: [Tensor(scalar: 1.0)]) { carries, _ in
                try steps.assignAdd(Tensor(scalar: Int32(1)))
                return ([carries[0] * w.value], [steps.value])
            }
            #expect(seen[0].type == TensorType(.int32, [4]))
            return last[0]
        }
        #expect(try value.item() == 81 && slopes[0].item() == 108)
        #expect(try steps.value.item() == 4)
        let eager = try loop(length: 2, carries: [Tensor(scalar: 1.0)]) { c, _ in ([c[0] * w.value], [c[0]]) }
        #expect(try eager.carries[0].item() == 9 && eager.results[0].doubles() == [1, 3])
    }

    @Test func `conds assign variables in the branch that runs`() throws {
        let (a, b) = (try Variable(Tensor(scalar: 1.0), name: "a"), try Variable(Tensor(scalar: 1.0), name: "b"))
        for (x, expected) in [(2.0, [2.0, 1]), (-3.0, [2, -3])] {
            _ = try GraphRunner.trace([Tensor(scalar: x)]) { inputs in
                try ops.cond(
                    try .binary(.greater, inputs[0], Tensor(scalar: 0.0)),
                    then: {
                        try a.assign(inputs[0])
                        return [a.value]
                    },
                    else: {
                        try b.assign(inputs[0])
                        return [b.value]
                    })
            }
            #expect(try [a.value.item(), b.value.item()] == expected)
        }
    }

    @Test func `the graph of a dense layer's gradients is what one would write by hand`() throws {
        let inputs = [Tensor.ones([8, 4]), .ones([4, 3]), .ones([3]), .ones([8, 3])]
        let graph = try Differences.graph(inputs) { x in
            let output = try Tensor.unary(.relu, .matmul(x[0], x[1]) + x[2])
            let loss = try Tensor.reduce(.mean, .unary(.square, output - x[3]), axes: nil, keepDims: false)
            return try [loss] + gradients(of: loss, withRespectTo: [x[1], x[2]]).map { try #require($0) }
        }
        var live = Set(graph.roots.map(\.node))
        for (index, node) in graph.nodes.enumerated().reversed() where live.contains(index) {
            live.formUnion(node.inputs.map(\.node))
        }
        func count(_ matches: (Operation) -> Bool) -> Int { live.filter { matches(graph.nodes[$0].operation) }.count }
        // No gradient of the layer's input, no transposition, no array of constants.
        #expect(count { if case .matmul = $0 { true } else { false } } == 2)
        #expect(count { $0 == .matmul(transposeA: true, transposeB: false) } == 1)
        #expect(count { if case .transpose = $0 { true } else { false } } == 0)
        #expect(count { if case .constant(let c) = $0 { c.tensor.count > 1 } else { false } } == 0)
        #expect(count { if case .binary = $0 { true } else { false } } == 5, "\(graph)")
    }

    @Test func `a forward scan runs once, however many gradients are taken through it`() throws {
        let graph = try Differences.graph([Tensor([1.0, 2])]) { x in
            let last = try loop(length: 3, carries: [x[0]]) { c, _ in ([c[0] * x[0]], []) }.carries[0]
            return try (0..<2).flatMap { _ in try gradients(of: last, withRespectTo: x).compactMap { $0 } }
        }
        let scans = graph.nodes.compactMap { node -> ScanBody? in
            if case .scan(let body) = node.operation { body } else { nil }
        }
        #expect(scans.count == 3)
        #expect(scans[0].graph.outputs.count == 2)
    }

    @Test func `the backward loop of a recurrent layer does one product a step, the rest after it`() throws {
        let inputs = [Tensor.ones([4, 3]), .ones([5, 4, 2]), .ones([2, 3]), .ones([3, 3]), .ones([3])]
        let graph = try Differences.graph(inputs) { x in
            let (last, _) = try loop(length: 5, carries: [x[0]], sequences: [x[1]]) { carries, rows in
                let sum = try Tensor.matmul(rows[0], x[2]) + Tensor.matmul(carries[0], x[3]) + x[4]
                return ([try .unary(.tanh, sum)], [])
            }
            return try gradients(of: last[0], withRespectTo: Array(x[2...])).map { try #require($0) }
        }
        let scans = graph.nodes.compactMap { node -> ScanBody? in
            if case .scan(let body) = node.operation { body } else { nil }
        }
        func products(_ graph: Graph) -> Int {
            graph.nodes.count { if case .matmul = $0.operation { true } else { false } }
        }
        // One each for the weights' gradients; of the five steps only the carry's product with the weights.
        #expect(products(graph) == 2)
        #expect(scans.map { products($0.graph) } == [2, 1])
        // It carries the gradient of the state, and reads what the step gave.
        #expect(scans[1].carryCount == 1 && scans[1].sequenceCount == 1, "\(scans[1].graph)")
    }
}

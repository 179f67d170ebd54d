import HornbillEngine
import Testing

/// The update of a large table by the gradients of the few rows that a batch has read, block by block.
@Suite struct TableUpdateTests {
    static let rows = 9001
    static let width = 40

    private let table: Variable
    private let slot: Variable
    private let before: [Float]
    private var numbers = Numbers(31)

    init() throws {
        table = try Variable(numbers.tensor([Self.rows, Self.width]), name: "table")
        slot = try Variable(numbers.tensor([Self.rows, Self.width], 0...1), name: "slot")
        before = try table.value.floats()
    }

    private static let types = [
        TensorType(.int32, [6, 5]), TensorType(.float32, [6, 5, width]), TensorType(.float32, []),
    ]

    /// Reads rows, sums up a gradient for them, and assigns what `update` makes of it.
    private func step(_ update: (Tensor, _ rate: Tensor) throws -> Void) throws -> Graph {
        try trace(Self.types) { a in
            let read = try Tensor.emit1(.gather(axis: 0), [table.value, a[0]])
            try update(Tensor.emit1(.scatterAdd(axis: 0, size: Self.rows), [a[1], a[0]]), a[2])
            return [read]
        }
    }

    private func descent() throws -> Graph {
        try step { gradient, rate in try table.assign(table.value - gradient * rate) }
    }

    /// Some rows more than once, the first and the last, and one counted from the end.
    private mutating func inputs(rate: Float) -> [Tensor] {
        var indices = (0..<30).map { _ in Int32(numbers.below(Self.rows)) }
        (indices[3], indices[4], indices[5], indices[6]) = (indices[2], 0, Int32(Self.rows - 1), -2)
        return [
            Tensor(indices, shape: [6, 5]), numbers.tensor([6, 5, Self.width]), Tensor(scalar: rate),
        ]
    }

    @Test mutating func `descent, and rules with a memory, are those of the whole gradient`() throws {
        let adaptive = try step { gradient, rate in
            let new = slot.value * 0.9 + ops.square(gradient) * 0.1
            try slot.assign(new)
            try table.assign(table.value - gradient * rate * ops.rsqrt(new + 1e-7))
        }
        for graph in [try descent(), adaptive] {
            let plan = try Plan.compile(graph, CompileOptions(threads: 2))
            #expect(plan.description.contains("scatterAdd [30 in 9001]×40 then"), "\(plan)")
            #expect(plan.arenaBytes < Self.rows * Self.width * 4, "\(plan)")
            try checkPlan(graph, inputs(rate: 0.3), tolerance: 1e-5)
        }
    }

    @Test mutating func `only the rows that were read change, and all of them`() throws {
        let inputs = inputs(rate: 0.5)
        let plan = try Plan.compile(try descent(), CompileOptions(threads: 3))
        _ = try plan.run(inputs)
        let read = Set(try inputs[0].doubles().map { Int($0) < 0 ? Int($0) + Self.rows : Int($0) })
        let after = try table.value.floats()
        for row in 0..<Self.rows {
            let range = row * Self.width..<(row + 1) * Self.width
            #expect((before[range] != after[range]) == read.contains(row), "row \(row)")
        }
    }

    /// As in Keras, where zero gradients times such a rate are NaN.
    @Test mutating func `a rate that is not finite reaches every row`() throws {
        _ = try Plan.compile(try descent(), CompileOptions(threads: 2)).run(inputs(rate: .nan))
        #expect(try table.value.floats().allSatisfy(\.isNaN))
    }

    @Test mutating func `a decay reaches every row`() throws {
        let graph = try step { gradient, rate in
            try table.assign(table.value * 0.5 - gradient * rate)
        }
        var inputs = inputs(rate: 1)
        inputs[1] = Tensor.zeros([6, 5, Self.width])
        _ = try Plan.compile(graph, CompileOptions(threads: 2)).run(inputs)
        #expect(try table.value.floats() == before.map { $0 * 0.5 })
    }

    @Test mutating func `an index out of range fails before anything changes`() throws {
        let plan = try Plan.compile(try descent(), CompileOptions(threads: 2))
        for bad in [Self.rows, -Self.rows - 1] {
            var inputs = inputs(rate: 1)
            inputs[0] = Tensor([Int32](repeating: Int32(bad), count: 30), shape: [6, 5])
            #expect(throws: HornbillError.self) { try plan.run(inputs) }
            #expect(try table.value.floats() == before)
        }
    }

    @Test mutating func `a gradient whose indices nothing has checked is made whole`() throws {
        let graph = try trace(Self.types) { a in
            let gradient = try Tensor.emit1(.scatterAdd(axis: 0, size: Self.rows), [a[1], a[0]])
            try table.assign(table.value - gradient * a[2])
            return []
        }
        #expect(!(try Plan.compile(graph).description.contains("then")))
        try checkPlan(graph, inputs(rate: 0.3), tolerance: 1e-5)
    }

    @Test mutating func `the bits do not depend on the number of threads`() throws {
        let inputs = inputs(rate: 0.7)
        let graph = try descent()
        let start = Tensor(before, shape: [Self.rows, Self.width])
        let bits = try [1, 2, 5].map { threads in
            try table.assign(start)
            _ = try Plan.compile(graph, CompileOptions(threads: threads)).run(inputs)
            return try table.value.floats()
        }
        #expect(bits.allSatisfy { $0 == bits[0] })
    }
}

import Foundation
import HornbillEngine
import Testing

/// Variables whose new values are computed over their old ones: nobody may read the wrong one.
@Suite struct InPlaceTests {
    private func variables(_ count: Int) throws -> [Variable] {
        var numbers = Numbers(30)
        return try (0..<count).map { try Variable(numbers.tensor([3, 4]), name: "v\($0)") }
    }

    @Test func `a value read after its update is the new one, read before it is the old one`() throws {
        let v = try variables(1)
        let graph = try trace { _ in
            let old = v[0].value
            try v[0].assign(old * 2)
            return [old + 1, v[0].value + 1, old]
        }
        try checkPlan(graph)
    }

    @Test func `two variables change places`() throws {
        let v = try variables(2)
        try checkPlan(
            try trace { _ in
                let (a, b) = (v[0].value, v[1].value)
                try v[0].assign(b)
                try v[1].assign(a)
                return []
            })
        try checkPlan(
            try trace { _ in
                let (a, b) = (v[0].value, v[1].value)
                try v[0].assign(ops.tanh(b))
                try v[1].assign(ops.exp(a))
                return [ops.sum(a), ops.sum(b)]
            })
    }

    @Test func `three variables change places in a ring`() throws {
        let v = try variables(3)
        try checkPlan(
            try trace { _ in
                let old = v.map(\.value)
                for index in 0..<3 { try v[index].assign(old[(index + 1) % 3] + old[index]) }
                return old
            })
    }

    @Test func `one value for two variables and an output`() throws {
        let v = try variables(2)
        try checkPlan(
            try trace { _ in
                let value = v[0].value * 3
                try v[0].assign(value)
                try v[1].assign(value)
                return [value, value]
            })
    }

    @Test func `an argument, a constant and a part are copied into the variable`() throws {
        let v = try variables(3)
        var numbers = Numbers(31)
        let graph = try trace([TensorType(.float32, [3, 4]), TensorType(.float32, [6, 4])]) { a in
            try v[0].assign(a[0])
            try v[1].assign(Tensor.ones([3, 4]))
            try v[2].assign(try a[1].slice(axis: 0, 2..<5))
            return [a[0], v[2].value]
        }
        try checkPlan(graph, [numbers.tensor([3, 4]), numbers.tensor([6, 4])])
    }

    @Test func `an old value read transposed is not overwritten under the reader`() throws {
        var numbers = Numbers(32)
        let v = try Variable(numbers.tensor([5, 5]), name: "v")
        try checkPlan(
            try trace { _ in
                try v.assign(v.value * 0.5 + ops.transpose(v.value))
                return []
            })
        try checkPlan(
            try trace { _ in
                try v.assign(v.value + ops.sum(v.value, axis: 0))
                return [ops.matmul(v.value, v.value)]
            })
        try checkPlan(
            try trace { _ in
                try v.assign(v.value + (try v.value.slice(axis: 0, 1..<2)))
                return []
            })
    }

    @Test func `a late reader of the old value makes the new one wait`() throws {
        let v = try variables(1)
        try checkPlan(
            try trace { _ in
                let old = v[0].value
                let new = ops.tanh(old)
                try v[0].assign(new)
                return [ops.sum(ops.exp(old) * ops.matmul(new, ops.transpose(old)).slice(0))]
            })
    }

    @Test func `what can fail comes before what changes`() throws {
        let v = try variables(1)
        let graph = try trace([TensorType(.int32, [2])]) { a in
            try v[0].assign(v[0].value * 2)
            let rows = try Tensor.emit1(.gather(axis: 0), [v[0].value, a[0]])
            return [rows]
        }
        try checkPlan(graph, [Tensor([Int32(0), 2])])
        let before = try v[0].value.doubles()
        #expect(throws: HornbillError.self) { try Plan.compile(graph).run([Tensor([Int32(0), 3])]) }
        #expect(try v[0].value.doubles() == before)
    }

    @Test func `a custom operation that fails leaves the variables`() throws {
        struct Failing: CustomOperation {
            let name = "failing"
            func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] { inputs }
            func execute(_ inputs: [Tensor]) throws -> [Tensor] {
                if try inputs[0].floats()[0] > 0 { throw HornbillError(.numeric, "too much") }
                return [inputs[0]]
            }
        }
        let v = try variables(1)
        let graph = try trace([TensorType(.float32, [3, 4])]) { a in
            try v[0].assign(v[0].value + 1)
            return [Tensor.custom(Failing(), [a[0]])[0] * 2]
        }
        try checkPlan(graph, [Tensor.zeros([3, 4])])
        let before = try v[0].value.doubles()
        #expect(throws: HornbillError.self) { try Plan.compile(graph).run([Tensor.ones([3, 4])]) }
        #expect(try v[0].value.doubles() == before)
    }
}

extension Tensor {
    /// The first row of the first axis, as a row to broadcast.
    fileprivate func slice(_ row: Int) -> Tensor {
        Tensor.deferring { try slice(axis: 1, 0..<1) }
    }
}

import Foundation
import HornbillEngine
import Testing

/// Programs of random operations: whatever the passes do to them, the numbers stay.
@Suite struct RandomGraphTests {
    @Test(arguments: 0..<120)
    func `a plan of a random graph gives what the reference gives`(_ seed: Int) throws {
        var numbers = Numbers(seed)
        let variables = try (0..<2).map { try Variable(numbers.tensor([4, 6]), name: "v\($0)") }
        let types: [TensorType] = [
            TensorType(.float32, [4, 6]), TensorType(.float32, [6]), TensorType(.bool, [4, 6]),
        ]
        let inputs = [numbers.tensor([4, 6]), numbers.tensor([6]), (numbers.tensor([4, 6]) > 0)]
        let graph = try trace(types) { arguments in
            var values = [
                arguments[0], arguments[1], arguments[2].cast(to: .float32), variables[0].value, variables[1].value,
            ]
            for _ in 0..<(6 + numbers.below(30)) {
                let value = try step(&numbers, values, variables)
                values.append(try value.validated())
            }
            return (0..<4).map { _ in numbers.pick(values) } + [values[values.count - 1]]
        }
        for threads in [1, 2] {
            try checkPlan(graph, inputs, CompileOptions(threads: threads), "seed \(seed)")
        }
        try checkPlan(graph, inputs, CompileOptions(threads: 1, optimize: false), "seed \(seed), not optimized")
    }

    private func step(_ numbers: inout Numbers, _ values: [Tensor], _ variables: [Variable]) throws -> Tensor {
        let x = numbers.pick(values)
        let full = values.filter { $0.shape == [4, 6] }
        let (a, b) = (numbers.pick(full), numbers.pick(full))
        switch numbers.below(22) {
        case 0: return ops.tanh(x)
        case 1: return ops.sigmoid(a) * b
        case 2: return a + (x.rank <= 2 && x.shape.broadcast(with: a.shape) == a.shape ? x : b)
        case 3: return ops.maximum(a, b) - 0.25
        case 4: return ops.sum(x, axis: .all, keepDims: false)
        case 5: return x.rank == 2 ? ops.mean(x, axis: 0) : ops.relu(x)
        case 6: return ops.mean(a, axis: 1, keepDims: true) * b
        case 7: return ops.reshape(ops.transpose(a), [4, 6])
        case 8: return ops.tanh(ops.matmul(a, ops.transpose(b)) / 4).slice(axis: 1, 0..<3, then: a)
        case 9: return ops.where(a > b, a, b * 0.5)
        case 10: return (a > 0).cast(to: .float32)
        case 11: return try Tensor.emit1(.concatenate(axis: 0), [a.slice(axis: 0, 0..<2), b.slice(axis: 0, 2..<4)])
        case 12: return try Tensor.emit1(.concatenate(axis: 1), [a.slice(axis: 1, 0..<2), b.slice(axis: 1, 2..<6)])
        case 13: return ops.square(x) * 0.5
        case 14: return try a.slice(axis: 0, 1..<2).broadcasted(to: [4, 6])
        case 15: return try Tensor.emit1(.softmax(logarithm: numbers.below(2) == 0), [a])
        case 16:
            return ops.tanh(ops.relu(try Tensor.matmul(a, b, transposeB: true)) + 0.5).slice(axis: 1, 0..<1, then: b)
        case 17: return try Tensor.emit1(.gather(axis: 0), [a, Tensor([Int32(3), 0, 1, -1])])
        case 18:
            try numbers.pick(variables).assign(a * 0.5 + b)
            return numbers.pick(variables).value
        case 19:
            try variables[0].assign(variables[1].value)
            return variables[0].value
        case 20: return try Tensor.emit1(.argReduce(smallest: false, axis: 1), [a]).cast(to: .float32)
        default: return ops.exp(-ops.abs(x))
        }
    }
}

extension Tensor {
    /// A slice spread over the shape of another tensor, added to it.
    fileprivate func slice(axis: Int, _ range: Range<Int>, then other: Tensor) -> Tensor {
        Tensor.deferring { try slice(axis: axis, range).slice(axis: axis, 0..<1) + other }
    }
}

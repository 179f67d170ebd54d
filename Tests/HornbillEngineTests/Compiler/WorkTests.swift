import HornbillEngine
import Testing

/// The work that profiles count, by hand.
@Suite struct WorkTests {
    private func work(
        _ types: [TensorType], _ body: ([Tensor]) throws -> Tensor
    ) throws -> (steps: Int, flops: Double, bytes: Double) {
        let graph = try trace(types) { [try body($0)] }
        let steps = try Plan.compile(graph).profile(types.map { Tensor.zeros($0.shape, dtype: $0.dtype) })
        return (steps.count, steps.reduce(0) { $0 + $1.work.flops }, steps.reduce(0) { $0 + $1.work.bytes })
    }

    @Test func `a product of n by k and k by m has 2nkm operations, and moves its three matrices`() throws {
        let total = try work([TensorType(.float32, [6, 5]), TensorType(.float32, [5, 7])]) {
            ops.matmul($0[0], $0[1])
        }
        #expect(total.steps == 1)
        #expect(total.flops == 2 * 6 * 5 * 7)
        #expect(total.bytes == 4 * (30 + 35 + 42))
    }

    @Test func `a convolution has two operations for each weight and place`() throws {
        let total = try work([TensorType(.float32, [2, 8, 8, 3]), TensorType(.float32, [3, 3, 3, 4])]) {
            ops.conv($0[0], $0[1])
        }
        #expect(total.flops == Double(2 * (2 * 6 * 6 * 4) * (3 * 3 * 3)))
    }

    @Test func `a fused chain moves its operands and its result only`() throws {
        let type = TensorType(.float32, [40, 10])
        let total = try work([type, type]) { ops.tanh($0[0] * $0[1]) - $0[0] }
        #expect(total.steps == 1)
        #expect(total.flops == 3 * 400)
        #expect(total.bytes == 3 * 1600)
    }

    @Test func `of what rows are gathered from, these rows count`() throws {
        let total = try work([TensorType(.float32, [1000, 16]), TensorType(.int32, [4])]) {
            ops.take($0[0], $0[1], axis: 0)
        }
        #expect(total.bytes < 4 * 16 * 4 * 3)
    }

    @Test func `a loop has the work of all its turns`() throws {
        let total = try work([TensorType(.float32, [50, 4, 8]), TensorType(.float32, [8, 8])]) { inputs in
            try ops.scan(
                { carry, step in
                    let next = ops.matmul(carry[0] + step[0], inputs[1])
                    return ([next], [])
                }, initial: [Tensor.zeros([4, 8])], sequences: [inputs[0]]
            ).carry[0]
        }
        #expect(total.flops >= 50 * 2 * 4 * 8 * 8)
    }
}

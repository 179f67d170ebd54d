import HornbillEngine
import Testing

/// What operations become in a graph: no more nodes than needed, no large constants.
@Suite struct TracedOperationTests {
    private func nodes(_ types: TensorType..., body: ([Tensor]) throws -> Tensor) throws -> [String] {
        let trace = Trace()
        let graph = try trace.run { try trace.finish([body(types.map { try trace.input($0) })]) }
        try graph.verify("tracing")
        return graph.nodes.map(\.operation.description).filter { !$0.hasPrefix("input") }
    }

    private let matrix = TensorType(.float32, [32, 10])

    @Test func `softmax over the last axis is one operation`() throws {
        #expect(try nodes(matrix) { ops.softmax($0[0]) } == ["softmax"])
        #expect(try nodes(matrix) { ops.logSoftmax($0[0], axis: 1) } == ["logSoftmax"])
        #expect(try nodes(matrix) { ops.softmax($0[0], axis: 0) } == ["transpose[1, 0]", "softmax", "transpose[1, 0]"])
    }

    @Test func `a number beside a tensor stays one number`() throws {
        #expect(try nodes(matrix) { $0[0] * 2 } == ["constant[float32()]", "broadcast[(32, 10)]", "multiply"])
        #expect(
            try nodes(matrix) { ops.zerosLike($0[0]) + $0[0] } == ["constant[float32()]", "broadcast[(32, 10)]", "add"])
        #expect(try nodes(matrix) { ops.where($0[0] > 0, $0[0], 0) }.count { $0.contains("constant") } == 1)
    }

    @Test func `what changes nothing leaves no node`() throws {
        #expect(
            try nodes(matrix) { x in
                let y = ops.reshape(ops.transpose(x[0], axes: [0, 1]), [32, -1]).cast(to: .float32)
                return ops.squeeze(ops.broadcastTo(ops.clip(y, 0, 1), [32, 10]))
            } == ["constant[float32()]", "broadcast[(32, 10)]", "maximum"]
                + ["constant[float32()]", "broadcast[(32, 10)]", "minimum"])
        #expect(try nodes(matrix) { $0[0][.all, 0..<10] } == [])
        #expect(try nodes(matrix) { ops.pad(ops.roll($0[0], 10, axis: 1), 0) } == [])
    }

    @Test func `a matrix product takes its operands as they lie`() throws {
        #expect(try nodes(matrix, TensorType(.float32, [10, 4])) { ops.matmul($0[0], $0[1]) } == ["matmul"])
        #expect(
            try nodes(matrix, TensorType(.float32, [4, 10])) { ops.einsum("ij,kj->ik", $0[0], $0[1]) } == ["matmul[Bᵀ]"]
        )
        #expect(
            try nodes(matrix, TensorType(.float32, [32, 4])) { ops.einsum("ij,ik->jk", $0[0], $0[1]) } == ["matmul[Aᵀ]"]
        )
        let batch = TensorType(.float32, [8, 3, 5])
        #expect(
            try nodes(batch, TensorType(.float32, [8, 6, 5])) { ops.einsum("bij,bkj->bik", $0[0], $0[1]) } == [
                "matmul[Bᵀ]"
            ])
        #expect(
            try nodes(batch, TensorType(.float32, [5, 7])) { ops.matmul($0[0], $0[1]) }.filter {
                $0.hasPrefix("matmul")
            } == ["matmul"])
    }

    @Test func `the crossentropy of a class picks before it takes logarithms`() throws {
        let labels = TensorType(.int32, [32])
        let names = try nodes(labels, matrix) { ops.sparseCategoricalCrossentropy($0[0], $0[1]) }
        #expect(!names.contains { $0.hasPrefix("oneHot") })
        #expect(names.contains("checkRange[class label in 0..<10]"))
        let picked = try #require(names.firstIndex(of: "gatherElements"))
        #expect(picked < (try #require(names.firstIndex(of: "log"))))
    }
}

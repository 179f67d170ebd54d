import HornbillEngine
import Testing

/// Bad arguments give a tensor that carries an error, which names what was expected and what came.
@Suite struct OperationErrorTests {
    private struct Mistake: Sendable, CustomTestStringConvertible {
        let message: String
        let call: @Sendable (Tensor) -> Tensor
        init(_ message: String, _ call: @escaping @Sendable (Tensor) -> Tensor) {
            self.message = message
            self.call = call
        }
        var testDescription: String { message }
    }

    private static let mistakes: [Mistake] = [
        Mistake("add: the shapes (2, 3) and (4,) cannot be broadcast together") { $0 + Tensor.ones([4]) },
        Mistake("axis 2 is out of range for the shape (2, 3) of rank 2") { ops.mean($0, axis: 2) },
        Mistake("an axis is named twice in [0, -2] for the shape (2, 3)") { ops.sum($0, axis: [0, -2]) },
        Mistake("cannot reshape (2, 3), which has 6 elements, to (4, -1)") { ops.reshape($0, [4, -1]) },
        Mistake("cannot reshape (2, 3), which has 6 elements, to (7,)") { ops.reshape($0, [7]) },
        Mistake("one size of -1") { ops.reshape($0, [-1, -1]) },
        Mistake("more elements than memory can hold") { ops.reshape($0, [Int.max, Int.max]) },
        Mistake("the inner sizes 3 and 2 differ") { ops.matmul($0, Tensor.ones([2, 3])) },
        Mistake("matmul: a scalar is no matrix") { ops.matmul($0, Tensor(scalar: 1)) },
        Mistake("tensordot: 3 axes of (2, 3) and (2, 3)") { ops.tensordot($0, $0, axes: 3) },
        Mistake("axis 1 of (2, 3) and axis 0 of (2, 3) differ: 3 and 2") { ops.tensordot($0, $0, axes: ([1], [0])) },
        Mistake("einsum: \"ij,jk->ik\": 2 operands are described, 1 are given") { ops.einsum("ij,jk->ik", $0) },
        Mistake("'ijk' does not describe a tensor of 2 axes") { ops.einsum("ijk->i", $0) },
        Mistake("the result's 'k' is in no operand") { ops.einsum("ij->k", $0) },
        Mistake("the axis 'j' has the sizes 3 and 4") { ops.einsum("ij,jk->ik", $0, Tensor.ones([4, 2])) },
        Mistake("no order of the axes") { ops.transpose($0, axes: [0, 0]) },
        Mistake("axis 1 of the shape (2, 3) has 3 elements, not 1") { ops.squeeze($0, axis: 1) },
        Mistake("the shape (2, 3) cannot be broadcast to (2, 4)") { ops.broadcastTo($0, [2, 4]) },
        Mistake("cannot concatenate (2, 3), (3, 2) along axis 0") { ops.concatenate([$0, ops.transpose($0)]) },
        Mistake("stack needs tensors of one shape, not (2, 3) and (3, 2)") { ops.stack([$0, ops.transpose($0)]) },
        Mistake("stack needs at least one tensor") { _ in ops.stack([Tensor]()) },
        Mistake("axis 1 of the shape (2, 3) cannot be cut into 2 equal parts") { ops.split($0, 2, axis: 1)[1] },
        Mistake("cannot be cut into 0 equal parts") { ops.split($0, 0, axis: 1)[0] },
        Mistake("cannot be cut into 70 equal parts") { ops.split($0, 70, axis: 1)[69] },
        Mistake("a width cannot be negative") { ops.pad($0, -1) },
        Mistake("a pair for each axis of (2, 3)") { ops.pad($0, [(1, 1), (1, 1), (1, 1)]) },
        Mistake("a value is only for the mode 'constant'") { ops.pad($0, 1, mode: .edge, constantValues: 1) },
        Mistake("the index 2 is out of range for axis 0 of the shape (2, 3)") { $0[2] },
        Mistake("the index -4 is out of range for axis 1") { $0[0, -4] },
        Mistake("a subscript with 3 indices for the shape (2, 3)") { $0[0, 0, 0] },
        Mistake("a subscript can have one ellipsis") { $0[.ellipsis, .ellipsis] },
        Mistake("step cannot be 0") { $0[.step(by: 0)] },
        Mistake("a part of shape (2, 2) from (0, 2) on does not lie in the shape (2, 3)") {
            ops.slice($0, [0, 2], [2, 2])
        },
        Mistake("does not lie in the shape (2, 3)") { ops.sliceUpdate($0, [1, 0], $0) },
        Mistake("indices must be integers, not float32") { ops.take($0, $0) },
        Mistake("do not have the 2 axes of (2, 3)") { ops.takeAlongAxis($0, Tensor([0]), axis: 0) },
        Mistake("cannot take the 4 largest along the last axis of (2, 3)") { ops.topK($0, k: 4).values },
        Mistake("do not fit predictions of shape (2, 3)") { ops.inTopK(Tensor([0, 1, 2]), $0, k: 1) },
        Mistake("one id for each of the rows of (2, 3)") { ops.segmentSum($0, Tensor([0]), numSegments: 1) },
        Mistake("one shape, not (3,) and (2, 3)") { ops.categoricalCrossentropy(Tensor.ones([3]), $0) },
        Mistake("needs a target of shape (2,), not (3,)") { ops.sparseCategoricalCrossentropy(Tensor([0, 1, 2]), $0) },
        Mistake("class label") { ops.sparseCategoricalCrossentropy(Tensor([0, 3]), $0) },
        Mistake("cannot be halved") { ops.glu($0) },
        Mistake("norm: the order 3 over 3 axes of (2, 3, 1) is not known") {
            ops.norm($0[.ellipsis, .newAxis], ord: 3)
        },
        Mistake("of a matrix the order is ±1, ±2") { ops.norm($0, ord: 3, axis: [0, 1]) },
        Mistake("an order of at least 1") { ops.normalize($0, order: 0) },
        Mistake("a triangle needs at least two axes") { ops.tril($0[0]) },
        Mistake("bincount: an index is negative: -1") { _ in
            ops.bincount(Tensor([1, -1]))
        },
        Mistake("tile: [-1] is negative") { ops.tile($0, [-1]) },
        Mistake("more elements than memory can hold") { ops.tile($0, [Int.max, 5]) },
        Mistake("more elements than memory can hold") { ops.repeat($0, Int.max, axis: 0) },
        Mistake("2 numbers for axis 1") { ops.repeat($0, [1, 1], axis: 1) },
    ]

    @Test(arguments: mistakes)
    private func `the message says what does not fit`(_ mistake: Mistake) throws {
        let result = mistake.call(Tensor([1, 2, 3, 4, 5, 6].map(Float.init), shape: [2, 3]))
        let error = try #require(result.error, "no error")
        #expect(error.message.contains(mistake.message), "\(error.message)")
        #expect(throws: HornbillError.self) { try result.floats() }
        // Whatever is done with it, the first error stays.
        #expect((ops.exp(result) * 2)[0].error?.message == error.message)
    }

    @Test func `functions and subscripts name the line of the call, operators none`() {
        let x = Tensor.ones([2])
        let line = #line + 1
        let (a, b) = (ops.reshape(x, [3]), x[5])
        #expect(a.error?.site == CallSite(#fileID, line))
        #expect(b.error?.site == CallSite(#fileID, line))
        #expect((x + Tensor.ones([3])).error?.site == nil)
        #expect((x + Tensor.ones([3])).error?.description.contains("(") == true)
        #expect(ops.exp(x + Tensor.ones([3])).error?.site?.file == #fileID)
    }
}

import Hornbill
import Testing

@Suite struct TrainingDataTests {
    @Test func `nested arrays of any numbers become tensors`() throws {
        #expect(([1, 2, 3] as [Float]).data.tensor.shape == [3])
        #expect(
            try ([[1, 2], [3, 4], [5, 6]] as [[Double]]).data.tensor.validated().type == TensorType(.float64, [3, 2]))
        #expect(try ([[[1], [2]]] as [[[Int]]]).data.tensor.validated().type == TensorType(.int64, [1, 2, 1]))
        #expect(try ([[true, false]] as [[Bool]]).data.tensor.validated().dtype == .bool)
        #expect(([Tensor.ones([2]), Tensor.ones([3])]).data.leaves.count == 2)
        #expect((["a": Tensor.ones([2]), "b": Tensor.ones([3])]).data["b"].shape == [3])
        #expect((["a": [1, 2, 3]] as [String: [Int32]]).data["a"].shape == [3])
    }

    @Test func `ragged arrays name the row`() {
        expectError(.data, "row 1 has the shape (1,), row 0 has (2,)") {
            try ([[1, 2], [3]] as [[Float]]).data.tensor.validated()
        }
        expectError(.data, "row 2") { try ([[[1]], [[2]], [[3], [4]]] as [[[Int]]]).data.tensor.validated() }
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [1])
            expectError(.data, "row 1 has the shape (1,)") {
                _ = try model.predict([[1, 2], [3]] as [[Float]]) as Tensor
            }
            expectError(.shape, "row 1 has 1 elements where row 0 has 2") {
                try Tensor(rows: [[1, 2], [3]] as [[Float]]).validated()
            }
        }
    }

    @Test func `arrays without elements are empty data`() {
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(1, [1])
            expectError(.data, "empty") { _ = try model.predict([Float]()) as Tensor }
            expectError(.data, "empty") { _ = try model.predict([[Float]]()) as Tensor }
            expectError(.data, "empty") { _ = try model.predict(Tensor.zeros([0, 1])) as Tensor }
        }
    }

    @Test func `a whole number beside a tensor that a function gives is no data of its own`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [1])
            let x = Tensor([1, 2, 3, 4].map(Float.init), shape: [2, 2])
            try model.compile(optimizer: .sgd(learningRate: 0.01), loss: .mse)
            let history = try model.fit(
                x, ops.sum(x, axis: 1, keepDims: true) * 3 - 1, epochs: 1, verbose: 0,
                validationData: (x, 2 * ops.mean(x, axis: 1, keepDims: true) / 4 + 1))
            #expect(history["loss"].count == 1 && history["val_loss"].count == 1)
        }
    }
}

import Hornbill
import Testing

@Suite struct LossTests {
    @Test func `a label out of range is an error that names its row`() throws {
        let loss = Losses.SparseCategoricalCrossentropy()
        let scores = Tensor(rows: [[0.2, 0.8], [0.5, 0.5], [0.1, 0.9]])
        for labels in [[0, 1, 2], [0, 1, -1]] {
            let error = #expect(throws: HornbillError.self) { try loss(Tensor(labels), scores) }
            #expect(error?.kind == .data)
            #expect(error?.message.contains("label") == true)
            #expect(error?.message.contains("2") == true)
        }
        #expect(try loss(Tensor([0, 1, 1]), scores).item().isFinite)
    }

    @Test func `a label out of range stops a training`() throws {
        try Session.withNew(seed: 1) {
            let model = Sequential([Dense(3, activation: .softmax, inputShape: [2])])
            try model.compile(loss: .sparseCategoricalCrossentropy)
            let x = random.normal([8, 2], seed: 1)
            let error = #expect(throws: HornbillError.self) {
                try model.fit(x, Tensor([0, 1, 2, 0, 1, 3, 0, 1]), verbose: 0)
            }
            #expect(error?.kind == .data)
            #expect(error?.description.contains("3") == true)
        }
    }

    @Test func `an ignored class may be any number, and its samples do not count for the mean`() throws {
        let loss = Losses.SparseCategoricalCrossentropy(ignoreClass: -1)
        let scores = Tensor(rows: [[0.25, 0.75], [0.5, 0.5]])
        let value = try loss(Tensor([0, -1]), scores).item()
        #expect(abs(value - 1.3862943) < 1e-5)
        #expect(try loss(Tensor([-1, -1]), scores).item() == 0)
    }

    @Test func `a mask leaves values out of the mean`() throws {
        let loss = Losses.MeanSquaredError()
        let (truth, output) = (Tensor(rows: [[0.0], [0.0], [0.0]]), Tensor(rows: [[1.0], [2.0], [3.0]]))
        let mask = Tensor([true, false, true])
        #expect(abs(try loss(truth, output, mask: mask).item() - 5) < 1e-5)
        let weighted = try loss(truth, output, sampleWeight: Tensor([1.0, 1, 0.5]), mask: mask).item()
        #expect(abs(weighted - (1 + 4.5) / 2) < 1e-5)
    }

    @Test func `a name, an alias and a dot are the same loss`() throws {
        let (truth, output) = (Tensor(rows: [[1.0, 0]]), Tensor(rows: [[0.7, 0.2]]))
        for (names, loss) in [
            (["mse", "MSE", "mean_squared_error", "MeanSquaredError"], Losses.MeanSquaredError() as Loss),
            (["bce", "binary_crossentropy"], Losses.BinaryCrossentropy()),
            (["kld", "kl_divergence", "KLDivergence", "kullback_leibler_divergence"], Losses.KLDivergence()),
            (["log_cosh", "logcosh"], Losses.LogCosh()), (["huber", "Huber"], Losses.Huber()),
        ] {
            for name in names {
                let known = try #require(Losses.known[name])
                #expect(try known()(truth, output).item() == loss(truth, output).item())
            }
        }
        guard case .one(.loss(let dotted)) = try loss(.categoricalCrossentropy(fromLogits: true)) else {
            Issue.record("no loss")
            return
        }
        #expect((dotted as? Losses.CategoricalCrossentropy)?.fromLogits == true)
    }

    private func loss(_ convertible: any LossConvertible) throws -> LossSpecification { try convertible.asLoss() }

    @Test func `an unknown name lists the known ones`() throws {
        let model = Sequential([Dense(1, inputShape: [1])])
        expectError(.unknownName, "mean_square_error", "Did you mean 'mean_squared_error'?", "categorical_hinge") {
            try model.compile(loss: "mean_square_error")
        }
    }

    @Test func `a function or a subclass is a loss`() throws {
        final class Quartic: Loss {
            override func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
                ops.mean(ops.square(ops.square(yTrue - yPred)), axis: -1)
            }
        }
        let (truth, output) = (Tensor(rows: [[0.0], [0.0]]), Tensor(rows: [[1.0], [2.0]]))
        #expect(try Quartic()(truth, output).item() == 8.5)
        #expect(Quartic().displayName == "quartic")
        let function = Losses.Function("largest") { ops.max(ops.abs($0 - $1), axis: -1) }
        #expect(try function(truth, output).item() == 1.5)
        #expect(try function(truth, output, sampleWeight: Tensor([0.0, 1])).item() == 1)
    }

    @Test func `shapes that do not fit are an error that names both`() {
        expectError(.shape, "(2, 3)", "(2, 4)") {
            _ = try Losses.CategoricalCrossentropy()(Tensor.ones([2, 3]), Tensor.ones([2, 4]))
        }
        expectError(.shape, "(2, 3)", "(4, 3)") {
            _ = try Losses.MeanSquaredError()(Tensor.ones([2, 3]), Tensor.ones([4, 3]))
        }
    }

    @Test func `arguments out of range are errors`() {
        let (truth, output) = (Tensor.ones([2, 1]), Tensor.ones([2, 1]))
        expectError(.argument, "labelSmoothing") {
            _ = try Losses.BinaryCrossentropy(labelSmoothing: 2)(truth, output)
        }
        expectError(.argument, "q must") { _ = try Losses.CategoricalGeneralizedCrossEntropy(q: 1)(truth, output) }
    }

    @Test func `an empty batch has the loss 0`() throws {
        #expect(try Losses.MeanSquaredError()(Tensor.ones([0, 3]), Tensor.ones([0, 3])).doubles().reduce(0, +) == 0)
    }
}

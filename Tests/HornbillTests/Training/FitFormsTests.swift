import Hornbill
import Testing

@Suite struct FitFormsTests {
    private static let x = Tensor.linspace(-1, 1, count: 20).reshaped([20, 1])

    private func sine(_ metrics: (any MetricConvertible)? = nil) throws -> Model {
        let model = Architectures.mlp(1, [8, 1])
        try model.compile(optimizer: .adam(learningRate: 0.05), loss: .mse, metrics: metrics)
        return model
    }

    @Test func `one bare metric counts for each of several outputs`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [3])
            let model = try Model(inputs: x, outputs: [Dense(1, name: "a")(x), Dense(2, name: "b")(x)])
            try model.compile(optimizer: "sgd", loss: "mse", metrics: "mae")
            let history = try model.fit(Tensor.ones([4, 3]), [Tensor.ones([4, 1]), Tensor.ones([4, 2])], verbose: 0)
            #expect(history.keys == ["a_loss", "a_mae", "b_loss", "b_mae", "loss"])
            try model.compile(optimizer: "sgd", loss: "mse")
            #expect(model.metricsNames == ["loss"], "metrics of an earlier compile are forgotten")
        }
    }

    @Test func `targets may be left out for outputs without a loss`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [3])
            let model = try Model(inputs: x, outputs: [Dense(1, name: "a")(x), Dense(2, name: "b")(x)])
            try model.compile(optimizer: "sgd", loss: ["b": "mse"])
            try model.fit(Tensor.ones([4, 3]), Tensor.ones([4, 2]), verbose: 0)
            try model.fit(Tensor.ones([4, 3]), ["b": Tensor.ones([4, 2])], verbose: 0)
            expectError(.data, "output 'b' has a loss, but no targets") {
                try model.fit(Tensor.ones([4, 3]), ["a": Tensor.ones([4, 1])], verbose: 0)
            }
        }
    }

    @Test func `class weights of several outputs go by the output's name`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [2])
            let model = try Model(
                inputs: x, outputs: [Dense(1, name: "size")(x), Dense(3, activation: .softmax, name: "kind")(x)])
            try model.compile(optimizer: .sgd(learningRate: 0), loss: ["mse", "sparse_categorical_crossentropy"])
            let (data, size, kind) = (Tensor.ones([6, 2]), Tensor.ones([6, 1]), [0, 1, 2, 0, 1, 2])
            let plain = try model.trainOnBatch(data, [size, Tensor(kind)])
            try model.resetMetrics()
            let doubled = try model.trainOnBatch(
                data, [size, Tensor(kind)], classWeight: .outputs(["kind": [0: 2, 1: 2, 2: 2]]))
            let (a, b) = (try #require(plain["kind_loss"]), try #require(doubled["kind_loss"]))
            #expect(abs(b - 2 * a) < 1e-5)
            #expect(plain["size_loss"] == doubled["size_loss"])
            expectError(.argument, "say to which the class weights belong") {
                try model.fit(data, [size, Tensor(kind)], verbose: 0, classWeight: [0: 2])
            }
            expectError(.unknownName, "no output 'colour'", "size, kind") {
                try model.fit(data, [size, Tensor(kind)], verbose: 0, classWeight: .outputs(["colour": [0: 2]]))
            }
            expectError(.argument, "one class for each sample", "(6, 2, 1)") {
                try model.fit(
                    data, [size, Tensor.ones([6, 2, 1])], verbose: 0, classWeight: .outputs(["kind": [0: 2]]))
            }
        }
    }

    @Test func `weights of zero leave samples out`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine()
            try model.compile(optimizer: .sgd(learningRate: 0), loss: Losses.MeanSquaredError(reduction: .sum))
            let weights = Tensor((0..<20).map { $0 < 10 ? Float(1) : 0 })
            let weighted = try model.evaluate(Self.x, Self.x, sampleWeight: weights, batchSize: 20, verbose: 0)
            let half = try model.evaluate(Self.x[0..<10], Self.x[0..<10], batchSize: 20, verbose: 0)
            #expect(abs(weighted.loss - half.loss * 0.5) < 1e-5 || abs(weighted.loss - half.loss) < 1e-5)
        }
    }

    @Test func `validation sees the last rows, before any shuffling, and each so many epochs`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine(["mae"])
            let history = try model.fit(
                Self.x, Self.x, epochs: 4, batchSize: 4, verbose: 0, validationSplit: 0.25, validationFrequency: 2)
            #expect(history["loss"].count == 4 && history["val_mae"].count == 2)
            let held = try model.evaluate(Self.x[15..<20], Self.x[15..<20], verbose: 0)
            #expect(abs((history["val_loss"].last ?? 0) - held.loss) < 1e-6)
            for share in [-0.5, 1.0, 2.0, 0.9999, .nan, .infinity] {
                expectError(.argument, "validation split of \(share)") {
                    try model.fit(Self.x, Self.x, verbose: 0, validationSplit: share)
                }
            }
        }
    }

    @Test func `epochs are counted from initialEpoch to epochs`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine()
            #expect(try model.fit(Self.x, Self.x, epochs: 5, verbose: 0, initialEpoch: 3).epoch == [3, 4])
            #expect(try model.fit(Self.x, Self.x, epochs: 2, verbose: 0, initialEpoch: 3).epoch == [])
            #expect(try model.fit(Self.x, Self.x, epochs: 0, verbose: 0).history.isEmpty)
        }
    }

    @Test func `stepsPerEpoch cuts epochs, and the next one goes on where the last one stopped`() throws {
        final class Watched: Layer {
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
                context.addMetric(ops.mean(x), name: "mean_input")
                return x
            }
        }
        try Session.withNew(seed: 1) {
            let model = Sequential([Input(shape: [1]), Watched(), Dense(1)])
            try model.compile(optimizer: "sgd", loss: "mse")
            let x = Tensor((0..<6).map { Float($0) }).reshaped([6, 1])
            let history = try model.fit(x, x, epochs: 4, batchSize: 2, verbose: 0, shuffle: false, stepsPerEpoch: 1)
            #expect(history["mean_input"] == [0.5, 2.5, 4.5, 0.5])
        }
    }

    @Test func `inputs of rank 1, of integers and of float64 are taken for float inputs`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine()
            let wanted = try (model.predict(Tensor([1, 2, 3] as [Float])) as Tensor).floats()
            #expect(try (model.predict([1, 2, 3]) as Tensor).floats() == wanted)
            #expect(try (model.predict([1.0, 2.0, 3.0]) as Tensor).floats() == wanted)
            #expect(try (model.predict([[1], [2], [3]] as [[UInt8]]) as Tensor).floats() == wanted)
            #expect(try (model.predict(Tensor([1, 2, 3] as [Float]).cast(to: .float16)) as Tensor).floats() == wanted)
            try model.fit([1, 2, 3], [true, false, true], verbose: 0)
        }
    }

    @Test func `single batches train, test and predict, and metrics gather until they are reset`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine(["mae"])
            let first = try model.trainOnBatch(Self.x, Self.x)
            #expect(first.keys == ["loss", "mae"])
            let second = try model.trainOnBatch(Self.x, Self.x)
            #expect(second.loss != first.loss)
            try model.resetMetrics()
            let tested = try model.testOnBatch(Self.x, Self.x)
            try model.resetMetrics()
            let evaluated = try model.evaluate(Self.x, Self.x, verbose: 0)
            #expect(abs(tested.loss - evaluated.loss) < 1e-6 && tested["nothing"] == nil && tested[99].isNaN)
            let outputs: Tensor = try model.predictOnBatch(Self.x)
            try expectClose(outputs, model.predict(Self.x), "outputs")
            #expect(evaluated.description.hasPrefix("loss: "))
        }
    }

    @Test func `every number of samples and batch size gives the same predictions`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(3, [4, 2], last: .softmax)
            for count in [1, 2, 7, 31, 32, 33, 64, 65] {
                let x = Tensor.linspace(-1, 1, count: count * 3).reshaped([count, 3])
                let whole: Tensor = try model.predict(x, batchSize: count)
                for size in [1, 3, 32, 1000, Int.max] {
                    try expectClose(model.predict(x, batchSize: size), whole, "\(count) samples in batches of \(size)")
                }
            }
        }
    }

    @Test func `the learning rate can be set between epochs without compiling anew`() throws {
        try Session.withNew(seed: 1) {
            let model = try sine()
            try model.fit(Self.x, Self.x, verbose: 0)
            let before = try model.getWeights().map { try $0.floats() }
            model.optimizer?.learningRate = 0
            try model.fit(Self.x, Self.x, verbose: 0)
            #expect(try model.getWeights().map { try $0.floats() } == before)
            #expect(model.optimizer?.learningRate == 0)
        }
    }
}

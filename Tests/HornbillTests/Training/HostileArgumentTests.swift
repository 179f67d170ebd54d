import Hornbill
import Testing

/// Arguments that nobody should give: each must end in an error, or in a result, but never in a trap. That a test
/// comes to its end is what it proves.
@Suite struct HostileArgumentTests {
    private static let integers = [0, -1, 1, -7, 13, 1 << 50, 1 << 61, Int.max, Int.min, Int.max - 1]
    private static let numbers: [Double] = [
        0, -1, 0.5, 1, 1.5, .nan, .infinity, -.infinity, 1e308, .leastNonzeroMagnitude,
    ]
    private static let shapes: [Shape] = [
        [], [0], [1], [3], [0, 0], [2, 0], [0, 3], [2, 3], [1, 1, 1], [2, 0, 3], [2, 3, 4], [1, 2, 3, 2],
    ]

    /// Builds and runs a layer on tensors, symbols and in training.
    private func exercise(_ make: () -> Layer) {
        for shape in Self.shapes {
            let x = Tensor.ones(shape)
            let layer = make()
            let result: Tensor = layer(x, training: true)
            if result.error == nil { _ = try? result.floats() }
            guard shape.rank > 0 else { continue }
            let input = Input(shape: PartialShape(Array(shape.dimensions.dropFirst())))
            guard let model = try? Model(inputs: input, outputs: make()(input)) else { continue }
            _ = try? model.predict(x) as Tensor
            _ = try? model.summaryText()
            do {
                try model.compile(optimizer: "sgd", loss: "mse")
                try model.fit(x, x, verbose: 0)
            } catch {}
        }
    }

    @Test(arguments: integers)
    func `layers survive any whole number`(_ n: Int) {
        Session.withNew(seed: 1) {
            exercise { Dense(n) }
            exercise { Reshape([n]) }
            exercise { Reshape([n, -1]) }
            exercise { Reshape([2, n, n]) }
            exercise { RepeatVector(n) }
            exercise { Permute([n, 1]) }
            exercise { Permute([1, n, 2]) }
            exercise { Softmax(axis: Axes(n)) }
            exercise { Dropout(0.5, noiseShape: [n, nil]) }
            exercise { Dropout(0.5, seed: n) }
            for shape in Self.shapes {
                let pair = [Tensor.ones(shape), Tensor.ones(shape)]
                _ = try? Concatenate(axis: n)(pair).floats()
                _ = try? Dot(axes: Axes(n))(pair).floats()
                _ = try? Dot(axes: [n, 1], normalize: true)(pair).floats()
            }
            for batch in [n, 1] {
                let input = Input(shape: [n], batchSize: batch)
                _ = try? Model(inputs: input, outputs: Dense(1)(input)).predict(Tensor.ones([1, 1])) as Tensor
            }
            _ = try? Sequential([Dense(1, inputDim: n)]).predict(Tensor.ones([1, 1])) as Tensor
            try? Sequential([Dense(2)]).build([nil, n])
            try? TwoLayers().build([n, n])
        }
    }

    @Test(arguments: numbers)
    func `layers, losses and metrics survive any number`(_ value: Double) {
        Session.withNew(seed: 1) {
            exercise { Dropout(value) }
            exercise { GaussianNoise(value) }
            exercise { GaussianDropout(value) }
            exercise { AlphaDropout(value) }
            exercise { LeakyReLU(negativeSlope: value) }
            exercise { ReLU(maxValue: value, negativeSlope: value, threshold: value) }
            exercise { ELU(alpha: value) }
            exercise {
                Dense(2, kernelInitializer: Initializers.Constant(value), kernelRegularizer: Regularizers.L2(value))
            }
            exercise { Dense(2, kernelInitializer: Initializers.RandomNormal(mean: value, stddev: value)) }
            exercise { Dense(2, kernelInitializer: Initializers.VarianceScaling(scale: value)) }
            let losses: [Loss] = [
                Losses.BinaryCrossentropy(labelSmoothing: value), Losses.CategoricalCrossentropy(labelSmoothing: value),
                Losses.Huber(delta: value),
            ]
            let metrics: [Metric] = [
                Metrics.AUC(thresholds: [value]), Metrics.Precision(thresholds: [value]),
                Metrics.BinaryAccuracy(threshold: value),
            ]
            for shape in Self.shapes {
                let y = Tensor(repeating: value, shape: shape)
                for loss in losses { _ = try? loss(y, y, sampleWeight: y).floats() }
                for metric in metrics {
                    do {
                        try metric.updateState(y, y, sampleWeight: y)
                        _ = try metric.result().floats()
                    } catch {}
                }
            }
        }
    }

    @Test func `every loss and metric survives every pair of shapes`() {
        Session.withNew(seed: 1) {
            for a in Self.shapes {
                for b in Self.shapes {
                    let (truth, prediction) = (Tensor.ones(a), Tensor.ones(b) * 0.5)
                    for make in Losses.known.values { _ = try? make()(truth, prediction).floats() }
                    for make in Metrics.known.values {
                        let metric = make()
                        do {
                            try metric.updateState(truth, prediction)
                            _ = try metric.result().floats()
                        } catch {}
                    }
                }
            }
        }
    }

    @Test func `every loss, metric and optimizer survives NaN and infinity in training`() {
        Session.withNew(seed: 1) {
            for value in [Double.nan, .infinity, -.infinity, 1e38] {
                let (x, y) = (Tensor(repeating: value, shape: [4, 3]), Tensor(repeating: value, shape: [4, 3]))
                for name in [
                    "mse", "huber", "categorical_crossentropy", "kl_divergence", "cosine_similarity",
                    "sparse_categorical_crossentropy",
                ] {
                    let model = Architectures.mlp(3, [3], last: .softmax)
                    do {
                        try model.compile(
                            optimizer: "adam", loss: name,
                            metrics: ["accuracy", "auc", "mae", "top_k_categorical_accuracy"])
                        try model.fit(x, name.hasPrefix("sparse") ? y[0..., 0] : y, epochs: 2, verbose: 0)
                    } catch {}
                }
                for name in Optimizers.known.keys {
                    let model = Architectures.mlp(3, [3])
                    do {
                        try model.compile(optimizer: name, loss: "mse")
                        try model.fit(x, y, epochs: 2, verbose: 0)
                    } catch {}
                }
            }
        }
    }

    @Test func `what was not made yet can be asked for`() {
        Session.withNew(seed: 1) {
            let dense = Dense(3)
            #expect(
                dense.kernel == nil && dense.weights.isEmpty && dense.getWeights().isEmpty && dense.inboundNodes.isEmpty
            )
            #expect(dense.input.error != nil && dense.output.error != nil && dense.output.shape.rank == 0)
            #expect(throws: HornbillError.self) { try dense.setWeights([Tensor.ones([1])]) }
            let model = Sequential()
            #expect(
                model.layers.isEmpty && model.outputNames.isEmpty && model.inputNames.isEmpty && model.metrics.isEmpty)
            #expect(model.optimizer == nil && model.pop() == nil && model.metricsNames.isEmpty)
            #expect(model.output.error != nil)
            expectError(.state) { _ = try model.countParams() }
            let failed = SymbolicTensor(error: HornbillError(.data, "bad"))
            #expect(failed.name.isEmpty && failed.layer == nil && failed.rank == 0)
            expectError(.data, "bad") { _ = try Model(inputs: failed, outputs: failed) }
            expectError(.data, "bad") {
                _ = try Model(inputs: Input(shape: [1]), outputs: Dense(2)(failed) + failed * 2)
            }
        }
    }

    @Test func `tensors of one trace used in another, or after it, are an error`() throws {
        final class Leak: Layer {
            var kept: Tensor?
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
                defer { kept = x }
                return kept.map { x + $0 } ?? x
            }
        }
        try Session.withNew(seed: 1) {
            let leak = Leak()
            let input = Input(shape: [2], batchSize: 3)
            expectError(.state, "tracing has ended") {
                let model = try Model(inputs: input, outputs: leak(input))
                _ = try model.predict(Tensor.ones([3, 2])) as Tensor
            }
            let kept = try #require(leak.kept)
            expectError(.state) { _ = try kept.floats() }
            expectError(.state) { try (kept + 1).validated() }
            let model = Sequential([Input(shape: [2]), Dense(2, useBias: false), Dense(2, useBias: false)])
            let before = try model.getWeights().map { try $0.floats() }
            expectError(.state) { try model.setWeights([Tensor.ones([2, 2]), kept[0..<2]]) }
            #expect(try model.getWeights().map { try $0.floats() } == before)
            expectError(.state) { _ = try model.predict(kept) as Tensor }
            try model.compile(optimizer: "sgd", loss: "mse")
            expectError(.state) { try model.fit(kept, kept, verbose: 0) }
        }
    }
}

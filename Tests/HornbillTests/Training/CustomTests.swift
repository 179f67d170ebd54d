import Hornbill
import Testing

private final class HalfSquare: Loss {
    override func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        ops.mean(ops.square(yTrue - yPred), axis: -1) / 2
    }
}

private final class RootMeanSquared: Metric {
    private lazy var sum = addWeight(name: "sum")
    private lazy var samples = addWeight(name: "samples")
    init() { super.init(name: "rmse") }
    override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) throws {
        try sum.assignAdd(ops.sum(ops.square(yTrue - yPred)))
        try samples.assignAdd(Tensor(scalar: Float(yPred.shape[0])))
    }
    override func result() throws -> Tensor { ops.sqrt(sum.value / samples.value) }
}

private final class SignDescent: Optimizer {
    override func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
        try variable.assignSubtract(learningRate * ops.sign(gradient))
    }
}

/// Adds to the loss and the metrics from within.
private final class Probe: Layer {
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        context.addLoss(ops.mean(ops.square(x)) * 10)
        context.addMetric(ops.max(x), name: "largest")
        return x
    }
}

/// A training step of its own: gradient descent at a fixed rate.
private final class OwnStep: Model {
    let dense = Dense(1, useBias: false, kernelInitializer: "zeros")

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { dense(x) }

    override func trainStep(_ data: StepData) throws {
        var step: StepLoss?
        let (_, gradients) = try valueAndGradients(of: trainableVariables) {
            let loss = try computeLoss(data, training: true)
            step = loss
            return loss.total
        }
        for (variable, gradient) in zip(trainableVariables, gradients) { try variable.assignSubtract(gradient * 0.5) }
        if let step { try updateMetrics(data, step) }
    }
}

@Suite struct CustomTests {
    private static let x = Tensor.linspace(-1, 1, count: 16).reshaped([16, 1])

    private func model() -> Sequential { Sequential([Input(shape: [1]), Dense(1, kernelInitializer: "zeros")]) }

    @Test func `a loss of one's own is trained on`() throws {
        try Session.withNew(seed: 1) {
            let mine = model()
            try mine.compile(optimizer: .sgd(learningRate: 0.2), loss: HalfSquare())
            let theirs = model()
            try theirs.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
            let function = model()
            try function.compile(
                optimizer: .sgd(learningRate: 0.2),
                loss: Losses.Function("half") { ops.mean(ops.square($0 - $1), axis: -1) / 2 })
            for model in [mine, theirs, function] {
                try model.fit(Self.x, Self.x * 3, epochs: 5, verbose: 0, shuffle: false)
            }
            try expectClose(mine.getWeights()[0], theirs.getWeights()[0], "kernel")
            try expectClose(function.getWeights()[0], theirs.getWeights()[0], "kernel")
        }
    }

    @Test func `metrics of one's own are shown, one made of a function too`() throws {
        try Session.withNew(seed: 1) {
            let model = model()
            try model.compile(
                optimizer: .sgd(learningRate: 0), loss: "mse",
                metrics: [RootMeanSquared(), Metrics.MeanOf("within") { (ops.abs($0 - $1) <= 0.5).cast(to: .float32) }])
            let history = try model.fit(Self.x, Self.x, epochs: 2, batchSize: 5, verbose: 0)
            #expect(history.keys == ["loss", "rmse", "within"])
            let (loss, rmse) = (history["loss"], history["rmse"])
            #expect(abs(rmse[1] * rmse[1] - loss[1]) < 1e-5 && abs(rmse[0] - rmse[1]) < 1e-6)
            #expect(history["within"] == [0.5, 0.5])
        }
    }

    @Test func `an optimizer of one's own moves the weights`() throws {
        try Session.withNew(seed: 1) {
            let model = model()
            try model.compile(optimizer: SignDescent(learningRate: 0.25), loss: "mse")
            try model.fit(Self.x, Self.x * 3, epochs: 2, batchSize: 16, verbose: 0)
            #expect(try model.getWeights()[0].item() == 0.5)
            #expect(try model.optimizer?.iterations.value.item() == 2)
        }
    }

    @Test func `a training step of one's own replaces Hornbill's`() throws {
        try Session.withNew(seed: 1) {
            let model = OwnStep()
            try model.compile(optimizer: .sgd(learningRate: 0), loss: "mse", metrics: ["mae"])
            let history = try model.fit(Self.x, Self.x * 3, epochs: 40, verbose: 0)
            #expect(history.keys == ["loss", "mae"])
            #expect(try abs(model.getWeights()[0].item() - 3) < 0.01)
            #expect(try model.optimizer?.iterations.value.item() == 0)
        }
    }

    @Test func `losses and metrics that layers add are counted`() throws {
        try Session.withNew(seed: 1) {
            let model = Sequential([Input(shape: [1]), Probe(), Dense(1, kernelInitializer: "zeros")])
            try model.compile(optimizer: .sgd(learningRate: 0), loss: "mse")
            let history = try model.fit(Self.x, Self.x * 0, batchSize: 16, verbose: 0)
            #expect(history.keys == ["largest", "loss"])
            let squares = try ops.mean(ops.square(Self.x)).item()
            #expect(abs(history["loss"][0] - 10 * squares) < 1e-5)
            #expect(history["largest"] == [1])
            let evaluation = try model.evaluate(Self.x, Self.x * 0, verbose: 0)
            #expect(evaluation.keys == ["loss", "largest"])
            try model.compile(optimizer: "sgd")
            try model.fit(Self.x, verbose: 0)
        }
    }

    @Test func `penalties on weights and outputs are part of the loss`() throws {
        try Session.withNew(seed: 1) {
            let dense = Dense(
                1, useBias: false, kernelInitializer: Initializers.Constant(2), kernelRegularizer: Regularizers.L2(0.5),
                activityRegularizer: Regularizers.L1(1))
            let model = Sequential([Input(shape: [1]), dense])
            try model.compile(optimizer: .sgd(learningRate: 0), loss: "mse")
            let evaluation = try model.evaluate(Tensor.ones([4, 1]), Tensor.ones([4, 1]) * 2, verbose: 0)
            #expect(abs(evaluation.loss - (0.5 * 4 + 2)) < 1e-6)
        }
    }

    @Test func `a constraint holds after each update`() throws {
        try Session.withNew(seed: 1) {
            let model = Sequential([Input(shape: [1]), Dense(1, kernelConstraint: "non_neg")])
            try model.compile(optimizer: .sgd(learningRate: 1), loss: "mse")
            try model.fit(Self.x, Self.x * -3, epochs: 3, verbose: 0)
            #expect(try model.getWeights()[0].item() == 0)
        }
    }

    @Test func `a loop of one's own trains with a compiled step`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(1, [8, 1])
            let optimizer = Optimizers.Adam(learningRate: 0.02)
            let loss = Losses.MeanSquaredError()
            let step = compiled(name: "step") { (x: Tensor, y: Tensor) in
                let (value, gradients) = try valueAndGradients(of: model.trainableVariables) {
                    try loss(y, model(x, training: true))
                }
                try optimizer.apply(gradients, to: model.trainableVariables)
                return value
            }
            var losses: [Double] = []
            for _ in 0..<300 { losses.append(try step(Self.x, ops.sin(Self.x * 3)).item()) }
            #expect(losses[299] < losses[0] / 10)
            #expect(step.compilations == 1)
            #expect(try optimizer.iterations.value.item() == 300)
        }
    }

    @Test func `what own code throws comes out of fit`() throws {
        struct Mine: Error {}
        final class Broken: Layer {
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
                if context.training { throw HornbillError(.data, "not in training") }
                return x
            }
        }
        try Session.withNew(seed: 1) {
            let model = Sequential([Input(shape: [1]), Broken(), Dense(1)])
            try model.compile(optimizer: "sgd", loss: "mse")
            expectError(.data, "not in training", "'broken' (Broken)") { try model.fit(Self.x, Self.x, verbose: 0) }
            try model.evaluate(Self.x, Self.x, verbose: 0)
            let other = self.model()
            try other.compile(optimizer: "sgd", loss: Losses.Function("mine") { _, _ in throw Mine() })
            expectError(.argument, "Mine") { try other.fit(Self.x, Self.x, verbose: 0) }
        }
    }
}

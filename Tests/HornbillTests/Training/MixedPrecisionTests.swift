import Hornbill
import Testing

/// Models under the policies of half precision.
@Suite struct MixedPrecisionTests {
    /// A noisy function of eight numbers: what cannot be learnt keeps the losses from becoming tiny, where 2 % of them
    /// would be less than what bfloat16 rounds away.
    private static func samples() -> (x: Tensor, y: Tensor) {
        var state: UInt64 = 7
        func number() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) * 2 - 1
        }
        let rows = (0..<256).map { _ in (0..<8).map { _ in number() } }
        let targets = rows.map { row in row[0] * row[1] + 0.5 * row[2] - row[3] * row[3] + number() }
        return (Tensor(rows: rows), Tensor(targets, shape: [256, 1]))
    }

    private final class Network: Model {
        let (first, second, last) = (Dense(32, activation: "relu"), Dense(16, activation: "tanh"), Dense(1))
        override func call(_ x: Tensor, context: CallContext) throws -> Tensor { last(second(first(x))) }
    }

    enum Form: CaseIterable { case sequential, functional, subclass }

    private func model(_ form: Form) throws -> Model {
        switch form {
        case .sequential:
            return Sequential([
                Input(shape: [8]), Dense(32, activation: "relu"), Dense(16, activation: "tanh"), Dense(1),
            ])
        case .functional:
            let x = Input(shape: [8])
            let hidden = Dense(16, activation: "tanh")(Dense(32, activation: "relu")(x))
            return try Model(inputs: x, outputs: Dense(1)(hidden))
        case .subclass: return Network()
        }
    }

    /// The loss after 200 steps.
    private func train(_ policy: DTypePolicy, _ form: Form, _ optimizer: String = "adam") throws -> (Double, Model) {
        try Session.withNew(seed: 3) {
            Session.current.dtypePolicy = policy
            let (x, y) = Self.samples()
            let model = try model(form)
            try model.compile(optimizer: optimizer, loss: "mse", metrics: "mae")
            try model.fit(x, y, epochs: 50, batchSize: 64, verbose: 0, shuffle: false)
            return (try #require(try model.evaluate(x, y, verbose: 0)["loss"]), model)
        }
    }

    @Test(arguments: Form.allCases)
    func `training in mixed bfloat16 learns what float32 learns`(_ form: Form) throws {
        let (exact, _) = try train(.float32, form)
        let (loss, model) = try train(.mixedBfloat16, form)
        #expect(abs(loss - exact) <= 0.02 * exact, "\(loss), in float32 \(exact)")
        // The untrained model is far worse.
        #expect(exact < 0.45)
        #expect(model.weights.allSatisfy { $0.dtype == .float32 })
        #expect(try #require(model.optimizer).variables.allSatisfy { $0.dtype == .float32 || $0.dtype == .int64 })
        let prediction: Tensor = try model.predict(Self.samples().x)
        #expect(prediction.dtype == .bfloat16)
    }

    @Test func `training in mixed float16 scales the loss by itself`() throws {
        let (exact, _) = try train(.float32, .sequential)
        let (loss, model) = try train(.mixedFloat16, .sequential)
        #expect(abs(loss - exact) <= 0.02 * exact, "\(loss), in float32 \(exact)")
        let optimizer = try #require(model.optimizer as? Optimizers.LossScaleOptimizer)
        #expect(optimizer.innerOptimizer is Optimizers.Adam)
        #expect(optimizer.displayName == "loss_scale_optimizer")
        #expect(try optimizer.iterations.value.item() == 200)
        #expect(model.weights.allSatisfy { $0.dtype == .float32 })
    }

    @Test func `an overflow leaves the step out and halves the scale`() throws {
        try Session.withNew(seed: 4) {
            Session.current.dtypePolicy = .mixedFloat16
            let model = Sequential([Input(shape: [2]), Dense(1)])
            let inner = Optimizers.SGD(learningRate: 0.1)
            let optimizer = Optimizers.LossScaleOptimizer(inner, initialScale: 0x1p20)
            try model.compile(optimizer: optimizer, loss: "mse")
            let before = try model.getWeights().map { try $0.floats() }
            try model.fit(
                Tensor(rows: [[Float(100), -100]]), Tensor(rows: [[Float(1)]]), epochs: 1, verbose: 0)
            #expect(try model.getWeights().map { try $0.floats() } == before)
            #expect(try optimizer.dynamicScale.value.item() == 0x1p19)
            #expect(try inner.iterations.value.item() == 0)
        }
    }

    @Test func `a scale of the loss is left out where it is not wanted`() throws {
        try Session.withNew {
            Session.current.dtypePolicy = .mixedFloat16
            let model = Sequential([Input(shape: [2]), Dense(1)])
            try model.compile(optimizer: "sgd", loss: "mse", autoScaleLoss: false)
            #expect(model.optimizer is Optimizers.SGD)
            Session.current.dtypePolicy = .mixedBfloat16
            let other = Sequential([Input(shape: [2]), Dense(1)])
            try other.compile(optimizer: "sgd", loss: "mse")
            #expect(other.optimizer is Optimizers.SGD)
        }
    }

    @Test func `bfloat16 alone trains too, its weights in bfloat16`() throws {
        let (loss, model) = try train(.bfloat16, .sequential)
        #expect(model.weights.allSatisfy { $0.dtype == .bfloat16 })
        // Small steps are lost in 8 bits, so that it only comes near.
        #expect(loss < 0.6, "\(loss)")
    }

    @Test func `a policy of a layer goes before that of the session, and types meet where layers do`() throws {
        try Session.withNew(seed: 5) {
            Session.current.dtypePolicy = .mixedBfloat16
            let x = Input(shape: [4])
            let narrow = Dense(3)(x)
            let wide = Dense(2, dtype: .float32)(narrow)
            let model = try Model(inputs: x, outputs: [narrow, wide])
            let outputs: [Tensor] = model(Tensor.ones([2, 4]))
            #expect(outputs.map(\.dtype) == [.bfloat16, .float32])
            #expect(model.outputs.map(\.dtype) == [.bfloat16, .float32])
            #expect(Session.current.dtypePolicy == .mixedBfloat16)
        }
        #expect(Session.withNew { Dense(1).dtypePolicy } == .float32)
    }

    @Test func `losses and metrics are computed in float32`() throws {
        // 1000 rows of 1.01, whose sum has no place in 8 bits.
        let (truth, prediction) = (
            Tensor.zeros([1000, 1]), Tensor(repeating: 1.01, shape: [1000, 1], dtype: .bfloat16)
        )
        let exact = try prediction.cast(to: .float32)[0, 0].item()
        let loss = try Losses.MeanAbsoluteError()(truth, prediction)
        #expect(loss.dtype == .float32)
        #expect(abs(try loss.item() - exact) < 1e-5)
        let metric = Metrics.MeanAbsoluteError()
        try metric.updateState(truth, prediction)
        #expect(abs(try metric.result().item() - exact) < 1e-5)
    }

    @Test func `an unknown policy is named`() throws {
        expectError(.unknownName, "mixed_float8", "mixed_bfloat16") {
            _ = try Dense(2, dtype: "mixed_float8")(Tensor.ones([1, 2])).floats()
        }
    }
}

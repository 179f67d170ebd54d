import Hornbill
import Testing

@Suite struct OptimizerTests {
    private func variable(_ values: [Float], _ name: String = "w") throws -> Variable {
        try Variable(Tensor(values), name: name)
    }

    @Test func `an optimizer of one's own makes its steps`() throws {
        final class SignDescent: Optimizer {
            override func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
                try variable.assignSubtract(learningRate * ops.sign(gradient))
            }
        }
        let w = try variable([1, 2, 3])
        let optimizer = SignDescent(learningRate: 0.5)
        try optimizer.apply([Tensor([Float(2), -7, 0])], to: [w])
        #expect(try w.value.floats() == [0.5, 2.5, 3])
        #expect(optimizer.displayName == "sign_descent")
        #expect(try optimizer.iterations.value.item() == 1)
    }

    @Test func `a constraint is applied after the update`() throws {
        let (w, v) = (try variable([1, -1]), try variable([1, -1], "v"))
        let optimizer = Optimizers.SGD(learningRate: 1)
        let gradient = Tensor([Float(2), 0])
        try optimizer.apply(
            [gradient, gradient], to: [w, v], constraints: [ObjectIdentifier(w): Constraints.NonNeg()])
        #expect(try w.value.floats() == [0, 0])
        #expect(try v.value.floats() == [-1, -1])
    }

    @Test func `the learning rate can be set between steps`() throws {
        let w = try variable([0])
        let optimizer = Optimizers.SGD(learningRate: 1)
        for rate in [1.0, 0.25, 0] {
            optimizer.learningRate = rate
            try optimizer.apply([Tensor([Float(-1)])], to: [w])
        }
        #expect(try w.value.item() == 1.25)
        #expect(Optimizers.SGD(learningRate: 1).learningRate == 1)
        #expect(abs(Optimizers.Adam(learningRate: Float(0.5)).learningRate - 0.5) < 1e-9)
    }

    @Test func `a schedule gives the rate of each step`() throws {
        let w = try variable([0])
        let optimizer = Optimizers.SGD(
            learningRate: Schedules.PiecewiseConstantDecay(boundaries: [0, 1], values: [1, 10, 100]))
        for _ in 0..<3 { try optimizer.apply([Tensor([Float(-1)])], to: [w]) }
        #expect(try w.value.item() == 111)
        #expect(optimizer.learningRate == 100)
        #expect(!optimizer.variables.contains { $0.name == "learning_rate" })
    }

    @Test func `strings, dots and classes are optimizers`() throws {
        #expect(try "adam".asOptimizer() is Optimizers.Adam)
        #expect(try "RMSprop".asOptimizer() is Optimizers.RMSprop)
        #expect(try "AdamW".asOptimizer() is Optimizers.AdamW)
        func made(_ optimizer: any OptimizerConvertible) throws -> Optimizer { try optimizer.asOptimizer() }
        #expect(try made(.adamW(weightDecay: 0.1)).rules.weightDecay == 0.1)
        #expect(try made(.sgd(momentum: 0.9, clipNorm: 1)).rules.clipNorm == 1)
        #expect(try made(.rmsprop) is Optimizers.RMSprop)
        expectError(.unknownName, "'admm'", "Did you mean 'adam'?", "rmsprop") { _ = try "admm".asOptimizer() }
    }

    @Test func `gradients that do not fit are errors`() throws {
        let w = try variable([1, 2])
        expectError(.argument, "1 gradients", "2 variables") {
            try Optimizers.SGD().apply([Tensor([Float(1), 1])], to: [w, w])
        }
        expectError(.shape, "w") { try Optimizers.SGD().apply([Tensor.ones([3])], to: [w]) }
        #expect(try w.value.floats() == [1, 2])
    }

    @Test func `rules that make no sense are errors`() throws {
        let w = try variable([1])
        func step(_ optimizer: Optimizer) throws { try optimizer.apply([Tensor([Float(1)])], to: [w]) }
        expectError(.argument, "only one of") { try step(Optimizers.SGD(clipNorm: 1, clipValue: 1)) }
        expectError(.argument, "positive") { try step(Optimizers.Adam(clipNorm: -1)) }
        expectError(.argument, "emaMomentum") { try step(Optimizers.SGD().with { $0.emaMomentum = 2 }) }
        expectError(.argument, "at least 2") { try step(Optimizers.SGD().with { $0.gradientAccumulationSteps = 1 }) }
        expectError(.argument, "l1") { try step(Optimizers.Ftrl(l1: -1)) }
        expectError(.argument, "decaySteps") {
            try step(Optimizers.SGD(learningRate: Schedules.ExponentialDecay(1, decaySteps: 0, decayRate: 1)))
        }
        expectError(.argument, "boundaries") {
            try step(
                Optimizers.SGD(learningRate: Schedules.PiecewiseConstantDecay(boundaries: [2, 1], values: [1, 2, 3])))
        }
    }

    @Test func `a gradient that is not finite makes the global norm not finite`() throws {
        let w = try variable([1, 2])
        try Optimizers.SGD(globalClipNorm: 1).apply([Tensor([Float.infinity, 1])], to: [w])
        #expect(try w.value.floats().allSatisfy(\.isNaN))
    }

    @Test func `averages of weights are what a training ends with`() throws {
        try Session.withNew(seed: 1) {
            let model = Sequential([Dense(1, useBias: false, kernelInitializer: "zeros", inputShape: [1])])
            let optimizer = Optimizers.SGD(learningRate: 0.5).with {
                $0.useEMA = true
                $0.emaMomentum = 0.5
            }
            try model.compile(optimizer: optimizer, loss: .mae)
            // Each step adds 0.5 to the weight: 0.5, 1, 1.5; the average begins with the first.
            try model.fit(Tensor.ones([3, 1]), Tensor.ones([3, 1]) * 100, batchSize: 1, verbose: 0)
            let weight = try model.getWeights()[0].item()
            #expect(abs(weight - 1.125) < 1e-6)
        }
    }

    @Test func `gradients are accumulated in a training`() throws {
        try Session.withNew(seed: 1) {
            func train(_ batchSize: Int, _ steps: Int?) throws -> [Double] {
                let model = Sequential([Dense(1, kernelInitializer: "ones", inputShape: [2])])
                try model.compile(
                    optimizer: Optimizers.SGD(learningRate: 0.1).with { $0.gradientAccumulationSteps = steps },
                    loss: .mse)
                let x = random.normal([8, 2], seed: 3)
                let y = ops.sum(x, axis: 1) * 3.0
                try model.fit(x, y, epochs: 2, batchSize: batchSize, verbose: 0, shuffle: false)
                return try model.getWeights().flatMap { try $0.doubles() }
            }
            let (accumulated, whole) = (try train(2, 4), try train(8, nil))
            for (a, b) in zip(accumulated, whole) { #expect(abs(a - b) < 1e-5) }
        }
    }
}

import Hornbill
import Testing

@Suite struct TrainingErrorTests {
    private func digits() throws -> Model {
        let model = Architectures.mlp(4, [5, 3], last: .softmax)
        try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        return model
    }

    private func tickets() throws -> Model {
        let model = try Architectures.tickets()
        try model.compile(
            optimizer: "sgd", loss: ["priority": "mse", "department": "categorical_crossentropy"])
        return model
    }

    private let ticketInputs = [
        "title": Tensor.ones([3, 12]), "text_body": Tensor.ones([3, 10]), "tags": Tensor.ones([3, 4]),
    ]
    private let ticketTargets = ["priority": Tensor.ones([3, 1]), "department": Tensor.ones([3, 4])]

    @Test func `missing, extra and unknown inputs and outputs are named`() throws {
        try Session.withNew(seed: 1) {
            let model = try tickets()
            expectError(.unknownName, "the input 'tags' is missing", "text_body, title") {
                var some = ticketInputs
                some["tags"] = nil
                try model.fit(some, ticketTargets, verbose: 0)
            }
            expectError(.unknownName, "there is no input 'tag'", "title, text_body, tags") {
                var more = ticketInputs
                more["tag"] = Tensor.ones([3, 4])
                try model.fit(more, ticketTargets, verbose: 0)
            }
            expectError(.argument, "the model has 3 inputs (title, text_body, tags), but 2 were given") {
                _ = try model.predict([Tensor.ones([3, 12]), Tensor.ones([3, 10])]) as [Tensor]
            }
            expectError(.unknownName, "is missing") { _ = try model.predict([String: Tensor]()) as [Tensor] }
            expectError(.unknownName, "there is no output 'prio'", "priority, department") {
                try model.fit(ticketInputs, ["prio": Tensor.ones([3, 1])], verbose: 0)
            }
            expectError(.argument, "2 outputs (priority, department), but 3 targets") {
                try model.fit(ticketInputs, [Tensor.ones([3]), Tensor.ones([3]), Tensor.ones([3])], verbose: 0)
            }
            try model.fit(ticketInputs, ticketTargets, verbose: 0)
        }
    }

    @Test func `losses, weights and metrics that do not fit the outputs are told with their names`() throws {
        try Session.withNew(seed: 1) {
            let model = try tickets()
            func fit() throws { try model.fit(ticketInputs, ticketTargets, verbose: 0) }
            expectError(.argument, "list of losses has 3 entries", "2 outputs (priority, department)") {
                try model.compile(loss: ["mse", "mse", "mse"])
                try fit()
            }
            expectError(.unknownName, "no output 'prio' for a loss", "priority, department") {
                try model.compile(loss: ["prio": "mse"])
                try fit()
            }
            expectError(.argument, "3 loss weights were given for 2 outputs") {
                try model.compile(loss: "mse", lossWeights: [1, 2, 3])
            }
            expectError(.unknownName, "no output 'prio' for a loss weight") {
                try model.compile(loss: "mse", lossWeights: ["prio": 1])
            }
            expectError(.argument, "list of metrics has 1 entries", "2 outputs (priority, department)") {
                try model.compile(loss: "mse", metrics: ["mae"])
                try fit()
            }
            expectError(.unknownName, "no output 'prio' for a metric") {
                try model.compile(loss: "mse", metrics: ["prio": "mae"])
                try fit()
            }
            expectError(.shape, "output 'department'", "loss mean_squared_error") {
                try model.compile(loss: Losses.MeanSquaredError())
                try model.fit(
                    ticketInputs, ["priority": Tensor.ones([3, 1]), "department": Tensor.ones([3, 7])], verbose: 0)
            }
            expectError(.shape, "its reduction cannot be none") {
                try model.compile(loss: Losses.MeanSquaredError(reduction: .none))
                try fit()
            }
            expectError(.state, "nothing to train on") {
                try model.compile(optimizer: "sgd")
                try fit()
            }
            try model.compile(loss: "mse")
            try fit()
        }
    }

    @Test func `labels out of range name the row, and leave the model as it was`() throws {
        try Session.withNew(seed: 1) {
            let model = try digits()
            let x = Tensor.ones([8, 4])
            try model.fit(x, [0, 1, 2, 0, 1, 2, 0, 1], verbose: 0)
            let before = try (model.weights + (model.optimizer?.variables ?? [])).map { try $0.value.doubles() }
            for bad in [3, -1, Int.max, Int.min] {
                expectError(.data, "class label", "\(bad)", "5") {
                    try model.fit(x, [0, 1, 2, 0, 1, bad, 0, 1], verbose: 0, shuffle: false)
                }
            }
            let after = try (model.weights + (model.optimizer?.variables ?? [])).map { try $0.value.doubles() }
            #expect(after == before)
            try model.fit(x, [0, 1, 2, 0, 1, 2, 0, 1], verbose: 0)
        }
    }

    @Test func `the wrong number of samples, of axes and of features is told`() throws {
        try Session.withNew(seed: 1) {
            let model = try digits()
            let (x, y) = (Tensor.ones([6, 4]), Tensor.zeros([6]))
            expectError(.data, "x has 6, y has 5") { try model.fit(x, Tensor.zeros([5]), verbose: 0) }
            expectError(.data, "x has 6, sampleWeight has 4") {
                try model.fit(x, y, sampleWeight: Tensor.ones([4]), verbose: 0)
            }
            expectError(.shape, "expects the shape (None, 4), but was given", "5)") {
                _ = try model.predict(Tensor.ones([6, 5])) as Tensor
            }
            expectError(.shape, "expects the shape (None, 4)") { _ = try model.predict(Tensor.ones([6])) as Tensor }
            expectError(.shape, "expects the shape (None, 4)") {
                _ = try model.predict(Tensor.ones([6, 4, 1, 1])) as Tensor
            }
            expectError(.data, "x is a scalar") { _ = try model.predict(Tensor(scalar: Float(1))) as Tensor }
            expectError(.data, "y is a scalar") { try model.fit(x, Tensor(scalar: Float(1)), verbose: 0) }
            expectError(.shape) { try model.fit(x, Tensor.zeros([6, 2, 2]), verbose: 0) }
            expectError(.shape) { try model.fit(x, y, sampleWeight: Tensor.ones([6, 2, 9]), verbose: 0) }
            expectError(.data, "empty") { try model.fit(Tensor.zeros([0, 4]), Tensor.zeros([0]), verbose: 0) }
            expectError(.data, "broken") { try model.fit(Tensor(error: HornbillError(.data, "broken")), y, verbose: 0) }
            expectError(.data, "x has 6, y has 5") {
                try model.fit(x, y, verbose: 0, validationData: (x, Tensor.zeros([5])))
            }
            try model.fit(x, y, verbose: 0)
        }
    }

    @Test func `numbers that cannot be are refused`() throws {
        try Session.withNew(seed: 1) {
            let model = try digits()
            let (x, y) = (Tensor.ones([6, 4]), Tensor.zeros([6]))
            expectError(.argument, "epochs must not be negative, not -1") {
                try model.fit(x, y, epochs: -1, verbose: 0)
            }
            for size in [0, -3, Int.min] {
                expectError(.argument, "batch size must be at least 1, not \(size)") {
                    try model.fit(x, y, batchSize: size, verbose: 0)
                }
                expectError(.argument, "batch size must be at least 1") { try model.evaluate(x, y, batchSize: size) }
                expectError(.argument, "batch size must be at least 1") {
                    _ = try model.predict(x, batchSize: size) as Tensor
                }
                expectError(.argument, "stepsPerEpoch must be at least 1") {
                    try model.fit(x, y, verbose: 0, stepsPerEpoch: size)
                }
                expectError(.argument, "validationFrequency must be at least 1") {
                    try model.fit(x, y, verbose: 0, validationFrequency: size)
                }
            }
            expectError(.argument, "initialEpoch must not be negative") {
                try model.fit(x, y, verbose: 0, initialEpoch: -1)
            }
            expectError(.argument, "validationSteps must be at least 1") {
                try model.fit(x, y, verbose: 0, validationData: (x, y), validationSteps: 0)
            }
            expectError(.data) { _ = try model.predict(x, steps: 0) as Tensor }
            expectError(.data) { try model.evaluate(x, y, verbose: 0, steps: -1) }
        }
    }

    @Test func `a loss that becomes NaN is noticed, once, and training goes on`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(1, [1])
            try model.compile(optimizer: .sgd(learningRate: 1e30), loss: "mse")
            let x = Tensor.ones([8, 1])
            let history = try model.fit(x, x * 7, epochs: 6, batchSize: 4, verbose: 0)
            #expect(history["loss"].count == 6 && history["loss"].contains { !$0.isFinite })
            #expect(history.warnings.count == 1)
            #expect(history.warnings.first?.hasPrefix("the loss became") == true)
            let fine = Architectures.mlp(1, [1])
            try fine.compile(optimizer: "sgd", loss: "mse")
            #expect(try fine.fit(x, x, verbose: 0).warnings.isEmpty)
            #expect(try fine.fit(x * Double.nan, x, verbose: 0).warnings == ["the loss became nan in epoch 1"])
        }
    }

    @Test func `after an error in the middle of fit the model is still of use`() throws {
        try Session.withNew(seed: 1) {
            let model = try digits()
            let (x, y) = (Tensor.ones([40, 4]), Tensor((0..<40).map { Int32($0 == 35 ? 9 : $0 % 3) }))
            let steps = { try model.optimizer?.iterations.value.item() ?? 0 }
            expectError(.data, "class label") { try model.fit(x, y, batchSize: 8, verbose: 0, shuffle: false) }
            #expect(try steps() == 4, "the steps before the bad batch count")
            let good = Tensor((0..<40).map { Int32($0 % 3) })
            let history = try model.fit(x, good, epochs: 2, batchSize: 8, verbose: 0)
            #expect(history["loss"].count == 2 && history["loss"][1].isFinite)
            #expect(try steps() == 14)
            #expect(try model.evaluate(x, good, verbose: 0).loss.isFinite)
            expectError(.data, "class label") { try model.evaluate(x, y, verbose: 0) }
            let outputs: Tensor = try model.predict(x)
            #expect(try outputs.floats().allSatisfy(\.isFinite))
        }
    }

    @Test func `an element of the wrong type is not read as another`() {
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [1])
            expectError(.dtype, "float32, not int32") {
                let y: Tensor = try model.predict(Tensor.ones([2, 2]))
                _ = try y.scalars(Int32.self)
            }
            expectError(.dtype) {
                _ = try valueAndGradients(of: [Variable(Tensor([1, 2]))]) { Tensor(scalar: Float(1)) }
            }
        }
    }

    @Test func `an optimizer's numbers beyond sense do not stop the process`() throws {
        try Session.withNew(seed: 1) {
            let x = Tensor.ones([4, 2])
            let rates: [Double] = [.nan, .infinity, -.infinity, -1, 0, 1e308]
            let optimizers: [Optimizer] = rates.flatMap { rate in
                [
                    Optimizers.SGD(learningRate: rate, momentum: rate),
                    Optimizers.Adam(learningRate: rate, beta1: rate, epsilon: rate),
                    Optimizers.RMSprop(learningRate: rate, rho: rate), Optimizers.Adagrad(learningRate: rate),
                ]
            }
            for optimizer in optimizers {
                let model = Architectures.mlp(2, [3, 1])
                try model.compile(optimizer: optimizer, loss: "mse", lossWeights: [optimizer.learningRate])
                let history = try model.fit(x, x[0..., 0], epochs: 2, verbose: 0)
                #expect(history["loss"].count == 2)
            }
            for clip in [Double.nan, -1, 0] {
                let model = Architectures.mlp(2, [1])
                try model.compile(optimizer: Optimizers.SGD(clipNorm: clip), loss: "mse")
                expectError(.argument, "positive number only") { try model.fit(x, x[0..., 0], verbose: 0) }
            }
        }
    }

    @Test func `an optimizer built for another model is refused or extended, never confused`() throws {
        try Session.withNew(seed: 1) {
            let shared = Optimizers.Adam()
            let (a, b) = (Architectures.mlp(2, [1]), Architectures.mlp(2, [3, 1]))
            for model in [a, b, a] {
                try model.compile(optimizer: shared, loss: "mse")
                try model.fit(Tensor.ones([4, 2]), Tensor.ones([4, 1]), verbose: 0)
            }
            #expect(try shared.iterations.value.item() == 3)
            #expect(shared.variables.count == 2 + 2 * 6)
        }
    }

    @Test func `a prediction whose rows are not those of the data is an error`() {
        final class Whole: Layer {
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.sum(x) }
        }
        final class Outer: Layer {
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.matmul(x, ops.transpose(x)) }
        }
        Session.withNew(seed: 1) {
            expectError(.shape, "a row for each of the 3 samples", "()") {
                _ = try Sequential([Input(shape: [2]), Whole()]).predict(Tensor.ones([3, 2])) as Tensor
            }
            expectError(.shape, "batches of different sizes give outputs of different shapes") {
                _ = try Sequential([Input(shape: [2]), Outer()]).predict(Tensor.ones([5, 2]), batchSize: 3) as Tensor
            }
        }
    }
}

import Foundation
import Hornbill
import HornbillTestSupport
import Synchronization
import Testing

/// What the golden trainings do not show of the callbacks of the library.
@Suite struct KnownCallbackTests {
    private static let x = Tensor.linspace(-1, 1, count: 8).reshaped([8, 1])

    private func model(_ optimizer: any OptimizerConvertible = "sgd", metrics: [any MetricConvertible] = []) throws
        -> Model
    {
        let model = Architectures.mlp(1, [4, 1])
        try model.compile(optimizer: optimizer, loss: "mse", metrics: metrics)
        return model
    }

    /// What is printed while `body` runs.
    private func printed(_ body: () throws -> Void) rethrows -> String {
        final class Text: Sendable { let value = Mutex("") }
        let text = Text()
        let output = ProgressOutput(isTerminal: false, isUnicodeTerminal: false) { line in
            text.value.withLock { $0 += line }
        }
        try ProgressOutput.$redirected.withValue(output, operation: body)
        return text.value.withLock { $0 }
    }

    // MARK: Watching

    @Test func `the direction of a metric of one of several outputs is known`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [1])
            let outputs = [Dense(1, name: "a")(x), Dense(1, name: "b")(x)]
            let model = try Model(inputs: x, outputs: outputs)
            let metrics: [any MetricConvertible] = ["mae", Metrics.R2Score()]
            try model.compile(optimizer: "sgd", loss: "mse", metrics: metrics)
            let data = [Self.x, Self.x]
            for key in ["loss", "a_loss", "a_mae", "b_r2_score", "r2_score"] {
                let stop = EarlyStopping(monitor: key, patience: 3)
                try model.fit(Self.x, data, epochs: 1, verbose: 0, callbacks: [stop])
            }
            expectError(.argument, "'loss_b'", ".min or .max", "a_mae, b_r2_score") {
                try model.fit(Self.x, data, verbose: 0, callbacks: [WithoutDirection(monitor: "loss_b", key: "loss_b")])
            }
        }
    }

    /// Puts a value of its own into the logs before it watches it.
    private final class WithoutDirection: EarlyStopping {
        let key: String
        init(monitor: String, key: String) {
            self.key = key
            super.init(monitor: monitor)
        }
        override func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
            var logs = logs
            logs[key] = 1
            try super.onEpochEnd(epoch, logs)
        }
    }

    @Test func `a metric of one's own says which way it goes`() throws {
        final class Margin: Metric {
            private lazy var last = addWeight(name: "last")
            override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) throws {
                try last.assign(ops.max(ops.abs(yTrue - yPred)))
            }
            override func result() throws -> Tensor { last.value }
            override var direction: Direction? { .up }
        }
        try Session.withNew(seed: 1) {
            let model = try model(Optimizers.SGD(learningRate: 0.2), metrics: [Margin()])
            let stop = EarlyStopping(monitor: "margin")
            let history = try model.fit(
                Self.x, Self.x, epochs: 9, batchSize: 8, verbose: 0, callbacks: [stop], shuffle: false)
            // The margin becomes smaller, which is wrong here, so that the second epoch is the last.
            #expect(history.epoch == [0, 1] && stop.stoppedEpoch == 1)
        }
    }

    @Test func `a value that is no number is never the best`() throws {
        try Session.withNew(seed: 1) {
            let values: [Double] = [.nan, 3, .nan, 2, .nan, .nan]
            let stop = EarlyStopping(monitor: "value", patience: 2, mode: .min)
            let script = Script("value", values)
            let history = try model().fit(Self.x, Self.x, epochs: 6, verbose: 0, callbacks: [script, stop])
            #expect(stop.best == 2 && stop.bestEpoch == 3 && history.epoch.count == 6)
        }
    }

    /// Puts given values into the logs.
    private final class Script: Callback {
        let key: String
        let values: [Double]
        init(_ key: String, _ values: [Double]) {
            self.key = key
            self.values = values
        }
        override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { logs[key] = values[epoch] }
    }

    @Test func `the history tells what a callback could not find`() throws {
        try Session.withNew(seed: 1) {
            let history = try model().fit(
                Self.x, Self.x, verbose: 0, callbacks: [EarlyStopping(), ReduceLROnPlateau()])
            #expect(history.warnings.count == 2)
            #expect(history.warnings[0].contains("EarlyStopping watches 'val_loss'"))
            #expect(history.warnings[0].hasSuffix("There are: loss"))
            #expect(history.warnings[1].hasSuffix("There are: loss, learning_rate"))
        }
    }

    // MARK: Learning rates

    @Test func `each optimizer of several has its own learning rate`() throws {
        try Session.withNew(seed: 1) {
            let several = Optimizers.MultiOptimizer(
                Optimizers.OptimizerMap(
                    defaultOptimizer: Optimizers.SGD(learningRate: 0.5),
                    [".*bias": Optimizers.Adam(learningRate: 0.25)]))
            let model = try model(several)
            let scheduler = LearningRateScheduler(verbose: 1) { epoch, rate in epoch == 0 ? rate : rate * 0.5 }
            var history: History?
            let text = try printed {
                history = try model.fit(Self.x, Self.x, epochs: 2, verbose: 0, callbacks: [scheduler])
            }
            #expect(history?["learning_rate_sgd"] == [0.5, 0.25] && history?["learning_rate_adam"] == [0.25, 0.125])
            #expect(text.contains("Epoch 2: LearningRateScheduler setting adam learning rate to 0.125."))
        }
    }

    @Test func `a loss scale is no hindrance to setting the learning rate`() throws {
        try Session.withNew(seed: 1) {
            let model = try model(Optimizers.LossScaleOptimizer(Optimizers.SGD(learningRate: 0.5)))
            let scheduler = LearningRateScheduler { _ in 0.25 }
            let history = try model.fit(Self.x, Self.x, verbose: 0, callbacks: [scheduler])
            #expect(history["learning_rate"] == [0.25] && model.optimizer?.learningRate == 0.25)
        }
    }

    // MARK: NaN

    @Test func `training ends after the batch that loses the loss`() throws {
        try Session.withNew(seed: 1) {
            var values = try Self.x.floats()
            values[5] = .nan
            let x = Tensor(values, shape: [8, 1])
            let model = try model()
            var steps = 0
            let counter = LambdaCallback(onTrainBatchEnd: { _, _ in steps += 1 })
            let text = try printed {
                try model.fit(
                    x, Self.x, epochs: 3, batchSize: 2, verbose: 0, callbacks: [counter, TerminateOnNaN()],
                    shuffle: false)
            }
            #expect(steps == 3 && text == "Batch 2: Invalid loss, terminating training\n")
            expectError(.numeric, "the loss became nan in batch 2") {
                let model = try self.model()
                try model.fit(
                    x, Self.x, batchSize: 2, verbose: 0, callbacks: [TerminateOnNaN(raiseError: true)], shuffle: false)
            }
        }
    }

    @Test func `the first layer that lost the numbers is named, and its weights stay as training left them`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [1])
            let hidden = Dense(3, name: "fine")(x)
            let broken = ops.log(Dense(3, name: "also_fine")(hidden) * 0.0 - 1.0)
            let model = try Model(inputs: x, outputs: Dense(1, name: "after")(broken))
            try model.compile(optimizer: "sgd", loss: "mse")
            let watcher = TerminateOnNaN(findLayer: true)
            var weights: [Tensor] = []
            let last = LambdaCallback(onTrainBatchEnd: { _, _ in weights = model.getWeights() })
            _ = try printed {
                try model.fit(Self.x, Self.x, verbose: 0, callbacks: [last, watcher])
            }
            #expect(watcher.culprit?.contains("'log' (Log)") == true, "\(watcher.culprit ?? "nothing")")
            #expect(zip(model.getWeights(), weights).allSatisfy { ($0.error, $1.error) == (nil, nil) })
        }
    }

    @Test func `data and weights that are no numbers are told from layers that make them`() throws {
        try Session.withNew(seed: 1) {
            var values = try Self.x.floats()
            values[5] = .infinity
            let bad = Tensor(values, shape: [8, 1])
            let inputs = TerminateOnNaN(findLayer: true)
            let targets = TerminateOnNaN(findLayer: true)
            let weights = TerminateOnNaN(findLayer: true)
            let loss = TerminateOnNaN(findLayer: true)
            let spoiled = try model()
            try spoiled.setWeights(spoiled.getWeights().map { $0 * Double.nan })
            let lossless = Architectures.mlp(1, [1])
            try lossless.compile(
                optimizer: "sgd", loss: Losses.Function("bad") { yTrue, yPred in ops.log(ops.square(yPred) * 0.0) })
            _ = try printed {
                try model().fit(bad, Self.x, verbose: 0, callbacks: [inputs])
                try model().fit(Self.x, bad, verbose: 0, callbacks: [targets])
                try spoiled.fit(Self.x, Self.x, verbose: 0, callbacks: [weights])
                try lossless.fit(Self.x, Self.x, verbose: 0, callbacks: [loss])
            }
            #expect(inputs.culprit?.hasPrefix("Input 0") == true)
            #expect(targets.culprit?.hasPrefix("The targets") == true)
            #expect(weights.culprit?.contains("/kernel' was no number before this batch") == true)
            #expect(loss.culprit == "All layers gave numbers: the loss did not.")
        }
    }

    // MARK: Averages

    @Test func `a model predicts with its averages and has its weights back then`() throws {
        try Session.withNew(seed: 1) {
            let optimizer = Optimizers.SGD(learningRate: 0.3).with {
                $0.useEMA = true
                $0.emaMomentum = 0.5
            }
            let model = try model(optimizer)
            let swap = SwapEMAWeights()
            // Before the first step there are no averages.
            let plain = try model.predict(Self.x) as Tensor
            let early = try model.predict(Self.x, callbacks: [swap]) as Tensor
            #expect(try plain.floats() == early.floats())
            for _ in 0..<3 { try model.trainOnBatch(Self.x, Self.x) }
            let before = try model.getWeights().map { try $0.floats() }
            let own = try model.predict(Self.x) as Tensor
            let averaged = try model.predict(Self.x, callbacks: [swap]) as Tensor
            #expect(try own.floats() != averaged.floats())
            #expect(try model.getWeights().map { try $0.floats() } == before)
        }
    }

    @Test func `a training that stops early ends with the averages too`() throws {
        func ended(_ callbacks: [Callback]) throws -> [[Float]] {
            try Session.withNew(seed: 1) {
                let optimizer = Optimizers.SGD(learningRate: 0.3).with {
                    $0.useEMA = true
                    $0.emaMomentum = 0.5
                }
                let model = try model(optimizer)
                try model.fit(Self.x, Self.x, epochs: 5, verbose: 0, callbacks: callbacks, shuffle: false)
                return try model.getWeights().map { try $0.floats() }
            }
        }
        let stop = { EarlyStopping(monitor: "loss", patience: 1, mode: .max) }
        #expect(try ended([stop()]) == ended([SwapEMAWeights(swapOnEpoch: true), stop()]))
        #expect(try ended([]) == ended([SwapEMAWeights(swapOnEpoch: true)]))
    }

    // MARK: Files

    @Test func `a log that cannot be written is an error that names it`() {
        Session.withNew(seed: 1) {
            expectError(.file, "/nowhere/log.csv") {
                try self.model().fit(Self.x, Self.x, verbose: 0, callbacks: [CSVLogger("/nowhere/log.csv")])
            }
            for separator in ["", "ab", "\n", "\""] {
                expectError(.argument, "separator") {
                    try self.model().fit(
                        Self.x, Self.x, verbose: 0, callbacks: [CSVLogger("/nowhere", separator: separator)])
                }
            }
        }
    }

    // MARK: Resuming

    @Test func `callbacks that get their state back go on as if training had not stopped`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let path = folder + "/"
                func callbacks(_ end: String) -> [Callback] {
                    [
                        ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 0.5, cooldown: 1),
                        EarlyStopping(monitor: "loss", patience: 3, mode: .max, restoreBestWeights: true),
                        CSVLogger(path + end), History(),
                    ]
                }
                func model() throws -> Model {
                    let model = try self.model(Optimizers.SGD(learningRate: 0.1))
                    try model.setWeights(model.weights.map { Tensor(repeating: 0.3, shape: $0.shape) })
                    return model
                }
                func fit(_ model: Model, _ callbacks: [Callback], _ epochs: Int, from: Int = 0) throws -> History {
                    try model.fit(
                        Self.x, Self.x, epochs: epochs, batchSize: 4, verbose: 0, callbacks: callbacks, shuffle: false,
                        initialEpoch: from)
                }
                let whole = try model()
                let expected = try fit(whole, callbacks("a"), 8)
                // The same, but left after two epochs by a run that wrote one line more before it was killed.
                let first = try model()
                let left = try CallbackList(callbacks("b"))
                var states: [CallbackState] = []
                var weights: [Tensor] = []
                var variables: [Tensor] = []
                let keeper = LambdaCallback(onEpochEnd: { epoch, _ in
                    guard epoch == 1 else { return }
                    states = left.states
                    weights = first.getWeights()
                    variables = first.optimizer?.variables.map(\.value) ?? []
                })
                _ = try fit(first, [left, keeper], 3)
                let second = try model()
                try second.setWeights(weights)
                for (variable, value) in zip(second.optimizer?.variables ?? [], variables) {
                    try variable.assign(value)
                }
                let resumed = try CallbackList(callbacks("b"))
                let restorer = LambdaCallback(onTrainBegin: { _ in try resumed.restore(states) })
                let history = try fit(second, [resumed, restorer], 8, from: 2)
                #expect(history.epoch == expected.epoch && history.keys == expected.keys)
                #expect(history.history == expected.history)
                for (weight, wanted) in zip(second.getWeights(), whole.getWeights()) {
                    #expect(try weight.floats() == wanted.floats())
                }
                let logs = try ["a", "b"].map { try String(contentsOfFile: path + $0, encoding: .utf8) }
                #expect(logs[0] == logs[1])
                expectError(.state, "EarlyStopping", "same order") {
                    try CallbackList([resumed.callbacks[1], resumed.callbacks[0], History(), History()]).restore(states)
                }
                expectError(.state, "this one has: none") { try CallbackList([]).restore(states) }
                expectError(.file, "EarlyStopping", "'wait'") {
                    try EarlyStopping().restore(CallbackState(EarlyStopping()))
                }
            }
        }
    }
}

import Hornbill
import Testing

private final class Action: Callback {
    private let atBatch: (Action, Int) throws -> Void
    private let atEpoch: (Action, Int) throws -> Void

    init(
        atBatch: @escaping (Action, Int) throws -> Void = { _, _ in },
        atEpoch: @escaping (Action, Int) throws -> Void = { _, _ in }
    ) {
        self.atBatch = atBatch
        self.atEpoch = atEpoch
    }

    override var needsBatchLogs: Bool { false }
    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws { try atBatch(self, batch) }
    override func onEpochEnd(_ epoch: Int, _ logs: Logs) throws { try atEpoch(self, epoch) }
}

@Suite struct CallbackTests {
    private static let x = Tensor.linspace(-1, 1, count: 6).reshaped([6, 1])

    private func model() throws -> Model {
        let model = Architectures.mlp(1, [1])
        try model.compile(optimizer: "sgd", loss: "mse")
        return model
    }

    @Test func `training stops after the batch in which a callback asks for it`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            var batches = 0
            let stopper = Action(atBatch: { callback, batch in
                batches += 1
                if batch == 1 { callback.model?.stopTraining = true }
            })
            let history = try model.fit(Self.x, Self.x, epochs: 5, batchSize: 1, verbose: 0, callbacks: [stopper])
            #expect(history.epoch == [0] && batches == 2)
            let epochs = Action(atEpoch: { callback, epoch in callback.model?.stopTraining = epoch == 2 })
            #expect(try model.fit(Self.x, Self.x, epochs: 9, verbose: 0, callbacks: [epochs]).epoch == [0, 1, 2])
            #expect(
                try model.fit(Self.x, Self.x, epochs: 2, verbose: 0).epoch == [0, 1], "the next fit is not stopped")
        }
    }

    @Test func `an error thrown by a callback ends fit, and the model goes on from there`() throws {
        struct Enough: Error {}
        try Session.withNew(seed: 1) {
            let model = try model()
            let thrower = Action(atBatch: { _, batch in if batch == 1 { throw Enough() } })
            var caught: (any Error)?
            do {
                try model.fit(Self.x, Self.x, batchSize: 2, verbose: 0, callbacks: [thrower])
            } catch { caught = error }
            #expect(caught is Enough)
            #expect(try model.optimizer?.iterations.value.item() == 2)
            #expect(try model.fit(Self.x, Self.x, batchSize: 2, verbose: 0)["loss"].count == 1)
        }
    }

    @Test func `a callback may predict, evaluate, train and compile`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            let busy = Action(
                atBatch: { callback, _ in
                    if let model = callback.model { _ = try model.predict(Self.x) as Tensor }
                },
                atEpoch: { callback, epoch in
                    guard let model = callback.model else { return }
                    try model.evaluate(Self.x, Self.x, verbose: 0)
                    if epoch == 0 { try model.fit(Self.x, Self.x, verbose: 0) }
                    if epoch == 1 { try model.compile(optimizer: "adam", loss: "mae", metrics: ["mse"]) }
                })
            let history = try model.fit(Self.x, Self.x, epochs: 3, batchSize: 2, verbose: 0, callbacks: [busy])
            #expect(history["loss"].count == 3)
        }
    }

    @Test func `what a callback adds to the logs is seen after it and in the history`() throws {
        final class Adding: Callback {
            override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { logs["seven"] = Double(epoch) + 7 }
        }
        try Session.withNew(seed: 1) {
            var seen: [Double?] = []
            let before = LambdaCallback(onEpochEnd: { _, logs in seen.append(logs["seven"]) })
            let after = LambdaCallback(onEpochEnd: { _, logs in seen.append(logs["seven"]) })
            var last: [String] = []
            let end = LambdaCallback(onTrainEnd: { last = $0.keys })
            let history = try model().fit(
                Self.x, Self.x, epochs: 2, verbose: 0, callbacks: [before, Adding(), after, end])
            #expect(seen == [nil, 7, nil, 8])
            #expect(history["seven"] == [7, 8])
            #expect(last == ["loss"], "the logs of the end are those of the model")
        }
    }

    @Test func `callbacks know what fit was asked for`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            let callback = LambdaCallback()
            try model.fit(Self.x, Self.x, epochs: 3, batchSize: 4, verbose: 0, callbacks: [callback])
            #expect(callback.params == CallbackParams(epochs: 3, steps: 2, verbose: .silent))
            #expect(callback.model === model)
            try model.evaluate(Self.x, Self.x, batchSize: 1, verbose: 0, callbacks: [callback])
            #expect(callback.params == CallbackParams(epochs: 1, steps: 6, verbose: .silent))
        }
    }

    @Test func `evaluation and prediction stop after the batch in which a callback asks for it`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            var batches = 0
            let stopper = LambdaCallback(
                onTestBatchEnd: { batch, _ in
                    batches += 1
                    model.stopEvaluating = batch == 1
                },
                onPredictBatchEnd: { batch, logs in
                    #expect(logs.outputs?.leaves.first?.shape == [2, 1])
                    model.stopPredicting = batch == 1
                })
            try model.evaluate(Self.x, Self.x, batchSize: 1, verbose: 0, callbacks: [stopper])
            #expect(batches == 2)
            let whole = try model.predict(Self.x, batchSize: 2) as Tensor
            let part = try model.predict(Self.x, batchSize: 2, callbacks: [stopper]) as Tensor
            #expect(try part.floats() == Array(whole.floats().prefix(4)))
        }
    }

    @Test func `the outputs of a batch of a prediction are those of the result`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            var parts: [Float] = []
            let collector = LambdaCallback(onPredictBatchEnd: { _, logs in
                parts += try logs.outputs?.leaves.first?.floats() ?? []
            })
            let whole = try model.predict(Self.x, batchSize: 4, callbacks: [collector]) as Tensor
            #expect(try parts == whole.floats())
        }
    }

    @Test func `a history that is given goes on`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            let history = History()
            for _ in 0..<2 { try model.fit(Self.x, Self.x, epochs: 2, verbose: 0, callbacks: [history]) }
            #expect(history["loss"].count == 4 && history.epoch == [0, 1])
            #expect(model.history === history)
        }
    }

    @Test func `a list of callbacks serves a training loop of one's own`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            var hooks: [String] = []
            let inner = LambdaCallback(
                onEpochEnd: { epoch, _ in hooks.append("end \(epoch)") }, onTrainBegin: { _ in hooks.append("begin") })
            let list = try CallbackList([CallbackList([inner])], addHistory: true, model: model)
            #expect(list.callbacks.count == 2)
            try list.onTrainBegin(Logs())
            try list.onEpochEnd(0, ["loss": 2])
            #expect(hooks == ["begin", "end 0"] && list.history?["loss"] == [2])
        }
    }
}

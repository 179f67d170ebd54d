import Hornbill
import Testing

/// Writes down what it is told.
private final class Recorder: Callback {
    var events: [String] = []
    override func onTrainBegin(_ logs: Logs) { events.append("train begin") }
    override func onTrainEnd(_ logs: Logs) { events.append("train end \(logs.keys)") }
    override func onEpochBegin(_ epoch: Int, _ logs: Logs) { events.append("epoch \(epoch) begin") }
    override func onEpochEnd(_ epoch: Int, _ logs: Logs) { events.append("epoch \(epoch) end \(logs.keys)") }
    override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) { events.append("batch \(batch) begin") }
    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) { events.append("batch \(batch) end \(logs.keys)") }
    override func onTestBegin(_ logs: Logs) { events.append("test begin") }
    override func onTestEnd(_ logs: Logs) { events.append("test end \(logs.keys)") }
    override func onTestBatchEnd(_ batch: Int, _ logs: Logs) { events.append("test batch \(batch) end") }
    override func onPredictBegin(_ logs: Logs) { events.append("predict begin") }
    override func onPredictBatchEnd(_ batch: Int, _ logs: Logs) { events.append("predict batch \(batch) end") }
    override func onPredictEnd(_ logs: Logs) { events.append("predict end") }
}

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

    @Test func `events come in Keras's order, with logs`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            let recorder = Recorder()
            let held = Self.x[0..<2]
            try model.fit(Self.x, Self.x, batchSize: 3, verbose: 0, callbacks: [recorder], validationData: (held, held))
            let expected = [
                "train begin", "epoch 0 begin", "batch 0 begin", #"batch 0 end ["loss"]"#, "batch 1 begin",
                #"batch 1 end ["loss"]"#, "test begin", "test batch 0 end", #"test end ["loss"]"#,
                #"epoch 0 end ["loss", "val_loss"]"#, #"train end ["loss", "val_loss"]"#,
            ]
            #expect(recorder.events == expected)
            recorder.events = []
            _ = try model.predict(Self.x, batchSize: 4, callbacks: [recorder]) as Tensor
            #expect(recorder.events == ["predict begin", "predict batch 0 end", "predict batch 1 end", "predict end"])
        }
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
}

import Foundation
import Hornbill
import HornbillTestSupport
import Testing

private struct Interruption: Error {}

/// Throws when an optimizer has taken so many steps.
private final class Interrupter: Callback {
    private let steps: Double
    init(after steps: Int) { self.steps = Double(steps) }
    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {
        if try model?.optimizer?.iterations.value.item() == steps { throw Interruption() }
    }
}

@Suite struct BackupAndRestoreTests {
    private static let x = Tensor.linspace(-1, 1, count: 20).reshaped([20, 1])

    private func model() throws -> Model {
        let model = Sequential([Input(shape: 1), Dense(4, activation: .tanh), Dropout(0.2), Dense(1)])
        try model.compile(optimizer: "adam", loss: "mse")
        return model
    }

    private func fit(_ model: Model, _ callbacks: [Callback], epochs: Int = 4, batchSize: Int = 4) throws -> History {
        try model.fit(
            Self.x, Self.x * 2.0, epochs: epochs, batchSize: batchSize, verbose: 0, callbacks: callbacks,
            validationSplit: 0.2)
    }

    /// A run of four epochs of four steps, interrupted behind a step; a checkpoint every three steps.
    private func interrupted(after steps: Int, in folder: String, double: Bool = false) {
        Session.withNew(seed: 3) {
            _ = #expect(throws: Interruption.self) {
                try fit(
                    model(),
                    [BackupAndRestore(folder, saveFreq: 3, doubleCheckpoint: double), Interrupter(after: steps)])
            }
        }
    }

    @Test func `what a killed process left of a save goes with the checkpoint, what a living one writes stays`() throws
    {
        try withTemporaryFolder { folder in
            let process = Process()
            process.executableURL = URL(filePath: "/bin/true")
            try process.run()
            process.waitUntilExit()
            let backup = folder + "/backup"
            try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
            func leave(_ process: Int32) throws -> String {
                let path = "\(backup)/latest.checkpoint.\(process)-7.tmp"
                try Data([1]).write(to: URL(filePath: path))
                return path
            }
            let living = try leave(getpid())
            let dead = try leave(process.processIdentifier)
            _ = try fit(model(), [BackupAndRestore(backup)])
            #expect(!FileManager.default.fileExists(atPath: dead))
            #expect(FileManager.default.fileExists(atPath: living))
            unlink(living)
            _ = try leave(process.processIdentifier)
            BackupAndRestore(backup).removeCheckpoint()
            #expect(!FileManager.default.fileExists(atPath: backup))
        }
    }

    private func values(_ model: Model) throws -> [[Double]] {
        try model.getWeights().map { try $0.cast(to: .float64).scalars(Double.self) }
    }

    private func whole() throws -> (weights: [[Double]], loss: [Double]) {
        try Session.withNew(seed: 3) {
            let model = try model()
            let history = try fit(model, [])
            return (try values(model), history["val_loss"])
        }
    }

    @Test(arguments: [2, 3, 7, 12, 15])
    func `a run goes on in the middle of an epoch, and ends as if it had not been interrupted`(steps: Int) throws {
        let expected = try whole()
        try withTemporaryFolder { folder in
            let backup = folder + "/backup"
            interrupted(after: steps, in: backup)
            // Another seed, unless there is no checkpoint yet: a run that only began anew would end otherwise.
            try Session.withNew(seed: steps <= 3 ? 3 : 4) {
                let model = try model()
                let callback = BackupAndRestore(backup, saveFreq: 3)
                let history = try fit(model, [callback])
                #expect(history.epoch == [0, 1, 2, 3] && history["val_loss"] == expected.loss)
                #expect(try values(model) == expected.weights)
            }
            #expect(!FileManager.default.fileExists(atPath: backup), "the checkpoint goes with the end of the run")
        }
    }

    @Test func `a run that is over stays over, and goes on when more epochs are asked for`() throws {
        try withTemporaryFolder { folder in
            func run(_ epochs: Int) throws -> (Double, History) {
                try Session.withNew(seed: 3) {
                    let model = try model()
                    let history = try fit(model, [BackupAndRestore(folder, deleteCheckpoint: false)], epochs: epochs)
                    return (try model.optimizer?.iterations.value.item() ?? 0, history)
                }
            }
            #expect(try run(2).0 == 8)
            #expect(try run(2).0 == 8)
            let (steps, history) = try run(3)
            #expect(steps == 12 && history.epoch == [0, 1, 2])
        }
    }

    private func refusal(_ model: Model, _ callbacks: [Callback], batchSize: Int = 4) -> String {
        do {
            _ = try fit(model, callbacks, batchSize: batchSize)
            return "it ran"
        } catch {
            return "\(error)"
        }
    }

    @Test func `what is not the same run is refused`() throws {
        try withTemporaryFolder { folder in
            interrupted(after: 7, in: folder)
            let backup = BackupAndRestore(folder)
            #expect(
                try refusal(model(), [backup], batchSize: 5).contains(
                    "16 samples in batches of 4, shuffled to train on, and this one has 16 samples in batches of 5"))
            let other = Sequential([Input(shape: 1), Dense(5), Dropout(0.2), Dense(1)])
            try other.compile(optimizer: "adam", loss: "mse")
            let message = refusal(other, [backup])
            #expect(message.contains("of another model") && message.contains("kernel") && message.contains("(1, 4)"))
            #expect(
                try refusal(model(), [EarlyStopping(), backup]).contains("and this one has: EarlyStopping, History"))
            #expect(try refusal(model(), [backup, BackupAndRestore(folder)]).contains("one callback"))
        }
    }

    @Test func `a damaged checkpoint is an error, or the one before it is taken`() throws {
        let expected = try whole()
        try withTemporaryFolder { folder in
            interrupted(after: 7, in: folder, double: true)
            let latest = folder + "/latest.checkpoint"
            var bytes = try Data(contentsOf: URL(filePath: latest))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: latest))
            #expect(try refusal(model(), [BackupAndRestore(folder)]).contains(latest))
            try Session.withNew(seed: 4) {
                let model = try model()
                let history = try fit(model, [BackupAndRestore(folder, doubleCheckpoint: true)])
                #expect(history["val_loss"] == expected.loss)
            }
        }
    }
}

import Foundation
import Hornbill
import HornbillTestSupport
import Synchronization
import Testing

@Suite struct ModelCheckpointTests {
    static let cases = Golden.cases("checkpoints")
    private static let x = Tensor.linspace(-1, 1, count: 8).reshaped([8, 1])

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
            return !isFolder.boolValue
        }.sorted()
    }

    @Test func `all golden runs are there`() { #expect(Self.cases.count == 19) }

    @Test(arguments: cases)
    func `files are written when Keras writes them, with its words`(_ golden: GoldenCase) throws {
        final class Text: Sendable { let value = Mutex("") }
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let make = try #require(Architectures.all["digits"])
                let model = try make()
                try model.setWeights(golden.arrays("weight_"))
                try model.compile(
                    optimizer: Optimizers.SGD(learningRate: 0.5), loss: "sparse_categorical_crossentropy",
                    metrics: ["accuracy"])
                let arguments = golden.fields["arguments"]
                var frequency = CallbackFrequency(stringLiteral: arguments?["save_freq"]?.string ?? "epoch")
                if let count = arguments?["save_freq"]?.int { frequency = .batches(count) }
                let checkpoint = ModelCheckpoint(
                    "\(folder)/\(golden.fields["path"]?.string ?? "")",
                    monitor: arguments?["monitor"]?.string ?? "val_loss", verbose: 1,
                    saveBestOnly: arguments?["save_best_only"]?.bool ?? false,
                    saveWeightsOnly: arguments?["save_weights_only"]?.bool ?? false,
                    mode: MonitorMode(stringLiteral: arguments?["mode"]?.string ?? "auto"), saveFreq: frequency,
                    initialValueThreshold: arguments?["initial_value_threshold"]?.double)
                let text = Text()
                let output = ProgressOutput(isTerminal: false, isUnicodeTerminal: false) { line in
                    text.value.withLock { $0 += line }
                }
                let held = (try golden.require("validation_x"), try golden.require("validation_y_0"))
                let (x, y) = (try golden.require("x"), try golden.require("y_0"))
                func fit() throws {
                    try ProgressOutput.$redirected.withValue(output) {
                        _ = try model.fit(
                            x, y, epochs: 4, batchSize: 8, verbose: 0, callbacks: [checkpoint], validationData: held,
                            shuffle: false)
                    }
                }
                guard golden.fields["error"] == nil else {
                    #expect(throws: HornbillError.self) { try fit() }
                    return
                }
                try fit()
                let written = try files(in: folder)
                #expect(written == golden.fields["files"]?.list?.compactMap(\.string))
                let words = text.value.withLock { $0 }.replacingOccurrences(of: folder + "/", with: "")
                #expect(words == golden.fields["printed"]?.string)
                let best = golden.fields["best"]?.double
                #expect((best == nil) == (checkpoint.best == nil))
                if let best, let own = checkpoint.best { try expectClose(Tensor([own]), Tensor([best]), "the best") }
            }
        }
    }

    @Test func `a file holds the model as it was when it was written`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let model = Architectures.mlp(1, [3, 1])
                try model.compile(optimizer: "adam", loss: "mse")
                var weights: [[Tensor]] = []
                let keeper = LambdaCallback(onEpochEnd: { _, _ in weights.append(model.getWeights()) })
                try model.fit(
                    Self.x, Self.x, epochs: 3, batchSize: 4, verbose: 0,
                    callbacks: [
                        keeper, ModelCheckpoint("\(folder)/{epoch}.keras"),
                        ModelCheckpoint("\(folder)/{epoch}.weights.h5", saveWeightsOnly: true),
                    ])
                for (epoch, wanted) in weights.enumerated() {
                    let loaded = try loadModel("\(folder)/\(epoch + 1).keras")
                    #expect(try loaded.optimizer?.iterations.value.item() == Double(2 * (epoch + 1)))
                    let other = Architectures.mlp(1, [3, 1])
                    try other.loadWeights("\(folder)/\(epoch + 1).weights.h5")
                    for values in [loaded.getWeights(), other.getWeights()] {
                        #expect(try values.map { try $0.floats() } == wanted.map { try $0.floats() })
                    }
                }
            }
        }
    }

    @Test func `what cannot be saved is said before training`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(1, [1])
            try model.compile(optimizer: "sgd", loss: "mse")
            func fit(_ checkpoint: ModelCheckpoint) throws {
                try model.fit(Self.x, Self.x, verbose: 0, callbacks: [checkpoint])
            }
            expectError(.argument, "'a.h5'", ".keras") { try fit(ModelCheckpoint("a.h5")) }
            expectError(.argument, "'a.weights.h5'", "saveWeightsOnly") { try fit(ModelCheckpoint("a.weights.h5")) }
            expectError(.argument, "'a.keras'", ".weights.h5") {
                try fit(ModelCheckpoint("a.keras", saveWeightsOnly: true))
            }
            expectError(.argument, "saveFreq", "0") { try fit(ModelCheckpoint("a.keras", saveFreq: 0)) }
            expectError(.argument, "saveFreq", "\"hourly\"") { try fit(ModelCheckpoint("a.keras", saveFreq: "hourly")) }
            expectError(.argument, "a { has no }") { try fit(ModelCheckpoint("{epoch.keras")) }
            #expect(try model.optimizer?.iterations.value.item() == 0)
            expectError(.file, "/proc/nothing") { try fit(ModelCheckpoint("/proc/nothing/a.keras")) }
        }
    }
}

import Foundation
import Hornbill
import HornbillTestSupport
import Synchronization
import Testing

/// Trainings with callbacks beside those of Keras: histories, learning rates, weights, what is printed and written.
@Suite struct CallbackGoldenTests {
    static let trainings = Golden.cases("callbacks").filter { $0.className == "fit" }
    static let events = Golden.cases("callbacks").filter { $0.className == "events" }

    @Test func `all golden runs are there`() {
        #expect(Self.trainings.count == 60)
        #expect(Self.events.count == 3)
    }

    @Test(arguments: trainings)
    func `trainings with callbacks go as Keras's`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let run = try CallbackRun(golden, logging: "\(folder)/log.csv")
                guard golden.fields["error"] == nil else {
                    #expect(throws: HornbillError.self) { try run.fit() }
                    return
                }
                let histories = try run.fit()
                try expectHistories(histories, golden)
                #expect(run.printed == golden.fields["printed"]?.string)
                #expect(!histories.flatMap(\.warnings).isEmpty == golden.fields["warned"]?.bool)
                let rate = try #require(golden.fields["learning_rate"]?.double)
                let actual = try #require(run.model.optimizer).learningRate
                #expect(abs(actual - rate) <= 1e-6 * abs(rate), "the learning rate is \(actual), Keras has \(rate)")
                for (index, (weight, expected)) in zip(run.model.getWeights(), golden.arrays("final_weight_"))
                    .enumerated()
                {
                    try expectClose(weight, expected, "weight \(index) after fit")
                }
                try expectStop(run.callbacks, golden)
                try expectCSV(run, golden)
            }
        }
    }

    private func expectHistories(_ histories: [History], _ golden: GoldenCase) throws {
        let expected = golden.fields["histories"]?.list ?? []
        #expect(histories.count == expected.count)
        for (history, wanted) in zip(histories, expected) {
            #expect(history.epoch == wanted["epochs"]?.ints)
            let entries = (wanted["history"]?.list ?? []).compactMap(\.list)
            #expect(history.keys == entries.map { $0[0].string })
            for entry in entries {
                let key = try entry[0].requireString()
                try expectClose(Tensor(history[key]), Tensor(entry[1].doubles ?? []), "history of \(key)")
            }
        }
    }

    private func expectStop(_ callbacks: [Callback], _ golden: GoldenCase) throws {
        guard let stop = callbacks.lazy.compactMap({ $0 as? EarlyStopping }).first else { return }
        #expect(stop.stoppedEpoch == golden.fields["stopped_epoch"]?.int)
        #expect(stop.bestEpoch == golden.fields["best_epoch"]?.int)
        #expect(stop.wait == golden.fields["wait"]?.int)
        let best = golden.fields["best"]?.double
        #expect((stop.best == nil) == (best == nil))
        if let best, let own = stop.best { try expectClose(Tensor([own]), Tensor([best]), "the best value") }
    }

    private func expectCSV(_ run: CallbackRun, _ golden: GoldenCase) throws {
        guard let expected = golden.fields["csv"]?.string else { return }
        let text = try String(contentsOfFile: run.path, encoding: .utf8)
        let separator = golden.fields["callbacks"]?.list?.last?["config"]?["separator"]?.string ?? ","
        let (lines, wanted) = (text.components(separatedBy: "\r\n"), expected.components(separatedBy: "\r\n"))
        #expect(lines.count == wanted.count && lines.first == wanted.first, "\(text)")
        for (line, want) in zip(lines, wanted) {
            // A separator within quotes does not separate.
            let (fields, expected) = (fields(line, separator), fields(want, separator))
            #expect(fields.count == expected.count, "\(line), Keras has \(want)")
            for (field, value) in zip(fields, expected) {
                guard let number = Double(value), let own = Double(field) else {
                    #expect(field == value)
                    continue
                }
                try expectClose(Tensor([own]), Tensor([number]), "the file")
            }
        }
    }

    private func fields(_ line: String, _ separator: String) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.components(separatedBy: separator).filter { !$0.isEmpty }
        }
    }

    @Test(arguments: events)
    func `hooks are called in Keras's order with Keras's logs`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(3, [1])
            try model.compile(optimizer: "sgd", loss: "mse", metrics: ["mae"])
            let (x, y) = (try golden.require("x"), try golden.require("y"))
            let recorder = EventRecorder()
            let frequency = golden.fields["fit"]?["validation_freq"]?.int
            try model.fit(
                x, y, epochs: 2, batchSize: 4, verbose: 0, callbacks: [recorder],
                validationData: frequency == nil ? nil : (x[0..<3], y[0..<3]), validationFrequency: frequency ?? 1)
            try model.evaluate(x, y, batchSize: 3, verbose: 0, callbacks: [recorder])
            _ = try model.predict(x, batchSize: 5, callbacks: [recorder]) as Tensor
            #expect(recorder.events == golden.fields["events"]?.list?.compactMap(\.string))
        }
    }
}

/// One golden training.
private final class CallbackRun {
    let model: Model
    let callbacks: [Callback]
    let path: String
    private let golden: GoldenCase
    private let text = Text()

    private final class Text: Sendable { let value = Mutex("") }

    /// What the callbacks printed.
    var printed: String { text.value.withLock { $0 } }

    init(_ golden: GoldenCase, logging path: String) throws {
        self.golden = golden
        self.path = path
        let name = try golden.fields["model"]?.requireString() ?? ""
        guard let make = Architectures.all[name] else { throw GoldenError("no architecture \(name)") }
        model = try make()
        callbacks = try (golden.fields["callbacks"]?.list ?? []).map { try Self.callback($0, path: path) }
        try model.setWeights(golden.arrays("weight_"))
        let optimizer = try GoldenOptimizer.make(
            golden.fields["optimizer"]?["class_name"]?.string ?? "?", Self.optimizerConfig(golden))
        let metrics: [any MetricConvertible] = golden.strings("metrics").map { $0 }
        if golden.fields["outputs"]?.int == 2 {
            let losses: [any LossConvertible] = ["mse", "mae"]
            let each: [any MetricConvertible] = [metrics, metrics]
            try model.compile(optimizer: optimizer, loss: losses, metrics: each)
        } else {
            try model.compile(optimizer: optimizer, loss: "sparse_categorical_crossentropy", metrics: metrics)
        }
    }

    /// A schedule stands there without its class.
    private static func optimizerConfig(_ golden: GoldenCase) -> GoldenValue {
        let config = golden.fields["optimizer"]?["config"] ?? .object([:])
        guard case .object(var entries) = config, case .object(let rate)? = entries["learning_rate"] else {
            return config
        }
        entries["learning_rate"] = .object(["class_name": .string("ExponentialDecay"), "config": .object(rate)])
        return .object(entries)
    }

    func fit() throws -> [History] {
        let output = ProgressOutput(isTerminal: false, isUnicodeTerminal: false) { [text] line in
            text.value.withLock { $0 += line }
        }
        let options = golden.fields["fit"]
        let held = try data("validation_")
        let (x, y) = try data("")
        return try ProgressOutput.$redirected.withValue(output) {
            try (0..<(golden.fields["runs"]?.int ?? 1)).map { _ in
                try model.fit(
                    x, y, epochs: golden.fields["epochs"]?.int ?? 1, batchSize: golden.fields["batch_size"]?.int,
                    verbose: 0, callbacks: callbacks,
                    validationData: golden.fields["validation"]?.bool == true ? held : nil, shuffle: false,
                    initialEpoch: options?["initial_epoch"]?.int ?? 0,
                    validationFrequency: options?["validation_freq"]?.int ?? 1)
            }
        }
    }

    private func data(_ prefix: String) throws -> (any TrainingData, any TrainingData) {
        let targets = golden.arrays("\(prefix)y_")
        return (try golden.require("\(prefix)x"), targets.count == 1 ? targets[0] : targets)
    }

    private static func callback(_ value: GoldenValue, path: String) throws -> Callback {
        let config = value["config"] ?? .object([:])
        let monitor = config["monitor"]?.string ?? "val_loss"
        let mode = MonitorMode(stringLiteral: config["mode"]?.string ?? "auto")
        let verbose = Verbosity(rawValue: config["verbose"]?.int ?? 0) ?? .silent
        switch value["class_name"]?.string {
        case "EarlyStopping":
            return EarlyStopping(
                monitor: monitor, minDelta: config["min_delta"]?.double ?? 0, patience: config["patience"]?.int ?? 0,
                verbose: verbose, mode: mode, baseline: config["baseline"]?.double,
                restoreBestWeights: config["restore_best_weights"]?.bool ?? false,
                startFromEpoch: config["start_from_epoch"]?.int ?? 0)
        case "ReduceLROnPlateau":
            return ReduceLROnPlateau(
                monitor: monitor, factor: config["factor"]?.double ?? 0.1, patience: config["patience"]?.int ?? 10,
                verbose: verbose, mode: mode, minDelta: config["min_delta"]?.double ?? 1e-4,
                cooldown: config["cooldown"]?.int ?? 0, minLR: config["min_lr"]?.double ?? 0)
        case "LearningRateScheduler":
            switch config["schedule"]?.string {
            case "halve": return LearningRateScheduler(verbose: verbose) { _, rate in rate * 0.5 }
            case "step": return LearningRateScheduler(verbose: verbose) { epoch in 0.2 / Double(epoch + 1) }
            default: return LearningRateScheduler(verbose: verbose) { epoch, rate in epoch < 2 ? rate : rate * 0.1 }
            }
        case "CSVLogger":
            return CSVLogger(
                path, separator: config["separator"]?.string ?? ",", append: config["append"]?.bool ?? false)
        case "SwapEMAWeights": return SwapEMAWeights(swapOnEpoch: config["swap_on_epoch"]?.bool ?? false)
        default: throw GoldenError("no Swift form of \(value)")
        }
    }
}

/// Writes down every hook, with the keys of its logs.
private final class EventRecorder: Callback {
    var events: [String] = []

    private func note(_ what: String, _ logs: Logs) { note(what, nil, logs) }

    private func note(_ what: String, _ number: Int?, _ logs: Logs) {
        let keys = logs.keys.sorted() + (logs.outputs == nil ? [] : ["outputs"])
        let words = [what] + (number.map { ["\($0)"] } ?? []) + [keys.joined(separator: ",")]
        events.append(words.filter { !$0.isEmpty }.joined(separator: " "))
    }

    override func onTrainBegin(_ logs: Logs) { note("train begin", logs) }
    override func onTrainEnd(_ logs: Logs) { note("train end", logs) }
    override func onEpochBegin(_ epoch: Int, _ logs: Logs) { note("epoch begin", epoch, logs) }
    override func onEpochEnd(_ epoch: Int, _ logs: Logs) { note("epoch end", epoch, logs) }
    override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) { note("train batch begin", batch, logs) }
    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) { note("train batch end", batch, logs) }
    override func onTestBegin(_ logs: Logs) { note("test begin", logs) }
    override func onTestEnd(_ logs: Logs) { note("test end", logs) }
    override func onTestBatchBegin(_ batch: Int, _ logs: Logs) { note("test batch begin", batch, logs) }
    override func onTestBatchEnd(_ batch: Int, _ logs: Logs) { note("test batch end", batch, logs) }
    override func onPredictBegin(_ logs: Logs) { note("predict begin", logs) }
    override func onPredictEnd(_ logs: Logs) { note("predict end", logs) }
    override func onPredictBatchBegin(_ batch: Int, _ logs: Logs) { note("predict batch begin", batch, logs) }
    override func onPredictBatchEnd(_ batch: Int, _ logs: Logs) { note("predict batch end", batch, logs) }
}

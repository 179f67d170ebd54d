import Foundation
import HornbillEngine

/// Saves the model, or its weights, while it is trained.
///
/// ```swift
/// ModelCheckpoint("best/{epoch:02d}-{val_loss:.2f}.keras", saveBestOnly: true)
/// ```
/// Each file appears whole or not at all. Follows Keras's
/// [ModelCheckpoint](https://keras.io/api/callbacks/model_checkpoint/).
public final class ModelCheckpoint: MonitorCallback, ResumableCallback {
    public let filepath: String
    public let verbose: Verbosity
    public let saveBestOnly: Bool
    public let saveWeightsOnly: Bool
    public let saveFreq: CallbackFrequency
    private var template: PathTemplate?
    private var epoch = 0
    private var batchesSinceSaving = 0
    private var lastBatch: Int?

    /// - Parameters:
    ///   - filepath: where to save: `.keras` for the model, `.weights.h5` for the weights. Fields are filled in: `{epoch}`,
    ///     from 1, every key of the logs, and `{batch}` where files are saved by batches; formats are Python's. Folders
    ///     are made.
    ///   - monitor: the value that says what is best.
    ///   - verbose: 1 says what it does.
    ///   - saveBestOnly: whether only a model is saved that is better than all before.
    ///   - saveWeightsOnly: whether only the weights are saved.
    ///   - mode: whether the value shall become small or large.
    ///   - saveFreq: `"epoch"`, or a number of batches, which goes on over the ends of epochs.
    ///   - initialValueThreshold: what the first model must be better than.
    public init(
        _ filepath: String, monitor: String = "val_loss", verbose: Verbosity = .silent, saveBestOnly: Bool = false,
        saveWeightsOnly: Bool = false, mode: MonitorMode = .auto, saveFreq: CallbackFrequency = .epoch,
        initialValueThreshold: Double? = nil
    ) {
        self.filepath = filepath
        self.verbose = verbose
        self.saveBestOnly = saveBestOnly
        self.saveWeightsOnly = saveWeightsOnly
        self.saveFreq = saveFreq
        super.init(monitor: monitor, mode: mode, baseline: initialValueThreshold)
    }

    override public var needsBatchLogs: Bool { saveFreq != .epoch }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        try saveFreq.check("saveFreq", of: self)
        template = try PathTemplate(filepath)
        let areWeights = filepath.hasSuffix(".weights.h5")
        if saveWeightsOnly, !areWeights {
            throw HornbillError(
                .argument, "ModelCheckpoint saves weights only, so its path must end in .weights.h5: '\(filepath)'")
        }
        if !saveWeightsOnly, filepath.hasSuffix(".h5") || filepath.hasSuffix(".hdf5") {
            throw HornbillError(
                .argument,
                areWeights
                    ? "'\(filepath)' is the path of weights: set saveWeightsOnly, or let it end in .keras"
                    : "ModelCheckpoint writes .keras files, not the older .h5: '\(filepath)'")
        }
    }

    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) { self.epoch = epoch }

    override public func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {
        guard case .batches(let count) = saveFreq else { return }
        // A batch that is not after the last one is the first of an epoch.
        batchesSinceSaving += lastBatch.map { batch > $0 ? batch - $0 : batch + 1 } ?? batch + 1
        lastBatch = batch
        guard batchesSinceSaving >= count else { return }
        batchesSinceSaving = 0
        try save(batch: batch, logs)
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        if saveFreq == .epoch { try save(batch: nil, logs) }
    }

    private func save(batch: Int?, _ logs: Logs) throws {
        guard let model, let template else { return }
        var values: [(name: String, value: PathTemplate.Value)] = [("epoch", .int(epoch + 1))]
        if let batch, logs["batch"] == nil { values.append(("batch", .int(batch + 1))) }
        values += logs.keys.map { (name: $0, value: .double(logs[$0] ?? .nan)) }
        let path = try template.filled(values)
        guard try isWanted(logs, path) else { return }
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) { try OutputFile.makeFolder(folder) }
        if saveWeightsOnly {
            try model.saveWeights(path)
        } else {
            try model.save(path)
        }
        if verbose != .silent { say("\nEpoch \(epoch + 1): finished saving model to \(path)") }
    }

    /// Whether the model as it is now is to be saved.
    private func isWanted(_ logs: Logs, _ path: String) throws -> Bool {
        guard saveBestOnly else {
            if verbose != .silent { say("\nEpoch \(epoch + 1): saving model to \(path)") }
            return true
        }
        guard let current = logs[monitor] else {
            warn(
                "ModelCheckpoint can save the best only with '\(monitor)', which is not there: it saves every time. There are: \(logs.keys.joined(separator: ", "))"
            )
            return true
        }
        try resolveDirection()
        func digits(_ value: Double) -> String { String(format: "%.5f", value) }
        let known = best.map(digits) ?? "None"
        guard isImprovement(current, over: best) else {
            if verbose != .silent { say("\nEpoch \(epoch + 1): \(monitor) did not improve from \(known)") }
            return false
        }
        if verbose != .silent {
            say(
                "\nEpoch \(epoch + 1): \(monitor) improved from \(known) to \(digits(current)), saving model to \(path)"
            )
        }
        best = current
        return true
    }

    public var state: CallbackState {
        CallbackState(
            self,
            [
                "best": ConfigValue(best), "batches_since_saving": .int(batchesSinceSaving),
                "last_batch": ConfigValue(lastBatch),
            ])
    }

    public func restore(_ state: CallbackState) throws {
        best = try state.double("best")
        batchesSinceSaving = try state.int("batches_since_saving")
        lastBatch = state.values["last_batch"] == .null ? nil : try state.int("last_batch")
    }
}

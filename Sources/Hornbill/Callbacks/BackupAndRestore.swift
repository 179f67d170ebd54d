import Foundation
import HornbillEngine

/// Keeps the state of a training run on disk, and goes on from it when the same program is run again after it was killed.
///
/// ```swift
/// try model.fit(x, y, epochs: 50, callbacks: [BackupAndRestore("backup"), EarlyStopping(patience: 3)])
/// ```
/// A run that goes on ends with the same bits as one that was never stopped, with the same number of threads: weights,
/// optimizer, metrics, random numbers, the order of the samples and the place among them, the state of the other
/// callbacks and the history are all in the checkpoint. What the program does before `fit` has to be the same; a data
/// set made of a generator is read again up to the place, and what the program itself orders or splits by chance before
/// `fit` needs `setRandomSeed`.
///
/// While the run goes on, SIGINT and SIGTERM do not end the program at once: the step is finished, the checkpoint
/// written, and the program exits with 130 or 143. A second signal ends it at once.
///
/// Follows Keras's [BackupAndRestore](https://keras.io/api/callbacks/backup_and_restore/), which goes on from the beginning
/// of an epoch with weights and optimizer only.
public final class BackupAndRestore: Callback, RunKeeper {
    public let backupDir: String
    public let saveFreq: CallbackFrequency
    public let doubleCheckpoint: Bool
    public let deleteCheckpoint: Bool
    public let handlesSignals: Bool
    private var stepsSinceSaving = 0
    private var isWatching = false

    /// - Parameters:
    ///   - backupDir: a folder for the checkpoint of this run alone; made if it is not there.
    ///   - saveFreq: `"epoch"`, or a number of batches.
    ///   - doubleCheckpoint: whether the checkpoint before the last is kept too, for when the last cannot be read.
    ///   - deleteCheckpoint: whether the checkpoint is removed when training has ended.
    ///   - handlesSignals: whether SIGINT and SIGTERM write a checkpoint before they end the program.
    public init(
        _ backupDir: String, saveFreq: CallbackFrequency = .epoch, doubleCheckpoint: Bool = false,
        deleteCheckpoint: Bool = true, handlesSignals: Bool = true
    ) {
        self.backupDir = backupDir
        self.saveFreq = saveFreq
        self.doubleCheckpoint = doubleCheckpoint
        self.deleteCheckpoint = deleteCheckpoint
        self.handlesSignals = handlesSignals
    }

    private var latest: String { "\(backupDir)/latest.checkpoint" }
    private var previous: String { "\(backupDir)/previous.checkpoint" }

    override public var needsBatchLogs: Bool { false }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        try saveFreq.check("saveFreq", of: self)
        guard !backupDir.isEmpty else { throw HornbillError(.argument, "\(displayName) needs the name of a folder") }
    }

    /// Removes the checkpoint, so that the next run begins anew.
    public func removeCheckpoint() {
        for path in [latest, previous] { unlink(path) }
        AtomicFile.removeUnfinished(latest)
        rmdir(backupDir)  // stays where it holds something else
    }

    // MARK: The run

    package func runBegan() throws -> TrainingState? {
        try OutputFile.makeFolder(backupDir)
        AtomicFile.removeUnfinished(latest)
        stepsSinceSaving = 0
        if handlesSignals {
            StopSignals.watch()
            isWatching = true
        }
        // Between the two moves of a save there is the previous one alone.
        let found = (doubleCheckpoint ? [latest, previous] : [latest]).filter(FileManager.default.fileExists(atPath:))
        guard let newest = found.first else { return nil }
        do {
            return try TrainingCheckpoint.read(newest)
        } catch {
            guard found.count > 1 else { throw error }
            warn("\(error); the checkpoint before it is taken")
            return try TrainingCheckpoint.read(found[1])
        }
    }

    package func stepEnded(_ run: TrainingRun) throws {
        if isWatching, let signal = StopSignals.pending { try leave(run.state(), signal) }
        guard case .batches(let count) = saveFreq else { return }
        stepsSinceSaving += 1
        guard stepsSinceSaving >= count else { return }
        stepsSinceSaving = 0
        try save(run.state())
    }

    package func validationBegins(_ run: TrainingRun) throws -> TrainingState? { isWatching ? try run.state() : nil }

    package func validationStepEnded(_ before: TrainingState?) throws {
        if isWatching, let before, let signal = StopSignals.pending { try leave(before, signal) }
    }

    package func epochEnded(_ run: TrainingRun) throws {
        if isWatching, let signal = StopSignals.pending { try leave(run.state(), signal) }
        if saveFreq == .epoch { try save(run.state()) }
    }

    package func runEnded() {
        if isWatching { StopSignals.unwatch() }
        isWatching = false
    }

    override public func onTrainEnd(_ logs: Logs) throws { if deleteCheckpoint { removeCheckpoint() } }

    private func save(_ state: TrainingState) throws {
        if doubleCheckpoint, FileManager.default.fileExists(atPath: latest), rename(latest, previous) != 0 {
            throw AtomicFile.failure("replace", previous)
        }
        try TrainingCheckpoint.write(state, to: latest)
    }

    private func leave(_ state: TrainingState, _ signal: Int32) throws {
        try save(state)
        let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
        let place = state.isWithinEpoch ? "step \(state.step) of epoch \(state.epoch + 1)" : "epoch \(state.epoch)"
        FileHandle.standardError.write(
            Data("\nStopped by \(name) after \(place); the checkpoint is in '\(backupDir)'.\n".utf8))
        exit(128 + signal)
    }
}

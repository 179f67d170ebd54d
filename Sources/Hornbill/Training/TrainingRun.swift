import HornbillEngine

/// One call of `fit`: feeds batches to the step and calls callbacks, from the beginning or from where another run of the
/// same program was stopped.
package final class TrainingRun {
    package let model: Model
    let callbacks: CallbackList
    let loop: TrainingLoop
    let source: BatchSource
    var feeder: EpochFeeder
    /// The epoch that is running or comes next, from 0.
    package internal(set) var epoch: Int
    /// Steps done in it.
    package internal(set) var step = 0
    /// Whether the epoch has begun, and its training has not been evaluated yet.
    private(set) var isWithinEpoch = false
    /// Those of the last epoch that was completed.
    var logs = Logs()
    private let validation: BatchSource?
    private let options: FitOptions
    private let keeper: (any RunKeeper)?

    init(_ model: Model, _ source: BatchSource, validation: BatchSource?, _ options: FitOptions) throws {
        try options.check()
        self.model = model
        self.source = source
        self.validation = validation
        self.options = options
        epoch = options.initialEpoch
        feeder = EpochFeeder(source, stepsPerEpoch: options.stepsPerEpoch)
        loop = TrainingLoop(model)
        callbacks = try CallbackList(
            options.callbacks, addHistory: true, addProgbar: options.verbose != .silent, model: model,
            params: CallbackParams(epochs: options.epochs, steps: feeder.stepCount, verbose: options.verbose))
        let keepers = callbacks.callbacks.compactMap { $0 as? any RunKeeper }
        guard keepers.count <= 1 else {
            throw HornbillError(.argument, "a run has one callback that keeps its state, not \(keepers.count)")
        }
        keeper = keepers.first
    }

    func run() throws -> History {
        model.stopTraining = false
        defer {
            model.currentBatch = nil
            keeper?.runEnded()
        }
        try callbacks.onTrainBegin(Logs())
        var resumed = try keeper?.runBegan()
        var isOver = false
        if let state = resumed {
            try prepare(for: state)
            if !state.isWithinEpoch {
                try restore(state)
                isOver = state.stopTraining
                resumed = nil
            }
        }
        while !isOver, epoch < options.epochs {
            isOver = try runEpoch(resuming: resumed)
            resumed = nil
        }
        try callbacks.willFinalize()
        try model.requireCompiled().optimizer.finalizeVariableValues(model.trainableVariables)
        try callbacks.onTrainEnd(logs)
        return callbacks.history ?? History()
    }

    /// Trains for one epoch, or for the rest of one.
    /// - Returns: whether the training is over.
    private func runEpoch(resuming state: TrainingState?) throws -> Bool {
        try loop.resetMetrics()
        try callbacks.onEpochBegin(epoch, Logs())
        isWithinEpoch = true
        if let state {
            // After the hook: what it does at the beginning of an epoch was done in the run that is resumed.
            try restore(state)
        } else {
            step = 0
            try feeder.begin(epoch: epoch)
        }
        while step == 0 || !model.stopTraining, let batch = try feeder.next() {
            if callbacks.needsBatch { model.currentBatch = batch }
            try callbacks.onTrainBatchBegin(step, Logs())
            try loop.run(.train, batch)
            try callbacks.onTrainBatchEnd(step, callbacks.needsBatchLogs ? loop.logs().sorted() : Logs())
            step += 1
            try keeper?.stepEnded(self)
        }
        guard step > 0 else { throw HornbillError(.data, "the data gave no batch in epoch \(epoch + 1)") }
        logs = try loop.logs().sorted()
        if let validation, (epoch + 1) % options.validationFrequency == 0 {
            // The metrics are about to be set back: whoever is stopped in between goes on from before.
            let before = try keeper?.validationBegins(self)
            let held = try model.runTest(
                validation, TrainingLoop(model), steps: options.validationSteps, epoch: epoch, callbacks
            ) { try keeper?.validationStepEnded(before) }
            logs = logs.adding(validation: held)
        }
        try callbacks.onEpochEnd(epoch, logs)
        if feeder.ranOut {
            callbacks.history?.warn(
                "the data ended in epoch \(epoch + 1) after \(step) of \(options.stepsPerEpoch ?? step) steps")
        }
        isWithinEpoch = false
        epoch += 1
        step = 0
        try keeper?.epochEnded(self)
        return model.stopTraining
    }
}

/// A callback that keeps the state of a run, so that another run can go on from it. Other than the hooks of a callback,
/// these are called when all callbacks have been.
package protocol RunKeeper: Callback {
    /// Asked once, after `onTrainBegin`.
    /// - Returns: the state to go on from; nil for a run that begins.
    func runBegan() throws -> TrainingState?
    func stepEnded(_ run: TrainingRun) throws
    /// - Returns: what ``validationStepEnded(_:)`` is given.
    func validationBegins(_ run: TrainingRun) throws -> TrainingState?
    func validationStepEnded(_ before: TrainingState?) throws
    /// Called between two epochs, and after the last.
    func epochEnded(_ run: TrainingRun) throws
    /// Called in any case, also when an error ends the run.
    func runEnded()
}

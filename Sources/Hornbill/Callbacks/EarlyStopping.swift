import HornbillEngine

/// Stops training when a value has stopped improving.
///
/// ```swift
/// try model.fit(x, y, epochs: 100, callbacks: [EarlyStopping(patience: 3, restoreBestWeights: true)],
///     validationSplit: 0.2)
/// ```
/// Follows Keras's [EarlyStopping](https://keras.io/api/callbacks/early_stopping/).
open class EarlyStopping: MonitorCallback, ResumableCallback {
    public let patience: Int
    public let verbose: Verbosity
    public let baseline: Double?
    public let restoreBestWeights: Bool
    public let startFromEpoch: Int
    /// Epochs since the last improvement.
    public private(set) var wait = 0
    /// The epoch, from 0, after which training was stopped; 0 if it was not.
    public private(set) var stoppedEpoch = 0
    /// The epoch, from 0, of the best value.
    public private(set) var bestEpoch = 0
    /// The weights at its end, if they are to be restored.
    public private(set) var bestWeights: [Tensor]?

    /// - Parameters:
    ///   - monitor: the value to watch.
    ///   - minDelta: a smaller change is no improvement.
    ///   - patience: the number of epochs without improvement after which training stops.
    ///   - verbose: 1 says what it does.
    ///   - mode: whether the value shall become small or large.
    ///   - baseline: training also stops when it does not become better than this.
    ///   - restoreBestWeights: whether the model gets the weights of its best epoch in the end, also if all epochs were
    ///     run.
    ///   - startFromEpoch: the first epoch, from 0, that counts.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, verbose: Verbosity = .silent,
        mode: MonitorMode = .auto, baseline: Double? = nil, restoreBestWeights: Bool = false, startFromEpoch: Int = 0
    ) {
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restoreBestWeights = restoreBestWeights
        self.startFromEpoch = startFromEpoch
        super.init(monitor: monitor, mode: mode, minDelta: minDelta)
    }

    override open func onTrainBegin(_ logs: Logs) throws {
        wait = 0
        stoppedEpoch = 0
        best = nil
        bestEpoch = 0
        bestWeights = nil
    }

    override open func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        guard let model else { return }
        try resolveDirection()
        guard let current = logs[monitor] else {
            warn(
                "\(displayName) watches '\(monitor)', which epoch \(epoch + 1) does not have. There are: \(logs.keys.joined(separator: ", "))"
            )
            return
        }
        guard epoch >= startFromEpoch else { return }
        if restoreBestWeights, bestWeights == nil { keepWeights(model, epoch) }
        wait += 1
        if isImprovement(current, over: best) {
            best = current
            bestEpoch = epoch
            if restoreBestWeights { keepWeights(model, epoch) }
            if baseline == nil || isImprovement(current, over: baseline) { wait = 0 }
            return
        }
        // The first epoch has nothing to be compared with.
        if wait >= patience, epoch > 0 {
            stoppedEpoch = epoch
            model.stopTraining = true
        }
    }

    private func keepWeights(_ model: Model, _ epoch: Int) {
        bestWeights = model.getWeights()
        bestEpoch = epoch
    }

    override open func onTrainEnd(_ logs: Logs) throws {
        if stoppedEpoch > 0, verbose != .silent { say("Epoch \(stoppedEpoch + 1): early stopping") }
        guard restoreBestWeights, let bestWeights else { return }
        if verbose != .silent { say("Restoring model weights from the end of the best epoch: \(bestEpoch + 1).") }
        try model?.setWeights(bestWeights)
    }

    public var state: CallbackState {
        CallbackState(
            self,
            [
                "wait": .int(wait), "stopped_epoch": .int(stoppedEpoch), "best": ConfigValue(best),
                "best_epoch": .int(bestEpoch),
            ], tensors: bestWeights.map { ["best_weights": $0] } ?? [:])
    }

    public func restore(_ state: CallbackState) throws {
        wait = try state.int("wait")
        stoppedEpoch = try state.int("stopped_epoch")
        best = try state.double("best")
        bestEpoch = try state.int("best_epoch")
        bestWeights = state.tensors["best_weights"]
    }
}

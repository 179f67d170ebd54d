import Logging

/// What `fit` returns: the values of loss and metrics, one for each epoch. A callback, as in Keras.
public final class History: Callback {
    /// Values by key (`loss`, `val_accuracy`, …).
    public private(set) var history: [String: [Double]] = [:]
    /// The keys in Keras's order: alphabetical.
    public private(set) var keys: [String] = []
    /// The numbers of the epochs, from 0.
    public private(set) var epoch: [Int] = []
    /// What went wrong without stopping the training, in sentences: a loss that became NaN.
    public private(set) var warnings: [String] = []

    override public var needsBatchLogs: Bool { false }

    /// The values of one key.
    public subscript(key: String) -> [Double] { history[key] ?? [] }

    override public func onTrainBegin(_ logs: Logs) {
        history = [:]
        keys = []
        epoch = []
        warnings = []
        warnedOfLoss = false
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) {
        self.epoch.append(epoch)
        for key in logs.keys {
            if history[key] == nil { keys.append(key) }
            history[key, default: []].append(logs[key] ?? .nan)
        }
        if let loss = logs["loss"], !loss.isFinite, !warnedOfLoss {
            warnedOfLoss = true
            warn("the loss became \(ProgressBar.number(loss)) in epoch \(epoch + 1)")
        }
    }

    private var warnedOfLoss = false

    /// Keeps a warning and logs it.
    func warn(_ text: String) {
        warnings.append(text)
        Logger(label: "hornbill.training").warning("\(text)")
    }
}

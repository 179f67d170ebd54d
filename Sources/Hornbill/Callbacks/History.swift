import HornbillEngine
import Logging

/// What `fit` returns: the values of loss and metrics, one for each epoch. A callback, as in Keras; one that is given to
/// several calls of `fit` goes on.
public final class History: Callback, ResumableCallback {
    /// Values by key (`loss`, `val_accuracy`, …).
    public private(set) var history: [String: [Double]] = [:]
    /// The keys in Keras's order: alphabetical, and then what callbacks added.
    public private(set) var keys: [String] = []
    /// The numbers of the epochs, from 0.
    public private(set) var epoch: [Int] = []
    /// What went wrong without stopping the training, in sentences: a loss that became NaN.
    public private(set) var warnings: [String] = []

    private var warnedOfLoss = false

    override public var needsBatchLogs: Bool { false }

    /// The values of one key.
    public subscript(key: String) -> [Double] { history[key] ?? [] }

    override public func onTrainBegin(_ logs: Logs) {
        epoch = []
        warnedOfLoss = false
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) {
        // A callback may have trained the model on its own.
        model?.history = self
        self.epoch.append(epoch)
        for key in logs.keys { add(logs[key] ?? .nan, key) }
        if let loss = logs["loss"], !loss.isFinite, !warnedOfLoss {
            warnedOfLoss = true
            warn("the loss became \(ProgressBar.number(loss)) in epoch \(epoch + 1)")
        }
    }

    private func add(_ value: Double, _ key: String) {
        if history[key] == nil { keys.append(key) }
        history[key, default: []].append(value)
    }

    /// Keeps a warning and logs it.
    override func warn(_ text: String) {
        warnings.append(text)
        Logger(label: "hornbill.training").warning("\(text)")
    }

    // MARK: State

    public var state: CallbackState {
        let values = keys.map { key in (key, ConfigValue.list(self[key].map(ConfigValue.double))) }
        return CallbackState(
            self,
            [
                "epoch": .list(epoch.map(ConfigValue.int)), "history": .object(Config(values)),
                "warnings": .list(warnings.map(ConfigValue.string)), "warned_of_loss": .bool(warnedOfLoss),
            ])
    }

    public func restore(_ state: CallbackState) throws {
        guard case .list(let epochs)? = state.values["epoch"], case .object(let values)? = state.values["history"],
            case .list(let sentences)? = state.values["warnings"]
        else { throw state.missing("history", "table") }
        warnedOfLoss = try state.bool("warned_of_loss")
        epoch = epochs.compactMap { if case .int(let number) = $0 { number } else { nil } }
        warnings = sentences.compactMap { if case .string(let text) = $0 { text } else { nil } }
        (keys, history) = ([], [:])
        for key in values.keys {
            guard case .list(let list)? = values[key] else { throw state.missing(key, "list of numbers") }
            for value in list {
                switch value {
                case .double(let number): add(number, key)
                case .int(let number): add(Double(number), key)
                default: throw state.missing(key, "list of numbers")
                }
            }
        }
    }
}

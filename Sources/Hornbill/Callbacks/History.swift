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

    /// The epochs, from 0, of the values of a key: `val_…` may not have one for each.
    private(set) var epochsByKey: [String: [Int]] = [:]
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
        for key in logs.keys { add(logs[key] ?? .nan, key, epoch: epoch) }
        if let loss = logs["loss"], !loss.isFinite, !warnedOfLoss {
            warnedOfLoss = true
            warn("the loss became \(ProgressBar.number(loss)) in epoch \(epoch + 1)")
        }
    }

    private func add(_ value: Double, _ key: String, epoch: Int) {
        if history[key] == nil { keys.append(key) }
        history[key, default: []].append(value)
        epochsByKey[key, default: []].append(epoch)
    }

    /// Keeps a warning and logs it.
    override func warn(_ text: String) {
        warnings.append(text)
        Logger(label: "hornbill.training").warning("\(text)")
    }

    // MARK: State

    public var state: CallbackState {
        let values = keys.map { key in (key, ConfigValue.list(self[key].map(ConfigValue.double))) }
        let places = keys.map { key in (key, ConfigValue.list((epochsByKey[key] ?? []).map(ConfigValue.int))) }
        return CallbackState(
            self,
            [
                "epoch": .list(epoch.map(ConfigValue.int)), "history": .object(Config(values)),
                "epochs": .object(Config(places)),
                "warnings": .list(warnings.map(ConfigValue.string)), "warned_of_loss": .bool(warnedOfLoss),
            ])
    }

    public func restore(_ state: CallbackState) throws {
        guard case .list(let epochs)? = state.values["epoch"], case .object(let values)? = state.values["history"],
            case .object(let places)? = state.values["epochs"],
            case .list(let sentences)? = state.values["warnings"]
        else { throw state.missing("history", "table") }
        warnedOfLoss = try state.bool("warned_of_loss")
        epoch = epochs.compactMap { if case .int(let number) = $0 { number } else { nil } }
        warnings = sentences.compactMap { if case .string(let text) = $0 { text } else { nil } }
        (keys, history, epochsByKey) = ([], [:], [:])
        for key in values.keys {
            guard case .list(let list)? = values[key], case .list(let epochs)? = places[key],
                list.count == epochs.count
            else { throw state.missing(key, "list of numbers") }
            for (value, place) in zip(list, epochs) {
                guard case .int(let epoch) = place else { throw state.missing(key, "list of epochs") }
                switch value {
                case .double(let number): add(number, key, epoch: epoch)
                case .int(let number): add(Double(number), key, epoch: epoch)
                default: throw state.missing(key, "list of numbers")
                }
            }
        }
    }
}

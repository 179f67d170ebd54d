/// Something that is told what training does. Inherit from it and override what you need; a hook may set
/// ``Model/stopTraining``. Follows Keras's [callbacks](https://keras.io/api/callbacks/base_callback/).
open class Callback {
    /// The model that is trained; set before the first hook.
    public package(set) weak var model: Model?

    public init() {}

    open func onTrainBegin(_ logs: Logs) throws {}
    open func onTrainEnd(_ logs: Logs) throws {}
    /// - Parameter epoch: from 0.
    open func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {}
    open func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {}
    /// - Parameter batch: from 0 in each epoch.
    open func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    /// - Parameter logs: metrics so far in the epoch; empty unless ``needsBatchLogs``.
    open func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {}
    open func onTestBegin(_ logs: Logs) throws {}
    open func onTestEnd(_ logs: Logs) throws {}
    open func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    open func onTestBatchEnd(_ batch: Int, _ logs: Logs) throws {}
    open func onPredictBegin(_ logs: Logs) throws {}
    open func onPredictEnd(_ logs: Logs) throws {}
    open func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    open func onPredictBatchEnd(_ batch: Int, _ logs: Logs) throws {}

    /// Whether the hooks after a batch want the metrics' values. Reading them costs a few microseconds a batch, so that
    /// it is left out when nobody asks.
    open var needsBatchLogs: Bool { true }
}

/// The callbacks of one run, in order.
final class CallbackList {
    private let callbacks: [Callback]
    let needsBatchLogs: Bool
    let isEmpty: Bool

    init(_ callbacks: [Callback], model: Model) {
        self.callbacks = callbacks
        needsBatchLogs = callbacks.contains { $0.needsBatchLogs }
        isEmpty = callbacks.isEmpty
        for callback in callbacks { callback.model = model }
    }

    func each(_ body: (Callback) throws -> Void) rethrows {
        for callback in callbacks { try body(callback) }
    }
}

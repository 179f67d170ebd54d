import HornbillEngine
import Logging

/// Something that is told what training, evaluation and prediction do. Inherit from it and override what you need; a
/// hook may set ``Model/stopTraining``. Follows Keras's
/// [callbacks](https://keras.io/api/callbacks/base_callback/).
///
/// ```swift
/// final class Patience: Callback {
///     override func onEpochEnd(_ epoch: Int, _ logs: Logs) {
///         if let loss = logs["loss"], loss < 0.01 { model?.stopTraining = true }
///     }
/// }
/// ```
open class Callback {
    /// The model that is trained; set before the first hook.
    public package(set) weak var model: Model?
    /// What `fit`, `evaluate` or `predict` was asked for; set before the first hook.
    public package(set) var params = CallbackParams()

    public init() {}

    /// Takes the model, before any hook. A callback whose arguments are not usable throws here.
    open func setModel(_ model: Model) throws { self.model = model }

    open func onTrainBegin(_ logs: Logs) throws {}
    /// - Parameter logs: those of the last epoch.
    open func onTrainEnd(_ logs: Logs) throws {}
    /// - Parameter epoch: from 0.
    open func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {}
    /// - Parameter logs: losses and metrics of the epoch; those of validation begin with `val_`.
    open func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {}
    /// The form to override in place of ``onEpochEnd(_:_:)-(Int,Logs)`` by a callback that adds to the logs: what it
    /// adds is seen by the callbacks after it, by the history and on the progress line.
    open func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws { try onEpochEnd(epoch, logs) }
    /// - Parameter batch: from 0 in each epoch.
    open func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws { try onBatchBegin(batch, logs) }
    /// - Parameter logs: metrics so far in the epoch; empty unless ``needsBatchLogs``.
    open func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws { try onBatchEnd(batch, logs) }
    /// Keras's older name of ``onTrainBatchBegin(_:_:)``, which calls it.
    open func onBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    /// Keras's older name of ``onTrainBatchEnd(_:_:)``, which calls it.
    open func onBatchEnd(_ batch: Int, _ logs: Logs) throws {}
    /// Before an evaluation, be it that of `evaluate` or the validation in `fit`.
    open func onTestBegin(_ logs: Logs) throws {}
    open func onTestEnd(_ logs: Logs) throws {}
    open func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    open func onTestBatchEnd(_ batch: Int, _ logs: Logs) throws {}
    open func onPredictBegin(_ logs: Logs) throws {}
    open func onPredictEnd(_ logs: Logs) throws {}
    open func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws {}
    /// - Parameter logs: no values, but the outputs of the batch in ``Logs/outputs``.
    open func onPredictBatchEnd(_ batch: Int, _ logs: Logs) throws {}

    /// Whether the hooks after a batch want the metrics' values. Reading them costs a few microseconds a batch, so that
    /// it is left out when nobody asks.
    open var needsBatchLogs: Bool { true }

    /// Whether the callback reads ``Model/currentBatch``.
    package var needsBatch: Bool { false }

    /// Called when training has ended, before the weights become their moving averages, if those are kept.
    package func willFinalize() throws {}

    /// The callback as messages name it.
    var displayName: String { String(describing: type(of: self)) }

    /// Prints what a callback with `verbose: 1` has to say.
    func say(_ text: String) { ProgressOutput.current.write(text + "\n") }

    /// Logs a warning, and keeps it in the history of the running `fit`.
    func warn(_ text: String) {
        if let history = model?.history {
            history.warn(text)
        } else {
            Logger(label: "hornbill.training").warning("\(text)")
        }
    }
}

/// What `fit`, `evaluate` or `predict` was asked for.
public struct CallbackParams: Sendable, Hashable {
    /// The number of the last epoch; 1 outside of `fit`.
    public var epochs: Int
    /// Steps an epoch; nil if that is not known.
    public var steps: Int?
    public var verbose: Verbosity

    public init(epochs: Int = 1, steps: Int? = nil, verbose: Verbosity = .silent) {
        self.epochs = epochs
        self.steps = steps
        self.verbose = verbose
    }
}

import HornbillEngine

/// The callbacks of one run, called together and in order. `fit`, `evaluate` and `predict` make one; a training loop of
/// your own may too:
///
/// ```swift
/// let callbacks = try CallbackList([CSVLogger("log.csv")], addHistory: true, model: model)
/// try callbacks.onTrainBegin(Logs())
/// ```
/// Follows Keras's `CallbackList`.
public final class CallbackList: Callback {
    public private(set) var callbacks: [Callback]
    /// The history among them, if there is one.
    public private(set) var history: History?
    private var progbar: ProgbarLogger?
    private var someNeedLogs = false
    private var someNeedBatch = false

    /// - Parameters:
    ///   - callbacks: lists among them are taken apart.
    ///   - addHistory: whether a ``History`` comes after them, unless there is one.
    ///   - addProgbar: whether a ``ProgbarLogger`` comes last, unless there is one.
    /// - Throws: what a callback throws that cannot work with its arguments or this model.
    public init(
        _ callbacks: [Callback] = [], addHistory: Bool = false, addProgbar: Bool = false, model: Model? = nil,
        params: CallbackParams = CallbackParams()
    ) throws {
        self.callbacks = callbacks.flatMap { ($0 as? CallbackList)?.callbacks ?? [$0] }
        super.init()
        self.params = params
        if addHistory, !self.callbacks.contains(where: { $0 is History }) { self.callbacks.append(History()) }
        if addProgbar, !self.callbacks.contains(where: { $0 is ProgbarLogger }) {
            self.callbacks.append(ProgbarLogger())
        }
        note()
        for callback in self.callbacks { callback.params = params }
        if let model { try setModel(model) }
    }

    /// Adds a callback after the others.
    public func append(_ callback: Callback) throws {
        callbacks.append(callback)
        note()
        callback.params = params
        if let model { try callback.setModel(model) }
    }

    private func note() {
        history = callbacks.lazy.compactMap { $0 as? History }.last
        progbar = callbacks.lazy.compactMap { $0 as? ProgbarLogger }.last
        someNeedLogs = callbacks.contains { !($0 is ProgbarLogger) && $0.needsBatchLogs }
        someNeedBatch = callbacks.contains(where: \.needsBatch)
    }

    override public var needsBatchLogs: Bool { someNeedLogs || progbar?.needsBatchLogs ?? false }
    override package var needsBatch: Bool { someNeedBatch }
    /// Whether a hook after a batch of a prediction has somebody to call who may look at the outputs.
    var needsOutputs: Bool { callbacks.contains { !($0 is ProgbarLogger) } }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        if let history { model.history = history }
        for callback in callbacks { try callback.setModel(model) }
    }

    override public func onTrainBegin(_ logs: Logs) throws { for each in callbacks { try each.onTrainBegin(logs) } }
    override public func onTrainEnd(_ logs: Logs) throws { for each in callbacks { try each.onTrainEnd(logs) } }
    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onEpochBegin(epoch, logs) }
    }
    override public func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        for each in callbacks { try each.onEpochEnd(epoch, &logs) }
    }
    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        var logs = logs
        try onEpochEnd(epoch, &logs)
    }
    override public func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onTrainBatchBegin(batch, logs) }
    }
    override public func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onTrainBatchEnd(batch, logs) }
    }
    override public func onBatchBegin(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onBatchBegin(batch, logs) }
    }
    override public func onBatchEnd(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onBatchEnd(batch, logs) }
    }
    override public func onTestBegin(_ logs: Logs) throws { for each in callbacks { try each.onTestBegin(logs) } }
    override public func onTestEnd(_ logs: Logs) throws { for each in callbacks { try each.onTestEnd(logs) } }
    override public func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onTestBatchBegin(batch, logs) }
    }
    override public func onTestBatchEnd(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onTestBatchEnd(batch, logs) }
    }
    override public func onPredictBegin(_ logs: Logs) throws { for each in callbacks { try each.onPredictBegin(logs) } }
    override public func onPredictEnd(_ logs: Logs) throws { for each in callbacks { try each.onPredictEnd(logs) } }
    override public func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onPredictBatchBegin(batch, logs) }
    }
    override public func onPredictBatchEnd(_ batch: Int, _ logs: Logs) throws {
        for each in callbacks { try each.onPredictBatchEnd(batch, logs) }
    }
    override package func willFinalize() throws { for each in callbacks { try each.willFinalize() } }

    // MARK: State

    private var resumable: [any ResumableCallback] { callbacks.compactMap { $0 as? any ResumableCallback } }

    /// What the callbacks that can be resumed have to remember, in order.
    package var states: [CallbackState] { resumable.map(\.state) }

    /// Gives the callbacks their state back. Call it after ``onTrainBegin(_:)``.
    /// - Throws: kind `state` if these are not the callbacks that the states are of, or what a callback throws.
    package func restore(_ states: [CallbackState]) throws {
        let resumable = self.resumable
        guard resumable.map(\.displayName) == states.map(\.owner) else {
            func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
            throw HornbillError(
                .state,
                "the run to resume had these callbacks that remember something: \(list(states.map(\.owner))); and this one has: \(list(resumable.map(\.displayName))). Give it the same in the same order"
            )
        }
        for (callback, state) in zip(resumable, states) { try callback.restore(state) }
    }
}

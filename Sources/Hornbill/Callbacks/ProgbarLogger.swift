import HornbillEngine

/// Draws the progress line. `fit`, `evaluate` and `predict` add one after all other callbacks, unless they are silent or
/// given one. Follows Keras's `ProgbarLogger`.
public final class ProgbarLogger: Callback {
    private var bar: ProgressBar?
    private var seen = 0
    /// Validation in `fit` is silent.
    private var isInFit = false

    /// Whether a redraw is due.
    override public var needsBatchLogs: Bool { bar?.wantsUpdate ?? false }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        isInFit = false
        bar = nil
    }

    private func begin() {
        seen = 0
        bar = ProgressBar(total: params.steps, verbosity: params.verbose)
    }

    private func step(_ batch: Int, _ logs: Logs) {
        bar?.stepDone()
        seen = batch + 1
        // Without values no redraw was due when they were read.
        if !logs.keys.isEmpty { bar?.update(seen, logs) }
    }

    private func finish(_ logs: Logs) {
        bar?.finish(seen, logs)
        bar = nil
    }

    override public func onTrainBegin(_ logs: Logs) { isInFit = true }

    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) {
        if params.verbose != .silent, params.epochs > 1 { say("Epoch \(epoch + 1)/\(params.epochs)") }
        begin()
    }

    override public func onTrainBatchEnd(_ batch: Int, _ logs: Logs) { step(batch, logs) }
    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) { finish(logs) }

    override public func onTestBegin(_ logs: Logs) { if !isInFit { begin() } }
    override public func onTestBatchEnd(_ batch: Int, _ logs: Logs) { if !isInFit { step(batch, logs) } }
    override public func onTestEnd(_ logs: Logs) { if !isInFit { finish(logs) } }

    override public func onPredictBegin(_ logs: Logs) { begin() }
    override public func onPredictBatchEnd(_ batch: Int, _ logs: Logs) {
        step(batch, Logs())
        bar?.update(seen, Logs())
    }
    override public func onPredictEnd(_ logs: Logs) { finish(Logs()) }
}

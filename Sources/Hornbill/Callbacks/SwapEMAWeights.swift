import HornbillEngine

/// Puts the moving averages of the weights into the model while it is evaluated or predicts, and the weights back
/// afterwards. The optimizer must keep averages: `Optimizers.SGD().with { $0.useEMA = true }`.
/// Follows Keras's [SwapEMAWeights](https://keras.io/api/callbacks/swap_ema_weights/).
public final class SwapEMAWeights: Callback, ResumableCallback {
    public let swapOnEpoch: Bool
    /// Whether the model has the averages, and the optimizer the weights.
    private var swapped = false

    /// - Parameter swapOnEpoch: whether the model has the averages from the end of each epoch to the beginning of the
    ///   next, so that callbacks after this one, as ``ModelCheckpoint``, see them.
    public init(swapOnEpoch: Bool = false) { self.swapOnEpoch = swapOnEpoch }

    override public var needsBatchLogs: Bool { false }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        guard try model.ratedOptimizers().contains(where: { $0.optimizer.rules.useEMA }) else {
            throw HornbillError(
                .argument,
                "SwapEMAWeights needs an optimizer that keeps moving averages: Optimizers.SGD().with { $0.useEMA = true }"
            )
        }
    }

    private func swap(to wanted: Bool) throws {
        guard swapped != wanted, let model else { return }
        for (_, optimizer) in try model.ratedOptimizers() where optimizer.rules.useEMA {
            // Before the first step the averages are nothing yet.
            guard optimizer.built, try optimizer.iterations.value.item() > 0 else { continue }
            for weight in model.weights {
                guard let average = try? optimizer.slot("average", of: weight) else { continue }
                let (own, other) = (weight.value, average.value)
                try weight.assign(other)
                try average.assign(own)
            }
        }
        swapped = wanted
    }

    override public func onTrainBegin(_ logs: Logs) throws { swapped = false }
    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) throws { try swap(to: false) }
    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws { if swapOnEpoch { try swap(to: true) } }
    override public func onTestBegin(_ logs: Logs) throws { try swap(to: true) }
    override public func onTestEnd(_ logs: Logs) throws { try swap(to: false) }
    override public func onPredictBegin(_ logs: Logs) throws { try swap(to: true) }
    override public func onPredictEnd(_ logs: Logs) throws { try swap(to: false) }
    override package func willFinalize() throws { try swap(to: false) }

    public var state: CallbackState { CallbackState(self, ["swapped": .bool(swapped)]) }
    public func restore(_ state: CallbackState) throws { swapped = try state.bool("swapped") }
}

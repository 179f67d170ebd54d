import HornbillEngine

/// Makes the learning rate smaller when a value has stopped improving. Adds `learning_rate` to the logs.
/// Follows Keras's [ReduceLROnPlateau](https://keras.io/api/callbacks/reduce_lr_on_plateau/).
open class ReduceLROnPlateau: MonitorCallback, ResumableCallback {
    public let factor: Double
    public let patience: Int
    public let verbose: Verbosity
    public let cooldown: Int
    public let minLR: Double
    /// Epochs still to wait after the last reduction.
    public private(set) var cooldownCounter = 0
    /// Epochs since the last improvement.
    public private(set) var wait = 0

    /// - Parameters:
    ///   - monitor: the value to watch.
    ///   - factor: by what the rate is multiplied; below 1.
    ///   - patience: the number of epochs without improvement after which it is.
    ///   - verbose: 1 says what it does.
    ///   - mode: whether the value shall become small or large.
    ///   - minDelta: a smaller change is no improvement.
    ///   - cooldown: the number of epochs after a reduction that do not count.
    ///   - minLR: the rate does not become smaller.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, verbose: Verbosity = .silent,
        mode: MonitorMode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLR: Double = 0
    ) {
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.minLR = minLR
        super.init(monitor: monitor, mode: mode, minDelta: minDelta)
    }

    override open func setModel(_ model: Model) throws {
        try super.setModel(model)
        guard factor < 1 else {
            throw HornbillError(.argument, "\(displayName) needs a factor below 1, not \(factor)")
        }
    }

    override open func onTrainBegin(_ logs: Logs) throws {
        best = nil
        cooldownCounter = 0
        wait = 0
    }

    override open func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        guard let model else { return }
        let rates = try model.learningRates()
        for key in rates.keys { logs[key] = rates[key] }
        try resolveDirection()
        guard let current = logs[monitor] else {
            warn(
                "\(displayName) watches '\(monitor)', which epoch \(epoch + 1) does not have. There are: \(logs.keys.joined(separator: ", "))"
            )
            return
        }
        if cooldownCounter > 0 {
            cooldownCounter -= 1
            wait = 0
        }
        if isImprovement(current, over: best) {
            best = current
            wait = 0
        } else if cooldownCounter <= 0 {
            wait += 1
            if wait >= patience, try reduce(model, epoch) {
                cooldownCounter = cooldown
                wait = 0
            }
        }
    }

    /// Whether there was a rate left to reduce.
    private func reduce(_ model: Model, _ epoch: Int) throws -> Bool {
        var reduced = false
        for (name, optimizer) in try model.ratedOptimizers() where optimizer.learningRate > Double(Float(minLR)) {
            let rate = max(optimizer.learningRate * factor, minLR)
            try optimizer.setLearningRate(rate, for: self)
            reduced = true
            if verbose != .silent {
                let which = name.map { " \($0)" } ?? ""
                say(
                    "\nEpoch \(epoch + 1): ReduceLROnPlateau reducing\(which) learning rate to \(rate.pythonDescription)."
                )
            }
        }
        return reduced
    }

    public var state: CallbackState {
        CallbackState(
            self, ["best": ConfigValue(best), "cooldown_counter": .int(cooldownCounter), "wait": .int(wait)])
    }

    public func restore(_ state: CallbackState) throws {
        best = try state.double("best")
        cooldownCounter = try state.int("cooldown_counter")
        wait = try state.int("wait")
    }
}

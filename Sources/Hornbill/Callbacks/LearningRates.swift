import HornbillEngine

// What the callbacks share that read and set learning rates.

extension Model {
    /// The optimizers that have a learning rate, with what tells them apart in logs where there are several.
    func ratedOptimizers() throws -> [(name: String?, optimizer: Optimizer)] {
        guard let optimizer else {
            throw HornbillError(.state, "the model has no optimizer yet: compile it first", layer: label)
        }
        let inner = (optimizer as? Optimizers.LossScaleOptimizer)?.innerOptimizer ?? optimizer
        guard let several = inner as? Optimizers.MultiOptimizer else { return [(nil, inner)] }
        return several.optimizers.map { ($0.displayName, $0) }
    }

    /// The learning rates, as `learning_rate` or `learning_rate_adam`.
    func learningRates() throws -> Logs {
        var logs = Logs()
        for (name, optimizer) in try ratedOptimizers() {
            logs[name.map { "learning_rate_\($0)" } ?? "learning_rate"] = optimizer.learningRate
        }
        return logs
    }
}

extension Optimizer {
    /// - Parameter callback: who sets it, for the error.
    /// - Throws: kind `state` if the rate follows a schedule.
    func setLearningRate(_ rate: Double, for callback: Callback) throws {
        guard schedule == nil else {
            throw HornbillError(
                .state,
                "\(callback.displayName) cannot set the learning rate of the optimizer \(displayName), which follows a schedule: give the optimizer a number"
            )
        }
        learningRate = rate
    }
}

extension Double {
    /// The number as Python prints it.
    var pythonDescription: String {
        isFinite ? PythonFloat.text(self) : isNaN ? "nan" : self < 0 ? "-inf" : "inf"
    }
}

import HornbillEngine

/// Sets the learning rate at the beginning of each epoch. Adds `learning_rate` to the logs.
///
/// ```swift
/// LearningRateScheduler { epoch, rate in epoch < 10 ? rate : rate * 0.9 }
/// ```
/// Follows Keras's [LearningRateScheduler](https://keras.io/api/callbacks/learning_rate_scheduler/).
public final class LearningRateScheduler: Callback {
    private let schedule: (Int, Double) throws -> Double
    public let verbose: Verbosity

    /// - Parameter schedule: gives the rate for an epoch, from 0, and the rate until then.
    public init(verbose: Verbosity = .silent, _ schedule: @escaping (_ epoch: Int, _ rate: Double) throws -> Double) {
        self.schedule = schedule
        self.verbose = verbose
    }

    /// - Parameter schedule: gives the rate for an epoch, from 0.
    public convenience init(verbose: Verbosity = .silent, _ schedule: @escaping (_ epoch: Int) throws -> Double) {
        self.init(verbose: verbose) { epoch, _ in try schedule(epoch) }
    }

    override public var needsBatchLogs: Bool { false }

    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {
        for (name, optimizer) in try model?.ratedOptimizers() ?? [] {
            let rate = try schedule(epoch, optimizer.learningRate)
            try optimizer.setLearningRate(rate, for: self)
            if verbose != .silent {
                let which = name.map { "\($0) " } ?? ""
                say(
                    "\nEpoch \(epoch + 1): LearningRateScheduler setting \(which)learning rate to \(rate.pythonDescription)."
                )
            }
        }
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        guard let rates = try model?.learningRates() else { return }
        for key in rates.keys { logs[key] = rates[key] }
    }
}

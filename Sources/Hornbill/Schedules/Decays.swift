import HornbillEngine

/// Keras's learning-rate schedules: `Optimizers.SGD(learningRate: Schedules.ExponentialDecay(0.1, decaySteps: 100,
/// decayRate: 0.5))`. Follows Keras's
/// [schedules](https://keras.io/api/optimizers/learning_rate_schedules/).
public enum Schedules {}

extension LearningRateSchedule {
    public var kerasModule: String? { "keras.optimizers.schedules" }
    public var kerasClassName: String { String(describing: Self.self) }
}

extension Schedules {
    /// The step as a float32 scalar.
    static func float(_ step: Tensor) -> Tensor { step.cast(to: .float32) }

    /// A float32 scalar.
    static func scalar(_ value: Double) -> Tensor { Tensor(scalar: Float(value)) }

    static func checkSteps(_ steps: Int, _ name: String = "decaySteps") throws {
        guard steps > 0 else { throw HornbillError(.argument, "\(name) must be positive, not \(steps)") }
    }

    /// `initial · decayRate^(step / decaySteps)`.
    /// Follows Keras's [ExponentialDecay](https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/).
    public struct ExponentialDecay: LearningRateSchedule {
        public var initialLearningRate: Double
        public var decaySteps: Int
        public var decayRate: Double
        /// Whether the quotient is rounded down, so that the rate falls in steps.
        public var staircase: Bool
        public var name: String

        public init(
            _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false,
            name: String = "ExponentialDecay"
        ) {
            self.initialLearningRate = initialLearningRate
            self.decaySteps = decaySteps
            self.decayRate = decayRate
            self.staircase = staircase
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            try checkSteps(decaySteps)
            let quotient = float(step) / decaySteps
            return initialLearningRate * ops.power(scalar(decayRate), staircase ? ops.floor(quotient) : quotient)
        }

        public init(config: ConfigReader) throws {
            try self.init(
                config.double("initial_learning_rate"), decaySteps: config.int("decay_steps"),
                decayRate: config.double("decay_rate"), staircase: config.bool("staircase", false),
                name: config.string("name", "ExponentialDecay"))
        }

        public func getConfig() -> Config {
            [
                "initial_learning_rate": .double(initialLearningRate), "decay_steps": .int(decaySteps),
                "decay_rate": .double(decayRate), "staircase": .bool(staircase), "name": .string(name),
            ]
        }
    }

    /// `initial / (1 + decayRate · step / decaySteps)`.
    /// Follows Keras's [InverseTimeDecay](https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/).
    public struct InverseTimeDecay: LearningRateSchedule {
        public var initialLearningRate: Double
        public var decaySteps: Int
        public var decayRate: Double
        /// Whether the quotient is rounded down, so that the rate falls in steps.
        public var staircase: Bool
        public var name: String

        public init(
            _ initialLearningRate: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false,
            name: String = "InverseTimeDecay"
        ) {
            self.initialLearningRate = initialLearningRate
            self.decaySteps = decaySteps
            self.decayRate = decayRate
            self.staircase = staircase
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            try checkSteps(decaySteps)
            let quotient = float(step) / decaySteps
            return initialLearningRate / (1.0 + decayRate * (staircase ? ops.floor(quotient) : quotient))
        }

        public init(config: ConfigReader) throws {
            try self.init(
                config.double("initial_learning_rate"), decaySteps: config.int("decay_steps"),
                decayRate: config.double("decay_rate"), staircase: config.bool("staircase", false),
                name: config.string("name", "InverseTimeDecay"))
        }

        public func getConfig() -> Config {
            [
                "initial_learning_rate": .double(initialLearningRate), "decay_steps": .int(decaySteps),
                "decay_rate": .double(decayRate), "staircase": .bool(staircase), "name": .string(name),
            ]
        }
    }

    /// From the initial rate to the end rate within `decaySteps`:
    /// `(initial − end) · (1 − step / decaySteps)^power + end`.
    /// Follows Keras's [PolynomialDecay](https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/).
    public struct PolynomialDecay: LearningRateSchedule {
        public var initialLearningRate: Double
        public var decaySteps: Int
        public var endLearningRate: Double
        public var power: Double
        /// Whether the rate rises again after `decaySteps`, to fall to the end over a multiple of them.
        public var cycle: Bool
        public var name: String

        public init(
            _ initialLearningRate: Double, decaySteps: Int, endLearningRate: Double = 0.0001, power: Double = 1,
            cycle: Bool = false, name: String = "PolynomialDecay"
        ) {
            self.initialLearningRate = initialLearningRate
            self.decaySteps = decaySteps
            self.endLearningRate = endLearningRate
            self.power = power
            self.cycle = cycle
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            try checkSteps(decaySteps)
            let now = float(step)
            let share: Tensor
            if cycle {
                let cycles = ops.where(now .== 0.0, 1.0, ops.ceil(now / decaySteps))
                share = now / (cycles * decaySteps)
            } else {
                share = ops.minimum(now, Double(decaySteps)) / decaySteps
            }
            return (initialLearningRate - endLearningRate) * ops.power(1.0 - share, power) + endLearningRate
        }

        public init(config: ConfigReader) throws {
            try self.init(
                config.double("initial_learning_rate"), decaySteps: config.int("decay_steps"),
                endLearningRate: config.double("end_learning_rate", 0.0001), power: config.double("power", 1),
                cycle: config.bool("cycle", false), name: config.string("name", "PolynomialDecay"))
        }

        public func getConfig() -> Config {
            [
                "initial_learning_rate": .double(initialLearningRate), "decay_steps": .int(decaySteps),
                "end_learning_rate": .double(endLearningRate), "power": .double(power), "cycle": .bool(cycle),
                "name": .string(name),
            ]
        }
    }

    /// `values[i]` for steps above `boundaries[i − 1]` and up to `boundaries[i]`.
    /// Follows Keras's
    /// [PiecewiseConstantDecay](https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/).
    public struct PiecewiseConstantDecay: LearningRateSchedule {
        public var boundaries: [Int]
        public var values: [Double]
        public var name: String

        /// - Parameters:
        ///   - boundaries: the last step of each value but the last, in rising order.
        ///   - values: the rates, one more than the boundaries.
        public init(boundaries: [Int], values: [Double], name: String = "PiecewiseConstant") {
            self.boundaries = boundaries
            self.values = values
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            guard values.count == boundaries.count + 1, zip(boundaries, boundaries.dropFirst()).allSatisfy(<) else {
                throw HornbillError(
                    .argument, "rising boundaries are needed and one value more: \(boundaries) and \(values) do not fit"
                )
            }
            let now = float(step)
            return zip(boundaries, values.dropFirst()).reduce(scalar(values[0])) { rate, next in
                ops.where(now > Double(next.0), next.1, rate)
            }
        }

        public init(config: ConfigReader) throws {
            try self.init(
                boundaries: config.ints("boundaries"), values: config.doubles("values"),
                name: config.string("name", "PiecewiseConstant"))
        }

        public func getConfig() -> Config {
            [
                "boundaries": ConfigValue(boundaries), "values": .list(values.map(ConfigValue.double)),
                "name": .string(name),
            ]
        }
    }
}

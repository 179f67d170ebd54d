import HornbillEngine

extension Schedules {
    /// Half a cosine from the initial rate (or the warm-up's target) to the share `alpha` of it, after a linear warm-up
    /// if wanted (Loshchilov and Hutter, 2017).
    /// Follows Keras's [CosineDecay](https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/).
    public struct CosineDecay: LearningRateSchedule {
        public var initialLearningRate: Double
        public var decaySteps: Int
        public var alpha: Double
        public var warmupTarget: Double?
        public var warmupSteps: Int
        public var name: String

        /// - Parameters:
        ///   - initialLearningRate: the rate at the first step.
        ///   - decaySteps: the number of steps after the warm-up in which the rate falls.
        ///   - alpha: the share of the rate that is left at the end.
        ///   - warmupTarget: the rate at the end of the warm-up; no warm-up if nil.
        ///   - warmupSteps: the number of steps of the warm-up.
        public init(
            _ initialLearningRate: Double, decaySteps: Int, alpha: Double = 0, warmupTarget: Double? = nil,
            warmupSteps: Int = 0, name: String = "CosineDecay"
        ) {
            self.initialLearningRate = initialLearningRate
            self.decaySteps = decaySteps
            self.alpha = alpha
            self.warmupTarget = warmupTarget
            self.warmupSteps = warmupSteps
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            try checkSteps(decaySteps)
            let now = float(step)
            guard let warmupTarget else {
                return decayed(ops.minimum(now, Double(decaySteps)), from: initialLearningRate)
            }
            let bounded = ops.minimum(now, Double(decaySteps) + Double(warmupSteps))
            let falling = decayed(bounded - Double(warmupSteps), from: warmupTarget)
            guard warmupSteps > 0 else { return falling }
            let rising = (warmupTarget - initialLearningRate) * (bounded / warmupSteps) + initialLearningRate
            return ops.where(bounded < Double(warmupSteps), rising, falling)
        }

        private func decayed(_ step: Tensor, from rate: Double) -> Tensor {
            let cosine = 0.5 * (1.0 + ops.cos(Double.pi * (step / decaySteps)))
            return rate * ((1 - alpha) * cosine + alpha)
        }

        public init(config: ConfigReader) throws {
            try self.init(
                config.double("initial_learning_rate"), decaySteps: config.int("decay_steps"),
                alpha: config.double("alpha", 0), warmupTarget: config.optionalDouble("warmup_target"),
                warmupSteps: config.int("warmup_steps", 0), name: config.string("name", "CosineDecay"))
        }

        public func getConfig() -> Config {
            [
                "initial_learning_rate": .double(initialLearningRate), "decay_steps": .int(decaySteps),
                "alpha": .double(alpha), "name": .string(name), "warmup_target": ConfigValue(warmupTarget),
                "warmup_steps": .int(warmupSteps),
            ]
        }
    }

    /// Half cosines, each `tMul` times as long and `mMul` times as high as the one before (Loshchilov and Hutter,
    /// 2017). Follows Keras's
    /// [CosineDecayRestarts](https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/).
    public struct CosineDecayRestarts: LearningRateSchedule {
        public var initialLearningRate: Double
        public var firstDecaySteps: Int
        public var tMul: Double
        public var mMul: Double
        public var alpha: Double
        public var name: String

        /// - Parameters:
        ///   - initialLearningRate: the rate at the first step.
        ///   - firstDecaySteps: the length of the first half cosine.
        ///   - alpha: the share of the rate that is left at the end of each.
        public init(
            _ initialLearningRate: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0,
            name: String = "SGDRDecay"
        ) {
            self.initialLearningRate = initialLearningRate
            self.firstDecaySteps = firstDecaySteps
            self.tMul = tMul
            self.mMul = mMul
            self.alpha = alpha
            self.name = name
        }

        public func callAsFunction(_ step: Tensor) throws -> Tensor {
            try checkSteps(firstDecaySteps, "firstDecaySteps")
            let done = float(step) / firstDecaySteps
            let restarts: Tensor
            let share: Tensor
            if tMul == 1 {
                restarts = ops.floor(done)
                share = done - restarts
            } else {
                restarts = ops.floor(ops.log(1.0 - done * (1 - tMul)) / ops.log(scalar(tMul)))
                let growth = ops.power(scalar(tMul), restarts)
                share = (done - (1.0 - growth) / (1 - tMul)) / growth
            }
            let height = ops.power(scalar(mMul), restarts)
            let cosine = 0.5 * height * (1.0 + ops.cos(Double.pi * share))
            return initialLearningRate * ((1 - alpha) * cosine + alpha)
        }

        public init(config: ConfigReader) throws {
            try self.init(
                config.double("initial_learning_rate"), firstDecaySteps: config.int("first_decay_steps"),
                tMul: config.double("t_mul", 2), mMul: config.double("m_mul", 1), alpha: config.double("alpha", 0),
                name: config.string("name", "SGDRDecay"))
        }

        public func getConfig() -> Config {
            [
                "initial_learning_rate": .double(initialLearningRate), "first_decay_steps": .int(firstDecaySteps),
                "t_mul": .double(tMul), "m_mul": .double(mMul), "alpha": .double(alpha), "name": .string(name),
            ]
        }
    }
}

import HornbillEngine

extension Optimizers {
    /// Adam that needs no falling rate, since it averages the weights as it goes (Defazio et al., 2024).
    ///
    /// The weights lie between the slot `momentum`, which moves as Adam's weights do, and its average. Slots:
    /// `momentum` and `velocity` of each variable. Follows Keras's
    /// [ScheduleFreeAdamW](https://keras.io/api/optimizers/).
    public final class ScheduleFreeAdamW: Optimizer {
        public let beta1: Double
        public let beta2: Double
        public let epsilon: Double
        public let warmupSteps: Int
        private var parameters: [Variable] = []

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how near the weights are to the average; above 0.
        ///   - beta2: how much of the mean squared gradient is kept each step.
        ///   - epsilon: what keeps the divisor from 0.
        ///   - warmupSteps: the number of steps in which the rate rises from 0.
        public init(
            learningRate: any LearningRateConvertible = 0.0025, beta1: Double = 0.9, beta2: Double = 0.999,
            epsilon: Double = 1e-8, warmupSteps: Int = 0, weightDecay: Double? = nil, clipNorm: Double? = nil,
            clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.warmupSteps = warmupSteps
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm))
        }

        override public func build(_ variables: [Variable]) throws {
            parameters += variables
            for variable in variables {
                try addSlot("momentum", of: variable, variable.value)
                try addSlot("velocity", for: [variable])
            }
        }

        /// Slots that are made of weights are made again of those that were read.
        override package func slotsWereNotRead() throws {
            for variable in parameters { try slot("momentum", of: variable).assign(variable.value) }
        }

        /// The rate of the warm-up, the weight of this step in the average, and the correction of the mean square.
        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            let rate = warmupSteps > 0 ? learningRate * ops.minimum(step / warmupSteps, 1.0) : learningRate
            let correction = 1.0 - ops.power(Tensor(repeating: beta2, shape: [], dtype: step.dtype), step)
            return [rate, 1.0 / step, correction]
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (momentum, velocity) = (try slot("momentum", of: variable), try slot("velocity", of: variable))
            let (rate, share) = (scalars[0], scalars[1])
            let before = momentum.value
            let square = velocity.value + (ops.square(gradient) - velocity.value) * (1 - beta2)
            try velocity.assign(square)
            let after = before - rate * gradient / (ops.sqrt(square / scalars[2]) + epsilon)
            try momentum.assign(after)
            let average = (variable.value - (1 - beta1) * before) / beta1
            let moved = (1.0 - share) * average + share * after
            try variable.assign((1 - beta1) * after + beta1 * moved)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.0025), beta1: config.double("beta_1", 0.9),
                beta2: config.double("beta_2", 0.999), epsilon: config.double("epsilon", 1e-8),
                warmupSteps: config.int("warmup_steps", 0), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon),
                "warmup_steps": .int(warmupSteps),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.ScheduleFreeAdamW {
    /// Adam that averages the weights as it goes, with Keras's defaults.
    public static var scheduleFreeAdamW: Self { Self() }
}

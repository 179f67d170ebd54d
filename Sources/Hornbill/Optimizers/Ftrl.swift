import HornbillEngine

extension Optimizers {
    /// Follow the regularized leader (McMahan et al., 2013): gradient descent that makes weights exactly 0 where `l1`
    /// is given; for large sparse models.
    ///
    /// Slots: `accumulator` and `linear` of each variable. Follows Keras's
    /// [Ftrl](https://keras.io/api/optimizers/ftrl/).
    public final class Ftrl: Optimizer {
        public let learningRatePower: Double
        public let initialAccumulatorValue: Double
        public let l1: Double
        public let l2: Double
        public let l2Shrinkage: Double
        public let beta: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - learningRatePower: how the rate falls: 0 is not at all; not above 0.
        ///   - initialAccumulatorValue: what the sums of squares begin with; not below 0.
        ///   - l1: the strength of the L1 penalty; not below 0.
        ///   - l2: the strength of the L2 penalty that steadies; not below 0.
        ///   - l2Shrinkage: the strength of the L2 penalty on size; not below 0.
        ///   - beta: the beta of the paper.
        public init(
            learningRate: any LearningRateConvertible = 0.001, learningRatePower: Double = -0.5,
            initialAccumulatorValue: Double = 0.1, l1: Double = 0, l2: Double = 0, l2Shrinkage: Double = 0,
            beta: Double = 0, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.learningRatePower = learningRatePower
            self.initialAccumulatorValue = initialAccumulatorValue
            self.l1 = l1
            self.l2 = l2
            self.l2Shrinkage = l2Shrinkage
            self.beta = beta
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm))
        }

        override public func build(_ variables: [Variable]) throws {
            guard learningRatePower <= 0 else {
                throw HornbillError(.argument, "learningRatePower must not be above 0, but is \(learningRatePower)")
            }
            for (name, value) in [
                ("initialAccumulatorValue", initialAccumulatorValue), ("l1", l1), ("l2", l2),
                ("l2Shrinkage", l2Shrinkage),
            ] where value < 0 {
                throw HornbillError(.argument, "\(name) must not be below 0, but is \(value)")
            }
            try addSlots(["accumulator", "linear"], for: variables, initial: [initialAccumulatorValue, 0])
        }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            let (accumulator, linear) = (try slot("accumulator", of: variable), try slot("linear", of: variable))
            func power(_ x: Tensor) -> Tensor {
                learningRatePower == -0.5 ? ops.sqrt(x) : ops.power(x, -learningRatePower)
            }
            let (weights, before) = (variable.value, accumulator.value)
            let after = before + ops.square(gradient)
            let shrunk = l2Shrinkage == 0 ? gradient : gradient + 2 * l2Shrinkage * weights
            let sum = linear.value + (shrunk - (power(after) - power(before)) / learningRate * weights)
            try linear.assign(sum)
            let steadying =
                beta == 0
                ? Tensor(repeating: 2 * l2, shape: [], dtype: weights.dtype) : 2 * (l2 + beta / (2 * learningRate))
            let quadratic = power(after) / learningRate + steadying
            try variable.assign((ops.clip(sum, -l1, l1) - sum) / quadratic)
            try accumulator.assign(after)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001),
                learningRatePower: config.double("learning_rate_power", -0.5),
                initialAccumulatorValue: config.double("initial_accumulator_value", 0.1),
                l1: config.double("l1_regularization_strength", 0), l2: config.double("l2_regularization_strength", 0),
                l2Shrinkage: config.double("l2_shrinkage_regularization_strength", 0), beta: config.double("beta", 0),
                name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "learning_rate_power": .double(learningRatePower),
                "initial_accumulator_value": .double(initialAccumulatorValue),
                "l1_regularization_strength": .double(l1), "l2_regularization_strength": .double(l2),
                "l2_shrinkage_regularization_strength": .double(l2Shrinkage), "beta": .double(beta),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Ftrl {
    /// Follow the regularized leader with Keras's defaults.
    public static var ftrl: Self { Self() }
}

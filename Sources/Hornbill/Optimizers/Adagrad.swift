import HornbillEngine

extension Optimizers {
    /// Divides the gradient by the root of the sum of all its squares (Duchi et al., 2011):
    /// `a ← a + g²; p ← p − rate · g / √(a + epsilon)`.
    ///
    /// Slots: `accumulator`. Follows Keras's [Adagrad](https://keras.io/api/optimizers/adagrad/).
    public final class Adagrad: Optimizer {
        public let initialAccumulatorValue: Double
        public let epsilon: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - initialAccumulatorValue: what the sums of squares begin with.
        ///   - epsilon: what keeps the divisor from 0.
        public init(
            learningRate: any LearningRateConvertible = 0.001, initialAccumulatorValue: Double = 0.1,
            epsilon: Double = 1e-7, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.initialAccumulatorValue = initialAccumulatorValue
            self.epsilon = epsilon
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws {
            try addSlot("accumulator", for: variables, initial: initialAccumulatorValue)
        }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            let accumulator = try slot("accumulator", of: variable)
            let sum = accumulator.value + ops.square(gradient)
            try accumulator.assign(sum)
            try variable.assignSubtract(learningRate * gradient / ops.sqrt(sum + epsilon))
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001),
                initialAccumulatorValue: config.double("initial_accumulator_value", 0.1),
                epsilon: config.double("epsilon", 1e-7), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "initial_accumulator_value": .double(initialAccumulatorValue), "epsilon": .double(epsilon),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Adagrad {
    /// Divides the gradient by the root of the sum of all its squares with Keras's defaults.
    public static var adagrad: Self { Self() }
    /// Divides the gradient by the root of the sum of all its squares.
    public static func adagrad(
        learningRate: any LearningRateConvertible = 0.001, initialAccumulatorValue: Double = 0.1,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizers.Adagrad {
        Optimizers.Adagrad(
            learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

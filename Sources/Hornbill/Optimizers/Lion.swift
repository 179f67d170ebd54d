import HornbillEngine

extension Optimizers {
    /// Steps by the sign of the mean gradient (Chen et al., 2023).
    ///
    /// `p ← p − rate · sign(beta1 · m + (1 − beta1) · g); m ← beta2 · m + (1 − beta2) · g`. Slots: `momentum`. Follows
    /// Keras's [Lion](https://keras.io/api/optimizers/lion/).
    public final class Lion: Optimizer {
        public let beta1: Double
        public let beta2: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how much of the mean gradient goes into a step.
        ///   - beta2: how much of the mean gradient is kept each step.
        public init(
            learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
            weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws { try addSlot("momentum", for: variables) }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            let momentum = try slot("momentum", of: variable)
            let m = momentum.value
            try variable.assignSubtract(learningRate * ops.sign(m * beta1 + gradient * (1 - beta1)))
            try momentum.assign(m * beta2 + gradient * (1 - beta2))
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), beta1: config.double("beta_1", 0.9),
                beta2: config.double("beta_2", 0.99), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["beta_1": .double(beta1), "beta_2": .double(beta2)])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Lion {
    /// Steps by the sign of the mean gradient with Keras's defaults.
    public static var lion: Self { Self() }
    /// Steps by the sign of the mean gradient.
    public static func lion(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.Lion {
        Optimizers.Lion(
            learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: weightDecay, clipNorm: clipNorm,
            clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

import HornbillEngine

extension Optimizers {
    /// Adam that also decays the weights, apart from the gradients (Loshchilov and Hutter, 2019): before each update
    /// `p ← p − rate · weightDecay · p`.
    ///
    /// Slots: those of ``Adam``. Follows Keras's [AdamW](https://keras.io/api/optimizers/adamw/).
    public final class AdamW: Adam {
        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how much of the mean gradient is kept each step.
        ///   - beta2: how much of the mean squared gradient is kept each step.
        ///   - epsilon: what keeps the divisor from 0.
        ///   - amsgrad: whether the largest mean square so far is used (Reddi et al., 2018).
        public init(
            learningRate: any LearningRateConvertible = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
            beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false, clipNorm: Double? = nil,
            clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil
        ) {
            super.init(
                learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
                weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm,
                name: name
            )
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), beta1: config.double("beta_1", 0.9),
                beta2: config.double("beta_2", 0.999), epsilon: config.double("epsilon", 1e-7),
                amsgrad: config.bool("amsgrad", false), name: config.name)
            rules = try UpdateRules(config, weightDecay: 0.004)
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.AdamW {
    /// Adam that also decays the weights with Keras's defaults.
    public static var adamW: Self { Self() }
    /// Adam that also decays the weights.
    public static func adamW(
        learningRate: any LearningRateConvertible = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.AdamW {
        Optimizers.AdamW(
            learningRate: learningRate, weightDecay: weightDecay, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

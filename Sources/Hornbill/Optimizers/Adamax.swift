import HornbillEngine

extension Optimizers {
    /// Adam with the largest gradient in place of the mean square (Kingma and Ba, 2015).
    ///
    /// `m ← m + (1 − beta1) (g − m); u ← max(beta2 · u, |g|); p ← p − rate / (1 − beta1ᵗ) · m / (u + epsilon)`. Slots:
    /// `momentum` and `norm` of each variable. Follows Keras's [Adamax](https://keras.io/api/optimizers/adamax/).
    public final class Adamax: Optimizer {
        public let beta1: Double
        public let beta2: Double
        public let epsilon: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how much of the mean gradient is kept each step.
        ///   - beta2: how much of the largest gradient is kept each step.
        ///   - epsilon: what keeps the divisor from 0.
        public init(
            learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
            epsilon: Double = 1e-7, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws {
            try addSlots(["momentum", "norm"], for: variables)
        }

        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            [1.0 - ops.power(Tensor(repeating: beta1, shape: [], dtype: step.dtype), step)]
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (momentum, norm) = (try slot("momentum", of: variable), try slot("norm", of: variable))
            let mean = momentum.value + (gradient - momentum.value) * (1 - beta1)
            try momentum.assign(mean)
            let largest = ops.maximum(beta2 * norm.value, ops.abs(gradient))
            try norm.assign(largest)
            try variable.assignSubtract(learningRate * mean / (scalars[0] * (largest + epsilon)))
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), beta1: config.double("beta_1", 0.9),
                beta2: config.double("beta_2", 0.999), epsilon: config.double("epsilon", 1e-7), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Adamax {
    /// Adam with the largest gradient in place of the mean square with Keras's defaults.
    public static var adamax: Self { Self() }
    /// Adam with the largest gradient in place of the mean square.
    public static func adamax(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizers.Adamax {
        Optimizers.Adamax(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

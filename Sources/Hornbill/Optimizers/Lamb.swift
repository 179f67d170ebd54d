import HornbillEngine

extension Optimizers {
    /// Adam whose step is scaled, variable by variable, to the size of the weights (You et al., 2020): for large
    /// batches.
    ///
    /// Slots: `momentum` and `velocity` of each variable. Follows Keras's
    /// [Lamb](https://keras.io/api/optimizers/lamb/).
    public final class Lamb: Optimizer {
        public let beta1: Double
        public let beta2: Double
        public let epsilon: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how much of the mean gradient is kept each step.
        ///   - beta2: how much of the mean squared gradient is kept each step.
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
                    weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm))
        }

        override public func build(_ variables: [Variable]) throws {
            try addSlots(["momentum", "velocity"], for: variables)
        }

        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            [beta1, beta2].map { 1.0 - ops.power(Tensor(repeating: $0, shape: [], dtype: step.dtype), step) }
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (momentum, velocity) = (try slot("momentum", of: variable), try slot("velocity", of: variable))
            let mean = momentum.value + (gradient - momentum.value) * (1 - beta1)
            try momentum.assign(mean)
            let square = velocity.value + (ops.square(gradient) - velocity.value) * (1 - beta2)
            try velocity.assign(square)
            let step = mean / scalars[0] / (ops.sqrt(square / scalars[1]) + epsilon)
            let (weights, size) = (norm(variable.value), norm(step))
            let ratio = ops.where((weights > 0.0) .& (size > 0.0), weights / size, 1.0)
            try variable.assignSubtract(ratio * learningRate * step)
        }

        private func norm(_ x: Tensor) -> Tensor { ops.sqrt(ops.sum(ops.square(x))) }

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

extension OptimizerConvertible where Self == Optimizers.Lamb {
    /// Adam whose step is scaled to the size of the weights, with Keras's defaults.
    public static var lamb: Self { Self() }
}

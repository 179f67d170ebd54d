import HornbillEngine

extension Optimizers {
    /// Adam with Nesterov's momentum (Dozat, 2016).
    ///
    /// Slots: `momentum` and `velocity` of each variable, then one scalar, the product of the momentum's schedule.
    /// Follows Keras's [Nadam](https://keras.io/api/optimizers/Nadam/).
    public final class Nadam: Optimizer {
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
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        private var product: Variable?

        override public func build(_ variables: [Variable]) throws {
            try addSlots(["momentum", "velocity"], for: variables)
            product = try addScalar("u_product", initial: 1)
        }

        override public func beginStep() throws {
            let step = updates.cast(to: .float32) + 1.0
            try product?.assign(product.required() * momentum(at: step))
        }

        /// The momentum that belongs to a step: it grows towards beta1.
        private func momentum(at step: Tensor) -> Tensor {
            beta1 * (1.0 - 0.5 * ops.power(Tensor(repeating: 0.96, shape: [], dtype: step.dtype), step))
        }

        /// The factors of mean and gradient, and the correction of the mean square.
        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            let (now, next) = (momentum(at: step), momentum(at: step + 1.0))
            let product = try product.required().cast(to: step.dtype)
            let correction = 1.0 - ops.power(Tensor(repeating: beta2, shape: [], dtype: step.dtype), step)
            return [next / (1.0 - product * next), (1.0 - now) / (1.0 - product), correction]
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (momentum, velocity) = (try slot("momentum", of: variable), try slot("velocity", of: variable))
            let mean = momentum.value + (gradient - momentum.value) * (1 - beta1)
            try momentum.assign(mean)
            let square = velocity.value + (ops.square(gradient) - velocity.value) * (1 - beta2)
            try velocity.assign(square)
            let ahead = scalars[0] * mean + scalars[1] * gradient
            try variable.assignSubtract(ahead * learningRate / (ops.sqrt(square / scalars[2]) + epsilon))
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

extension OptimizerConvertible where Self == Optimizers.Nadam {
    /// Adam with Nesterov's momentum with Keras's defaults.
    public static var nadam: Self { Self() }
    /// Adam with Nesterov's momentum.
    public static func nadam(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizers.Nadam {
        Optimizers.Nadam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

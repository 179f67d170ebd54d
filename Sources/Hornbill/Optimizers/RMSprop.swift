import HornbillEngine

extension Optimizers {
    /// Divides the gradient by the root of its mean square: `v ← rho · v + (1 − rho) · g²; p ← p − rate · g / √(v +
    /// epsilon)`.
    ///
    /// Slots: `velocity`, then `momentum` and `average_gradient` where they are used. Follows Keras's
    /// [RMSprop](https://keras.io/api/optimizers/rmsprop/).
    public final class RMSprop: Optimizer {
        public let rho: Double
        public let momentum: Double
        public let epsilon: Double
        public let centered: Bool

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - rho: how much of the mean squared gradient is kept each step.
        ///   - momentum: how much of the last step is taken again.
        ///   - epsilon: what keeps the divisor from 0.
        ///   - centered: whether the gradient's variance is used rather than its mean square.
        public init(
            learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.9, momentum: Double = 0,
            epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil,
            clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.rho = rho
            self.momentum = momentum
            self.epsilon = epsilon
            self.centered = centered
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws {
            try addSlot("velocity", for: variables)
            if momentum > 0 { try addSlot("momentum", for: variables) }
            if centered { try addSlot("average_gradient", for: variables) }
        }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            let velocity = try slot("velocity", of: variable)
            let square = rho * velocity.value + (1 - rho) * ops.square(gradient)
            try velocity.assign(square)
            var variance = square
            if centered {
                let average = try slot("average_gradient", of: variable)
                let mean = rho * average.value + (1 - rho) * gradient
                try average.assign(mean)
                variance = square - ops.square(mean)
            }
            var step = learningRate * gradient / ops.sqrt(variance + epsilon)
            if momentum > 0 {
                let slot = try slot("momentum", of: variable)
                step = momentum * slot.value + step
                try slot.assign(step)
            }
            try variable.assignSubtract(step)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), rho: config.double("rho", 0.9),
                momentum: config.double("momentum", 0), epsilon: config.double("epsilon", 1e-7),
                centered: config.bool("centered", false), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "rho": .double(rho), "momentum": .double(momentum), "epsilon": .double(epsilon),
                "centered": .bool(centered),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.RMSprop {
    /// Divides the gradient by the root of its mean square with Keras's defaults.
    public static var rmsprop: Self { Self() }
    /// Divides the gradient by the root of its mean square.
    public static func rmsprop(
        learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.RMSprop {
        Optimizers.RMSprop(
            learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

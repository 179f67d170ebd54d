import HornbillEngine

extension Optimizers {
    /// Steps in proportion to the root mean square of the last steps over that of the gradients (Zeiler, 2012).
    ///
    /// `a ← rho · a + (1 − rho) · g²; d = −g · √(s + epsilon) / √(a + epsilon); s ← rho · s + (1 − rho) · d²;
    /// p ← p + rate · d`. Slots: `accumulated_grad` and `accumulated_delta_var` of each variable. Follows Keras's
    /// [Adadelta](https://keras.io/api/optimizers/adadelta/).
    public final class Adadelta: Optimizer {
        public let rho: Double
        public let epsilon: Double

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - rho: how much of the mean squares is kept each step.
        ///   - epsilon: what keeps the divisor from 0.
        public init(
            learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
            weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.rho = rho
            self.epsilon = epsilon
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws {
            try addSlots(["accumulated_grad", "accumulated_delta_var"], for: variables)
        }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            let gradients = try slot("accumulated_grad", of: variable)
            let steps = try slot("accumulated_delta_var", of: variable)
            func rms(_ x: Tensor) -> Tensor { ops.sqrt(x + epsilon) }
            let square = rho * gradients.value + (1 - rho) * ops.square(gradient)
            try gradients.assign(square)
            let step = -(rms(steps.value) * gradient / rms(square))
            try steps.assign(rho * steps.value + (1 - rho) * ops.square(step))
            try variable.assignAdd(learningRate * step)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), rho: config.double("rho", 0.95),
                epsilon: config.double("epsilon", 1e-7), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["rho": .double(rho), "epsilon": .double(epsilon)])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Adadelta {
    /// Steps in proportion to the root mean square of the last steps with Keras's defaults.
    public static var adadelta: Self { Self() }
    /// Steps in proportion to the root mean square of the last steps.
    public static func adadelta(
        learningRate: any LearningRateConvertible = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.Adadelta {
        Optimizers.Adadelta(
            learningRate: learningRate, rho: rho, epsilon: epsilon, weightDecay: weightDecay, clipNorm: clipNorm,
            clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

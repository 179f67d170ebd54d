import HornbillEngine

extension Optimizers {
    /// Steps by the mean gradient over the root of the mean squared gradient, both corrected for their start at 0
    /// (Kingma and Ba, 2015).
    ///
    /// `m ← m + (1 − beta1) (g − m); v ← v + (1 − beta2) (g² − v); p ← p − rate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · m /
    /// (√v + epsilon)`. Slots: `momentum` and `velocity` of each variable, then all `velocity_hat` where amsgrad is
    /// used. Follows Keras's [Adam](https://keras.io/api/optimizers/adam/).
    public class Adam: Optimizer {
        public let beta1: Double
        public let beta2: Double
        public let epsilon: Double
        public let amsgrad: Bool

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta1: how much of the mean gradient is kept each step.
        ///   - beta2: how much of the mean squared gradient is kept each step.
        ///   - epsilon: what keeps the divisor from 0.
        ///   - amsgrad: whether the largest mean square so far is used (Reddi et al., 2018).
        public init(
            learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
            epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil,
            clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.amsgrad = amsgrad
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public final func build(_ variables: [Variable]) throws {
            try addSlots(["momentum", "velocity"], for: variables)
            if amsgrad { try addSlot("velocity_hat", for: variables) }
        }

        /// The rate with both corrections.
        override public final func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            let correction1 = 1.0 - ops.power(Tensor(repeating: beta1, shape: [], dtype: step.dtype), step)
            let correction2 = 1.0 - ops.power(Tensor(repeating: beta2, shape: [], dtype: step.dtype), step)
            return [learningRate * ops.sqrt(correction2) / correction1]
        }

        override public final func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (momentum, velocity) = (try slot("momentum", of: variable), try slot("velocity", of: variable))
            let m = momentum.value
            let mean = m + (gradient - m) * (1 - beta1)
            try momentum.assign(mean)
            let v = velocity.value
            var square = v + (ops.square(gradient) - v) * (1 - beta2)
            try velocity.assign(square)
            if amsgrad {
                let largest = try slot("velocity_hat", of: variable)
                square = ops.maximum(largest.value, square)
                try largest.assign(square)
            }
            try variable.assignSubtract(mean * scalars[0] / (ops.sqrt(square) + epsilon))
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), beta1: config.double("beta_1", 0.9),
                beta2: config.double("beta_2", 0.999), epsilon: config.double("epsilon", 1e-7),
                amsgrad: config.bool("amsgrad", false), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon),
                "amsgrad": .bool(amsgrad),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Adam {
    /// Steps by the mean gradient over the root of the mean squared gradient with Keras's defaults.
    public static var adam: Optimizers.Adam { Optimizers.Adam() }
    /// Steps by the mean gradient over the root of the mean squared gradient.
    public static func adam(
        learningRate: any LearningRateConvertible = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.Adam {
        Optimizers.Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

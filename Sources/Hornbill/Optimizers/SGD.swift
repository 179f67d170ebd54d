import HornbillEngine

extension Optimizers {
    /// Gradient descent, with momentum if wanted: `p ← p − rate · g`, or `m ← momentum · m − rate · g; p ← p + m`.
    ///
    /// Slots: `momentum`, if it is not 0. Follows Keras's [SGD](https://keras.io/api/optimizers/sgd/).
    public final class SGD: Optimizer {
        public let momentum: Double
        public let nesterov: Bool

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - momentum: how much of the last step is taken again.
        ///   - nesterov: whether the gradient counts as one taken after the momentum's step.
        public init(
            learningRate: any LearningRateConvertible = 0.01, momentum: Double = 0, nesterov: Bool = false,
            weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
            globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.momentum = momentum
            self.nesterov = nesterov
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay,
                    clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
            )
        }

        override public func build(_ variables: [Variable]) throws {
            if momentum != 0 { try addSlot("momentum", for: variables) }
        }

        override public func update(_ variable: Variable, _ gradient: Tensor, learningRate: Tensor) throws {
            guard momentum != 0 else { return try variable.assignSubtract(gradient * learningRate) }
            let slot = try slot("momentum", of: variable)
            let moved = slot.value * momentum - gradient * learningRate
            try slot.assign(moved)
            try variable.assignAdd(nesterov ? moved * momentum - gradient * learningRate : moved)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.01), momentum: config.double("momentum", 0),
                nesterov: config.bool("nesterov", false), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["momentum": .double(momentum), "nesterov": .bool(nesterov)])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.SGD {
    /// Gradient descent with Keras's defaults.
    public static var sgd: Self { Self() }
    /// Gradient descent.
    public static func sgd(
        learningRate: any LearningRateConvertible = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizers.SGD {
        Optimizers.SGD(
            learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay,
            clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm
        )
    }
}

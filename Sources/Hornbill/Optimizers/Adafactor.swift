import HornbillEngine

extension Optimizers {
    /// Steps by the gradient over the root of its mean square, of which matrices keep the means of rows and columns
    /// only (Shazeer and Stern, 2018): for large models.
    ///
    /// Slots of each variable: the means along the last axis and along the one before it (scalars for a variable of
    /// fewer than two axes), and `velocity`. Follows Keras's [Adafactor](https://keras.io/api/optimizers/adafactor/).
    public final class Adafactor: Optimizer {
        public let beta2Decay: Double
        public let epsilon1: Double
        public let epsilon2: Double
        public let clipThreshold: Double
        public let relativeStep: Bool

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - beta2Decay: the power of the step by which less and less of the mean square is renewed; negative.
        ///   - epsilon1: what keeps the mean square from 0.
        ///   - epsilon2: the least size of a variable that its steps are in proportion to.
        ///   - clipThreshold: the largest root mean square of a step before it is scaled.
        ///   - relativeStep: whether a learning rate that is a number falls with the root of the step.
        public init(
            learningRate: any LearningRateConvertible = 0.001, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30,
            epsilon2: Double = 1e-3, clipThreshold: Double = 1, relativeStep: Bool = true, weightDecay: Double? = nil,
            clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil
        ) {
            self.beta2Decay = beta2Decay
            self.epsilon1 = epsilon1
            self.epsilon2 = epsilon2
            self.clipThreshold = clipThreshold
            self.relativeStep = relativeStep
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm))
        }

        override public func build(_ variables: [Variable]) throws {
            for variable in variables {
                let sizes = variable.shape.dimensions
                let isMatrix = sizes.count >= 2
                let rows = isMatrix ? Shape(Array(sizes.dropLast())) : []
                let columns = isMatrix ? Shape(sizes.dropLast(2) + sizes.suffix(1)) : []
                try addSlot("r", of: variable, Tensor.zeros(rows, dtype: variable.dtype))
                try addSlot("c", of: variable, Tensor.zeros(columns, dtype: variable.dtype))
                try addSlot("velocity", for: [variable])
            }
        }

        /// The share by which steps are scaled, and how much of the mean square is kept.
        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            let falling = ops.rsqrt(step)
            let bounded = schedule == nil && relativeStep ? ops.minimum(learningRate, falling) : learningRate
            return [ops.minimum(bounded, falling), 1.0 - ops.power(step, beta2Decay)]
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let (rho, kept) = (scalars[0], scalars[1])
            let weights = variable.value
            let size = ops.maximum(rootMeanSquare(weights), epsilon2) * rho
            let square = ops.square(gradient) + epsilon1
            let velocity = try slot("velocity", of: variable)
            let variance: Tensor
            if weights.rank >= 2 {
                let (rows, columns) = (try slot("r", of: variable), try slot("c", of: variable))
                let r = kept * rows.value + (1.0 - kept) * ops.mean(square, axis: -1)
                let c = kept * columns.value + (1.0 - kept) * ops.mean(square, axis: -2)
                try rows.assign(r)
                try columns.assign(c)
                let shares = r / ops.mean(r, axis: -1, keepDims: true)
                variance = ops.expandDims(shares, axis: -1) * ops.expandDims(c, axis: -2)
            } else {
                variance = kept * velocity.value + (1.0 - kept) * square
            }
            try velocity.assign(variance)
            let step = gradient / ops.sqrt(variance)
            let bounded = step / ops.maximum(rootMeanSquare(step) / clipThreshold, 1.0)
            try variable.assignSubtract(size * bounded)
        }

        private func rootMeanSquare(_ x: Tensor) -> Tensor { ops.sqrt(ops.mean(ops.square(x))) }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001),
                beta2Decay: config.double("beta_2_decay", -0.8), epsilon1: config.double("epsilon_1", 1e-30),
                epsilon2: config.double("epsilon_2", 1e-3), clipThreshold: config.double("clip_threshold", 1),
                relativeStep: config.bool("relative_step", true), name: config.name)
            rules = try UpdateRules(config)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "beta_2_decay": .double(beta2Decay), "epsilon_1": .double(epsilon1), "epsilon_2": .double(epsilon2),
                "clip_threshold": .double(clipThreshold), "relative_step": .bool(relativeStep),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Adafactor {
    /// Adafactor with Keras's defaults.
    public static var adafactor: Self { Self() }
}

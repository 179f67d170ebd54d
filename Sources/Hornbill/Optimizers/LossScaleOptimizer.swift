import HornbillEngine

extension Optimizers {
    /// Keeps gradients in float16's range: the loss is multiplied by a scale, and the gradients are divided by it.
    ///
    /// A step whose gradients are not finite is left out, and halves the scale; after a number of good steps the scale is
    /// doubled. `compile` puts it around the optimizer of a model whose policy is `mixed_float16`. State:
    /// `step_counter`, `dynamic_scale`, then that of the inner optimizer. Follows Keras's
    /// [LossScaleOptimizer](https://keras.io/api/optimizers/loss_scale_optimizer/).
    public final class LossScaleOptimizer: Optimizer {
        public let innerOptimizer: Optimizer
        public let initialScale: Double
        public let dynamicGrowthSteps: Int
        private let stepCounter: Variable
        /// The scale now: a float32 scalar.
        public let dynamicScale: Variable

        /// - Parameters:
        ///   - innerOptimizer: what makes the steps; its `lossScaleFactor` is taken away.
        ///   - initialScale: too high a scale falls soon, too low a one rises slowly.
        ///   - dynamicGrowthSteps: after how many good steps the scale is doubled.
        public init(
            _ innerOptimizer: Optimizer, initialScale: Double = 32768, dynamicGrowthSteps: Int = 2000,
            name: String? = nil
        ) {
            self.innerOptimizer = innerOptimizer
            self.initialScale = initialScale
            self.dynamicGrowthSteps = dynamicGrowthSteps
            stepCounter = Variable.scalar(0, dtype: .int32, name: "step_counter")
            dynamicScale = Variable.scalar(initialScale, dtype: .float32, name: "dynamic_scale")
            super.init(learningRate: 0.0, name: name)
            innerOptimizer.rules.lossScaleFactor = nil
            for variable in [stepCounter, dynamicScale] { variable.path = "\(displayName)/\(variable.name)" }
        }

        /// How many steps were made; those left out do not count.
        override public var iterations: Variable { innerOptimizer.iterations }

        override public var variables: [Variable] {
            super.variables + [stepCounter, dynamicScale] + innerOptimizer.variables
        }

        override package var baseVariables: [Variable] {
            super.baseVariables + [stepCounter, dynamicScale] + innerOptimizer.baseVariables
        }

        override package var innerOptimizers: [(name: String, optimizer: Optimizer)] {
            [("inner_optimizer", innerOptimizer)]
        }

        override public var learningRate: Double {
            get { innerOptimizer.learningRate }
            set { innerOptimizer.learningRate = newValue }
        }

        override public func scaleLoss(_ loss: Tensor) -> Tensor { loss * dynamicScale.value.cast(to: loss.dtype) }

        override public func finalizeVariableValues(_ variables: [Variable]) throws {
            try innerOptimizer.finalizeVariableValues(variables)
        }

        override public func ensureBuilt(_ variables: [Variable]) throws {
            guard rules == UpdateRules() else {
                throw HornbillError(
                    .argument,
                    "a LossScaleOptimizer has no rules of its own: set weight decay, clipping and averages on the inner optimizer"
                )
            }
            guard initialScale > 0, dynamicGrowthSteps > 0 else {
                throw HornbillError(
                    .argument,
                    "a LossScaleOptimizer needs a positive initialScale and dynamicGrowthSteps, not \(initialScale) and \(dynamicGrowthSteps)"
                )
            }
            try super.ensureBuilt(variables)
            try innerOptimizer.ensureBuilt(variables)
        }

        override public func apply(
            _ gradients: [Tensor], to variables: [Variable], constraints: [ObjectIdentifier: Constraint] = [:]
        ) throws {
            if variables.isEmpty, gradients.isEmpty { return }
            try ensureBuilt(variables)
            let finite = gradients.map { ops.all(ops.isfinite($0)) }
            guard let first = finite.first else {
                throw HornbillError(.argument, "0 gradients were given for \(variables.count) variables")
            }
            _ = try ops.cond(finite.dropFirst().reduce(first) { $0 .& $1 }) {
                let scale = dynamicScale.value
                try innerOptimizer.apply(
                    gradients.map { $0 / scale.cast(to: $0.dtype) }, to: variables, constraints: constraints)
                let grows = stepCounter.value .== dynamicGrowthSteps - 1
                try dynamicScale.assign(ops.where(grows, scale * 2.0, scale))
                try stepCounter.assign(ops.where(grows, Tensor(scalar: Int32(0)), stepCounter.value + 1))
                return []
            } else: {
                try dynamicScale.assign(dynamicScale.value * 0.5)
                try stepCounter.assign(Tensor(scalar: Int32(0)))
                return []
            }
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                config.optimizer("inner_optimizer"), initialScale: config.double("initial_scale", 32768),
                dynamicGrowthSteps: config.int("dynamic_growth_steps", 2000), name: config.name)
        }

        override public func getConfig() -> Config {
            [
                "name": .string(displayName), "inner_optimizer": innerOptimizer.serialized,
                "initial_scale": .double(initialScale), "dynamic_growth_steps": .int(dynamicGrowthSteps),
            ]
        }
    }
}

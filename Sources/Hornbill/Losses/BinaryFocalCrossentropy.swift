import HornbillEngine

extension Losses {
    /// The binary cross-entropy, of which well classified samples count less (Lin et al., 2018).
    ///
    /// `mean((1 − pₜ)^gamma · crossentropy)` over the last axis, where pₜ is the probability given to the truth.
    /// `yTrue` (0 … 1) and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows
    /// Keras's
    /// [BinaryFocalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class).
    public final class BinaryFocalCrossentropy: Loss {
        public let applyClassBalancing: Bool
        public let alpha: Double
        public let gamma: Double
        public let fromLogits: Bool
        public let labelSmoothing: Double
        public let axis: Int

        /// - Parameters:
        ///   - applyClassBalancing: whether class 1 weighs `alpha`, and class 0 `1 − alpha`.
        ///   - alpha: the weight of class 1.
        ///   - gamma: how much less well classified samples count.
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        ///   - labelSmoothing: the share, within 0 … 1, by which targets are drawn to equal probabilities.
        ///   - axis: the axis over which the mean is taken.
        public init(
            applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
            labelSmoothing: Double = 0, axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize,
            name: String? = nil, dtype: DType = .float32
        ) {
            self.applyClassBalancing = applyClassBalancing
            self.alpha = alpha
            self.gamma = gamma
            self.fromLogits = fromLogits
            self.labelSmoothing = labelSmoothing
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            try checkSmoothing(labelSmoothing)
            return Losses.binaryFocalCrossentropy(
                yTrue, yPred, applyClassBalancing: applyClassBalancing, alpha: alpha, gamma: gamma,
                fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis
            )
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                applyClassBalancing: config.bool("apply_class_balancing", false), alpha: config.double("alpha", 0.25),
                gamma: config.double("gamma", 2), fromLogits: config.bool("from_logits", false),
                labelSmoothing: config.double("label_smoothing", 0), axis: config.int("axis", -1),
                reduction: config.reduction, name: config.name, dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
                "apply_class_balancing": .bool(applyClassBalancing), "alpha": .double(alpha), "gamma": .double(gamma),
            ])
        }
    }

    /// The value of ``BinaryFocalCrossentropy`` for each sample.
    public static func binaryFocalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Tensor {
        let (truth, output) = aligned(yTrue, yPred)
        let targets = smoothed(truth, labelSmoothing, classes: 2)
        let prediction = fromLogits ? ops.sigmoid(output) : output
        let rightly = targets * prediction + (1.0 - targets) * (1.0 - prediction)
        var values = ops.power(1.0 - rightly, gamma) * ops.binaryCrossentropy(targets, prediction)
        if applyClassBalancing { values = (targets * alpha + (1.0 - targets) * (1.0 - alpha)) * values }
        return ops.mean(values, axis: Axes(axis))
    }
}

extension LossConvertible where Self == Losses.BinaryFocalCrossentropy {
    /// The binary cross-entropy, of which well classified samples count less.
    public static var binaryFocalCrossentropy: Self { Self() }
    /// The binary cross-entropy, of which well classified samples count less.
    public static func binaryFocalCrossentropy(
        applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Self {
        Self(
            applyClassBalancing: applyClassBalancing, alpha: alpha, gamma: gamma, fromLogits: fromLogits,
            labelSmoothing: labelSmoothing, axis: axis
        )
    }
}

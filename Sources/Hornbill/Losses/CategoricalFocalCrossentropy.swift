import HornbillEngine

extension Losses {
    /// The cross-entropy of one-hot targets, of which well classified samples count less (Lin et al., 2018).
    ///
    /// `−Σ alpha · (1 − p)^gamma · t log p` over the axis of the classes. `yTrue` and `yPred` have one shape `(batch,
    /// …, classes)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [CategoricalFocalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class).
    public final class CategoricalFocalCrossentropy: Loss {
        public let alpha: Double
        public let gamma: Double
        public let fromLogits: Bool
        public let labelSmoothing: Double
        public let axis: Int

        /// - Parameters:
        ///   - alpha: the weight of all classes.
        ///   - gamma: how much less well classified samples count.
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        ///   - labelSmoothing: the share, within 0 … 1, by which targets are drawn to equal probabilities.
        ///   - axis: the axis of the classes.
        public init(
            alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0,
            axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil,
            dtype: DType = .float32
        ) {
            self.alpha = alpha
            self.gamma = gamma
            self.fromLogits = fromLogits
            self.labelSmoothing = labelSmoothing
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            try checkSmoothing(labelSmoothing)
            return Losses.categoricalFocalCrossentropy(
                yTrue, yPred, alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing,
                axis: axis
            )
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                alpha: config.double("alpha", 0.25), gamma: config.double("gamma", 2),
                fromLogits: config.bool("from_logits", false), labelSmoothing: config.double("label_smoothing", 0),
                axis: config.int("axis", -1), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
                "alpha": .double(alpha), "gamma": .double(gamma),
            ])
        }
    }

    /// The value of ``CategoricalFocalCrossentropy`` for each sample.
    public static func categoricalFocalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Tensor {
        let (truth, output) = aligned(yTrue, yPred)
        let targets = smoothed(truth, labelSmoothing, classes: truth.shape.last ?? 1)
        let scores = fromLogits ? ops.softmax(output, axis: Axes(axis)) : output
        let shares = scores / ops.sum(scores, axis: Axes(axis), keepDims: true)
        let p = ops.clip(shares, epsilon, 1.0 - epsilon)
        let weights = alpha * ops.power(1.0 - p, gamma)
        return ops.sum(weights * (-targets * ops.log(p)), axis: Axes(axis))
    }
}

extension LossConvertible where Self == Losses.CategoricalFocalCrossentropy {
    /// The cross-entropy of one-hot targets, of which well classified samples count less.
    public static var categoricalFocalCrossentropy: Self { Self() }
    /// The cross-entropy of one-hot targets, of which well classified samples count less.
    public static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Self {
        Self(alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }
}

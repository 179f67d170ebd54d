import HornbillEngine

extension Losses {
    /// The cross-entropy of one-hot targets: `−Σ t log p` over the axis of the classes.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, classes)`; the values have the shape `(batch, …)`. Probabilities
    /// are first divided by their sum. Follows Keras's
    /// [CategoricalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class).
    public final class CategoricalCrossentropy: Loss {
        public let fromLogits: Bool
        public let labelSmoothing: Double
        public let axis: Int

        /// - Parameters:
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        ///   - labelSmoothing: the share, within 0 … 1, by which targets are drawn to equal probabilities.
        ///   - axis: the axis of the classes.
        public init(
            fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
            reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil, dtype: DType = .float32
        ) {
            self.fromLogits = fromLogits
            self.labelSmoothing = labelSmoothing
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            try checkSmoothing(labelSmoothing)
            return Losses.categoricalCrossentropy(
                yTrue, yPred, fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis
            )
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                fromLogits: config.bool("from_logits", false), labelSmoothing: config.double("label_smoothing", 0),
                axis: config.int("axis", -1), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
            ])
        }
    }

    /// The value of ``CategoricalCrossentropy`` for each sample.
    public static func categoricalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let targets = smoothed(truth, labelSmoothing, classes: truth.shape.last ?? 1)
        return ops.categoricalCrossentropy(targets, prediction, fromLogits: fromLogits, axis: axis)
    }
}

extension LossConvertible where Self == Losses.CategoricalCrossentropy {
    /// The cross-entropy of one-hot targets.
    public static var categoricalCrossentropy: Self { Self() }
    /// The cross-entropy of one-hot targets.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Self {
        Self(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }
}

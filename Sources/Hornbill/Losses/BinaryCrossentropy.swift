import HornbillEngine

extension Losses {
    /// The cross-entropy of probabilities of yes and no: `−mean(t log p + (1 − t) log(1 − p))` over the last axis.
    ///
    /// `yTrue` (0 … 1) and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows
    /// Keras's [BinaryCrossentropy](https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class).
    public final class BinaryCrossentropy: Loss {
        public let fromLogits: Bool
        public let labelSmoothing: Double
        public let axis: Int

        /// - Parameters:
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        ///   - labelSmoothing: the share, within 0 … 1, by which targets are drawn to equal probabilities.
        ///   - axis: the axis over which the mean is taken.
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
            return Losses.binaryCrossentropy(
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

    /// The value of ``BinaryCrossentropy`` for each sample.
    public static func binaryCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let targets = smoothed(truth, labelSmoothing, classes: 2)
        return ops.mean(ops.binaryCrossentropy(targets, prediction, fromLogits: fromLogits), axis: Axes(axis))
    }
}

extension LossConvertible where Self == Losses.BinaryCrossentropy {
    /// The cross-entropy of probabilities of yes and no.
    public static var binaryCrossentropy: Self { Self() }
    /// The cross-entropy of probabilities of yes and no.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Self {
        Self(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
    }
}

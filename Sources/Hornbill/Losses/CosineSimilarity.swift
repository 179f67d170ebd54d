import HornbillEngine

extension Losses {
    /// Minus the cosine of the angle between targets and outputs: −1 where they point the same way, 1 where opposite.
    ///
    /// `yTrue` and `yPred` have one shape; the values lack `axis`. Follows Keras's
    /// [CosineSimilarity](https://keras.io/api/losses/regression_losses/#cosinesimilarity-class).
    public final class CosineSimilarity: Loss {
        public let axis: Int

        /// - Parameter axis: the axis of the vectors' components.
        public init(
            axis: Int = -1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil, dtype: DType = .float32
        ) {
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.cosineSimilarity(yTrue, yPred, axis: axis)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                axis: config.int("axis", -1), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        // Keras forgets it, which makes another loss of the file; it reads what is written here.
        override public func getConfig() -> Config {
            axis == -1 ? super.getConfig() : super.getConfig().merging(["axis": .int(axis)])
        }
    }

    /// The value of ``CosineSimilarity`` for each sample.
    public static func cosineSimilarity(_ yTrue: Tensor, _ yPred: Tensor, axis: Int = -1) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let product = ops.normalize(truth, axis: Axes(axis)) * ops.normalize(prediction, axis: Axes(axis))
        return -ops.sum(product, axis: Axes(axis))
    }
}

extension LossConvertible where Self == Losses.CosineSimilarity {
    /// Minus the cosine of the angle between targets and outputs.
    public static var cosineSimilarity: Self { Self() }
    /// Minus the cosine of the angle between targets and outputs along `axis`.
    public static func cosineSimilarity(axis: Int) -> Self { Self(axis: axis) }
}

import HornbillEngine

extension Losses {
    /// One minus the overlap of two masks: `1 − 2 Σ t p / (Σ t + Σ p)`.
    ///
    /// `yTrue` and `yPred` (0 … 1) have one shape; the values lack `axis`. Follows Keras's
    /// [Dice](https://keras.io/api/losses/).
    public final class Dice: Loss {
        public let axis: [Int]?

        /// - Parameters:
        ///   - axis: the axes over which the sums are taken; all, the batch too, if nil.
        public init(
            axis: [Int]? = nil, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil,
            dtype: DType = .float32
        ) {
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.dice(yTrue, yPred, axis: axis)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                axis: config.optionalIntOrInts("axis"), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["axis": ConfigValue(axis)])
        }
    }

    /// The value of ``Dice`` for each sample.
    public static func dice(_ yTrue: Tensor, _ yPred: Tensor, axis: [Int]? = nil) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let overlap = ops.sum(truth * prediction, axis: Axes(axis))
        let total = ops.sum(truth, axis: Axes(axis)) + ops.sum(prediction, axis: Axes(axis)) + epsilon
        return 1.0 - 2.0 * overlap / total
    }
}

extension LossConvertible where Self == Losses.Dice {
    /// One minus the overlap of two masks.
    public static var dice: Self { Self() }
    /// One minus the overlap of two masks.
    public static func dice(axis: [Int]? = nil) -> Self {
        Self(axis: axis)
    }
}

import HornbillEngine

extension Losses {
    /// One minus the overlap of two masks, in which misses and false alarms weigh differently (Salehi et al., 2017).
    ///
    /// `1 − Σ t p / (Σ t p + alpha · Σ t (1 − p) + beta · Σ (1 − t) p)`. `yTrue` and `yPred` (0 … 1) have one shape;
    /// the values lack `axis`. Follows Keras's [Tversky](https://keras.io/api/losses/).
    public final class Tversky: Loss {
        public let alpha: Double
        public let beta: Double
        public let axis: [Int]?

        /// - Parameters:
        ///   - alpha: the weight of what is in the target only.
        ///   - beta: the weight of what is in the output only.
        ///   - axis: the axes over which the sums are taken; all, the batch too, if nil.
        public init(
            alpha: Double = 0.5, beta: Double = 0.5, axis: [Int]? = nil, reduction: Loss.Reduction = .sumOverBatchSize,
            name: String? = nil, dtype: DType = .float32
        ) {
            self.alpha = alpha
            self.beta = beta
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.tversky(yTrue, yPred, alpha: alpha, beta: beta, axis: axis)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                alpha: config.double("alpha", 0.5), beta: config.double("beta", 0.5),
                axis: config.optionalIntOrInts("axis"), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["alpha": .double(alpha), "beta": .double(beta), "axis": ConfigValue(axis)])
        }
    }

    /// The value of ``Tversky`` for each sample.
    public static func tversky(
        _ yTrue: Tensor, _ yPred: Tensor, alpha: Double = 0.5, beta: Double = 0.5, axis: [Int]? = nil
    ) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let overlap = ops.sum(truth * prediction, axis: Axes(axis))
        let missed = ops.sum((1.0 - prediction) * truth, axis: Axes(axis))
        let wrong = ops.sum(prediction * (1.0 - truth), axis: Axes(axis))
        return 1.0 - overlap / (overlap + missed * alpha + wrong * beta + epsilon)
    }
}

extension LossConvertible where Self == Losses.Tversky {
    /// One minus the overlap of two masks, in which misses and false alarms weigh differently.
    public static var tversky: Self { Self() }
    /// One minus the overlap of two masks, in which misses and false alarms weigh differently.
    public static func tversky(alpha: Double = 0.5, beta: Double = 0.5, axis: [Int]? = nil) -> Self {
        Self(alpha: alpha, beta: beta, axis: axis)
    }
}

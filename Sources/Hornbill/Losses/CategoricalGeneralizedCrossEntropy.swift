import HornbillEngine

extension Losses {
    /// A cross-entropy that bears wrong labels: `(1 − p^q) / q`, where p is the probability of the target class (Zhang
    /// and Sabuncu, 2018).
    ///
    /// `yTrue` holds class numbers in the shape `(batch,)` or `(batch, 1)`, `yPred` has the shape `(batch, classes)`;
    /// the values have the shape `(batch,)`. Follows Keras's
    /// [CategoricalGeneralizedCrossEntropy](https://keras.io/api/losses/probabilistic_losses/).
    public final class CategoricalGeneralizedCrossEntropy: Loss {
        public let q: Double

        /// - Parameters:
        ///   - q: between 0 (the cross-entropy) and 1 (the absolute error).
        public init(
            q: Double = 0.5, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil,
            dtype: DType = .float32
        ) {
            self.q = q
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            guard q > 0, q < 1 else { throw HornbillError(.argument, "q must lie between 0 and 1, not \(q)") }
            return Losses.categoricalGeneralizedCrossEntropy(yTrue, yPred, q: q)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                q: config.double("q", 0.5), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["q": .double(q)])
        }
    }

    /// The value of ``CategoricalGeneralizedCrossEntropy`` for each sample.
    public static func categoricalGeneralizedCrossEntropy(
        _ yTrue: Tensor, _ yPred: Tensor, q: Double = 0.5
    ) -> Tensor {
        let (truth, prediction) = matchRanks(yTrue, yPred)
        let labels = truth.rank == prediction.rank ? ops.squeeze(truth, axis: -1) : truth
        let classes = prediction.shape.last ?? 1
        let targets = ops.oneHot(labels.cast(to: .int32), classes, dtype: prediction.dtype)
        let chosen = ops.sum(prediction * targets, axis: -1)
        return (1.0 - ops.power(chosen, q)) / q
    }
}

extension LossConvertible where Self == Losses.CategoricalGeneralizedCrossEntropy {
    /// A cross-entropy that bears wrong labels.
    public static var categoricalGeneralizedCrossEntropy: Self { Self() }
    /// A cross-entropy that bears wrong labels.
    public static func categoricalGeneralizedCrossEntropy(q: Double = 0.5) -> Self {
        Self(q: q)
    }
}

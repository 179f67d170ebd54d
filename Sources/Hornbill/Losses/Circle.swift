import HornbillEngine

extension Losses {
    /// Draws embeddings of one class together and those of different classes apart (Sun et al., 2020).
    ///
    /// `yTrue` holds class numbers in the shape `(batch,)` or `(batch, 1)`, `yPred` embeddings of length 1 in the shape
    /// `(batch, n)`; the values have the shape `(batch,)`. Follows Keras's
    /// [Circle](https://keras.io/api/losses/metric_learning_losses/).
    public final class Circle: Loss {
        public let gamma: Double
        public let margin: Double
        public let removeDiagonal: Bool

        /// - Parameters:
        ///   - gamma: how sharply pairs are weighed.
        ///   - margin: how far apart the classes shall be.
        ///   - removeDiagonal: whether a sample is no pair with itself.
        public init(
            gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true,
            reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil, dtype: DType = .float32
        ) {
            self.gamma = gamma
            self.margin = margin
            self.removeDiagonal = removeDiagonal
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.circle(yTrue, yPred, gamma: gamma, margin: margin, removeDiagonal: removeDiagonal)
        }

        /// Samples without a loss do not count for the mean.
        override package func mask(_ yTrue: Tensor, _ values: Tensor) -> Tensor? { values > 0.0 }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                gamma: config.double("gamma", 80), margin: config.double("margin", 0.4),
                removeDiagonal: config.bool("remove_diagonal", true), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "gamma": .double(gamma), "margin": .double(margin), "remove_diagonal": .bool(removeDiagonal),
            ])
        }
    }

    /// The value of ``Circle`` for each sample.
    public static func circle(
        _ yTrue: Tensor, _ yPred: Tensor, gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true
    ) -> Tensor {
        let labels = ops.reshape(yTrue.cast(to: .int32), [-1, 1])
        let distances = ops.relu(1.0 - ops.matmul(yPred, ops.transpose(yPred)))
        let same = labels .== ops.transpose(labels)
        let different = .!same
        var pairs = same
        if removeDiagonal { pairs = pairs .& .!ops.eye(labels.shape[0], dtype: .bool) }

        func weighed(_ sign: Double, _ optimum: Double, _ boundary: Double, _ chosen: Tensor) -> Tensor {
            let weights = ops.relu((optimum + sign * distances) * chosen.cast(to: distances.dtype))
            let values = -sign * gamma * weights * (boundary - distances)
            return ops.logsumexp(ops.where(chosen, values, -Double.infinity), axis: 1)
        }
        let near = weighed(1, margin, margin, pairs)
        let far = weighed(-1, 1 + margin, 1 - margin, different)
        return ops.softplus(near + far)
    }
}

extension LossConvertible where Self == Losses.Circle {
    /// Draws embeddings of one class together and those of different classes apart.
    public static var circle: Self { Self() }
    /// Draws embeddings of one class together and those of different classes apart.
    public static func circle(gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true) -> Self {
        Self(gamma: gamma, margin: margin, removeDiagonal: removeDiagonal)
    }
}

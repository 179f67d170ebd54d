import HornbillEngine

extension Metrics {
    /// How often outputs equal targets.
    /// Follows Keras's [Accuracy](https://keras.io/api/metrics/accuracy_metrics/#accuracy-class).
    public final class Accuracy: MeanOf {
        public init(name: String = "accuracy", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { yTrue, yPred in
                let (truth, prediction) = Losses.aligned(yTrue, yPred)
                return truth .== prediction
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "accuracy"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// How often outputs are above the threshold where targets are 1, and not where they are 0.
    /// Follows Keras's [BinaryAccuracy](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class).
    public final class BinaryAccuracy: MeanOf {
        public let threshold: Double

        public init(name: String = "binary_accuracy", dtype: DType = .float32, threshold: Double = 0.5) {
            self.threshold = threshold
            super.init(name, dtype: dtype) { Metrics.binaryAccuracy($0, $1, threshold: threshold) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "binary_accuracy"), dtype: config.elementType("dtype", .float32),
                threshold: config.double("threshold", 0.5))
        }

        override public func getConfig() -> Config { super.getConfig().merging(["threshold": .double(threshold)]) }
    }

    /// 1 where an output is above the threshold as its target says, else 0.
    public static func binaryAccuracy(_ yTrue: Tensor, _ yPred: Tensor, threshold: Double = 0.5) -> Tensor {
        let (truth, prediction) = matchRanks(yTrue, yPred)
        return ((prediction > threshold).cast(to: truth.dtype) .== truth).cast(to: .float32)
    }

    /// How often the largest output is at the place of the largest target: for one-hot targets.
    /// Follows Keras's [CategoricalAccuracy](https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class).
    public final class CategoricalAccuracy: MeanOf {
        public init(name: String = "categorical_accuracy", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { try Metrics.categoricalAccuracy($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "categorical_accuracy"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// 1 where the largest output is at the place of the largest target, else 0.
    public static func categoricalAccuracy(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        try (largest(yTrue) .== largest(yPred)).cast(to: .float32)
    }

    /// How often the largest output is at the place that the target numbers.
    /// Follows Keras's
    /// [SparseCategoricalAccuracy](https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class).
    public final class SparseCategoricalAccuracy: MeanOf {
        public init(name: String = "sparse_categorical_accuracy", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { try Metrics.sparseCategoricalAccuracy($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "sparse_categorical_accuracy"), dtype: config.elementType("dtype", .float32)
            )
        }
    }

    /// 1 where the largest output is at the place that the target numbers, else 0.
    public static func sparseCategoricalAccuracy(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        try yTrue.validated()
        var truth = yTrue.cast(to: .float32)
        if truth.rank == yPred.rank, truth.shape.last == 1 { truth = ops.squeeze(truth, axis: -1) }
        let matches = try (truth .== largest(yPred)).cast(to: .float32)
        return matches.rank > 1 && matches.shape.last == 1 ? ops.squeeze(matches, axis: -1) : matches
    }

    /// The place of the largest element along the last axis. As float32, in which comparing is cheapest; it is exact up
    /// to 16 million classes.
    private static func largest(_ x: Tensor) throws -> Tensor {
        try Tensor.emit1(.argReduce(smallest: false, axis: x.validated().shape.axis(-1)), [x]).cast(to: .float32)
    }
}

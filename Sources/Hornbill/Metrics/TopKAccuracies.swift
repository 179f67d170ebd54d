import HornbillEngine

extension Metrics {
    /// How often the output at the place of the largest target is among the k largest: for one-hot targets.
    /// Follows Keras's
    /// [TopKCategoricalAccuracy](https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class).
    public final class TopKCategoricalAccuracy: MeanOf {
        public let k: Int

        public init(k: Int = 5, name: String = "top_k_categorical_accuracy", dtype: DType = .float32) {
            self.k = k
            super.init(name, dtype: dtype) { Metrics.topKCategoricalAccuracy($0, $1, k: k) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                k: config.int("k", 5), name: config.string("name", "top_k_categorical_accuracy"),
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config { super.getConfig().merging(["k": .int(k)]) }
    }

    /// 1 where the output at the place of the largest target is among the k largest, else 0.
    public static func topKCategoricalAccuracy(_ yTrue: Tensor, _ yPred: Tensor, k: Int = 5) -> Tensor {
        ops.inTopK(ops.argmax(yTrue, axis: -1), yPred, k: k).cast(to: .float32)
    }

    /// How often the output at the place that the target numbers is among the k largest. Follows Keras's
    /// [SparseTopKCategoricalAccuracy](https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class).
    public final class SparseTopKCategoricalAccuracy: MeanOf {
        public let k: Int
        public let fromSortedIds: Bool

        /// - Parameter fromSortedIds: whether the outputs are class numbers, the likeliest first, rather than scores.
        public init(
            k: Int = 5, name: String = "sparse_top_k_categorical_accuracy", dtype: DType = .float32,
            fromSortedIds: Bool = false
        ) {
            self.k = k
            self.fromSortedIds = fromSortedIds
            super.init(name, dtype: dtype) {
                try Metrics.sparseTopKCategoricalAccuracy($0, $1, k: k, fromSortedIds: fromSortedIds)
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                k: config.int("k", 5), name: config.string("name", "sparse_top_k_categorical_accuracy"),
                dtype: config.elementType("dtype", .float32), fromSortedIds: config.bool("from_sorted_ids", false))
        }

        override public func getConfig() -> Config {
            var config = super.getConfig().merging(["k": .int(k)])
            if fromSortedIds { config["from_sorted_ids"] = true }
            return config
        }
    }

    /// 1 where the output at the place that the target numbers is among the k largest, else 0.
    public static func sparseTopKCategoricalAccuracy(
        _ yTrue: Tensor, _ yPred: Tensor, k: Int = 5, fromSortedIds: Bool = false
    ) throws -> Tensor {
        try yTrue.validated()
        try yPred.validated()
        guard let classes = yPred.shape.last, yPred.rank > 1 else {
            throw HornbillError(
                .shape, "the k largest outputs need an axis of samples and one of classes, not \(yPred.shape)")
        }
        let rows = Shape(Array(yPred.shape.dropLast()))
        guard yTrue.count == rows.count else {
            throw HornbillError(.shape, "targets of shape \(yTrue.shape) do not fit outputs of shape \(yPred.shape)")
        }
        let scores = ops.reshape(yPred, [rows.count, classes])
        let matches: Tensor
        if fromSortedIds {
            let chosen = try scores.slice(axis: 1, 0..<min(k, classes))
            let labels = ops.reshape(yTrue, [rows.count, 1]).cast(to: scores.dtype)
            matches = ops.any(labels .== chosen, axis: 1)
        } else {
            matches = ops.inTopK(ops.reshape(yTrue, [rows.count]).cast(to: .int32), scores, k: k)
        }
        return ops.reshape(matches.cast(to: .float32), yTrue.shape)
    }
}

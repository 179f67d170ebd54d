extension Metric {
    /// Whether a metric shall become small or large.
    public enum Direction: Sendable { case up, down }
}

extension Metrics {
    /// The directions that Keras gives its metrics; the others have none.
    static func direction(of metric: Metric) -> Metric.Direction? {
        switch metric {
        case is Accuracy, is BinaryAccuracy, is CategoricalAccuracy, is SparseCategoricalAccuracy,
            is TopKCategoricalAccuracy, is SparseTopKCategoricalAccuracy, is Precision, is Recall, is Tradeoff, is AUC,
            is PearsonCorrelation, is ConcordanceCorrelation, is FBetaScore, is IoU, is CosineSimilarity, is R2Score:
            .up
        case is Hinge, is SquaredHinge, is CategoricalHinge, is KLDivergence, is Poisson, is BinaryCrossentropy,
            is CategoricalCrossentropy, is SparseCategoricalCrossentropy, is MeanSquaredError, is RootMeanSquaredError,
            is MeanAbsoluteError, is MeanAbsolutePercentageError, is MeanSquaredLogarithmicError, is LogCoshError:
            .down
        default: nil
        }
    }
}

// The leading-dot forms: `metrics: [.accuracy, .auc, .mae]`.

extension MetricConvertible where Self == String {
    /// The share of right answers: the kind of accuracy that fits the output and its targets.
    public static var accuracy: String { "accuracy" }
    /// The mean of squared differences, under the key `mse`.
    public static var mse: String { "mse" }
    /// The mean of absolute differences, under the key `mae`.
    public static var mae: String { "mae" }
    /// The mean of absolute differences in percent of the targets, under the key `mape`.
    public static var mape: String { "mape" }
    /// The mean of squared differences of logarithms, under the key `msle`.
    public static var msle: String { "msle" }
}

extension MetricConvertible where Self == Metrics.RootMeanSquaredError {
    /// The root of the mean of squared differences.
    public static var rootMeanSquaredError: Self { Self() }
}

extension MetricConvertible where Self == Metrics.BinaryAccuracy {
    /// How often outputs are above 0.5 where targets are 1, and not where they are 0.
    public static var binaryAccuracy: Self { Self() }
}

extension MetricConvertible where Self == Metrics.CategoricalAccuracy {
    /// How often the largest output is at the place of the largest target.
    public static var categoricalAccuracy: Self { Self() }
}

extension MetricConvertible where Self == Metrics.SparseCategoricalAccuracy {
    /// How often the largest output is at the place that the target numbers.
    public static var sparseCategoricalAccuracy: Self { Self() }
}

extension MetricConvertible where Self == Metrics.TopKCategoricalAccuracy {
    /// How often the right class is among the k largest outputs.
    public static func topKCategoricalAccuracy(k: Int = 5) -> Self { Self(k: k) }
}

extension MetricConvertible where Self == Metrics.CosineSimilarity {
    /// The cosine of the angle between targets and outputs.
    public static var cosineSimilarity: Self { Self() }
}

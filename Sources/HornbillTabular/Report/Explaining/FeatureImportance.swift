/// How much worse the predictions of a target get when one feature's values are shuffled.
public struct FeatureImportance: Sendable, Codable, Equatable {
    public let target: String
    public let feature: String
    /// The metric that gets worse: ``TargetEvaluation/primaryMetric``.
    public let metric: String
    /// The mean drop of the metric over the repeats.
    public let mean: Double
    /// The standard deviation of the drop over the repeats.
    public let deviation: Double

    public init(target: String, feature: String, metric: String, mean: Double, deviation: Double) {
        self.target = target
        self.feature = feature
        self.metric = metric
        self.mean = mean
        self.deviation = deviation
    }
}

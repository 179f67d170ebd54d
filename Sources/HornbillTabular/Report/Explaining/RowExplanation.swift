/// Why a model predicts what it predicts for one row: how far each feature moves the prediction away from the mean.
public struct RowExplanation: Sendable, Codable, Equatable {
    /// What one feature adds.
    public struct Contribution: Sendable, Codable, Equatable {
        public let feature: String
        /// The row's value, as the report shows it.
        public let value: String
        /// In units of the prediction.
        public let contribution: Double

        public init(feature: String, value: String, contribution: Double) {
            self.feature = feature
            self.value = value
            self.contribution = contribution
        }
    }

    public let target: String
    /// The class whose probability is explained; `nil` for a regression.
    public let className: String?
    /// The number of the row in the table.
    public let row: Int
    public let prediction: Double
    /// The mean prediction of the background rows.
    public let baseline: Double
    /// One for each feature, in their order. Their sum is `prediction - baseline`.
    public let contributions: [Contribution]

    public init(
        target: String, className: String?, row: Int, prediction: Double, baseline: Double,
        contributions: [Contribution]
    ) {
        self.target = target
        self.className = className
        self.row = row
        self.prediction = prediction
        self.baseline = baseline
        self.contributions = contributions
    }
}

/// What a regression gets wrong, row by row.
public struct Residuals: Sendable, Codable, Equatable {
    /// An actual value and its prediction.
    public struct Pair: Sendable, Codable, Equatable {
        public let actual: Double
        public let predicted: Double
    }

    /// The residuals, actual minus predicted, by weight; outermost hundredths that lie far off are left out.
    public let histogram: Histogram
    /// How many rows lie outside of the histogram.
    public let rowsOutside: Int
    /// Rows to be drawn, an even choice in the order of the actual values.
    public let pairs: [Pair]
    /// The residuals below which 5, 25, 50, 75 and 95 % of the rows lie, whatever their weights.
    public let quantiles: [Double]
}

extension TargetEvaluation {
    /// The residuals of a regression; `nil` for other types, without rows, and where a prediction is not finite.
    ///
    /// - Parameters:
    ///   - bins: The bins of the histogram.
    ///   - limit: The greatest number of pairs.
    public func residuals(bins: Int = 40, limit: Int = 800) -> Residuals? {
        guard case .regression(let actual, let predicted) = outcome,
            let sample = try? RegressionSample(actual: actual, predicted: predicted, weights: weights)
        else { return nil }
        let residuals = zip(sample.actual, sample.predicted).map { $0 - $1 }
        let sorted = residuals.sorted()
        func quantile(_ part: Double) -> Double { sorted[Int((Double(sorted.count - 1) * part).rounded())] }
        // A few rows that are far off would leave all others in one bin: what is in line with the middle half is shown.
        let margin = 3 * (quantile(0.75) - quantile(0.25))
        let low = min(quantile(0.25) - margin, quantile(0.01))
        let high = max(quantile(0.75) + margin, quantile(0.99))
        let inside = residuals.indices.filter { (low...high).contains(residuals[$0]) }
        guard
            let histogram = Histogram(
                of: inside.map { residuals[$0] }, weights: inside.map { sample.weight[$0] }, bins: bins)
        else { return nil }
        let order = sample.actual.indices.sorted { sample.actual[$0] < sample.actual[$1] }
        return Residuals(
            histogram: histogram, rowsOutside: residuals.count - inside.count,
            pairs: evenly(order, limit: limit).map {
                Residuals.Pair(actual: sample.actual[$0], predicted: sample.predicted[$0])
            },
            quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(quantile))
    }
}

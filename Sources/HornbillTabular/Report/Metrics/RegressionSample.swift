import Foundation

/// The rows of a regression that count, and the metrics over them.
struct RegressionSample {
    let actual: [Double]
    let predicted: [Double]
    let weight: [Double]
    private let totalWeight: Double

    /// Fails where there are no rows, or a prediction is no number.
    init(actual: [Double], predicted: [Double], weights: [Double]?) throws(Undefined) {
        let rows = try countedRows(actual.count, weights)
        if let row = rows.first(where: { !predicted[$0].isFinite }) {
            throw Undefined("the prediction of row \(row) is \(predicted[row])")
        }
        self.actual = rows.map { actual[$0] }
        self.predicted = rows.map { predicted[$0] }
        weight = rows.map { weights?[$0] ?? 1 }
        totalWeight = weight.reduce(0, +)
    }

    static let metricNames = [
        "r2", "explained_variance", "pearson", "mae", "mse", "rmse", "rmsle", "mape",
    ]

    func metric(_ name: String) -> MetricValue {
        MetricValue(name) { () throws(Undefined) in
            switch name {
            case "r2": try r2()
            case "explained_variance": try explainedVariance()
            case "pearson": try pearson()
            case "mae": mean { abs($0 - $1) }
            case "mse": meanSquaredError
            case "rmse": meanSquaredError.squareRoot()
            case "rmsle": try rootMeanSquaredLogError()
            case "mape": try meanAbsolutePercentageError()
            default: throw Undefined("there is no metric '\(name)' of a regression")
            }
        }
    }

    /// The weighted mean of what `value` gives for actual and predicted value.
    private func mean(_ value: (_ actual: Double, _ predicted: Double) -> Double) -> Double {
        var sum = 0.0
        for row in actual.indices { sum += weight[row] * value(actual[row], predicted[row]) }
        return sum / totalWeight
    }

    private var meanSquaredError: Double { mean { ($0 - $1) * ($0 - $1) } }

    /// The variance of the actual values, which is no measure where they are all the same.
    private func actualVariance() throws(Undefined) -> Double {
        guard actual.contains(where: { $0 != actual[0] }) else {
            throw Undefined(actual.count == 1 ? "there is only one row" : "all actual values are the same")
        }
        let center = mean { actual, _ in actual }
        return mean { actual, _ in (actual - center) * (actual - center) }
    }

    private func r2() throws(Undefined) -> Double {
        1 - meanSquaredError / (try actualVariance())
    }

    private func explainedVariance() throws(Undefined) -> Double {
        let bias = mean { $0 - $1 }
        return 1 - mean { ($0 - $1 - bias) * ($0 - $1 - bias) } / (try actualVariance())
    }

    private func pearson() throws(Undefined) -> Double {
        let variance = try actualVariance()
        guard predicted.contains(where: { $0 != predicted[0] }) else { throw Undefined("all predictions are the same") }
        let (center, predictedCenter) = (mean { actual, _ in actual }, mean { _, predicted in predicted })
        let covariance = mean { ($0 - center) * ($1 - predictedCenter) }
        let predictedVariance = mean { ($1 - predictedCenter) * ($1 - predictedCenter) }
        return covariance / (variance.squareRoot() * predictedVariance.squareRoot())
    }

    private func rootMeanSquaredLogError() throws(Undefined) -> Double {
        guard actual.allSatisfy({ $0 > -1 }), predicted.allSatisfy({ $0 > -1 }) else {
            throw Undefined("an actual or predicted value is -1 or less")
        }
        return mean { (log1p($0) - log1p($1)) * (log1p($0) - log1p($1)) }.squareRoot()
    }

    /// As a fraction: 0.1 is 10 %.
    private func meanAbsolutePercentageError() throws(Undefined) -> Double {
        guard actual.allSatisfy({ $0 != 0 }) else { throw Undefined("an actual value is 0") }
        return mean { abs(($0 - $1) / $0) }
    }
}

/// The rows that have a weight.
func countedRows(_ count: Int, _ weights: [Double]?) throws(Undefined) -> [Int] {
    let rows = Array((0..<count).lazy.filter { (weights?[$0] ?? 1) > 0 })
    guard !rows.isEmpty else { throw Undefined(count == 0 ? "there are no rows" : "no row has a weight") }
    return rows
}

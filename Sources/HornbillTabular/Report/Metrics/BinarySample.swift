import Foundation

/// The rows of a binary target that count, and the metrics over them.
struct BinarySample {
    let actual: [Bool]
    let probability: [Double]
    let weight: [Double]
    let threshold: Double
    let costs: CostMatrix
    let ranking: Ranking

    /// Fails where there are no rows, or a probability is none.
    init(_ evaluation: TargetEvaluation) throws(Undefined) {
        guard case .binary(let actual, let probability, _) = evaluation.outcome else {
            throw Undefined("the target is not binary")
        }
        let rows = try countedRows(actual.count, evaluation.weights)
        if let row = rows.first(where: { !(0...1).contains(probability[$0]) }) {
            throw Undefined("the probability of row \(row) is \(probability[row])")
        }
        self.actual = rows.map { actual[$0] }
        self.probability = rows.map { probability[$0] }
        weight = rows.map { evaluation.weights?[$0] ?? 1 }
        threshold = evaluation.threshold
        costs = evaluation.costs
        ranking = Ranking(scores: self.probability, isPositive: self.actual, weight: weight)
    }

    /// The decisions at the threshold.
    var decisions: Decisions { ranking.decisions(at: threshold) }

    static let metricNames = [
        "roc_auc", "average_precision", "accuracy", "precision", "recall", "f1", "log_loss", "lift", "cost_matrix_gain",
    ]

    /// The part of the rows whose lift is a metric.
    static let liftPart = 0.1

    func metric(_ name: String) -> MetricValue {
        MetricValue(name) { () throws(Undefined) in
            switch name {
            case "roc_auc": return try ranking.areaUnderROC()
            case "average_precision": return try ranking.averagePrecision()
            case "accuracy": return decisions.accuracy
            case "precision":
                guard let precision = decisions.precision else { throw Undefined("no row was taken for positive") }
                return precision
            case "recall":
                guard let recall = decisions.recall else { throw Undefined("no row is positive") }
                return recall
            case "f1":
                guard ranking.positives > 0 else { throw Undefined("no row is positive") }
                return decisions.f1
            case "log_loss": return logLoss
            case "lift": return try ranking.lift(top: Self.liftPart)
            case "cost_matrix_gain": return decisions.gain(costs)
            default: throw Undefined("there is no metric '\(name)' of a binary target")
            }
        }
    }

    private var logLoss: Double {
        var (sum, total) = (0.0, 0.0)
        for row in actual.indices {
            sum -= weight[row] * clippedLog(actual[row] ? probability[row] : 1 - probability[row])
            total += weight[row]
        }
        return sum / total
    }
}

/// The logarithm of a probability, which is kept off 0 and 1 by the precision of a double, as in scikit-learn.
func clippedLog(_ probability: Double) -> Double {
    log(min(max(probability, Double.ulpOfOne), 1 - Double.ulpOfOne))
}

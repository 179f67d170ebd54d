/// The rows of a target of several classes that count, and the metrics over them.
struct MulticlassSample {
    let classes: [String]
    let actual: [Int]
    /// The class of the greatest probability of each row, the first of equal ones.
    let predicted: [Int]
    let probabilities: [[Double]]
    let weight: [Double]
    let confusion: ConfusionMatrix

    /// Fails where there are no rows, or a probability is none.
    init(_ evaluation: TargetEvaluation) throws(Undefined) {
        guard case .multiclass(let actual, let probabilities, let classes) = evaluation.outcome else {
            throw Undefined("the target does not have several classes")
        }
        let rows = try countedRows(actual.count, evaluation.weights)
        for row in rows {
            guard let wrong = probabilities[row].first(where: { !(0...1).contains($0) }) else { continue }
            throw Undefined("a probability of row \(row) is \(wrong)")
        }
        self.classes = classes
        self.actual = rows.map { actual[$0] }
        self.probabilities = rows.map { probabilities[$0] }
        predicted = self.probabilities.map { row in
            row.indices.dropFirst().reduce(0) { row[$1] > row[$0] ? $1 : $0 }
        }
        weight = rows.map { evaluation.weights?[$0] ?? 1 }
        confusion = ConfusionMatrix(classes: classes, actual: self.actual, predicted: predicted, weight: weight)
    }

    static let metricNames = ["accuracy", "roc_auc", "precision", "recall", "f1", "log_loss"]

    func metric(_ name: String) -> MetricValue {
        switch name {
        case "roc_auc": return areaUnderROC
        case "log_loss": return MetricValue(name, logLoss)
        default: break
        }
        return MetricValue(name) { () throws(Undefined) in
            switch name {
            case "accuracy": confusion.accuracy
            case "precision": confusion.mean { $0.precision ?? 0 }
            case "recall": confusion.mean { $0.recall ?? 0 }
            case "f1": confusion.mean(\.f1)
            default: throw Undefined("there is no metric '\(name)' of a target of several classes")
            }
        }
    }

    /// The rows ranked by the probability of one class.
    func ranking(ofClass index: Int) -> Ranking {
        Ranking(
            scores: probabilities.map { $0[index] }, isPositive: actual.map { $0 == index }, weight: weight)
    }

    /// The mean of the areas of each class against the rest, over the classes that occur.
    private var areaUnderROC: MetricValue {
        let occurring = classes.indices.filter { confusion.rowSum($0) > 0 }
        let absent = classes.count - occurring.count
        let note = absent == 0 ? nil : "without the \(absent) of \(classes.count) classes that no row has"
        return MetricValue("roc_auc", note: note) { () throws(Undefined) in
            guard occurring.count > 1 else { throw Undefined("all rows are of one class") }
            var sum = 0.0
            for index in occurring { sum += try ranking(ofClass: index).areaUnderROC() }
            return sum / Double(occurring.count)
        }
    }

    private func logLoss() throws(Undefined) -> Double {
        var (sum, total) = (0.0, 0.0)
        for row in actual.indices {
            let whole = probabilities[row].reduce(0, +)
            guard abs(whole - 1) < 1e-3 else { throw Undefined("the probabilities of a row sum to \(whole), not 1") }
            sum -= weight[row] * clippedLog(probabilities[row][actual[row]] / whole)
            total += weight[row]
        }
        return sum / total
    }
}

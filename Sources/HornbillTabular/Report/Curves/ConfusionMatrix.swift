/// How often rows of each class were taken for each class.
public struct ConfusionMatrix: Sendable, Codable, Equatable {
    public let classes: [String]
    /// `counts[actual][predicted]`, by weight.
    public let counts: [[Double]]

    init(classes: [String], actual: [Int], predicted: [Int], weight: [Double]) {
        var counts = Array(repeating: Array(repeating: 0.0, count: classes.count), count: classes.count)
        for row in actual.indices { counts[actual[row]][predicted[row]] += weight[row] }
        self.classes = classes
        self.counts = counts
    }

    var total: Double { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The weight of the rows of a class.
    func rowSum(_ index: Int) -> Double { counts[index].reduce(0, +) }

    /// The weight of the rows that were taken for a class.
    func columnSum(_ index: Int) -> Double { counts.reduce(0) { $0 + $1[index] } }

    var accuracy: Double { classes.indices.reduce(0) { $0 + counts[$1][$1] } / total }

    /// The decisions for one class against the rest.
    func decisions(forClass index: Int) -> Decisions {
        let hits = counts[index][index]
        let (actual, predicted) = (rowSum(index), columnSum(index))
        return Decisions(
            truePositives: hits, falsePositives: predicted - hits, trueNegatives: total - actual - predicted + hits,
            falseNegatives: actual - hits)
    }

    /// The mean of `value` over the classes that occur or were predicted, each of which counts the same.
    func mean(_ value: (Decisions) -> Double) -> Double {
        let shown = classes.indices.filter { rowSum($0) + columnSum($0) > 0 }
        return shown.reduce(0) { $0 + value(decisions(forClass: $1)) } / Double(shown.count)
    }
}

extension TargetEvaluation {
    /// The confusion matrix of a classification, a binary one at its threshold; `nil` for a regression, without rows, and
    /// where a probability is none.
    public func confusionMatrix() -> ConfusionMatrix? {
        switch outcome {
        case .regression: return nil
        case .multiclass: return try? MulticlassSample(self).confusion
        case .binary(_, _, let classes):
            guard let sample = try? BinarySample(self) else { return nil }
            return ConfusionMatrix(
                classes: classes, actual: sample.actual.map { $0 ? 1 : 0 },
                predicted: sample.probability.map { $0 >= threshold ? 1 : 0 }, weight: sample.weight)
        }
    }
}

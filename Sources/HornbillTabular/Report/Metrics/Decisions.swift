/// Right and wrong decisions about rows for one class against the rest, by weight.
struct Decisions: Equatable {
    var truePositives = 0.0
    var falsePositives = 0.0
    var trueNegatives = 0.0
    var falseNegatives = 0.0

    var total: Double { truePositives + falsePositives + trueNegatives + falseNegatives }
    var accuracy: Double { (truePositives + trueNegatives) / total }

    /// `nil` where no row was taken for positive.
    var precision: Double? { ratio(truePositives, truePositives + falsePositives) }

    /// `nil` where no row is positive.
    var recall: Double? { ratio(truePositives, truePositives + falseNegatives) }

    /// The harmonic mean of precision and recall; 0 where no row is, or was taken for, positive.
    var f1: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) ?? 0 }

    /// What the decisions are worth, on the mean of the rows.
    func gain(_ costs: CostMatrix) -> Double {
        (truePositives * costs.truePositive + falsePositives * costs.falsePositive
            + trueNegatives * costs.trueNegative + falseNegatives * costs.falseNegative) / total
    }

    private func ratio(_ part: Double, _ whole: Double) -> Double? {
        whole > 0 ? part / whole : nil
    }
}

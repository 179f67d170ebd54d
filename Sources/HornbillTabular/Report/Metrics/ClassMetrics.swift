/// How well one class is told from the others.
public struct ClassMetrics: Sendable, Equatable {
    public let name: String
    /// The weight of the class's rows; their number where rows have no weights.
    public let rows: Double
    /// The share of right ones among the rows that were taken for the class; nil where none was.
    public let precision: Double?
    /// The share of the class's rows that were taken for it; nil where there are none.
    public let recall: Double?
    /// The harmonic mean of precision and recall; nil where the class has no rows.
    public let f1: Double?
    /// The area under the ROC curve of the class against the rest; nil where all or no rows are of the class.
    public let areaUnderROC: Double?
}

extension TargetEvaluation {
    /// Each class against the rest, in the order of the classes; a binary target's at its ``threshold``. Empty for a
    /// regression, without rows, and where a probability is none.
    public func classMetrics() -> [ClassMetrics] {
        guard let matrix = confusionMatrix() else { return [] }
        let areas = classAreas()
        return matrix.classes.indices.map { index in
            let decisions = matrix.decisions(forClass: index)
            let rows = matrix.rowSum(index)
            return ClassMetrics(
                name: matrix.classes[index], rows: rows, precision: decisions.precision, recall: decisions.recall,
                f1: rows > 0 ? decisions.f1 : nil,
                areaUnderROC: areas.indices.contains(index) ? areas[index] : metric(named: "roc_auc").value)
        }
    }
}

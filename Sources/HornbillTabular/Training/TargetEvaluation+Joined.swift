import Hornbill

extension TargetEvaluation {
    /// The evaluations of folds as one for each target: all rows that any fold was tested on.
    static func joined(_ folds: [[TargetEvaluation]]) throws -> [TargetEvaluation] {
        var targets: [String] = []
        for evaluation in folds.joined() where !targets.contains(evaluation.target) {
            targets.append(evaluation.target)
        }
        return try targets.compactMap { target in
            let parts = folds.compactMap { $0.first { $0.target == target } }
            guard var whole = parts.first else { return nil }
            for part in parts.dropFirst() { whole = try whole.appending(part) }
            let threshold = parts.map(\.threshold).reduce(0, +) / Double(parts.count)
            return try whole.with(threshold: threshold)
        }
    }

    private func appending(_ other: TargetEvaluation) throws -> TargetEvaluation {
        let joined: Outcome
        switch (outcome, other.outcome) {
        case (.regression(let actual, let predicted), .regression(let more, let morePredicted)):
            joined = .regression(actual: actual + more, predicted: predicted + morePredicted)
        case (.binary(let actual, let probability, let classes), .binary(let more, let moreProbability, _)):
            joined = .binary(actual: actual + more, probability: probability + moreProbability, classes: classes)
        case (.multiclass(let actual, let given, let classes), .multiclass(let more, let moreGiven, let others)):
            guard classes == others else {
                throw HornbillError(
                    .data,
                    "the target '\(target)' has other classes in some folds: \(classes.joined(separator: ", ")), and \(others.joined(separator: ", ")). Take fewer folds"
                )
            }
            joined = .multiclass(actual: actual + more, probabilities: given + moreGiven, classes: classes)
        default: throw HornbillError(.internal, "folds of the target '\(target)' are of different types")
        }
        let ones = { (evaluation: TargetEvaluation) in
            evaluation.weights ?? Array(repeating: 1, count: evaluation.rowCount)
        }
        return try TargetEvaluation(
            target: target, outcome: joined,
            weights: weights == nil && other.weights == nil ? nil : ones(self) + ones(other))
    }
}

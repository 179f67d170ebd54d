import Hornbill

/// Permutation importance (Breiman 2001): how much worse predictions get when the values of one feature are shuffled among
/// the rows, so that they say nothing about the row any more.
///
/// Features that stand for each other share their importance out, or have none each: the model reads the other one.
public struct ImportanceEstimator: Sendable {
    private let features: [String]
    private let repeats: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - features: The names of the features that are shuffled, one at a time.
    ///   - repeats: How often each is shuffled; 5 by default.
    ///   - seed: The same seed shuffles in the same way.
    /// - Throws: `HornbillError` of kind `argument` unless there are features and repeats.
    public init(features: [String], repeats: Int = 5, seed: UInt64 = 0) throws {
        guard !features.isEmpty else { throw HornbillError(.argument, "an importance needs features") }
        guard repeats >= 1 else { throw HornbillError(.argument, "repeats are 1 or more, not \(repeats)") }
        self.features = features
        self.repeats = repeats
        self.seed = seed
    }

    /// The importance of each feature for each target, by the drop of the target's ``TargetEvaluation/primaryMetric``.
    ///
    /// A target whose metric is not defined on the rows, with them as they are or shuffled, has none.
    ///
    /// - Parameters:
    ///   - rows: The rows of the table on which it is measured; best some that the model was not trained on.
    ///   - evaluate: Predicts composite rows and compares the predictions with what is true of `rows`, in their order: one
    ///     evaluation for each target. It is called once with the rows as they are, and then for each feature and repeat.
    /// - Throws: what `evaluate` throws; `HornbillError` of kind `data` without rows, and where evaluations are of other
    ///   targets than at first.
    public func importances(
        rows: [Int], evaluate: (CompositeRows) throws -> [TargetEvaluation]
    ) throws -> [FeatureImportance] {
        guard !rows.isEmpty else { throw HornbillError(.data, "an importance needs rows") }
        let unchanged = CompositeRows(
            count: rows.count, sources: Array(repeating: rows, count: features.count))
        let evaluations = try evaluate(unchanged)
        let targets = evaluations.map(\.target)
        let scores = evaluations.map(\.primaryMetric)
        // The same orders for all features: their differences are not those of the draws.
        var generator = SplitMix64(seed: seed)
        let orders = (0..<repeats).map { _ in rows.shuffled(using: &generator) }

        var importances: [[FeatureImportance]] = Array(repeating: [], count: targets.count)
        for (place, feature) in features.enumerated() {
            let drops = try orders.map { order in
                var sources = unchanged.sources
                sources[place] = order
                let shuffled = try evaluate(CompositeRows(count: rows.count, sources: sources))
                guard shuffled.map(\.target) == targets else {
                    throw HornbillError(
                        .data, "evaluations are of \(shuffled.map(\.target)), expected those of \(targets)")
                }
                return zip(scores, shuffled).map { Self.drop(from: $0, to: $1.primaryMetric) }
            }
            for (index, target) in targets.enumerated() {
                let known = drops.compactMap { $0[index] }
                guard known.count == repeats else { continue }
                let mean = known.reduce(0, +) / Double(repeats)
                let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(repeats)
                importances[index].append(
                    FeatureImportance(
                        target: target, feature: feature, metric: scores[index].name, mean: mean,
                        deviation: variance.squareRoot()))
            }
        }
        return importances.flatMap { $0 }
    }

    /// How much worse a metric has got.
    private static func drop(from before: MetricValue, to after: MetricValue) -> Double? {
        guard let old = before.value, let new = after.value else { return nil }
        return before.isGreaterBetter ? old - new : new - old
    }
}

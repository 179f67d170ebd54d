import Hornbill

/// Evaluates the model on the validation rows after each epoch, in the targets' own units, and adds what it finds to the
/// epoch's logs: each metric as `val_<target>_<metric>`, and `val_score`, the mean of what the targets are judged by.
final class ValidationScores: Callback {
    /// The key of the mean of the targets' main metrics; more is better.
    static let score = "val_score"

    private let batches: TrainingBatches
    private let rows: [Int32]
    private let evaluated: Model

    /// - Parameter model: gives outputs in the targets' own units, and shares the layers of the trained one.
    init(_ batches: TrainingBatches, rows: [Int32], model: Model) {
        self.batches = batches
        self.rows = rows
        evaluated = model
    }

    override var needsBatchLogs: Bool { false }

    override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        let evaluations = try batches.evaluations(rows, by: evaluated, thresholds: batches.encoders.map { _ in nil })
        var scores: [Double] = []
        for evaluation in evaluations {
            for metric in evaluation.metrics() {
                if let value = metric.value { logs["val_\(evaluation.target)_\(metric.name)"] = value }
            }
            if let value = evaluation.primaryMetric.value { scores.append(value) }
        }
        if !scores.isEmpty { logs[Self.score] = scores.reduce(0, +) / Double(scores.count) }
    }
}

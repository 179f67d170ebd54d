/// A metric of an evaluation: its value, or why it has none.
public struct MetricValue: Sendable, Codable, Equatable {
    /// The name in `report.json`: `roc_auc`, `r2`, …
    public let name: String
    /// The value; `nil` where the metric is not defined on these rows.
    public let value: Double?
    /// Why there is no value, or what was left out of it.
    public let note: String?

    public init(_ name: String, _ value: Double?, note: String? = nil) {
        self.name = name
        self.value = value
        self.note = note
    }

    /// What a report calls it: `ROC AUC`.
    public var title: String { Self.titles[name] ?? name }

    /// Whether a greater value is better, as of all but errors and losses.
    public var isGreaterBetter: Bool { !Self.losses.contains(name) }

    private static let losses: Set = ["mae", "mse", "rmse", "rmsle", "mape", "log_loss"]

    private static let titles = [
        "accuracy": "Accuracy", "average_precision": "Average precision", "cost_matrix_gain": "Gain per row",
        "explained_variance": "Explained variance", "f1": "F1", "lift": "Lift of the top 10 %", "log_loss": "Log loss",
        "mae": "Mean absolute error", "mape": "Mean absolute percentage error", "mse": "Mean squared error",
        "pearson": "Pearson correlation", "precision": "Precision", "r2": "R²", "recall": "Recall",
        "rmse": "Root mean squared error", "rmsle": "Root mean squared log error", "roc_auc": "ROC AUC",
    ]
}

/// Why a metric is not defined on some rows.
struct Undefined: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension MetricValue {
    /// The value that `compute` gives, or why it gives none.
    init(_ name: String, note: String? = nil, _ compute: () throws(Undefined) -> Double) {
        do {
            let value = try compute()
            self.init(name, value.isFinite ? value : nil, note: value.isFinite ? note : "the values are too large")
        } catch {
            self.init(name, nil, note: error.reason)
        }
    }
}

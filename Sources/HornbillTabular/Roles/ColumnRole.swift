/// What a column is for.
public enum ColumnRole: String, Sendable, Codable, CaseIterable {
    /// The model sees it.
    case input
    /// The model learns to predict it.
    case target
    /// How much the row counts in training and evaluation.
    case weight
    /// It is left out.
    case reject
}

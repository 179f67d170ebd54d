/// Rows made of the values of others: estimators ask a model about them.
///
/// Of feature `f`, row `k` has the value that row `sources[f][k]` of the table has.
public struct CompositeRows: Sendable, Equatable {
    /// How many rows there are.
    public let count: Int
    /// For each feature, in the estimator's order, the row of the table from which each row takes its value.
    public let sources: [[Int]]
}

import Foundation

/// Counts of numbers between edges.
public struct Histogram: Sendable, Codable, Equatable {
    /// One more than counts, ascending.
    public let edges: [Double]
    /// How many numbers (or what weight) lie from each edge to below the next; the last bin has its upper edge too.
    public let counts: [Double]

    /// A histogram that was counted elsewhere, as while a file was read.
    ///
    /// - Throws: `HornbillError` of kind `data` unless there is one edge more than counts, and edges ascend.
    public init(edges: [Double], counts: [Double]) throws {
        self.edges = edges
        self.counts = counts
        try validate()
    }
}

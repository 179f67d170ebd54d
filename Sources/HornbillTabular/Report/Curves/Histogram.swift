import Hornbill

/// Counts of numbers between edges.
public struct Histogram: Sendable, Codable, Equatable {
    /// One more than counts, ascending.
    public let edges: [Double]
    /// How many numbers (or what weight) lie from each edge to below the next; the last bin has its upper edge too.
    public let counts: [Double]

    /// A histogram that was counted elsewhere, as while a file was read.
    ///
    /// - Throws: `HornbillError` of kind `data` unless edges are finite and ascend, there is one more of them than counts, and
    ///   counts are finite and not negative.
    public init(edges: [Double], counts: [Double]) throws {
        guard counts.count >= 1, edges.count == counts.count + 1 else {
            throw HornbillError(
                .data, "a histogram has one edge more than counts, not \(edges.count) edges and \(counts.count) counts")
        }
        guard edges.allSatisfy(\.isFinite), zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw HornbillError(.data, "the edges of a histogram are finite and ascend")
        }
        guard counts.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw HornbillError(.data, "the counts of a histogram are finite and not negative")
        }
        self.edges = edges
        self.counts = counts
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            edges: container.decode([Double].self, forKey: .edges),
            counts: container.decode([Double].self, forKey: .counts))
    }

    /// Counts numbers in bins of equal width between the least and the greatest; what is not finite is left out.
    ///
    /// `nil` where there is no finite number. Numbers that are all the same lie in the middle bin around them.
    public init?(of values: [Double], weights: [Double]? = nil, bins: Int = 20) {
        let bins = max(bins, 1)
        let finite = values.indices.filter { values[$0].isFinite }
        guard let least = finite.map({ values[$0] }).min(), let greatest = finite.map({ values[$0] }).max() else {
            return nil
        }
        // Halves, since the difference of two finite numbers may not be finite.
        let isFlat = !(greatest / 2 - least / 2 > abs(least) * 1e-12)
        let margin = isFlat ? max(abs(least) * 1e-3, 0.5) : 0
        let (low, high) = (least - margin, greatest + margin)
        guard low.isFinite, high.isFinite else { return nil }
        let edges = (0...bins).map { edge in
            let part = Double(edge) / Double(bins)
            return low * (1 - part) + high * part
        }
        var counts = Array(repeating: 0.0, count: bins)
        for index in finite {
            let value = values[index]
            var bin = min(Int((value / 2 - low / 2) / (high / 2 - low / 2) * Double(bins)), bins - 1)
            // What was rounded above must not decide on which side of an edge a number lies.
            if bin > 0, value < edges[bin] { bin -= 1 } else if bin + 1 < bins, value >= edges[bin + 1] { bin += 1 }
            counts[bin] += weights?[index] ?? 1
        }
        self.edges = edges
        self.counts = counts
    }
}

/// The counts of values in ranges of equal width.
package enum Histogram {
    /// Rows of left edge, right edge and count.
    package static func rows(_ values: [Double], count: Int) -> [Double] {
        let values = values.filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return Array(repeating: 0, count: 3 * count) }
        var counts = Array(repeating: 0.0, count: count)
        let width = (high - low) / Double(count)
        guard width > 0, width.isFinite else {
            // All are one: its row is the last.
            return (0..<count).flatMap { [low, high, $0 == count - 1 ? Double(values.count) : 0] }
        }
        for value in values { counts[min(Int((value - low) / width), count - 1)] += 1 }
        func edge(_ index: Int) -> Double { index == count ? high : low + width * Double(index) }
        return counts.enumerated().flatMap { [edge($0), edge($0 + 1), $1] }
    }
}

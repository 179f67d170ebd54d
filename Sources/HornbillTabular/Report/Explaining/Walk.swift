/// A way from a background row to the explained row: the order in which features take the latter's values.
struct Walk {
    /// The place of the background row among all.
    let start: Int
    let order: [Int]

    /// The rows on the way, without both ends: for each feature the row of the table that its value is from.
    func rowsBetween(from: Int, to: Int) -> [[Int]] {
        var sources = Array(repeating: from, count: order.count)
        return order.dropLast().map { feature in
            sources[feature] = to
            return sources
        }
    }
}

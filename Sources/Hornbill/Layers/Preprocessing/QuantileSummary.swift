import Foundation

/// Some of the values of a stream, each standing for as many as its weight says: from it quantiles are read, without the
/// whole stream in memory. The same as Keras's, to the last number.
struct QuantileSummary {
    /// Rising.
    private(set) var values: [Float] = []
    private var weights: [Float] = []

    init() {}

    /// A summary of a batch: every so-many-eth of its sorted values, 1 / epsilon of them.
    init(_ batch: [Float], _ epsilon: Double) {
        let sorted = batch.sorted { $0 < $1 || (!$0.isNaN && $1.isNaN) }
        let step = max(Double(sorted.count) / (1 / epsilon), 1)
        values = stride(from: Int(step - 1), to: sorted.count, by: Int(step)).map { sorted[$0] }
        weights = values.map { _ in Float(step) }
    }

    /// This summary and another, made small again.
    func merged(with other: QuantileSummary, _ epsilon: Double) -> QuantileSummary {
        let (all, allWeights) = (values + other.values, weights + other.weights)
        let order = all.indices.sorted { a, b in all[a] != all[b] ? all[a] < all[b] || all[b].isNaN : a < b }
        var result = QuantileSummary()
        result.values = order.map { all[$0] }
        result.weights = order.map { allWeights[$0] }
        return result.compressed(epsilon)
    }

    /// The boundaries of `count` ranges of about equal weight.
    func boundaries(_ count: Int) -> [Double] { compressed(1 / Double(count)).values.dropLast().map(Double.init) }

    /// At most about 1 / epsilon values, at equal distances of weight.
    private func compressed(_ epsilon: Double) -> QuantileSummary {
        if Double(values.count) * epsilon < 1 { return self }
        var total: Float = 0
        let sums = weights.map { weight in
            total += weight
            return total
        }
        let shares = sums.map { Double($0 / total) }
        let count = Int((1 / epsilon).rounded(.up))
        let wanted = (0..<count).map { epsilon + Double($0) * epsilon }
        let places = wanted.map { Self.interpolate($0, shares, sums.map(Double.init)) }
        var result = QuantileSummary()
        result.values = wanted.map { Float(Self.interpolate($0, shares, values.map(Double.init))) }
        result.weights = places.enumerated().map { Float($1 - ($0 > 0 ? places[$0 - 1] : 0)) }
        return result
    }

    /// NumPy's interp: linear between the points, constant outside of them.
    private static func interpolate(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
        guard let first = xs.first, let last = xs.last else { return .nan }
        if x <= first { return ys[0] }
        if x >= last { return ys[ys.count - 1] }
        var (low, high) = (0, xs.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if xs[middle] <= x { low = middle } else { high = middle }
        }
        let slope = (ys[high] - ys[low]) / (xs[high] - xs[low])
        return slope * (x - xs[low]) + ys[low]
    }
}

/// As many values of a stream as are kept, each with the same chance; all of them while they fit.
package struct Reservoir<Value> {
    package let capacity: Int
    package private(set) var values: [Value] = []
    package private(set) var count = 0
    private var random: RowHash

    package init(capacity: Int, seed: UInt64 = 0) {
        self.capacity = capacity
        random = RowHash(seed: seed, stream: .reservoir)
    }

    package mutating func add(_ value: Value) {
        if values.count < capacity {
            values.append(value)
        } else {
            let place = Int(random.unit(count) * Double(count + 1))
            if place < capacity { values[place] = value }
        }
        count += 1
    }
}

extension Reservoir where Value == Double {
    /// A quantile of the kept values with linear interpolation between neighbours, as NumPy has it; nil without values.
    package func quantiles(_ shares: [Double]) -> [Double]? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return shares.map { share in
            let place = share * Double(sorted.count - 1)
            let lower = Int(place.rounded(.down))
            let upper = min(lower + 1, sorted.count - 1)
            return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
        }
    }
}

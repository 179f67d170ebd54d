import Hornbill

/// A number as a feature for each of the ranges that hold about equally many values; the last feature is for missing ones.
package final class BinTreatment: FeatureTreatment {
    package let columns: [Int]
    private let bins: Int
    private var sample = Reservoir<Double>(capacity: 100_000)
    /// The rising boundaries between the ranges.
    package private(set) var boundaries: [Double] = []

    package init(column: Int, bins: Int) {
        columns = [column]
        self.bins = bins
    }

    package var storage: CodeStorage { .floats([1]) }
    package var featureShape: Shape { [boundaries.count + 2] }
    package var summary: String { "\(boundaries.count + 1) ranges of about equally many values, one for missing" }

    package func observe(_ values: [RawValue], target: TargetValue?) {
        if case .number(let number)? = values.first { sample.add(Double(number)) }
    }

    package func finish() throws {
        let shares = (1..<max(bins, 2)).map { Double($0) / Double(bins) }
        var last = -Double.infinity
        boundaries = (sample.quantiles(shares) ?? []).filter { boundary in
            defer { last = max(last, boundary) }
            return boundary > last
        }
        if boundaries.isEmpty { boundaries = [0] }
    }

    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T { raw[0] }

    package func encode(_ code: SymbolicTensor) -> SymbolicTensor {
        let ranges = Discretization(binBoundaries: boundaries, outputMode: .oneHot)(code)
        let missing = ops.isnan(code).cast(to: .float32)
        // A missing number is put into some range: it is taken out of it again.
        return ops.concatenate([ranges * (1.0 - missing), missing], axis: -1)
    }
}

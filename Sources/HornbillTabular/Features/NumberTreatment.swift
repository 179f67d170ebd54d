import Hornbill

/// Numbers that are treated alike: missing ones are filled in, derived ones added, all brought to one scale.
///
/// Works on columns of any width: numbers, parts of dates, vectors.
package final class NumberTreatment: FeatureTreatment {
    /// What is learnt of one number.
    package struct Statistics {
        var moments = Moments()
        var missing = 0
        var sample = Reservoir<Double>(capacity: 100_000)
        /// Moments of the signed root and the square.
        var root = Moments()
        var square = Moments()
    }

    private let given: [Int]
    private let names: [String]
    private let widths: [Int]
    private let treatment: NumericalTreatment
    package private(set) var statistics: [[Statistics]]
    /// The order of the columns in the code: those with flags last.
    private var order: [Int] = []
    private var flagged = 0
    private var fills: [Double] = []
    private var scaler: Layer?

    /// - Parameters:
    ///   - columns: positions among the raw inputs.
    ///   - widths: how many numbers each column has.
    package init(columns: [Int], names: [String], widths: [Int], treatment: NumericalTreatment) {
        given = columns
        self.names = names
        self.widths = widths
        self.treatment = treatment
        statistics = widths.map { Array(repeating: Statistics(), count: $0) }
        order = Array(columns.indices)
    }

    package var columns: [Int] { order.map { given[$0] } }
    private var width: Int { widths.reduce(0, +) }
    package var storage: CodeStorage { .floats([width]) }
    package var featureShape: Shape { [width * (treatment.derives ? 3 : 1) + flagged] }

    package var summary: String {
        var words: [String] = []
        switch treatment.imputation {
        case .mean: words.append("missing → mean")
        case .median: words.append("missing → median")
        case .constant: words.append("missing → \(treatment.constant)")
        }
        if treatment.derives { words.append("with root and square") }
        switch treatment.rescaling {
        case .standard: words.append("standardised")
        case .minmax: words.append("scaled to 0 … 1")
        case .none: break
        }
        return words.joined(separator: ", ")
    }

    package func observe(_ values: [RawValue], target: TargetValue?) {
        for (index, value) in values.enumerated() {
            switch value {
            case .number(let number): add(Double(number), index, 0)
            case .numbers(let numbers):
                for (place, number) in numbers.enumerated() { add(Double(number), index, place) }
            case .missing, .text:
                for place in statistics[index].indices { statistics[index][place].missing += 1 }
            }
        }
    }

    private func add(_ number: Double, _ index: Int, _ place: Int) {
        statistics[index][place].moments.add(number)
        if treatment.imputation == .median { statistics[index][place].sample.add(number) }
        guard treatment.derives else { return }
        statistics[index][place].root.add(Self.root(number))
        statistics[index][place].square.add(number * number)
    }

    private static func root(_ number: Double) -> Double {
        number < 0 ? -(-number).squareRoot() : number.squareRoot()
    }

    private func fill(_ statistics: Statistics) -> Double {
        switch treatment.imputation {
        case .mean: statistics.moments.mean
        case .median: statistics.sample.quantiles([0.5])?.first ?? 0
        case .constant: treatment.constant
        }
    }

    package func finish() throws {
        // Flags are made of the last columns of the code; those of dates and vectors would all say the same.
        let wanted = given.indices.map { index in
            widths[index] == 1 && (treatment.flagsMissing ?? (statistics[index][0].missing > 0))
        }
        order = given.indices.filter { !wanted[$0] } + given.indices.filter { wanted[$0] }
        flagged = wanted.count { $0 }
        let numbers = order.flatMap { statistics[$0] }
        // As the layers have them: what rounding takes from a mean that is subtracted is made up for behind.
        fills = numbers.map { Double(Float(fill($0))) }
        var (means, variances, minima, maxima): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        func add(_ moments: KeyPath<Statistics, Moments>, _ transform: (Double) -> Double) {
            for (statistics, fill) in zip(numbers, fills) {
                let filled = FilledMoments(
                    statistics[keyPath: moments], missing: statistics.missing, fill: transform(fill))
                means.append(filled.mean)
                variances.append(filled.variance > 0 ? filled.variance : 1)
                minima.append(filled.minimum)
                maxima.append(filled.maximum)
            }
        }
        add(\.moments) { $0 }
        if treatment.derives {
            add(\.root, Self.root)
            add(\.square) { $0 * $0 }
        }
        // Without derived numbers the fill is subtracted before, so that a missing number is 0 where it is filled in.
        let shifts = treatment.derives ? means.map { _ in 0 } : fills
        switch treatment.rescaling {
        case .standard:
            scaler = Normalization(mean: zip(means, shifts).map { $0 - $1 }, variance: variances)
        case .minmax:
            let scales = zip(minima, maxima).map { $1 > $0 ? 1 / ($1 - $0) : 1 }
            scaler = Rescaling(scales, offset: zip(zip(minima, shifts), scales).map { -($0.0 - $0.1) * $1 })
        case .none:
            scaler = treatment.derives ? nil : Rescaling(fills.map { _ in 1 }, offset: fills)
        }
    }

    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T {
        raw.count == 1 ? raw[0] : ops.concatenate(raw, axis: -1)
    }

    package func encode(_ code: SymbolicTensor) -> SymbolicTensor {
        let shifted = Rescaling(fills.map { _ in 1 }, offset: fills.map { -$0 })(code)
        var numbers = ops.where(ops.isnan(shifted), 0.0, shifted)
        if treatment.derives {
            let filled = Rescaling(fills.map { _ in 1 }, offset: fills)(numbers)
            let root = ops.sign(filled) * ops.sqrt(ops.abs(filled))
            numbers = ops.concatenate([filled, root, ops.square(filled)], axis: -1)
        }
        if let scaler { numbers = scaler(numbers) }
        guard flagged > 0 else { return numbers }
        let flags = ops.isnan(code[0..., (width - flagged)...]).cast(to: .float32)
        return ops.concatenate([numbers, flags], axis: -1)
    }
}

/// The moments of numbers after the missing ones were filled in.
private struct FilledMoments {
    let mean: Double
    let variance: Double
    let minimum: Double
    let maximum: Double

    package init(_ moments: Moments, missing: Int, fill: Double) {
        let count = Double(moments.count + missing)
        guard count > 0 else {
            (mean, variance, minimum, maximum) = (0, 1, 0, 1)
            return
        }
        let share = Double(missing) / count
        mean = moments.mean * (1 - share) + fill * share
        // The variance of a mixture of two groups.
        let (inner, distance) = (moments.variance * (1 - share), fill - moments.mean)
        variance = inner + share * (1 - share) * distance * distance
        minimum = missing > 0 ? min(moments.minimum, fill) : moments.minimum
        maximum = missing > 0 ? max(moments.maximum, fill) : moments.maximum
    }
}

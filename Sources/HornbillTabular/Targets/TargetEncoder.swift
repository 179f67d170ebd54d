import Hornbill

/// A target's values as numbers that are trained on, learnt from the training rows.
struct TargetEncoder: Sendable, Codable {
    let target: Target
    /// Mean and standard deviation of a regression's values, which are trained on as (value − mean) / deviation.
    private(set) var mean = 0.0
    private(set) var deviation = 1.0
    /// The share of each class.
    private(set) var shares: [Double] = []
    private var numbers: [String: Int] = [:]

    init(target: Target, values: TargetValues) {
        self.target = target
        numbers = Dictionary(target.classes.enumerated().map { ($1, $0) }) { first, _ in first }
        if target.type == .regression {
            (mean, deviation) = (values.moments.mean, values.moments.scale)
        } else {
            let counts = target.classes.map { Double(values.counts[$0] ?? 0) }
            let total = max(counts.reduce(0, +), 1)
            shares = counts.map { $0 / total }
        }
    }

    /// The number of a field: the value itself, or the index of its class; nil where it is missing or its class was not
    /// in training.
    /// - Throws: kind `data` for text where a number is predicted.
    func value(_ text: String?, row: Int) throws -> Double? {
        guard let text else { return nil }
        guard target.type == .regression else { return numbers[text].map(Double.init) }
        guard let number = FieldParsing.number(text) else {
            throw HornbillError(
                .data, "row \(row), target '\(target.name)': expected a number, found '\(text.prefix(60))'")
        }
        return number
    }

    /// A value as it is trained on.
    func trained(_ value: Double) -> Float {
        Float(target.type == .regression ? (value - mean) / deviation : value)
    }

    /// Weights by which all classes count the same in sum, but that no row counts more than five times as much as it
    /// would: a class of a few rows would drown the others otherwise.
    var balancedWeights: [Double] {
        shares.map { $0 > 0 ? min(1 / (Double(shares.count) * $0), 5) : 0 }
    }
}

/// What the training rows have in a target's column.
struct TargetValues {
    private(set) var counts: [String: Int] = [:]
    private(set) var moments = Moments()

    mutating func add(_ text: String, type: PredictionType, row: Int, column: String) throws {
        guard type == .regression else {
            counts[text, default: 0] += 1
            guard counts.count <= PredictionType.mostClasses else {
                throw HornbillError(
                    .data, "the target '\(column)' has more than \(PredictionType.mostClasses) classes")
            }
            return
        }
        guard let number = FieldParsing.number(text) else {
            throw HornbillError(
                .data, "row \(row), target '\(column)': expected a number, found '\(text.prefix(60))'")
        }
        moments.add(number)
    }

    /// The classes in their order: by size if all are numbers, alphabetical otherwise.
    var classes: [String] {
        let numbers = counts.keys.compactMap(FieldParsing.number)
        guard numbers.count == counts.count else { return counts.keys.sorted() }
        return counts.keys.sorted { (FieldParsing.number($0) ?? 0, $0) < (FieldParsing.number($1) ?? 0, $1) }
    }
}

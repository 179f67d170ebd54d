import Hornbill

/// What a model says of rows beside what is true of them, as it comes: all of them while they are few, and an even choice
/// of those of a long table, so that memory is bounded.
package struct EvaluatedRows {
    /// As many predicted numbers are kept, over all targets.
    package static let mostNumbers = 1 << 21
    /// As many rows are kept however many classes there are.
    private static let fewestRows = 20_000

    private let target: Target
    private let capacity: Int
    private let hash = RowHash(seed: 0, stream: .reservoir)
    private var seen = 0
    private var actual: [Double] = []
    private var weights: [Double] = []
    /// Row after row.
    private var predicted: [Double] = []

    /// - Parameter targets: all of them, which share the memory.
    package init(_ target: Target, among targets: [Target], mostNumbers: Int = mostNumbers) {
        self.target = target
        let width = targets.reduce(0) { $0 + ($1.type == .multiclass ? $1.classes.count : 1) }
        capacity = max(Self.fewestRows, mostNumbers / max(width, 1))
    }

    /// - Parameters:
    ///   - value: a number, or the index of a class.
    ///   - output: what the model's output gave.
    package mutating func add(_ value: Double, weight: Double, output: ArraySlice<Double>) {
        defer { seen += 1 }
        guard actual.count == capacity else {
            actual.append(value)
            weights.append(weight)
            predicted.append(contentsOf: output)
            return
        }
        let place = Int(hash.unit(seen) * Double(seen + 1))
        guard place < capacity else { return }
        (actual[place], weights[place]) = (value, weight)
        predicted.replaceSubrange(place * output.count..<(place + 1) * output.count, with: output)
    }

    /// Nil without rows.
    package func evaluation(threshold: Double?) throws -> TargetEvaluation? {
        guard !actual.isEmpty else { return nil }
        let isWeighted = weights.contains { $0 != 1 }
        return try TargetEvaluation(
            target, actual: actual, predicted: predicted, weights: isWeighted ? weights : nil,
            threshold: threshold ?? 0.5)
    }
}

extension TargetEvaluation {
    /// - Parameters:
    ///   - actual: numbers, or indices of classes.
    ///   - predicted: what the output of the model gave, row after row.
    init(_ target: Target, actual: [Double], predicted: [Double], weights: [Double]?, threshold: Double) throws {
        let width = max(predicted.count / max(actual.count, 1), 1)
        let outcome: Outcome =
            switch target.type {
            case .regression: .regression(actual: actual, predicted: predicted)
            case .binary:
                .binary(
                    actual: actual.map { $0 == 1 },
                    probability: width == 1
                        ? predicted : actual.indices.map { predicted[($0 + 1) * width - 1] }, classes: target.classes)
            case .multiclass:
                .multiclass(
                    actual: actual.map { Int($0) },
                    probabilities: actual.indices.map { Array(predicted[$0 * width..<($0 + 1) * width]) },
                    classes: target.classes)
            }
        try self.init(target: target.name, outcome: outcome, weights: weights, threshold: threshold)
    }
}

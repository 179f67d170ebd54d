import Hornbill

/// What a model said about one target, on rows that it was not trained on.
public struct TargetEvaluation: Sendable, Codable, Equatable {
    /// Actual and predicted values by the type of the prediction, row by row.
    public enum Outcome: Sendable, Codable, Equatable {
        /// Numbers, in the target's own units.
        case regression(actual: [Double], predicted: [Double])
        /// Two classes: `probability` is that of `classes[1]`, the positive class, which `actual` says is true.
        case binary(actual: [Bool], probability: [Double], classes: [String])
        /// Indices into `classes`, and for each row the probabilities of all classes in their order.
        case multiclass(actual: [Int], probabilities: [[Double]], classes: [String])
    }

    /// The target's column.
    public let target: String
    public let outcome: Outcome
    /// The weight of each row; `nil` where all count the same. Rows of weight 0 count nowhere.
    public let weights: [Double]?
    /// The probability from which a row is taken for the positive class of a binary target. Best chosen on rows of
    /// validation, by their ``optimisedThreshold(maximising:)``.
    public let threshold: Double
    /// What a right or wrong decision about a row is worth, for a binary target.
    public let costs: CostMatrix

    /// - Parameters:
    ///   - weights: One finite weight, not negative, for each row; `nil` (the default): 1.
    ///   - threshold: 0.5 by default; other types than binary do not use it.
    /// - Throws: `HornbillError` of kind `data` where counts differ, classes are not two (binary) or too few
    ///   (multiclass), an index of a class is out of range, an actual value is not finite or a weight is none. Predictions
    ///   that are NaN are no error: metrics say so.
    public init(
        target: String, outcome: Outcome, weights: [Double]? = nil, threshold: Double = 0.5,
        costs: CostMatrix = CostMatrix()
    ) throws {
        self.target = target
        self.outcome = outcome
        self.weights = weights
        self.threshold = threshold
        self.costs = costs
        try validate()
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            target: container.decode(String.self, forKey: .target),
            outcome: container.decode(Outcome.self, forKey: .outcome),
            weights: container.decodeIfPresent([Double].self, forKey: .weights),
            threshold: container.decode(Double.self, forKey: .threshold),
            costs: container.decode(CostMatrix.self, forKey: .costs))
    }

    public var type: PredictionType {
        switch outcome {
        case .regression: .regression
        case .binary: .binary
        case .multiclass: .multiclass
        }
    }

    /// The number of rows, with those of weight 0.
    public var rowCount: Int {
        switch outcome {
        case .regression(let actual, _): actual.count
        case .binary(let actual, _, _): actual.count
        case .multiclass(let actual, _, _): actual.count
        }
    }

    /// The same with another threshold.
    public func with(threshold: Double) throws -> TargetEvaluation {
        try TargetEvaluation(target: target, outcome: outcome, weights: weights, threshold: threshold, costs: costs)
    }
}

extension TargetEvaluation {
    private func validate() throws {
        switch outcome {
        case .regression(let actual, let predicted):
            try checkCount(predicted.count, "predictions", actual.count)
            if let row = actual.firstIndex(where: { !$0.isFinite }) {
                throw invalid("the actual value of row \(row) is \(actual[row]), not a finite number")
            }
        case .binary(let actual, let probability, let classes):
            try checkCount(probability.count, "probabilities", actual.count)
            guard classes.count == 2 else { throw invalid("a binary target has 2 classes, not \(classes.count)") }
            guard threshold.isFinite else { throw invalid("the threshold is \(threshold), not a finite number") }
        case .multiclass(let actual, let probabilities, let classes):
            try checkCount(probabilities.count, "rows of probabilities", actual.count)
            guard classes.count >= 2 else { throw invalid("it has \(classes.count) classes, not 2 or more") }
            if let row = actual.firstIndex(where: { !classes.indices.contains($0) }) {
                throw invalid("the class of row \(row) is \(actual[row]), expected 0 to \(classes.count - 1)")
            }
            if let row = probabilities.firstIndex(where: { $0.count != classes.count }) {
                throw invalid(
                    "row \(row) has \(probabilities[row].count) probabilities, expected one for each of the "
                        + "\(classes.count) classes")
            }
        }
        guard let weights else { return }
        try checkCount(weights.count, "weights", rowCount)
        if let row = weights.firstIndex(where: { !$0.isFinite || $0 < 0 }) {
            throw invalid("the weight of row \(row) is \(weights[row]), expected a finite number from 0")
        }
    }

    private func checkCount(_ count: Int, _ what: String, _ expected: Int) throws {
        guard count == expected else { throw invalid("there are \(count) \(what) for \(expected) actual values") }
    }

    private func invalid(_ message: String) -> HornbillError {
        HornbillError(.data, "target '\(target)': \(message)")
    }
}

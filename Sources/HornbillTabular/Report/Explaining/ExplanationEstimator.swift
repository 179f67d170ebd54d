import Hornbill

/// Shapley values of single predictions, estimated by permutations (Štrumbelj and Kononenko 2014).
///
/// A background row is turned into the explained row one feature after the other, in a random order; what the prediction
/// changes by is the feature's. The mean over background rows and orders is its contribution. Each order is walked in both
/// directions, which makes values of two features exact and others less noisy, and every background row is used equally
/// often: so contributions sum up to the prediction minus the mean prediction of the background.
public struct ExplanationEstimator: Sendable {
    /// One number that the model predicts for a row: a regression's value or the probability of a class.
    ///
    /// Where a target has several, one for each class, that of the class with the greatest probability is explained.
    public struct Output: Sendable, Equatable {
        public let target: String
        /// The class whose probability it is; `nil` for a regression.
        public let className: String?

        public init(target: String, className: String? = nil) {
            self.target = target
            self.className = className
        }
    }

    private let features: [String]
    private let outputs: [Output]
    private let background: [Int]
    private let passes: Int
    private let batchRows: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - outputs: What the model predicts for a row, number by number.
    ///   - background: The rows of the table that stand for a typical one: a few dozen of those that the model was trained on.
    ///   - passes: How many orders are tried with each background row, each in both directions; 1 by default.
    ///   - batchRows: How many rows are predicted at once, if so many are needed; 4096 by default.
    ///   - seed: The same seed draws the same orders.
    /// - Throws: `HornbillError` of kind `argument` where one of them is empty or below 1.
    public init(
        features: [String], outputs: [Output], background: [Int], passes: Int = 1, batchRows: Int = 4096,
        seed: UInt64 = 0
    ) throws {
        guard !features.isEmpty, !outputs.isEmpty, !background.isEmpty else {
            throw HornbillError(.argument, "an explanation needs features, outputs and background rows")
        }
        guard passes >= 1, batchRows >= 1 else {
            throw HornbillError(
                .argument, "passes and batch rows are 1 or more, not \(passes) and \(batchRows)")
        }
        self.features = features
        self.outputs = outputs
        self.background = background
        self.passes = passes
        self.batchRows = batchRows
        self.seed = seed
    }

    /// Explanations of rows of the table: for each row one for each target.
    ///
    /// - Parameters:
    ///   - value: The text of a row's value of a feature, for the reader.
    ///   - predict: For each composite row the numbers of the outputs, in their order.
    /// - Throws: what `predict` throws; `HornbillError` of kind `shape` if it gives other counts of numbers, and of kind
    ///   `numeric` if one of them is not finite.
    public func explanations(
        rows: [Int], value: (_ row: Int, _ feature: Int) -> String, predict: (CompositeRows) throws -> [[Double]]
    ) throws -> [RowExplanation] {
        guard !rows.isEmpty else { return [] }
        let predictions = try predictions(of: rows.map { Array(repeating: $0, count: features.count) }, predict)
        let backgroundPredictions = try self.predictions(
            of: background.map { Array(repeating: $0, count: features.count) }, predict)
        let baselines = outputs.indices.map { output in
            backgroundPredictions.reduce(0) { $0 + $1[output] } / Double(background.count)
        }

        var generator = SplitMix64(seed: seed)
        let walks = (0..<passes).flatMap { _ in
            background.indices.flatMap { start in
                let order = Array(features.indices).shuffled(using: &generator)
                return [Walk(start: start, order: order), Walk(start: start, order: order.reversed())]
            }
        }
        return try rows.indices.flatMap { place in
            let between = try self.predictions(
                of: walks.lazy.flatMap { $0.rowsBetween(from: background[$0.start], to: rows[place]) }, predict)
            return explainedOutputs(predictions[place]).map { output in
                let sums = contributions(
                    walks, output, from: backgroundPredictions, through: between, to: predictions[place])
                return RowExplanation(
                    target: outputs[output].target, className: outputs[output].className, row: rows[place],
                    prediction: predictions[place][output], baseline: baselines[output],
                    contributions: features.indices.map {
                        RowExplanation.Contribution(
                            feature: features[$0], value: value(rows[place], $0),
                            contribution: sums[$0] / Double(walks.count))
                    })
            }
        }
    }

    /// What the model predicts for rows made of others, a batch at a time.
    ///
    /// - Parameter rows: For each row, and each feature of it, the row of the table that its value is from.
    private func predictions(
        of rows: some Sequence<[Int]>, _ predict: (CompositeRows) throws -> [[Double]]
    ) throws -> [[Double]] {
        var results: [[Double]] = []
        var batch: [[Int]] = []
        func flush() throws {
            guard !batch.isEmpty else { return }
            let sources = features.indices.map { feature in batch.map { $0[feature] } }
            let predictions = try predict(CompositeRows(count: batch.count, sources: sources))
            try check(predictions, count: batch.count)
            results += predictions
            batch.removeAll(keepingCapacity: true)
        }
        for row in rows {
            batch.append(row)
            if batch.count == batchRows { try flush() }
        }
        try flush()
        return results
    }

    private func check(_ predictions: [[Double]], count: Int) throws {
        guard predictions.count == count, predictions.allSatisfy({ $0.count == outputs.count }) else {
            let widths = Set(predictions.map(\.count)).sorted()
            throw HornbillError(
                .shape,
                "\(count) rows were to be predicted, \(outputs.count) numbers each, and \(predictions.count) rows came, "
                    + "of \(widths) numbers")
        }
        guard predictions.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw HornbillError(.numeric, "a prediction to be explained is not a finite number")
        }
    }

    /// The sum over all walks of what each feature changed one output by.
    private func contributions(
        _ walks: [Walk], _ output: Int, from starts: [[Double]], through between: [[Double]], to end: [Double]
    ) -> [Double] {
        var sums = Array(repeating: 0.0, count: features.count)
        var next = 0
        for walk in walks {
            var before = starts[walk.start][output]
            for (step, feature) in walk.order.enumerated() {
                let isLast = step + 1 == walk.order.count
                let after = isLast ? end[output] : between[next][output]
                if !isLast { next += 1 }
                sums[feature] += after - before
                before = after
            }
        }
        return sums
    }

    /// The output to explain of each target: the greatest, where it has one for each class.
    private func explainedOutputs(_ prediction: [Double]) -> [Int] {
        var chosen: [Int] = []
        for output in outputs.indices {
            guard let place = chosen.firstIndex(where: { outputs[$0].target == outputs[output].target }) else {
                chosen.append(output)
                continue
            }
            if prediction[output] > prediction[chosen[place]] { chosen[place] = output }
        }
        return chosen
    }
}

/// The curves of a binary target, or of one class against the rest: from the highest probability to the lowest.
public struct BinaryCurves: Sendable, Codable, Equatable {
    /// What there is when rows from a probability on are taken for positive.
    public struct Point: Sendable, Codable, Equatable {
        /// Rows of this probability or more are taken for positive.
        public let threshold: Double
        public let truePositiveRate: Double
        public let falsePositiveRate: Double
        public let precision: Double
        /// The part of all rows that are taken for positive.
        public let selected: Double

        /// The same as ``truePositiveRate``.
        public var recall: Double { truePositiveRate }
        /// How many times as many positive rows are among the selected ones as among all.
        public var lift: Double { truePositiveRate / selected }
    }

    /// One for each probability that occurs, in falling order, or an even choice of them.
    public let points: [Point]
    /// The part of the rows that are positive.
    public let positiveRate: Double

    /// `nil` without rows of both classes.
    init?(_ ranking: Ranking, limit: Int) {
        let (positives, negatives) = (ranking.positives, ranking.negatives)
        guard positives > 0, negatives > 0 else { return nil }
        points = evenly(ranking.steps, limit: limit).map { step in
            Point(
                threshold: step.score, truePositiveRate: step.truePositives / positives,
                falsePositiveRate: step.falsePositives / negatives,
                precision: step.truePositives / (step.truePositives + step.falsePositives),
                selected: (step.truePositives + step.falsePositives) / (positives + negatives))
        }
        positiveRate = positives / (positives + negatives)
    }
}

/// What the decisions of a binary target are like at each threshold from 0 to 1.
public struct ThresholdPoint: Sendable, Codable, Equatable {
    public let threshold: Double
    /// `nil` where no row is taken for positive.
    public let precision: Double?
    public let recall: Double
    public let f1: Double
    public let accuracy: Double
    /// The mean worth of a decision, by the ``CostMatrix``.
    public let gain: Double
}

/// How often rows were positive whose probability was said to lie between two bounds.
public struct CalibrationBin: Sendable, Codable, Equatable {
    public let lower: Double
    public let upper: Double
    /// The mean of the probabilities.
    public let predicted: Double
    /// The part of the rows that are positive.
    public let observed: Double
    /// The weight of the rows; their number, without weights.
    public let weight: Double
}

extension TargetEvaluation {
    /// ROC, precision–recall and gains curves of a binary target; `nil` for other types, without rows of both classes, and
    /// where a probability is none.
    ///
    /// - Parameter limit: The greatest number of points, of which the last is that where all rows are positive.
    public func binaryCurves(limit: Int = 400) -> BinaryCurves? {
        guard case .binary = outcome, let sample = try? BinarySample(self) else { return nil }
        return BinaryCurves(sample.ranking, limit: limit)
    }

    /// The curves of each class of a target of several classes against the rest; `nil` for classes that no row has, and
    /// empty for other types.
    public func classCurves(limit: Int = 200) -> [BinaryCurves?] {
        guard case .multiclass = outcome, let sample = try? MulticlassSample(self) else { return [] }
        return sample.classes.indices.map { BinaryCurves(sample.ranking(ofClass: $0), limit: limit) }
    }

    /// The area under the ROC curve of each class of a target of several classes; `nil` where it is not defined.
    func classAreas() -> [Double?] {
        guard case .multiclass = outcome, let sample = try? MulticlassSample(self) else { return [] }
        return sample.classes.indices.map { try? sample.ranking(ofClass: $0).areaUnderROC() }
    }

    /// How a binary target's decisions change with the threshold, at `count` thresholds (2 or more) from 0 to 1; empty
    /// where ``binaryCurves(limit:)`` has nothing.
    public func thresholdSweep(count: Int = 101) -> [ThresholdPoint] {
        guard case .binary = outcome, let ranking = try? BinarySample(self).ranking, ranking.positives > 0,
            ranking.negatives > 0
        else { return [] }
        let count = max(count, 2)
        return (0..<count).map { index in
            let threshold = Double(index) / Double(count - 1)
            let decisions = ranking.decisions(at: threshold)
            return ThresholdPoint(
                threshold: threshold, precision: decisions.precision, recall: decisions.recall ?? 0, f1: decisions.f1,
                accuracy: decisions.accuracy, gain: decisions.gain(costs))
        }
    }

    /// A binary target's probabilities against what was observed, in `bins` of equal width from 0 to 1, each with its
    /// upper bound; bins without rows are left out. Empty for other types, without rows, and where a probability is none.
    public func calibration(bins: Int = 10) -> [CalibrationBin] {
        guard case .binary = outcome, let sample = try? BinarySample(self) else { return [] }
        let bins = max(bins, 1)
        let innerEdges = (1..<bins).map { Double($0) * (1 / Double(bins)) }
        var sums = Array(repeating: (weight: 0.0, predicted: 0.0, positive: 0.0), count: bins)
        for row in sample.actual.indices {
            let bin = innerEdges.prefix { $0 < sample.probability[row] }.count
            sums[bin].weight += sample.weight[row]
            sums[bin].predicted += sample.weight[row] * sample.probability[row]
            if sample.actual[row] { sums[bin].positive += sample.weight[row] }
        }
        return sums.indices.filter { sums[$0].weight > 0 }.map { bin in
            CalibrationBin(
                lower: Double(bin) / Double(bins), upper: Double(bin + 1) / Double(bins),
                predicted: sums[bin].predicted / sums[bin].weight, observed: sums[bin].positive / sums[bin].weight,
                weight: sums[bin].weight)
        }
    }
}

/// At most `limit` of the elements, evenly spaced, the last one always among them.
func evenly<Element>(_ elements: [Element], limit: Int) -> [Element] {
    let limit = max(limit, 1)
    guard elements.count > limit else { return elements }
    return (1...limit).map { elements[$0 * elements.count / limit - 1] }
}

/// What each kind of decision about a row of a binary target is worth; a loss is negative.
public struct CostMatrix: Sendable, Codable, Equatable {
    public var truePositive: Double
    public var falsePositive: Double
    public var trueNegative: Double
    public var falseNegative: Double

    /// By default a hit is worth 1, a false alarm costs 0.3.
    public init(
        truePositive: Double = 1, falsePositive: Double = -0.3, trueNegative: Double = 0, falseNegative: Double = 0
    ) {
        self.truePositive = truePositive
        self.falsePositive = falsePositive
        self.trueNegative = trueNegative
        self.falseNegative = falseNegative
    }
}

/// What the threshold of a binary target is chosen by.
public enum ThresholdObjective: String, Sendable, Codable, CaseIterable {
    case f1
    case accuracy
    /// The gain per row by the ``CostMatrix``.
    case gain = "cost_matrix_gain"
}

extension TargetEvaluation {
    /// The threshold at which a binary target's decisions about these rows are best by `objective`; of equally good ones,
    /// that closest to 0.5.
    ///
    /// One threshold between each two neighbouring probabilities is tried, halfway between them. `nil` for other types, and where it is not defined: without
    /// rows of both classes, or with a probability that is none.
    public func optimisedThreshold(maximising objective: ThresholdObjective = .f1) -> Double? {
        guard case .binary = outcome, let ranking = try? BinarySample(self).ranking,
            ranking.positives > 0, ranking.negatives > 0
        else { return nil }
        func value(_ decisions: Decisions) -> Double {
            switch objective {
            case .f1: decisions.f1
            case .accuracy: decisions.accuracy
            case .gain: decisions.gain(costs)
            }
        }
        var best: (value: Double, threshold: Double)?
        for (threshold, decisions) in ranking.thresholds() {
            let value = value(decisions)
            guard let known = best else {
                best = (value, threshold)
                continue
            }
            if value > known.value || (value == known.value && abs(threshold - 0.5) < abs(known.threshold - 0.5)) {
                best = (value, threshold)
            }
        }
        return best?.threshold
    }
}

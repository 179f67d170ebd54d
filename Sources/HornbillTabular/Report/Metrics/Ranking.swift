/// Rows of two classes by falling score: what ROC, precision–recall and gains curves are read from.
struct Ranking {
    /// What lies at a score or above.
    struct Step: Equatable {
        let score: Double
        /// The weight of the positive rows so far, and of the negative ones.
        let truePositives: Double
        let falsePositives: Double
    }

    /// One for each score that occurs, the highest first: rows of the same score are never told apart.
    let steps: [Step]
    let positives: Double
    let negatives: Double

    init(scores: [Double], isPositive: [Bool], weight: [Double]) {
        var steps: [Step] = []
        var (truePositives, falsePositives) = (0.0, 0.0)
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        for (place, row) in order.enumerated() {
            if isPositive[row] { truePositives += weight[row] } else { falsePositives += weight[row] }
            let isLastOfScore = place + 1 == order.count || scores[order[place + 1]] != scores[row]
            guard isLastOfScore else { continue }
            steps.append(Step(score: scores[row], truePositives: truePositives, falsePositives: falsePositives))
        }
        self.steps = steps
        positives = truePositives
        negatives = falsePositives
    }

    /// The area under the ROC curve: the probability that a positive row has a higher score than a negative one, where
    /// ties count half.
    func areaUnderROC() throws(Undefined) -> Double {
        try requireBothClasses()
        var area = 0.0
        var (x, y) = (0.0, 0.0)
        for step in steps {
            area += (step.falsePositives - x) * (step.truePositives + y) / 2
            (x, y) = (step.falsePositives, step.truePositives)
        }
        return area / (positives * negatives)
    }

    /// The mean of the precisions at all scores, each weighted by the recall that it adds.
    func averagePrecision() throws(Undefined) -> Double {
        guard positives > 0 else { throw Undefined("no row is positive") }
        var sum = 0.0
        var before = 0.0
        for step in steps {
            sum += (step.truePositives - before) * step.truePositives / (step.truePositives + step.falsePositives)
            before = step.truePositives
        }
        return sum / positives
    }

    /// The part of the positive rows among the given part of all rows, from the highest scores on. Within rows of the
    /// same score they are taken to be spread evenly.
    func gain(top part: Double) throws(Undefined) -> Double {
        guard positives > 0 else { throw Undefined("no row is positive") }
        let target = part * (positives + negatives)
        var (rows, hits) = (0.0, 0.0)
        for step in steps {
            let nextRows = step.truePositives + step.falsePositives
            if nextRows >= target {
                return (hits + (step.truePositives - hits) * (target - rows) / (nextRows - rows)) / positives
            }
            (rows, hits) = (nextRows, step.truePositives)
        }
        return 1
    }

    /// How many times as many positive rows there are among the top part as among all.
    func lift(top part: Double) throws(Undefined) -> Double {
        try gain(top: part) / part
    }

    /// The decisions where rows of `count` scores, from the highest on, are taken for positive.
    func decisions(takingFirst count: Int) -> Decisions {
        let (hits, alarms) = count == 0 ? (0, 0) : (steps[count - 1].truePositives, steps[count - 1].falsePositives)
        return Decisions(
            truePositives: hits, falsePositives: alarms, trueNegatives: negatives - alarms,
            falseNegatives: positives - hits)
    }

    /// The decisions where rows from `threshold` on are taken for positive.
    func decisions(at threshold: Double) -> Decisions {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].score >= threshold { low = middle + 1 } else { high = middle }
        }
        return decisions(takingFirst: low)
    }

    /// Every way to cut the rows in two, from none taken for positive to all, with a threshold halfway between the
    /// scores on both sides.
    func thresholds() -> [(threshold: Double, decisions: Decisions)] {
        (0...steps.count).map { count in
            let below = count < steps.count ? steps[count].score : 0
            guard count > 0 else { return (max((1 + below) / 2, below.nextUp), decisions(takingFirst: 0)) }
            let lowest = steps[count - 1].score
            let middle = (lowest + below) / 2
            return (count == steps.count || middle > below ? middle : lowest, decisions(takingFirst: count))
        }
    }

    private func requireBothClasses() throws(Undefined) {
        guard positives > 0 else { throw Undefined("no row is positive") }
        guard negatives > 0 else { throw Undefined("all rows are positive") }
    }
}

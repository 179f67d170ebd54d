extension TargetEvaluation {
    /// Probabilities, ROC, precision–recall, thresholds, gains, lift and calibration of a binary target.
    func binaryCharts(_ classes: [String]) -> [Chart] {
        guard let curves = binaryCurves(), let sample = try? BinarySample(self) else { return [] }
        let decisions = sample.decisions
        return [
            probabilities(sample, classes.map(\.shortened)), roc(curves, decisions),
            precisionRecall(curves, decisions), sweep, gains(curves), lift(curves), calibrationChart,
        ]
    }

    private var atThreshold: String { "threshold \(NumberText.short(threshold, digits: 3))" }

    private func roc(_ curves: BinaryCurves, _ decisions: Decisions) -> Chart {
        let alarms = decisions.falsePositives / (decisions.falsePositives + decisions.trueNegatives)
        return Chart(
            title: "ROC curve", summary: inWords("roc_auc"), x: .fraction("False positive rate"),
            y: .fraction("True positive rate"),
            marks: [
                Chart.diagonal, .line(curves.rocPoints, Chart.Series(color: 1)),
                .callout(Chart.Point(x: alarms, y: decisions.recall ?? 0), atThreshold),
            ])
    }

    private func precisionRecall(_ curves: BinaryCurves, _ decisions: Decisions) -> Chart {
        let rate = curves.positiveRate
        var marks: [Chart.Mark] = [
            .reference(Chart.Point(x: 0, y: rate), Chart.Point(x: 1, y: rate)),
            .line(curves.points.map { Chart.Point(x: $0.recall, y: $0.precision) }, Chart.Series(color: 1)),
        ]
        if let precision = decisions.precision, let recall = decisions.recall {
            marks.append(.callout(Chart.Point(x: recall, y: precision), atThreshold))
        }
        return Chart(
            title: "Precision and recall",
            summary: "\(inWords("average_precision")) The dotted line is the share of positive rows, "
                + "\(NumberText.percent(rate)).",
            x: .fraction("Recall"), y: .fraction("Precision"), marks: marks)
    }

    private var sweep: Chart {
        let points = thresholdSweep()
        func line(_ name: String, _ color: Int, _ value: (ThresholdPoint) -> Double?) -> Chart.Mark {
            .line(
                points.map { Chart.Point(x: $0.threshold, y: value($0) ?? .nan) },
                Chart.Series(color: color, name: name))
        }
        return Chart(
            title: "Decisions by threshold", summary: "\(inWords("f1")) \(inWords("accuracy"))",
            x: Axis("Threshold", from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1]), y: .fraction("Value"),
            marks: [
                .reference(Chart.Point(x: threshold, y: 0), Chart.Point(x: threshold, y: 1)),
                line("precision", 1) { $0.precision }, line("recall", 2) { $0.recall }, line("F1", 3) { $0.f1 },
                line("accuracy", 4) { $0.accuracy },
            ])
    }

    private func gains(_ curves: BinaryCurves) -> Chart {
        Chart(
            title: "Cumulative gains",
            summary: "The share of the positive rows among those with the highest probabilities.",
            x: .fraction("Rows, highest probability first"), y: .fraction("Positive rows found"),
            marks: [
                Chart.diagonal,
                .line(
                    [Chart.Point(x: 0, y: 0)] + curves.points.map { Chart.Point(x: $0.selected, y: $0.recall) },
                    Chart.Series(color: 1)),
            ])
    }

    private func lift(_ curves: BinaryCurves) -> Chart {
        // Of a handful of rows the lift says nothing, and jumps.
        let settled = curves.points.filter { $0.selected >= 0.01 }
        return Chart(
            title: "Lift", summary: inWords("lift"), x: .fraction("Rows, highest probability first"),
            y: Axis("Times as many as at random", covering: [0] + settled.map(\.lift)),
            marks: [
                .reference(Chart.Point(x: 0, y: 1), Chart.Point(x: 1, y: 1)),
                .line(settled.map { Chart.Point(x: $0.selected, y: $0.lift) }, Chart.Series(color: 1)),
            ])
    }

    private var calibrationChart: Chart {
        let points = calibration().map { Chart.Point(x: $0.predicted, y: $0.observed) }
        return Chart(
            title: "Calibration", summary: "On the diagonal probabilities are what is observed. \(inWords("log_loss"))",
            x: .fraction("Predicted probability"), y: .fraction("Observed share of positive rows"),
            marks: [Chart.diagonal, .line(points, Chart.Series(color: 1)), .points(points, Chart.Series(color: 1))])
    }

    /// The probabilities of the rows of both classes, as outlines that may overlap.
    private func probabilities(_ sample: BinarySample, _ classes: [String]) -> Chart {
        let bins = 20
        func outline(_ isPositive: Bool) -> [Chart.Point] {
            var counts = Array(repeating: 0.0, count: bins)
            for row in sample.actual.indices where sample.actual[row] == isPositive {
                counts[min(Int(sample.probability[row] * Double(bins)), bins - 1)] += sample.weight[row]
            }
            let total = counts.reduce(0, +)
            return counts.enumerated().flatMap { bin, count in
                [bin, bin + 1].map { Chart.Point(x: Double($0) / Double(bins), y: count / total) }
            }
        }
        let (negatives, positives) = (outline(false), outline(true))
        return Chart(
            title: "Probabilities by actual class",
            summary: "The further apart, the better the classes are told apart.",
            x: .fraction("Predicted probability of \(classes[1])"),
            y: Axis("Share of the class", covering: [0] + (negatives + positives).map(\.y), style: .percent),
            marks: [
                .line(negatives, Chart.Series(color: 2, name: classes[0], isDashed: true)),
                .line(positives, Chart.Series(color: 1, name: classes[1])),
            ])
    }
}

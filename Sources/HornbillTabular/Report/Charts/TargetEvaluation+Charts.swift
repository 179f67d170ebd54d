extension TargetEvaluation {
    /// The charts of the report for the type of the target.
    var charts: [Chart] {
        switch outcome {
        case .regression: residuals().map(regressionCharts) ?? []
        case .binary(_, _, let classes): binaryCharts(classes)
        case .multiclass(_, _, let classes): classROC(classes).map { [$0] } ?? []
        }
    }

    /// A metric's name and value in a sentence.
    func inWords(_ name: String) -> String {
        let metric = metric(named: name)
        return "\(metric.title) \(metric.value.map { NumberText.short($0) } ?? "is not defined")."
    }

    // MARK: Regression

    private func regressionCharts(_ residuals: Residuals) -> [Chart] {
        let values = residuals.pairs.flatMap { [$0.actual, $0.predicted] }
        let (x, y) = (Axis("Actual", covering: values), Axis("Predicted", covering: values))
        let histogram = residuals.histogram
        let counts = Axis("Rows", covering: [0] + histogram.counts, isWhole: weights == nil)
        let differences = residuals.pairs.map { Chart.Point(x: $0.predicted, y: $0.actual - $0.predicted) }
        let spread = residuals.quantiles
        let outside =
            residuals.rowsOutside == 0
            ? "" : " \(NumberText.count(residuals.rowsOutside)) rows further out are not shown."
        return [
            Chart(
                title: "Predicted against actual values",
                summary: "On the diagonal a prediction is right. \(inWords("r2"))", x: x, y: y,
                marks: [
                    .reference(Chart.Point(x: x.low, y: x.low), Chart.Point(x: x.high, y: x.high)),
                    .points(
                        residuals.pairs.map { Chart.Point(x: $0.actual, y: $0.predicted) }, Chart.Series(color: 1)),
                ]),
            Chart(
                title: "Residuals",
                summary:
                    "Half of the rows lie between \(NumberText.short(spread[1])) and \(NumberText.short(spread[3])).\(outside)",
                x: Axis("Actual − predicted", covering: [histogram.edges[0], histogram.edges[histogram.counts.count]]),
                y: counts,
                marks: [
                    .bars(histogram, Chart.Series(color: 1)),
                    .reference(Chart.Point(x: 0, y: 0), Chart.Point(x: 0, y: counts.high)),
                ]),
            residualChart(differences),
        ]
    }

    private func residualChart(_ differences: [Chart.Point]) -> Chart {
        let (x, y) = (
            Axis("Predicted", covering: differences.map(\.x)),
            Axis("Actual − predicted", covering: differences.map(\.y))
        )
        return Chart(
            title: "Residuals by prediction", summary: "Points above the line were predicted too low.", x: x, y: y,
            marks: [
                .reference(Chart.Point(x: x.low, y: 0), Chart.Point(x: x.high, y: 0)),
                .points(differences, Chart.Series(color: 1)),
            ])
    }

    // MARK: Several classes

    private func classROC(_ classes: [String]) -> Chart? {
        guard let matrix = confusionMatrix() else { return nil }
        let curves = classCurves()
        let shown = classes.indices.filter { curves[$0] != nil }
            .sorted { matrix.rowSum($0) > matrix.rowSum($1) }
            .prefix(Chart.Series.colorCount)
        guard !shown.isEmpty else { return nil }
        let lines = shown.enumerated().map { place, index in
            Chart.Mark.line(
                curves[index]?.rocPoints ?? [], Chart.Series(color: place + 1, name: classes[index].shortened))
        }
        let subset = shown.count < classes.count ? ", the \(shown.count) most frequent" : ""
        return Chart(
            title: "ROC of each class against the rest\(subset)", summary: inWords("roc_auc"),
            x: .fraction("False positive rate"), y: .fraction("True positive rate"),
            marks: [Chart.diagonal] + lines)
    }
}

extension Chart {
    static let diagonal = Mark.reference(Point(x: 0, y: 0), Point(x: 1, y: 1))
}

extension BinaryCurves {
    /// The ROC curve with its beginning, where nothing is taken for positive.
    var rocPoints: [Chart.Point] {
        [Chart.Point(x: 0, y: 0)] + points.map { Chart.Point(x: $0.falsePositiveRate, y: $0.truePositiveRate) }
    }
}

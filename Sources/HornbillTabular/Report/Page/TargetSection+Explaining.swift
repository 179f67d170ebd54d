extension TargetSection {
    private static let shownFeatures = 25
    private static let shownContributions = 8

    var importances: Markup {
        let all = report.importances.filter { $0.target == evaluation.target }.sorted { $0.mean > $1.mean }
        guard let metric = all.first?.metric else { return .empty }
        let shown = all.prefix(Self.shownFeatures)
        let scale = Scale(shown.flatMap { [$0.mean - $0.deviation, $0.mean + $0.deviation] })
        let title = MetricValue(metric, nil).title
        let more = all.count > shown.count ? " The \(shown.count) greatest of \(all.count)." : ""
        return Markup([
            .element("h3", "Importance of the columns"),
            PageTable(
                caption: Markup(
                    "How much worse the metric (\(title)) gets when the column's values are shuffled among the rows: mean and "
                        + "standard deviation over the repeats.\(more)"),
                columns: [.text("Column"), .number("Change"), .text("")],
                rows: shown.map { importance in
                    [
                        Markup(importance.feature.shortened),
                        "\(NumberText.aligned(importance.mean, to: scale.greatest)) ± \(NumberText.aligned(importance.deviation, to: scale.greatest))",
                        scale.cell(importance.mean, color: 1, deviation: importance.deviation),
                    ]
                }
            ).markup,
        ])
    }

    var explanations: [Markup] {
        let explanations = report.explanations.filter { $0.target == evaluation.target }
        guard !explanations.isEmpty else { return [] }
        return [
            .element("h3", "Why single rows got their prediction"),
            .element(
                "p", ["class": "quiet"],
                Markup(
                    "How far each value moves the prediction away from the mean of typical rows (Shapley values). "
                        + "The contributions of a row sum up to its prediction minus that mean.")),
            .element("div", ["class": "split"], explanations.map(table)),
        ]
    }

    private func table(_ explanation: RowExplanation) -> Markup {
        let sorted = explanation.contributions.sorted { $0.contribution.magnitude > $1.contribution.magnitude }
        let shown = sorted.prefix(Self.shownContributions)
        let others = sorted.dropFirst(shown.count)
        var rows = shown.map {
            (name: "\($0.feature.shortened) = \($0.value.shortened)", contribution: $0.contribution)
        }
        if !others.isEmpty {
            rows.append(("\(others.count) others", others.reduce(0) { $0 + $1.contribution }))
        }
        let scale = Scale(rows.map(\.contribution))
        let what = explanation.className.map { "probability of \($0.shortened)" } ?? explanation.target.shortened
        return PageTable(
            caption: Markup(
                "Row \(NumberText.count(explanation.row + 1)): \(what) is \(NumberText.short(explanation.prediction)), "
                    + "its mean \(NumberText.short(explanation.baseline))."),
            columns: [.text("Value"), .number("Adds"), .text("")],
            rows: rows.map { row in
                [
                    Markup(row.name),
                    "\(row.contribution > 0 ? "+" : "")\(NumberText.aligned(row.contribution, to: scale.greatest))",
                    scale.cell(row.contribution, color: row.contribution < 0 ? 2 : 1),
                ]
            }
        ).markup
    }
}

/// Bars of one table, to one scale.
private struct Scale {
    private let low: Double
    private let high: Double

    init(_ values: [Double]) {
        low = min(values.min() ?? 0, 0)
        high = max(values.max() ?? 0, low + 1e-300)
    }

    /// The size of the longest bar.
    var greatest: Double { max(-low, high) }

    private func place(_ value: Double) -> String {
        let part = (value / 2 - low / 2) / (high / 2 - low / 2)
        return (part.isFinite ? part * 100 : 0).place
    }

    /// A bar from zero to the value, with a line for the deviation.
    func cell(_ value: Double, color: Int, deviation: Double = 0) -> Markup {
        let bar = "M\(place(0)) 2H\(place(value))V12H\(place(0))Z"
        let whisker = "M\(place(value - deviation)) 7H\(place(value + deviation))"
        return .element(
            "td", ["class": "bar"],
            .element(
                "svg",
                ["viewBox": "0 0 100 14", "preserveAspectRatio": "none", "aria-hidden": "true", "class": "c\(color)"],
                .element("path", ["class": "bars", "d": bar]),
                deviation > 0 ? .element("path", ["class": "whisker", "d": whisker]) : .empty,
                .element("path", ["class": "zero", "d": "M\(place(0)) 0V14"])))
    }
}

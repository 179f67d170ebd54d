/// What the page says about one target.
struct TargetSection {
    let report: TabularReport
    let evaluation: TargetEvaluation

    var contents: [Markup] {
        let charts = evaluation.charts
        let lead: Markup = charts.first.map { .element("div", ["class": "lead"], $0.figure) } ?? .empty
        let others = charts.dropFirst().map(\.figure)
        return [
            introduction,
            .element("div", ["class": "split"], metrics, .element("div", confusion, lead)),
            classes,
            others.isEmpty ? .empty : .element("div", ["class": "charts"], others),
            importances,
        ] + explanations
    }

    private var introduction: Markup {
        let rows = NumberText.count(evaluation.rowCount)
        let weighted = evaluation.weights == nil ? "" : ", weighted"
        switch evaluation.outcome {
        case .regression: return .element("p", "A regression, measured on \(rows) rows\(weighted).")
        case .multiclass(_, _, let classes):
            return .element("p", "One of \(classes.count) classes, measured on \(rows) rows\(weighted).")
        case .binary(_, _, let classes):
            return .element(
                "p",
                "Either \(classes[0]) or \(classes[1]), measured on \(rows) rows\(weighted). ",
                "A row is taken for \(classes[1]) from a probability of \(NumberText.short(evaluation.threshold)) on.")
        }
    }

    private var metrics: Markup {
        let metrics = evaluation.metrics()
        let hasNotes = metrics.contains { $0.note != nil }
        return PageTable(
            caption: "On rows that the model was not trained on.",
            columns: [.text("Metric"), .number("Value")] + (hasNotes ? [.text("Note")] : []),
            rows: metrics.map { metric in
                [
                    Markup(metric.title), Markup(metric.value.map { NumberText.figure($0) } ?? "–"),
                    .element("td", ["class": "note"], Markup(metric.note ?? "")),
                ]
            }, style: "narrow"
        ).markup
    }

    // MARK: Classes

    /// As many classes as a matrix may have on a page.
    private static let shownClasses = 20

    private var confusion: Markup {
        guard let matrix = evaluation.confusionMatrix() else { return .empty }
        let all = matrix.classes.indices.sorted { matrix.rowSum($0) > matrix.rowSum($1) }
        let shown = all.prefix(Self.shownClasses).sorted()
        let note = shown.count < all.count ? " The \(shown.count) most frequent of \(all.count) classes." : ""
        return PageTable(
            caption:
                "Rows by actual class (down) and predicted class (across), with their share of the actual class.\(note)",
            columns: [.text("Actual class")] + shown.map { .number(matrix.classes[$0].shortened) },
            rows: shown.map { actual in
                [Markup(matrix.classes[actual].shortened)]
                    + shown.map { predicted in
                        let count = matrix.counts[actual][predicted]
                        let share = matrix.rowSum(actual) > 0 ? count / matrix.rowSum(actual) : 0
                        return .element(
                            "td", ["style": "--share:\((share * 100).place)%"],
                            Markup(NumberText.count(count)),
                            .element("small", Markup(NumberText.percent(share, places: 0))))
                    }
            }, style: "confusion narrow"
        ).markup
    }

    private var classes: Markup {
        guard case .multiclass = evaluation.outcome else { return .empty }
        let shown = evaluation.classMetrics().sorted { $0.rows > $1.rows }.prefix(50)
        guard !shown.isEmpty else { return .empty }
        func text(_ value: Double?) -> Markup { Markup(value.map { NumberText.figure($0, digits: 3) } ?? "–") }
        return PageTable(
            caption: "Each class against the rest, the most frequent first.",
            columns: [
                .text("Class"), .number("Rows"), .number("Precision"), .number("Recall"), .number("F1"),
                .number("ROC AUC"),
            ],
            rows: shown.map {
                [
                    Markup($0.name.shortened), Markup(NumberText.count($0.rows)), text($0.precision), text($0.recall),
                    text($0.f1), text($0.areaUnderROC),
                ]
            }
        ).markup
    }
}

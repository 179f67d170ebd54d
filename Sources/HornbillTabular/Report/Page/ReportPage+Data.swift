extension ReportPage {
    /// As many columns as a reader may still look through; the JSON has all.
    private static let shownColumns = 200

    var dataSummary: [Markup] {
        let data = report.dataSummary
        var sentences = data.parts.map { "\(NumberText.count($0.rows)) rows for \($0.name)" }
        if data.skippedRows > 0 {
            sentences.append("\(NumberText.count(data.skippedRows)) rows could not be read and were left out")
        }
        let columns = data.columns.prefix(Self.shownColumns)
        let more = data.columns.count - columns.count
        return [
            sentences.isEmpty ? .empty : .element("p", "\(sentences.joined(separator: ", "))."),
            PageTable(
                caption: more > 0
                    ? "The first \(columns.count) of \(NumberText.count(data.columns.count)) columns."
                    : "What each column holds.",
                columns: [
                    .text("Column"), .text("Type"), .number("Missing"), .number("Distinct"), .text("Values"),
                ],
                rows: columns.map { column in
                    [
                        Markup(column.name), Markup(column.type), missing(column),
                        Markup(column.distinct.map { NumberText.count($0) } ?? "many"), distribution(column),
                    ]
                }, style: "stacked"
            ).markup,
        ]
    }

    private func missing(_ column: ColumnSummary) -> Markup {
        guard column.missing > 0, report.dataSummary.rows > 0 else { return Markup(NumberText.count(column.missing)) }
        let share = NumberText.percent(Double(column.missing) / Double(report.dataSummary.rows))
        return "\(NumberText.count(column.missing)) (\(share))"
    }

    private func distribution(_ column: ColumnSummary) -> Markup {
        switch column.distribution {
        case .numerical(let minimum, let mean, let deviation, let maximum, let histogram):
            let numbers =
                "\(NumberText.short(minimum)) to \(NumberText.short(maximum)), mean \(NumberText.short(mean)) ± "
                + NumberText.short(deviation)
            return .element("div", ["class": "mini"], miniature(histogram), .element("small", Markup(numbers)))
        case .dates(let earliest, let latest, let histogram):
            return .element(
                "div", ["class": "mini"], miniature(histogram), .element("small", "\(earliest) to \(latest)"))
        case .categorical(let top, let otherRows):
            let rows = Double(report.dataSummary.rows - column.missing)
            var parts = top.prefix(5).map { value in
                "\(value.value.shortened) \(NumberText.percent(Double(value.rows) / max(rows, 1), places: 0))"
            }
            let others = otherRows + top.dropFirst(5).reduce(0) { $0 + $1.rows }
            if others > 0 { parts.append("other \(NumberText.percent(Double(others) / max(rows, 1), places: 0))") }
            return Markup(parts.joined(separator: " · "))
        case .examples(let texts):
            return .element(
                "span", ["class": "quiet"], Markup(texts.prefix(3).map(\.shortened).joined(separator: " · ")))
        }
    }

    /// A histogram without axes, as high as two lines.
    private func miniature(_ histogram: Histogram) -> Markup {
        let greatest = max(histogram.counts.max() ?? 0, 1e-300)
        let width = 120 / Double(histogram.counts.count)
        let bars = histogram.counts.enumerated().filter { $0.element > 0 }.map { bin, count in
            let (left, height) = (Double(bin) * width, max(count / greatest * 28, 0.6))
            return "M\(left.place) 28V\((28 - height).place)H\((left + max(width - 1, 0.5)).place)V28Z"
        }
        return .element(
            "svg", ["viewBox": "0 0 120 28", "preserveAspectRatio": "none", "aria-hidden": "true", "class": "c1"],
            .element("path", ["class": "bars", "d": bars.joined()]))
    }

    var roles: [Markup] {
        guard !report.roles.isEmpty else { return [] }
        return [
            PageTable(
                caption: "What each column served for, and how the model gets it.",
                columns: [.text("Column"), .text("Role"), .text("Type"), .text("Treatment"), .text("Input")],
                rows: report.roles.map { row in
                    [
                        Markup(row.column), Markup(row.role), Markup(row.type), Markup(row.treatment),
                        Markup(row.input ?? ""),
                    ]
                }, style: "stacked"
            ).markup
        ]
    }
}

extension String {
    /// Its beginning, where it is longer than a line.
    var shortened: String {
        count <= 60 ? self : prefix(59) + "…"
    }
}

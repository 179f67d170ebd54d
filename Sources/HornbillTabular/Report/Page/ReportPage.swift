import Foundation

extension TabularReport {
    /// The report as one page: it needs no other file, no network and no script, and follows the reader's choice of light or
    /// dark.
    ///
    /// Names and values out of the data are escaped; the drawing of the model is embedded as a picture, in which nothing
    /// runs.
    public func html() -> String {
        ReportPage(report: self).source
    }
}

/// The HTML of a report, section by section.
struct ReportPage {
    let report: TabularReport

    private static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

    var source: String {
        let head = Markup.element(
            "head",
            .tag("meta", ["charset": "utf-8"]),
            .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            // Should a name ever get through: nothing runs and nothing is fetched.
            .tag("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
            .element("title", Markup(report.title)),
            .element("style", Markup(trusted: PageStyle.sheet)))
        let page = Markup.element("html", ["lang": "en"], head, .element("body", header, main, footer))
        return "<!DOCTYPE html>\n\(page.source)\n"
    }

    private var header: Markup {
        let data = report.dataSummary
        let rows = "\(NumberText.count(data.rows)) rows, \(NumberText.count(data.columns.count)) columns"
        return .element(
            "header",
            .element("h1", Markup(report.title)),
            .element("p", ["class": "quiet"], "\(data.source): \(rows)"),
            .element(
                "nav", ["aria-label": "Sections"],
                sections.map { .element("a", ["href": "#\($0.anchor)"], Markup($0.title)) }))
    }

    private var main: Markup {
        .element(
            "main",
            [cards, warnings]
                + sections.map { section in
                    .element(
                        "section", ["id": section.anchor, "aria-labelledby": "\(section.anchor)-title"],
                        [.element("h2", ["id": "\(section.anchor)-title"], Markup(section.title))] + section.contents)
                })
    }

    private var footer: Markup {
        .element("footer", .element("p", "Made by Hornbill. All figures are in report.json beside this page."))
    }

    /// A part of the page that the navigation leads to.
    struct Section {
        var anchor: String
        var title: String
        var contents: [Markup]
    }

    private var sections: [Section] {
        let targets = report.evaluations.enumerated().map { index, evaluation in
            Section(
                anchor: "target-\(index + 1)", title: "Target \(evaluation.target)",
                contents: TargetSection(report: report, evaluation: evaluation).contents)
        }
        let others = [
            Section(anchor: "training", title: "Training", contents: trainingCurves),
            Section(anchor: "model", title: "Model", contents: architecture),
            Section(anchor: "data", title: "Data", contents: dataSummary),
            Section(anchor: "roles", title: "Columns and their treatment", contents: roles),
            Section(anchor: "run", title: "Run", contents: facts),
        ]
        return targets + others.filter { !$0.contents.isEmpty }
    }

    private var cards: Markup {
        .element(
            "div", ["class": "cards"],
            report.evaluations.enumerated().map { index, evaluation in
                let metric = evaluation.primaryMetric
                return .element(
                    "div", ["class": "card"],
                    .element("a", ["href": "#target-\(index + 1)"], Markup(evaluation.target)),
                    .element("b", Markup(metric.value.map { NumberText.figure($0) } ?? "–")),
                    .element(
                        "span",
                        "\(metric.title) on \(NumberText.count(evaluation.rowCount)) rows · \(evaluation.type.rawValue)"
                    ))
            })
    }

    private var warnings: Markup {
        guard !report.warnings.isEmpty else { return .empty }
        return .element(
            "ul", ["class": "warnings"], report.warnings.map { .element("li", Markup($0)) })
    }

    private var architecture: [Markup] {
        guard let drawing = report.architectureSVG else { return [] }
        let source = "data:image/svg+xml;base64,\(Data(drawing.utf8).base64EncodedString())"
        return [
            .element(
                "div", ["class": "picture", "tabindex": "0", "role": "region", "aria-label": "Drawing of the model"],
                .tag("img", ["src": source, "alt": "The layers of the model and their connections"]))
        ]
    }

    private var facts: [Markup] {
        guard !report.facts.isEmpty else { return [] }
        return [
            PageTable(
                caption: "How this model was trained.", columns: [.text("Setting"), .text("Value")],
                rows: report.facts.map { [Markup($0.name), Markup($0.value)] }, style: "narrow"
            ).markup
        ]
    }
}

import Foundation
import HornbillEngine
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct ReportPageTests {
    private static let harmless = (try? reportExample("harmless").html()) ?? ""

    /// Tags in their order, without those that have no end.
    private func tags(_ page: String) -> [String] {
        page.split(separator: "<").dropFirst().compactMap { piece -> String? in
            let name = piece.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
            return name == "meta" || name == "img" || name == "!DOCTYPE" ? nil : String(name)
        }
    }

    /// What is in a page beside its texts: tags with their attributes, all values of which are left out.
    private func skeleton(_ page: String) -> [String] {
        page.matches(of: /<[^>]*>/).map { match in
            match.output.replacing(/"[^"]*"/, with: "").description
        }
    }

    @Test func everyElementEndsWhereItShould() throws {
        var open: [String] = []
        for tag in tags(try reportExample().html()) {
            if tag.hasPrefix("/") { #expect(open.popLast() == String(tag.dropFirst())) } else { open.append(tag) }
        }
        #expect(open.isEmpty)
    }

    @Test(arguments: hostileNames)
    func aNameCannotBecomeMarkup(_ name: String) throws {
        let page = try reportExample(name).html()
        #expect(skeleton(page) == skeleton(Self.harmless))
        #expect(!page.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
        #expect(!page.unicodeScalars.contains("\u{202E}"))
    }

    @Test func thePageNeedsNothingElseAndRunsNothing() throws {
        let page = try reportExample().html()
        for forbidden in ["<script", "<link", "<iframe", "http://", "https://", "url(", "@import", " onload"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(page.contains("default-src &#39;none&#39;") && page.contains("data:image/svg+xml;base64,"))
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"))
    }

    @Test func chartsTablesAndPicturesHaveNamesForThoseWhoDoNotSeeThem() throws {
        let page = try reportExample().html()
        for drawing in page.matches(of: /<svg[^>]*>/) {
            let isNamed = drawing.output.contains("role=\"img\"") && drawing.output.contains("aria-label=\"")
            #expect(isNamed || drawing.output.contains("aria-hidden=\"true\""), "\(drawing.output)")
        }
        #expect(page.matches(of: /<table/).count == page.matches(of: /<caption>[^<]/).count)
        #expect(page.matches(of: /<img[^>]*alt="[^"]/).count == page.matches(of: /<img/).count)
        let headings = page.matches(of: /<h([1-6])/).compactMap { Int($0.output.1) }
        #expect(headings.first == 1 && headings.count { $0 == 1 } == 1)
        #expect(zip(headings, headings.dropFirst()).allSatisfy { $1 - $0 <= 1 })
    }

    @Test func linksLeadToSectionsOfThePage() throws {
        let page = try reportExample().html()
        let links = page.matches(of: /href="#([^"]*)"/).map { String($0.output.1) }
        #expect(Set(links).count == 8)
        for link in links { #expect(page.contains("id=\"\(link)\""), "\(link)") }
    }

    @Test func figuresAreThoseOfTheMetrics() throws {
        let report = try reportExample()
        let page = report.html()
        for evaluation in report.evaluations {
            for metric in evaluation.metrics() {
                #expect(page.contains(">\(metric.title)</th>"), "\(metric)")
            }
        }
        #expect(page.contains("R²") && page.contains(">0.9850</b>"))
    }

    @Test func aReportOfNothingIsStillAPage() throws {
        let empty = TabularReport(
            title: "empty", dataSummary: DataSummary(source: "none.csv", rows: 0, columns: []), roles: [],
            evaluations: [
                try TargetEvaluation(target: "a", outcome: .regression(actual: [], predicted: [])),
                try TargetEvaluation(
                    target: "b", outcome: .binary(actual: [true], probability: [.nan], classes: ["x", "y"])),
                try TargetEvaluation(
                    target: "c", outcome: .multiclass(actual: [0], probabilities: [[1, 0]], classes: ["x", "y"])),
            ])
        #expect(empty.html().contains("there are no rows"))
        #expect(empty.html().contains("the probability of row 0 is nan"))
    }

    @Test(arguments: [0, .leastNonzeroMagnitude, 1e300, -1e300, 5e-5, .nan, .infinity])
    func numbersOfAnySizeAreDrawnWithoutATrap(_ value: Double) throws {
        var report = try reportExample()
        report.history = [.init(name: "loss", values: [value]), .init(name: "flat", values: [value, value, -value])]
        report.importances = [
            FeatureImportance(target: "column", feature: "x", metric: "r2", mean: value, deviation: value)
        ]
        if value.isFinite {
            report.evaluations = [
                try TargetEvaluation(
                    target: "column", outcome: .regression(actual: [value, 0, 1, -value], predicted: [0, value, 1, 1]))
            ]
        }
        let page = report.html()
        #expect(page.firstMatch(of: /="[^"]*(nan|inf)[^"]*"/) == nil)
    }

    @Test func weightsMakeNoDifferenceToTheShapeOfThePage() throws {
        var report = try reportExample()
        let plain = skeleton(report.html())
        report.evaluations = try report.evaluations.map {
            try TargetEvaluation(
                target: $0.target, outcome: $0.outcome, weights: Array(repeating: 2, count: $0.rowCount),
                threshold: $0.threshold)
        }
        #expect(skeleton(report.html()) == plain)
    }
}

import HornbillEngine
import HornbillTabular

/// Names as an attacker, or a careless program, puts them into a table's header.
let hostileNames = [
    "<script>alert('x')</script>", "\"><img src=x onerror=alert(1)>", "</title></style><h1>", "a & b < c",
    "' onload='x",
    "<!--", "]]>", "\u{0}\u{1B}[31m", "\u{202E}desrever", "javascript:alert(1)", "", "naïve 列 🐦",
]

/// A report of three targets, all of whose names are those that are given.
func reportExample(_ name: String = "column") throws -> TabularReport {
    let flags = (0..<40).map { $0 % 3 == 0 }
    let evaluations = [
        try TargetEvaluation(
            target: name,
            outcome: .regression(
                actual: (0..<40).map(Double.init), predicted: (0..<40).map { Double($0) + Double($0 % 5) - 2 })),
        try TargetEvaluation(
            target: "\(name) 2",
            outcome: .binary(
                actual: flags, probability: (0..<40).map { Double(($0 * 7) % 40) / 40 }, classes: ["not \(name)", name]),
            threshold: 0.4),
        try TargetEvaluation(
            target: "\(name) 3",
            outcome: .multiclass(
                actual: (0..<40).map { $0 % 3 },
                probabilities: (0..<40).map { [[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]][$0 % 3] },
                classes: [name, "second", "third"])),
    ]
    let histogram = try Histogram(edges: [0, 1, 2], counts: [3, 4])
    let columns = [
        ColumnSummary(
            name: name, type: "numerical", missing: 3, distinct: 7,
            distribution: .numerical(minimum: 0, mean: 1.5, deviation: 0.5, maximum: 2, histogram: histogram)),
        ColumnSummary(
            name: name, type: name, missing: 0, distinct: 2,
            distribution: .categorical(top: [.init(value: name, rows: 30)], otherRows: 10)),
        ColumnSummary(
            name: name, type: "date", missing: 40, distinct: nil,
            distribution: .dates(earliest: name, latest: name, histogram: histogram)),
        ColumnSummary(name: name, type: "text", missing: 0, distinct: nil, distribution: .examples([name, name])),
    ]
    return TabularReport(
        title: name,
        dataSummary: DataSummary(
            source: name, rows: 40, skippedRows: 2, parts: [.init(name: name, rows: 32), .init(name: "test", rows: 8)],
            columns: columns),
        roles: [RoleRow(column: name, role: name, type: name, treatment: name, input: name)],
        architectureSVG:
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>\(name)</title><script>alert(1)</script></svg>",
        history: [.init(name: name, values: [3, 2, 1]), .init(name: "val_\(name)", values: [3, .nan, 2])], bestEpoch: 2,
        evaluations: evaluations,
        importances: evaluations.map {
            FeatureImportance(target: $0.target, feature: name, metric: "r2", mean: 0.1, deviation: 0.02)
        },
        explanations: evaluations.map {
            RowExplanation(
                target: $0.target, className: name, row: 3, prediction: 0.8, baseline: 0.5,
                contributions: [.init(feature: name, value: name, contribution: 0.3)])
        }, facts: [.init(name, name)], warnings: [name])
}

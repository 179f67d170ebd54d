import Foundation
import Hornbill

/// Makes the report of a training.
struct ReportWriter {
    private let trained: TrainedTable
    private let evaluations: [TargetEvaluation]
    private let profile: TableProfile
    private let options: TabularOptions

    init(_ trained: TrainedTable, evaluations: [TargetEvaluation], profile: TableProfile, options: TabularOptions) {
        self.trained = trained
        self.evaluations = evaluations
        self.profile = profile
        self.options = options
    }

    /// - Parameter say: gets a line for each part that cannot be made, and why.
    func report(say: (String) -> Void) throws -> TabularReport {
        var warnings = trained.history.warnings
        var svg: String?
        do {
            svg = try drawing()
        } catch {
            say("The drawing of the model is left out: \(error)")
            warnings.append("The drawing of the model is left out: \(error)")
        }
        let targets = trained.manifest.targets
        for target in targets where !evaluations.contains(where: { $0.target == target.name }) {
            warnings.append("No row of the test part has a value of the target '\(target.name)': it is not evaluated.")
        }
        let (importances, explanations) = try insights()
        return TabularReport(
            title: targets.map(\.name).joined(separator: ", ") + " from "
                + URL(filePath: profile.file.path).lastPathComponent,
            dataSummary: summary(), roles: roles(), architectureSVG: svg,
            history: trained.history.keys.map { .init(name: $0, values: trained.history[$0]) },
            bestEpoch: trained.bestEpoch, evaluations: evaluations, importances: importances,
            explanations: explanations, facts: facts(), warnings: warnings)
    }

    private func drawing() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hornbill-drawing-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try plotModel(trained.architecture, to: "\(folder)/model.svg", showShapes: true)
        return try String(contentsOfFile: "\(folder)/model.svg", encoding: .utf8)
    }

    private func insights() throws -> ([FeatureImportance], [RowExplanation]) {
        let tested = trained.parts.tested.values
        let background = trained.parts.background.values
        guard !tested.isEmpty else { return ([], []) }
        let columns = trained.features.rawColumns
        let names = columns.map(\.column)
        let table = SampleTable(
            model: trained.model, columns: columns, rows: tested + background, targets: trained.manifest.targets)
        let places = Array(tested.indices)
        let importances = try ImportanceEstimator(features: names, repeats: tested.count > 500 ? 2 : 4).importances(
            rows: places
        ) { try table.evaluate($0, rows: places, thresholds: trained.thresholds) }
        let explanations = try ExplanationEstimator(
            features: names, outputs: table.explained, background: Array(tested.count..<table.rows.count)
        ).explanations(rows: Array(places.prefix(4)), value: table.text, predict: table.explain)
        return (importances, explanations)
    }

    private func summary() -> DataSummary {
        let parts = trained.parts
        return DataSummary(
            source: profile.file.path, rows: profile.rows, skippedRows: profile.skippedRows,
            parts: [
                .init(name: "train", rows: parts.train.count), .init(name: "validation", rows: parts.validation.count),
                .init(name: "test", rows: parts.test.count),
            ], columns: zip(profile.columns, trained.manifest.plans).map { $0.summary(type: $1.type) })
    }

    private func roles() -> [RoleRow] {
        let targets = Dictionary(trained.manifest.targets.map { ($0.name, $0) }) { first, _ in first }
        return trained.manifest.plans.map { plan in
            let route = trained.features.routes.first { $0.columns.contains(plan.name) }
            let target = targets[plan.name]
            let treatment =
                target.map { $0.type == .regression ? "standardised" : $0.classes.prefix(8).joined(separator: ", ") }
                ?? route?.treatment.summary ?? ""
            return RoleRow(
                column: plan.name, role: plan.role.rawValue, type: target?.type.rawValue ?? plan.type?.rawValue ?? "",
                treatment: treatment, input: route?.input)
        }
    }

    private func facts() -> [TabularReport.Fact] {
        [
            .init("Seed", String(options.seed)), .init("Epochs", String(trained.history.epoch.count)),
            .init("Best epoch", String(trained.bestEpoch + 1)),
            .init("Batch size", String(options.batchSize(rows: trained.parts.train.count))),
            .init("Best epoch chosen by", options.monitor),
            .init("Class weights", options.classWeights.rawValue),
            .init("Parameters", (try? trained.architecture.countParams()).map(String.init) ?? "unknown"),
        ]
    }
}

extension ColumnProfile {
    /// What the report says of the column.
    func summary(type: ColumnType?) -> ColumnSummary {
        let distribution: ColumnSummary.Distribution
        if numberCount == present, let histogram = Histogram(of: numbers.values) {
            distribution = .numerical(
                minimum: moments.minimum, mean: moments.mean, deviation: moments.variance.squareRoot(),
                maximum: moments.maximum, histogram: histogram)
        } else if type == .categorical || type == nil, isCounted {
            let top = ranked.prefix(10)
            distribution = .categorical(
                top: top.map { .init(value: $0.value, rows: $0.count) },
                otherRows: present - top.reduce(0) { $0 + $1.count })
        } else {
            distribution = .examples(examples)
        }
        return ColumnSummary(
            name: name, type: type?.rawValue ?? "unknown", missing: missing, distinct: distinct,
            distribution: distribution)
    }
}

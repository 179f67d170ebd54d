import Foundation
import Hornbill

/// What is needed to use a trained model on a table, beside the model: how fields become what it takes, and what its
/// outputs mean. Kept as `table.json`.
struct TableManifest: Codable {
    static let fileName = "table.json"

    var version = 1
    let columns: [RawColumn]
    /// All columns of the table that was trained on.
    let plans: [ColumnPlan]
    let targets: [Target]
    /// By target, for two classes.
    let thresholds: [Double?]
    let delimiter: String
    let missingMarks: [String]

    init(
        columns: [RawColumn], plans: [ColumnPlan], targets: [Target], thresholds: [Double?], delimiter: String,
        missingMarks: [String]
    ) {
        self.columns = columns
        self.plans = plans
        self.targets = targets
        self.thresholds = thresholds
        self.delimiter = delimiter
        self.missingMarks = missingMarks
    }

    func write(to path: String) throws {
        let text = String(decoding: try FittedProcessor.encoder().encode(self), as: UTF8.self)
        try TabularTrainer.write(text + "\n", to: path)
    }

    /// - Throws: kind `file` for a file that is missing or no manifest, `unknownName` for a processor that is not known.
    static func read(_ path: String, processors: FittedProcessor.Known = [:]) throws -> TableManifest {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HornbillError(.file, "'\(path)' cannot be read: is its folder one that a training on a table wrote?")
        }
        do {
            return try FittedProcessor.decoder(processors).decode(TableManifest.self, from: data)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "'\(path)': \(error.message)")
        } catch {
            throw HornbillError(.file, "'\(path)' is not what a training on a table writes: \(error)")
        }
    }
}

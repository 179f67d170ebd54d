import Foundation
import Hornbill

/// Reads a table's rows as the columns of a plan and its targets.
struct TableReader {
    let file: TableFile
    private let positions: [Int]
    private let targetPositions: [Int?]
    private let weightPosition: Int?
    private let required: [Int]
    private let folder: String
    private let plan: FeaturePlan

    /// - Parameters:
    ///   - targets: columns that may be missing where `needsTargets` is false.
    ///   - dropping: columns in which a missing value leaves the row out.
    /// - Throws: kind `unknownName` for a column that the file does not have, with those it has.
    init(
        _ file: TableFile, _ plan: FeaturePlan, targets: [String], weight: String? = nil, dropping: [String] = [],
        needsTargets: Bool = true
    ) throws {
        self.file = file
        self.plan = plan
        positions = try plan.rawColumns.map { try file.position(of: $0.column) }
        targetPositions = try targets.map { needsTargets ? try file.position(of: $0) : file.columns.firstIndex(of: $0) }
        weightPosition = try weight.map(file.position)
        required = try dropping.map(file.position)
        folder = (file.path as NSString).deletingLastPathComponent
    }

    /// Whether a value is missing without which the row does not count.
    func isDropped(_ row: TableRow) -> Bool { required.contains { row[$0] == nil } }

    /// The values of the plan's columns.
    /// - Throws: kind `data` for a value that is not of its column's type.
    func values(_ row: TableRow) throws -> [RawValue] {
        try plan.values(row, positions: positions, folder: folder.isEmpty ? "." : folder)
    }

    /// The targets' values; nil where one is missing.
    func targets(_ row: TableRow, _ encoders: [TargetEncoder]) throws -> [Double?] {
        try zip(targetPositions, encoders).map { position, encoder in
            try position.flatMap { try encoder.value(row[$0], row: row.number) }
        }
    }

    /// How much the row counts.
    /// - Throws: kind `data` for a weight that is missing, negative or no number.
    func weight(_ row: TableRow) throws -> Float {
        guard let weightPosition else { return 1 }
        guard let text = row[weightPosition], let weight = FieldParsing.number(text), weight >= 0 else {
            throw HornbillError(
                .data,
                "row \(row.number), column '\(file.columns[weightPosition])': expected a weight of at least 0, found '\(row.text(weightPosition).prefix(60))'"
            )
        }
        return Float(weight)
    }
}

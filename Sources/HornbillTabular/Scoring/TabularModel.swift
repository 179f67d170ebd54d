import Foundation
import Hornbill

/// A model that was trained on a table, ready for other tables with the same columns.
public struct TabularModel {
    /// The model itself: it takes columns by name.
    public let model: Model
    let manifest: TableManifest

    /// Loads what ``TabularTrainer/train(_:output:)`` wrote.
    /// - Parameter processors: those with which it was trained, by the same names; what they learnt is in the folder.
    /// - Throws: kind `file` for a folder that has no such files, or damaged ones, `unknownName` for a processor that is
    ///   not given.
    public init(
        folder: String, customObjects: CustomObjects = [:], processors: [String: any FeatureProcessor] = [:]
    ) throws {
        manifest = try TableManifest.read("\(folder)/\(TableManifest.fileName)", processors: processors)
        model = try loadModel("\(folder)/model.keras", customObjects: customObjects, compile: false)
        guard model.outputNames.count == manifest.targets.count else {
            throw HornbillError(
                .file,
                "'\(folder)': model.keras has \(model.outputNames.count) outputs, but table.json names \(manifest.targets.count) targets"
            )
        }
    }

    /// The columns that were predicted.
    public var targets: [Target] { manifest.targets }

    func open(_ path: String, skipsBadRows: Bool) throws -> TableFile {
        try TableFile(path: path, skipsBadRows: skipsBadRows, missingMarks: Set(manifest.missingMarks))
    }

    /// Calls `body` with each chunk of a table's rows and what the model gives for them: by target, by row. Rows that the
    /// training would have left out have no prediction.
    /// - Returns: how many rows with a wrong number of fields were skipped.
    @discardableResult
    func predict(
        _ file: TableFile, _ body: (_ rows: [TableRow], _ predictions: [[[Double]?]]) throws -> Void
    ) throws -> Int {
        let positions = try manifest.columns.map { try file.position(of: $0.column) }
        let required = try manifest.plans.filter { $0.role == .input && $0.dropsMissing }.map {
            try file.position(of: $0.name)
        }
        let folder = (file.path as NSString).deletingLastPathComponent
        let width = manifest.columns.reduce(0) { $0 + $1.shape.count }
        let chunk = max(16, min(1024, 2_000_000 / max(width, 1)))
        var buffers = manifest.columns.map(RawBuffer.init)
        var rows: [TableRow] = []
        var kept: [Bool] = []
        func flush() throws {
            guard !rows.isEmpty else { return }
            var predictions: [[[Double]?]] = targets.map { _ in rows.map { _ in nil } }
            let places = rows.indices.filter { kept[$0] }
            if !places.isEmpty {
                var inputs: [String: TensorStructure] = [:]
                for (index, column) in manifest.columns.enumerated() {
                    inputs[column.input] = .tensor(buffers[index].take())
                }
                let outputs: [Tensor] = try model.predict(TensorStructure.dictionary(inputs), batchSize: chunk)
                for (target, output) in outputs.enumerated() {
                    let width = output.shape.last ?? 1
                    let values = try output.doubles()
                    for (index, place) in places.enumerated() {
                        predictions[target][place] = Array(values[index * width..<(index + 1) * width])
                    }
                }
            }
            try body(rows, predictions)
            rows.removeAll(keepingCapacity: true)
            kept.removeAll(keepingCapacity: true)
        }
        let pass = try file.makeRows()
        while let row = try pass.next() {
            let isKept = !required.contains { row[$0] == nil }
            if isKept {
                for (index, column) in manifest.columns.enumerated() {
                    buffers[index].append(
                        try column.value(
                            row[positions[index]], row: row.number, folder: folder.isEmpty ? "." : folder))
                }
            }
            rows.append(row)
            kept.append(isKept)
            if rows.count == chunk { try flush() }
        }
        try flush()
        return pass.skippedRows
    }

    /// The class that is predicted from an output, or the value of a regression.
    func decision(_ output: [Double], target index: Int) -> String {
        let target = targets[index]
        switch target.type {
        case .regression: return String(Float(output[0]))
        case .binary:
            return target.classes[output[output.count - 1] >= manifest.thresholds[index] ?? 0.5 ? 1 : 0]
        case .multiclass:
            return target.classes[output.indices.max { output[$0] < output[$1] } ?? 0]
        }
    }

    /// The probabilities of the classes, in their order.
    func probabilities(_ output: [Double], target: Target) -> [Double] {
        target.type == .binary && output.count == 1 ? [1 - output[0], output[0]] : output
    }
}

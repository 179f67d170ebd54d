import Foundation
import Hornbill

extension TabularModel {
    /// Writes a table with predictions added to each row: `prediction` and, for classes, `probability_<class>`; with
    /// several targets the names begin with `<target>_`. Rows come and go in chunks, so that tables may be of any size.
    /// - Parameters:
    ///   - path: a table with the columns that the model was trained on, in any order; others are copied.
    ///   - output: the file to write; it appears whole.
    ///   - skipsBadRows: whether rows with a wrong number of fields are left out; they are an error otherwise.
    /// - Returns: how many rows were written, and how many left out.
    /// - Throws: kind `unknownName` for a column that is missing, `data` for a value that is not of its column's type,
    ///   with row and column; `file`.
    @discardableResult
    public func score(
        _ path: String, output: String, skipsBadRows: Bool = false
    ) throws -> (rows: Int, skipped: Int) {
        let file = try open(path, skipsBadRows: skipsBadRows)
        let writer = try CSVFileWriter(output, delimiter: file.delimiter)
        do {
            var names = file.columns
            for target in targets {
                let prefix = targets.count > 1 ? "\(target.name)_" : ""
                names.append("\(prefix)prediction")
                names += target.classes.map { "\(prefix)probability_\($0)" }
            }
            try writer.write(names)
            var count = 0
            let skipped = try predict(file) { rows, predictions in
                for (place, row) in rows.enumerated() {
                    var fields = (0..<row.count).map(row.text)
                    for (index, target) in targets.enumerated() {
                        guard let output = predictions[index][place] else {
                            fields += Array(repeating: "", count: 1 + target.classes.count)
                            continue
                        }
                        fields.append(decision(output, target: index))
                        if target.type.isClassification {
                            fields += probabilities(output, target: target).map { String(Float($0)) }
                        }
                    }
                    try writer.write(fields)
                }
                count += rows.count
            }
            try writer.finish()
            return (count, skipped)
        } catch {
            writer.cancel()
            throw error
        }
    }

    /// Compares predictions with what a table says of the targets.
    /// - Returns: an evaluation for each target that has a value in any row.
    /// - Throws: as ``score(_:output:skipsBadRows:)``; kind `unknownName` for a table without a target's column.
    public func evaluate(_ path: String, skipsBadRows: Bool = false) throws -> [TargetEvaluation] {
        let file = try open(path, skipsBadRows: skipsBadRows)
        let positions = try targets.map { try file.position(of: $0.name) }
        var evaluated = targets.map { EvaluatedRows($0, among: targets) }
        try predict(file) { rows, predictions in
            for (place, row) in rows.enumerated() {
                for (index, target) in targets.enumerated() {
                    guard let text = row[positions[index]], let output = predictions[index][place] else { continue }
                    let actual: Double
                    if target.type == .regression {
                        guard let number = FieldParsing.number(text) else {
                            throw HornbillError(
                                .data,
                                "row \(row.number), target '\(target.name)': expected a number, found '\(text.prefix(60))'"
                            )
                        }
                        actual = number
                    } else {
                        guard let number = target.classes.firstIndex(of: text) else {
                            throw HornbillError(
                                .data,
                                "row \(row.number), target '\(target.name)': the model knows no class '\(text.prefix(60))'; its classes are: \(target.classes.joined(separator: ", "))"
                            )
                        }
                        actual = Double(number)
                    }
                    evaluated[index].add(actual, weight: 1, output: output[...])
                }
            }
        }
        return try zip(evaluated, manifest.thresholds).compactMap { try $0.evaluation(threshold: $1) }
    }
}

/// Writes rows of a CSV file, with quotes where they are needed; the file appears under its name when it is done.
private final class CSVFileWriter {
    private let path: String
    private let temporary: String
    private let handle: FileHandle
    private let delimiter: String
    private var buffer = Data()

    init(_ path: String, delimiter: Character) throws {
        self.path = path
        temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
        self.delimiter = String(delimiter)
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let handle = FileHandle(forWritingAtPath: temporary)
        else { throw HornbillError(.file, "'\(path)' cannot be written") }
        self.handle = handle
    }

    func write(_ fields: [String]) throws {
        buffer.append(contentsOf: fields.map(quoted).joined(separator: delimiter).utf8)
        buffer.append(10)
        if buffer.count > 1 << 16 { try flush() }
    }

    private func quoted(_ field: String) -> String {
        let needsQuotes = field.utf8.contains { $0 == 34 || $0 == 10 || $0 == 13 } || field.contains(delimiter)
        return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }

    private func flush() throws {
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw HornbillError(.file, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        try handle.close()
        guard rename(temporary, path) == 0 else { throw HornbillError(.file, "'\(path)' cannot be replaced") }
    }

    func cancel() {
        try? handle.close()
        unlink(temporary)
    }
}

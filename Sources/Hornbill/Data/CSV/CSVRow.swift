import CKernels
import HornbillEngine

/// What all rows of a file share.
final class CSVTable: Sendable {
    let path: String
    let header: [String]
    private let positions: [String: Int]

    init(path: String, header: [String]) {
        self.path = path
        self.header = header
        positions = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    func position(_ name: String) throws -> Int {
        guard let position = positions[name] else {
            throw HornbillError(
                .unknownName, "'\(path)' has no column '\(name)'; the columns are: \(header.joined(separator: ", "))")
        }
        return position
    }
}

/// One row of a CSV file.
public struct CSVRow: Sendable {
    /// The number of the row in the file, the header's being 1.
    public let number: Int
    private let fields: CSVFields
    private let table: CSVTable

    init(_ fields: CSVFields, number: Int, table: CSVTable) {
        self.fields = fields
        self.number = number
        self.table = table
    }

    /// The number of fields.
    public var count: Int { fields.count }

    /// The text of a field; empty if there is no such field.
    public subscript(index: Int) -> String { index >= 0 && index < fields.count ? fields.text(index) : "" }

    /// The text of a field by its column's name.
    /// - Throws: kind `unknownName` if there is no such column.
    public func text(_ name: String) throws -> String { fields.text(try table.position(name)) }

    /// The number in a field; nil where it is missing: empty, `NA`, `N/A`, `NaN`, `null`, in any case.
    /// - Throws: kind `unknownName` for the column, `data` for text that is no number, with row and column.
    public func number(_ name: String) throws -> Double? { try number(at: table.position(name)) }

    /// The number in the field of a column by its position, which `CSVReader.column` knows; nil where it is missing, as
    /// in `number(_:)`.
    /// - Throws: kind `argument` if there is no such column, `data` for text that is no number, with row and column.
    public func number(at index: Int) throws -> Double? {
        guard index >= 0, index < fields.count else {
            throw HornbillError(.argument, "'\(table.path)' has \(fields.count) columns, and none at \(index)")
        }
        var value = 0.0
        let kind = fields.withBytes(index) { hk_csv_double($0.baseAddress, Int64($0.count), &value) }
        switch kind {
        case HK_CSV_NUMBER: return value
        case HK_CSV_MISSING: return nil
        default: return try unusualNumber(at: index)
        }
    }

    /// A number of any kind that Swift reads: of very many digits, in hexadecimal notation, infinity.
    private func unusualNumber(at index: Int) throws -> Double {
        let text = fields.text(index)
        guard let value = Double(text.trimmingBlanks) else {
            throw HornbillError(
                .data,
                "'\(table.path)', row \(number), column '\(table.header[index])': '\(text.prefix(40))' is not a number")
        }
        return value
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring {
        var part = self[...]
        while part.first == " " { part.removeFirst() }
        while part.last == " " { part.removeLast() }
        return part
    }
}

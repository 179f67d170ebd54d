import HornbillEngine

/// Reads a table from a CSV file row by row: quoted fields (RFC 4180) with line breaks and doubled quotes in them, any
/// one-byte delimiter, `\n` or `\r\n`, gzipped or plain, a byte order mark or none. Memory is bounded by the longest row.
public final class CSVReader {
    /// What is done with a row whose number of fields differs from the header's.
    public enum RaggedRows: Sendable { case fail, skip }

    /// The names of the columns.
    public let header: [String]
    /// Rows left out so far because of a wrong number of fields.
    public private(set) var skippedRows = 0
    private let names: [String: Int]
    private let raggedRows: RaggedRows
    private let path: String
    private var parser: CSVParser
    private var rowNumber = 0

    /// - Parameters:
    ///   - delimiter: one ASCII character.
    ///   - header: the names of the columns, for a file whose first row is data already; nil takes them from that row.
    ///   - raggedRows: whether a row with a wrong number of fields is an error or is skipped and counted.
    /// - Throws: kind `file` for a file that is missing or damaged, `data` for an empty one, `argument` for a delimiter
    ///   that cannot be one.
    public init(path: String, delimiter: Character = ",", header: [String]? = nil, raggedRows: RaggedRows = .fail)
        throws
    {
        guard let byte = delimiter.asciiValue, byte != UInt8(ascii: "\""), !delimiter.isNewline else {
            throw HornbillError(.argument, "'\(delimiter)' cannot delimit the fields of a CSV file")
        }
        self.path = path
        self.raggedRows = raggedRows
        parser = CSVParser(try ByteSource(path: path), delimiter: byte, path: path)
        if let header {
            self.header = header
        } else {
            guard let first = try parser.next() else {
                throw HornbillError(.data, "'\(path)' is empty: it has no header")
            }
            self.header = (0..<first.count).map(first.text)
            rowNumber = 1
        }
        names = Dictionary(self.header.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// The next row; nil at the end.
    /// - Throws: kind `data` for a row with a wrong number of fields or a quote that is never closed, with its number.
    public func next() throws -> CSVRow? {
        while let fields = try parser.next() {
            rowNumber += 1
            if fields.count == header.count {
                return CSVRow(fields: fields, number: rowNumber, names: names, path: path)
            }
            if fields.count == 1, fields.isEmpty(0) { continue }  // a blank line
            guard raggedRows == .skip else {
                throw HornbillError(
                    .data, "'\(path)', row \(rowNumber): \(fields.count) fields where the header has \(header.count)")
            }
            skippedRows += 1
        }
        return nil
    }

    /// The position of a column.
    /// - Throws: kind `unknownName`, with the names there are.
    public func column(_ name: String) throws -> Int {
        guard let index = names[name] else {
            throw HornbillError(
                .unknownName, "'\(path)' has no column '\(name)'; the columns are: \(header.joined(separator: ", "))")
        }
        return index
    }
}

/// One row of a CSV file.
public struct CSVRow: Sendable {
    private let fields: CSVFields
    /// The number of the row in the file, the header's being 1.
    public let number: Int
    private let names: [String: Int]
    private let path: String

    fileprivate init(fields: CSVFields, number: Int, names: [String: Int], path: String) {
        self.fields = fields
        self.number = number
        self.names = names
        self.path = path
    }

    public var count: Int { fields.count }

    /// The text of a field; empty if there is no such field.
    public subscript(index: Int) -> String { index >= 0 && index < fields.count ? fields.text(index) : "" }

    /// The text of a field by its column's name.
    /// - Throws: kind `unknownName` if there is no such column.
    public func text(_ name: String) throws -> String {
        guard let index = names[name] else {
            throw HornbillError(
                .unknownName,
                "'\(path)' has no column '\(name)'; the columns are: \(names.keys.sorted().joined(separator: ", "))")
        }
        return fields.text(index)
    }

    /// The number in a field; nil where it is missing: empty, `NA`, `NaN`, `null`.
    /// - Throws: kind `unknownName` for the column, `data` for text that is no number, with row and column.
    public func number(_ name: String) throws -> Double? {
        let text = try text(name)
        if text.isEmpty || ["na", "nan", "null", "n/a"].contains(text.lowercased()) { return nil }
        guard let value = Double(text.trimmingBlanks) else {
            throw HornbillError(
                .data, "'\(path)', row \(number), column '\(name)': '\(text.prefix(40))' is not a number")
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

/// The fields of one row: their bytes, one after the other, and where each ends.
struct CSVFields: Sendable {
    fileprivate(set) var bytes: [UInt8] = []
    fileprivate(set) var ends: [Int] = []

    var count: Int { ends.count }
    func isEmpty(_ index: Int) -> Bool { range(index).isEmpty }
    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }
    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
}

/// The state machine of the format.
private struct CSVParser {
    private let source: ByteSource
    private let delimiter: UInt8
    private let path: String
    private var row = 0
    private var lookahead: UInt8?
    private static let quote = UInt8(ascii: "\"")
    /// A row longer than this is a quote that was never closed, or a packed file that unpacks to no end.
    private static let longestRow = 16 << 20
    private static let mostFields = 1 << 20

    init(_ source: ByteSource, delimiter: UInt8, path: String) {
        self.source = source
        self.delimiter = delimiter
        self.path = path
    }

    private mutating func byte() throws -> UInt8? {
        if let byte = lookahead {
            lookahead = nil
            return byte
        }
        return try source.next()
    }

    mutating func next() throws -> CSVFields? {
        var fields = CSVFields()
        var quoted = false
        var fieldStart = true
        row += 1
        guard var current = try byte() else { return nil }
        if row == 1, current == 0xEF {
            // The byte order mark EF BB BF.
            let second = try byte()
            let third = try byte()
            guard second == 0xBB, third == 0xBF else { throw HornbillError(.data, "'\(path)' is not UTF-8 text") }
            guard let first = try byte() else { return nil }
            current = first
        }
        while true {
            if quoted {
                if current == Self.quote {
                    let following = try byte()
                    if following == Self.quote {
                        fields.bytes.append(Self.quote)
                    } else {
                        quoted = false
                        guard let following else { break }
                        current = following
                        continue
                    }
                } else {
                    fields.bytes.append(current)
                    guard fields.bytes.count < Self.longestRow else { throw unclosed() }
                }
            } else if current == delimiter {
                fields.ends.append(fields.bytes.count)
                guard fields.count < Self.mostFields else { throw tooLong("\(Self.mostFields) fields") }
                fieldStart = true
                guard let following = try byte() else { break }
                current = following
                continue
            } else if current == UInt8(ascii: "\n") {
                break
            } else if current == UInt8(ascii: "\r") {
                if let following = try byte(), following != UInt8(ascii: "\n") { lookahead = following }
                break
            } else if current == Self.quote, fieldStart {
                quoted = true
            } else {
                fields.bytes.append(current)
                guard fields.bytes.count < Self.longestRow else { throw tooLong("\(Self.longestRow) bytes") }
            }
            fieldStart = false
            guard let following = try byte() else {
                if quoted { throw unclosed() }
                break
            }
            current = following
        }
        fields.ends.append(fields.bytes.count)
        return fields
    }

    private func tooLong(_ limit: String) -> HornbillError {
        HornbillError(.data, "'\(path)', row \(row): it has more than \(limit)")
    }

    private func unclosed() -> HornbillError {
        HornbillError(.data, "'\(path)', row \(row): a quoted field is never closed")
    }
}

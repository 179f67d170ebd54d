import CKernels
import HornbillEngine

/// Reads a table from a CSV file row by row: quoted fields (RFC 4180) with line breaks and doubled quotes in them, any
/// one-byte delimiter, `\n` or `\r\n`, gzipped or plain, a byte order mark or none. Memory is bounded by the longest row.
public final class CSVReader {
    /// What is done with a row whose number of fields differs from the header's.
    public enum RaggedRows: Sendable { case fail, skip }

    /// The names of the columns.
    public var header: [String] { table.header }
    /// Rows left out so far because of a wrong number of fields.
    public private(set) var skippedRows = 0
    private let table: CSVTable
    private let raggedRows: RaggedRows
    private var parser: CSVParser

    /// - Parameters:
    ///   - delimiter: one ASCII character.
    ///   - header: the names of the columns, for a file whose first row is data already; nil takes them from that row.
    ///   - raggedRows: whether a row with a wrong number of fields is an error or is skipped and counted.
    /// - Throws: kind `file` for a file that is missing or damaged, `data` for an empty one, `argument` for a delimiter
    ///   that cannot be one.
    public convenience init(
        path: String, delimiter: Character = ",", header: [String]? = nil, raggedRows: RaggedRows = .fail
    ) throws {
        try self.init(path: path, delimiter: delimiter, header: header, raggedRows: raggedRows, bufferSize: 1 << 19)
    }

    /// - Parameter bufferSize: how many bytes of the file are in memory at a time.
    package init(path: String, delimiter: Character, header: [String]?, raggedRows: RaggedRows, bufferSize: Int) throws
    {
        guard let byte = delimiter.asciiValue, byte != UInt8(ascii: "\""), !delimiter.isNewline else {
            throw HornbillError(.argument, "'\(delimiter)' cannot delimit the fields of a CSV file")
        }
        var parser = try CSVParser(path: path, delimiter: byte, bufferSize: bufferSize)
        if let header {
            table = CSVTable(path: path, header: header)
        } else {
            guard let first = try parser.next() else {
                throw HornbillError(.data, "'\(path)' is empty: it has no header")
            }
            table = CSVTable(path: path, header: (0..<first.count).map(first.text))
        }
        self.parser = parser
        self.raggedRows = raggedRows
    }

    /// The next row; nil at the end.
    /// - Throws: kind `data` for a row with a wrong number of fields or a quote that is never closed, with its number.
    public func next() throws -> CSVRow? {
        let columns = table.header.count
        while let fields = try parser.next() {
            if fields.count == columns { return CSVRow(fields, number: parser.row, table: table) }
            if fields.count == 1, fields.isEmpty(0) { continue }  // a blank line
            guard raggedRows == .skip else {
                throw HornbillError(
                    .data,
                    "'\(table.path)', row \(parser.row): \(fields.count) fields where the header has \(columns)")
            }
            skippedRows += 1
        }
        return nil
    }

    /// The position of a column.
    /// - Throws: kind `unknownName`, with the names there are.
    public func column(_ name: String) throws -> Int { try table.position(name) }

    /// Columns and the memory for their numbers: row after row, in the order of the columns.
    package struct Numbers {
        let columns: [Int]
        let values: UnsafeMutableBufferPointer<Float>

        package init(columns: [Int], values: UnsafeMutableBufferPointer<Float>) {
            self.columns = columns
            self.values = values
        }
    }

    /// Reads the numbers of at most `most` rows, for which each target has room; a missing one is NaN. Gives the number
    /// of rows, zero at the end. The rows and numbers are those of `next` and `CSVRow.number`, most of them without
    /// either.
    package func readNumbers(into targets: [Numbers], most: Int) throws -> Int {
        var slots = targets.flatMap { target in
            target.columns.enumerated().compactMap { place, column in
                target.values.baseAddress.map {
                    hk_csv_slot(column: Int64(column), out: $0 + place, stride: Int64(target.columns.count))
                }
            }
        }
        slots.sort { $0.column < $1.column }
        func advance(_ rows: Int) {
            for index in slots.indices { slots[index].out += rows * Int(slots[index].stride) }
        }
        var count = 0
        while count < most {
            let rows = try parser.numbers(fields: table.header.count, slots: slots, most: most - count)
            count += rows
            advance(rows)
            guard count < most, let row = try next() else { break }
            for slot in slots { slot.out.pointee = Float(try row.number(at: Int(slot.column)) ?? .nan) }
            count += 1
            advance(1)
        }
        return count
    }
}

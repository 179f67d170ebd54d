import Hornbill

/// A CSV file as a table: what its columns are called, and its rows, which are read one after the other as often as
/// wanted. Its text is never in memory as a whole.
public struct TableFile: Sendable {
    /// What stands for a missing value where nothing else is said: as pandas reads it.
    public static let usualMissingMarks: Set<String> = [
        "", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A", "-nan", "-NaN",
    ]

    public let path: String
    public let delimiter: Character
    /// The names of the columns, in their order.
    public let columns: [String]
    /// Texts that stand for a missing value.
    public let missingMarks: Set<String>
    /// Whether rows with a wrong number of fields are skipped and counted; they are an error otherwise.
    public let skipsBadRows: Bool

    /// - Parameters:
    ///   - path: a CSV file with a header, gzipped or not.
    ///   - delimiter: what is between fields; nil takes the one of `,` `;` tab `|` that cuts the header into the most.
    /// - Throws: kind `file` for a file that cannot be read, `data` for one without rows or with two columns of one name.
    public init(
        path: String, delimiter: Character? = nil, skipsBadRows: Bool = false,
        missingMarks: Set<String> = usualMissingMarks
    ) throws {
        var readers: [(delimiter: Character, header: [String])] = []
        for candidate in delimiter.map({ [$0] }) ?? [",", ";", "\t", "|"] {
            readers.append((candidate, try CSVReader(path: path, delimiter: candidate).header))
        }
        // The first of several with as many fields.
        guard let most = readers.map(\.header.count).max(), let best = readers.first(where: { $0.header.count == most })
        else { throw HornbillError(.data, "'\(path)' has no header") }
        var seen: Set<String> = []
        if let twice = best.header.first(where: { !seen.insert($0).inserted }) {
            throw HornbillError(.data, "'\(path)' has two columns named '\(twice)': give each a name of its own")
        }
        self.path = path
        self.delimiter = best.delimiter
        columns = best.header
        self.skipsBadRows = skipsBadRows
        self.missingMarks = missingMarks
    }

    /// The position of a column.
    /// - Throws: kind `unknownName`, with the names there are.
    public func position(of column: String) throws -> Int {
        guard let position = columns.firstIndex(of: column) else {
            throw HornbillError(
                .unknownName, "'\(path)' has no column '\(column)'; its columns are: \(columns.joined(separator: ", "))"
            )
        }
        return position
    }

    /// A pass over the rows, from the first.
    public func makeRows() throws -> TableRows { try TableRows(self) }
}

/// One pass over the rows of a table.
public final class TableRows {
    private let reader: CSVReader
    private let missingMarks: Set<String>
    private let longestMark: Int
    private var count = 0

    init(_ file: TableFile) throws {
        reader = try CSVReader(
            path: file.path, delimiter: file.delimiter, raggedRows: file.skipsBadRows ? .skip : .fail)
        missingMarks = file.missingMarks
        longestMark = file.missingMarks.map(\.utf8.count).max() ?? 0
    }

    /// Rows left out so far because of a wrong number of fields.
    public var skippedRows: Int { reader.skippedRows }

    /// The next row; nil at the end.
    /// - Throws: kind `data` for a row with a wrong number of fields, with its number.
    public func next() throws -> TableRow? {
        guard let row = try reader.next() else { return nil }
        defer { count += 1 }
        return TableRow(index: count, fields: row, missingMarks: missingMarks, longestMark: longestMark)
    }
}

/// A row of a table.
public struct TableRow {
    /// The how-manieth row it is, from 0; rows that were skipped do not count.
    public let index: Int
    let fields: CSVRow
    fileprivate let missingMarks: Set<String>
    fileprivate let longestMark: Int

    fileprivate init(index: Int, fields: CSVRow, missingMarks: Set<String>, longestMark: Int) {
        self.index = index
        self.fields = fields
        self.missingMarks = missingMarks
        self.longestMark = longestMark
    }

    /// The number of the row in the file, the header's being 1.
    public var number: Int { fields.number }
    /// The number of fields.
    public var count: Int { fields.count }

    /// The text of a field; nil where it is missing.
    public subscript(position: Int) -> String? {
        let text = fields[position]
        return text.utf8.count <= longestMark && missingMarks.contains(text) ? nil : text
    }

    /// The text of a field as it is in the file.
    public func text(_ position: Int) -> String { fields[position] }
}

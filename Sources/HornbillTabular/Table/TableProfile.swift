import Hornbill

/// What a first pass over a table found: its size and a profile of each column.
struct TableProfile {
    let file: TableFile
    let columns: [ColumnProfile]
    let rows: Int
    let skippedRows: Int

    /// - Throws: what reading throws; kind `data` for a table without rows.
    init(_ file: TableFile) throws {
        var columns = file.columns.map(ColumnProfile.init(name:))
        let pass = try file.makeRows()
        var rows = 0
        while let row = try pass.next() {
            for index in columns.indices { columns[index].add(row[index]) }
            rows += 1
        }
        guard rows > 0 else { throw HornbillError(.data, "'\(file.path)' has a header but no rows") }
        self.file = file
        self.columns = columns
        self.rows = rows
        skippedRows = pass.skippedRows
    }

    /// The profile of a column.
    /// - Throws: kind `unknownName`, with the names there are.
    func column(_ name: String) throws -> ColumnProfile { columns[try file.position(of: name)] }
}

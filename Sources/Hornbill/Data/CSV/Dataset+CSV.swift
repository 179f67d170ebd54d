import HornbillEngine

extension Dataset {
    /// The rows of a CSV file of numbers, read as they are needed; the text is never held as a whole.
    ///
    /// Each sample is `x` of shape `(inputs,)` and `y` of shape `(targets,)`, float32; a missing number is NaN.
    /// - Parameters:
    ///   - path: the file, gzipped or plain.
    ///   - inputs: the columns of `x`; all but the targets if nil.
    ///   - targets: the columns of `y`.
    ///   - header: the names of the columns, for a file that starts with data.
    ///   - raggedRows: whether a row with a wrong number of fields is an error or is skipped.
    /// - Throws: when it is read: kind `file`, `unknownName` for a column, `data` for text that is no number.
    public static func csv(
        _ path: String, inputs: [String]? = nil, targets: [String] = [], delimiter: Character = ",",
        header: [String]? = nil,
        raggedRows: CSVReader.RaggedRows = .fail
    ) -> Dataset {
        Dataset(isBatched: false, count: nil) { _ in
            let reader = try CSVReader(path: path, delimiter: delimiter, header: header, raggedRows: raggedRows)
            let names = inputs ?? reader.header.filter { !targets.contains($0) }
            let inputColumns = try names.map(reader.column)
            let targetColumns = try targets.map(reader.column)
            // Rows move in blocks, so that batching copies columns, not samples.
            let most = 1024
            return {
                var x = [Float](repeating: 0, count: most * names.count)
                var y = [Float](repeating: 0, count: most * targets.count)
                let rows = try x.withUnsafeMutableBufferPointer { x in
                    try y.withUnsafeMutableBufferPointer { y in
                        try reader.readNumbers(
                            into: [.init(columns: inputColumns, values: x), .init(columns: targetColumns, values: y)],
                            most: most)
                    }
                }
                x.removeLast((most - rows) * names.count)
                y.removeLast((most - rows) * targets.count)
                guard rows > 0 else { return nil }
                let features = Tensor(x, shape: [rows, names.count])
                let labels = targets.isEmpty ? nil : Tensor(y, shape: [rows, targets.count])
                return Block(element: Element(.tensor(features), labels.map { .tensor($0) }), rows: rows)
            }
        }
    }
}

import Hornbill

/// Encoded rows by the part of the training to which they belong, and a few raw ones to explain the model by.
struct TableParts {
    private var encoder: RowEncoder
    private(set) var train: [Int32] = []
    private(set) var validation: [Int32] = []
    private(set) var test: [Int32] = []
    /// By target, how many of the rows to train on have a value of it.
    private(set) var knownRows: [Int]
    /// Raw rows that the model is tested on, and some of those that it is trained on.
    private(set) var tested: Reservoir<SampleRow>
    private(set) var background: Reservoir<SampleRow>
    private(set) var skippedRows = 0

    init(_ features: FeaturePlan, targets: Int, seed: UInt64) {
        encoder = RowEncoder(features, targets: targets)
        knownRows = Array(repeating: 0, count: targets)
        // Pictures are large.
        let width = features.rawColumns.reduce(0) { $0 + $1.shape.count }
        tested = Reservoir(capacity: max(50, min(1000, 4_000_000 / max(width, 1))), seed: seed)
        background = Reservoir(capacity: 32, seed: seed)
    }

    /// Encodes the rows of a table that have a value of any target.
    mutating func add(_ reader: TableReader, _ encoders: [TargetEncoder], part: (Int) -> RowPart) throws {
        let pass = try reader.file.makeRows()
        while let row = try pass.next() {
            guard !reader.isDropped(row) else { continue }
            let targets = try reader.targets(row, encoders)
            guard targets.contains(where: { $0 != nil }) else { continue }
            let values = try reader.values(row)
            let weight = try reader.weight(row)
            let place = encoder.count
            guard place < Int(Int32.max) else {
                throw HornbillError(.data, "'\(reader.file.path)' has more rows than can be numbered: 2147483647")
            }
            let part = part(row.index)
            try encoder.append(
                values, targets: targets.map { $0.map(Float.init) ?? .nan }, weight: weight,
                learntAs: part == .test ? nil : row.index)
            let sample = SampleRow(number: row.number, values: values, targets: targets)
            switch part {
            case .train:
                train.append(Int32(place))
                for (index, target) in targets.enumerated() where target != nil { knownRows[index] += 1 }
                background.add(sample)
            case .validation: validation.append(Int32(place))
            case .test:
                test.append(Int32(place))
                tested.add(sample)
            }
        }
        skippedRows += pass.skippedRows
    }

    /// - Throws: kind `data` where a part has no rows.
    mutating func finish() throws -> EncodedRows {
        for (name, rows) in [("train", train), ("validation", validation)] where rows.isEmpty {
            throw HornbillError(.data, "no row is left for the part '\(name)': the table is too small for its split")
        }
        return try encoder.finish()
    }
}

/// A row as the model takes it, beside what is true of it.
struct SampleRow {
    /// The number of the row in the file.
    let number: Int
    let values: [RawValue]
    let targets: [Double?]
}

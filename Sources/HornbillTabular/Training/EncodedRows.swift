import Hornbill

/// A table after its encoding: codes, targets and weights of each row, of which batches are made.
struct EncodedRows: Sendable {
    /// How the words of a record are divided.
    struct Layout: Sendable {
        let storages: [CodeStorage]
        let targets: Int

        /// Words before the sparse fields: dense codes, targets, the row's weight.
        var denseWords: Int { storages.reduce(0) { $0 + Self.words($1) } + targets + 1 }

        static func words(_ storage: CodeStorage) -> Int {
            switch storage {
            case .floats(let shape), .integers(let shape): shape.count
            case .sparse: 0
            }
        }
    }

    let layout: Layout
    let store: RowStore

    /// The inputs, targets and weights of some rows.
    struct Batch {
        var codes: [Tensor]
        /// By target, then by row; NaN where it is missing.
        var targets: [[Float]]
        var weights: [Float]
    }

    /// - Throws: kind `file` when rows in a temporary file cannot be read.
    func batch(_ rows: ArraySlice<Int32>) throws -> Batch {
        let count = rows.count
        var floats = layout.storages.map { storage -> [Float] in
            switch storage {
            case .floats(let shape): [Float](repeating: 0, count: count * shape.count)
            case .sparse(let width): [Float](repeating: 0, count: count * width)
            case .integers: []
            }
        }
        var integers = layout.storages.map { storage -> [Int32] in
            if case .integers(let shape) = storage { [Int32](repeating: 0, count: count * shape.count) } else { [] }
        }
        var targets = Array(repeating: [Float](repeating: 0, count: count), count: layout.targets)
        var weights = [Float](repeating: 1, count: count)
        var scratch: [UInt32] = []
        for (place, row) in rows.enumerated() {
            try store.withRecord(Int(row), scratch: &scratch) { record in
                var next = 0
                for (index, storage) in layout.storages.enumerated() {
                    switch storage {
                    case .floats(let shape):
                        let width = shape.count
                        floats[index].withUnsafeMutableBufferPointer { values in
                            for offset in 0..<width {
                                values[place * width + offset] = Float(bitPattern: record[next + offset])
                            }
                        }
                        next += width
                    case .integers(let shape):
                        let width = shape.count
                        for offset in 0..<width {
                            integers[index][place * width + offset] = Int32(bitPattern: record[next + offset])
                        }
                        next += width
                    case .sparse: break
                    }
                }
                for index in targets.indices { targets[index][place] = Float(bitPattern: record[next + index]) }
                next += targets.count
                weights[place] = Float(bitPattern: record[next])
                next += 1
                for (index, storage) in layout.storages.enumerated() {
                    guard case .sparse(let width) = storage else { continue }
                    let entries = Int(record[next])
                    floats[index].withUnsafeMutableBufferPointer { values in
                        for entry in 0..<entries {
                            values[place * width + Int(record[next + 1 + 2 * entry])] =
                                Float(bitPattern: record[next + 2 + 2 * entry])
                        }
                    }
                    next += 1 + 2 * entries
                }
            }
        }
        let codes = layout.storages.enumerated().map { index, storage in
            switch storage {
            case .floats(let shape): Tensor(floats[index], shape: Shape([count] + shape.dimensions))
            case .sparse(let width): Tensor(floats[index], shape: [count, width])
            case .integers(let shape): Tensor(integers[index], shape: Shape([count] + shape.dimensions))
            }
        }
        return Batch(codes: codes, targets: targets, weights: weights)
    }
}

/// Encodes raw rows chunk by chunk.
struct RowEncoder {
    private let plan: FeaturePlan
    private let layout: EncodedRows.Layout
    private let builder: RowStoreBuilder
    private var buffers: [RawBuffer]
    private var targets: [[Float]] = []
    private var weights: [Float] = []
    /// By row, the codes that treatments give it in place of those of its values, and the treatments' numbers.
    private var crossFitted: [[(route: Int, code: [Float])]] = []
    private let learners: [(route: Int, treatment: any CrossFittedTreatment)]
    private let chunk: Int

    init(_ plan: FeaturePlan, targets: Int, memory: Int = RowStoreBuilder.usualMemory) {
        self.plan = plan
        layout = EncodedRows.Layout(storages: plan.routes.map(\.treatment.storage), targets: targets)
        builder = RowStoreBuilder(memory: memory)
        buffers = plan.rawColumns.map(RawBuffer.init)
        learners = plan.routes.enumerated().compactMap { index, route in
            (route.treatment as? any CrossFittedTreatment).map { (index, $0) }
        }
        // Encodings of words are dense for a moment.
        let widest = layout.storages.map { if case .sparse(let width) = $0 { width } else { 1 } }.max() ?? 1
        chunk = max(16, min(1024, (4 << 20) / widest))
    }

    /// The number of rows so far.
    var count: Int { builder.count + weights.count }

    /// Adds a row.
    /// - Parameters:
    ///   - targets: NaN where one is missing.
    ///   - learntAs: the row's place in the table, if treatments have learnt from it.
    mutating func append(_ values: [RawValue], targets: [Float], weight: Float, learntAs row: Int?) throws {
        for (index, value) in values.enumerated() { buffers[index].append(value) }
        crossFitted.append(
            learners.compactMap { index, treatment in
                row.flatMap { treatment.crossFitted(treatment.columns.map { values[$0] }, row: $0) }.map { (index, $0) }
            })
        self.targets.append(targets)
        weights.append(weight)
        if weights.count == chunk { try flush() }
    }

    private mutating func flush() throws {
        guard !weights.isEmpty else { return }
        var raw: [Tensor] = []
        for index in buffers.indices { raw.append(buffers[index].take()) }
        let codes = plan.codes(raw)
        var floats = try zip(codes, layout.storages).map { code, storage -> [Float] in
            if case .integers = storage { [] } else { try code.floats() }
        }
        for (row, replaced) in crossFitted.enumerated() {
            for (route, code) in replaced {
                floats[route].replaceSubrange(row * code.count..<(row + 1) * code.count, with: code)
            }
        }
        let integers = try zip(codes, layout.storages).map { code, storage -> [Int32] in
            if case .integers = storage { try code.cast(to: .int32).scalars(Int32.self) } else { [] }
        }
        var record: [UInt32] = []
        for row in weights.indices {
            record.removeAll(keepingCapacity: true)
            for (index, storage) in layout.storages.enumerated() {
                let width = EncodedRows.Layout.words(storage)
                let range = row * width..<(row + 1) * width
                switch storage {
                case .floats: record.append(contentsOf: floats[index][range].lazy.map(\.bitPattern))
                case .integers:
                    record.append(contentsOf: integers[index][range].lazy.map { UInt32(bitPattern: $0) })
                case .sparse: break
                }
            }
            record.append(contentsOf: targets[row].lazy.map(\.bitPattern))
            record.append(weights[row].bitPattern)
            for (index, storage) in layout.storages.enumerated() {
                guard case .sparse(let width) = storage else { continue }
                let start = record.count
                record.append(0)
                for place in 0..<width where floats[index][row * width + place] != 0 {
                    record.append(UInt32(place))
                    record.append(floats[index][row * width + place].bitPattern)
                }
                record[start] = UInt32((record.count - start - 1) / 2)
            }
            try builder.append(record)
        }
        targets.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        crossFitted.removeAll(keepingCapacity: true)
    }

    /// All rows; nothing can be added then.
    mutating func finish() throws -> EncodedRows {
        try flush()
        return EncodedRows(layout: layout, store: try builder.finish())
    }
}

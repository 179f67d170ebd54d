import HornbillEngine

/// A stream of samples or batches that is made as it is read: from arrays, a generator or a CSV file; mapped, shuffled,
/// batched, prefetched, repeated. It may be larger than memory.
///
/// ```swift
/// let data = Dataset(x, y).shuffle(bufferSize: 10_000).batch(32).prefetch(2)
/// try model.fit(data, epochs: 5)
/// ```
/// Each pass starts anew and, with the same seed, gives the same.
public struct Dataset: Sendable {
    /// One sample, or after ``batch(_:dropRemainder:)`` one batch: inputs, targets, weights.
    public struct Element: Sendable {
        public var x: TensorStructure
        public var y: TensorStructure?
        public var sampleWeight: TensorStructure?

        public init(_ x: TensorStructure, _ y: TensorStructure? = nil, sampleWeight: TensorStructure? = nil) {
            self.x = x
            self.y = y
            self.sampleWeight = sampleWeight
        }

        public init(_ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil) {
            self.init(x.data, y?.data, sampleWeight: sampleWeight?.data)
        }
    }

    /// Elements one by one; nil at the end.
    public typealias Stream = () throws -> Element?

    /// Rows that travel together: columns are moved, not samples, which keeps a pass fast.
    struct Block {
        var element: Element
        var rows: Int
    }

    typealias BlockStream = () throws -> Block?

    /// Starts pass number `pass`.
    let makeBlocks: @Sendable (_ pass: Int) throws -> BlockStream
    /// Whether elements are batches.
    public let isBatched: Bool
    /// The number of elements of a pass, if it is known.
    public let count: Int?
    /// Whether a pass never ends by itself.
    let isEndless: Bool
    /// The classes of a data set from a directory, in the order of its labels.
    public internal(set) var classNames: [String] = []
    /// The files of a data set from a directory, before each pass shuffles them.
    public internal(set) var filePaths: [String] = []

    init(
        isBatched: Bool, count: Int?, isEndless: Bool = false,
        _ makeBlocks: @escaping @Sendable (_ pass: Int) throws -> BlockStream
    ) {
        self.isEndless = isEndless
        self.isBatched = isBatched
        self.count = count
        self.makeBlocks = makeBlocks
    }

    /// The rows of arrays. An error (differing numbers of samples) is thrown when it is read.
    public init(_ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil) {
        let whole = Element(x, y, sampleWeight: sampleWeight)
        self.init(whole: whole, rows: whole.tensors.first.flatMap { $0.rank > 0 ? $0.shape[0] : nil })
    }

    /// The rows of an element whose tensors hold all samples.
    init(whole: Element, rows: Int?) {
        self.init(isBatched: false, count: rows) { _ in
            let rows = try whole.rowCount()
            var given = false
            return {
                defer { given = true }
                return given || rows == 0 ? nil : Block(element: whole, rows: rows)
            }
        }
    }

    /// What a generator gives: one sample a call, nil at the end.
    /// - Parameters:
    ///   - count: how many samples a pass gives, if it is known.
    ///   - batched: whether the generator gives batches.
    ///   - generator: called at the start of each pass.
    public init(count: Int? = nil, batched: Bool = false, generator: @escaping @Sendable () throws -> Stream) {
        self.init(isBatched: batched, count: count) { _ in
            let stream = try generator()
            return {
                guard let element = try stream() else { return nil }
                return try Block(element, isBatched: batched)
            }
        }
    }

    /// The elements of a pass.
    public func makeStream(pass: Int = 0) throws -> Stream {
        let blocks = try makeBlocks(pass)
        if isBatched { return { try blocks()?.element } }
        var current: Block?
        var row = 0
        return {
            while true {
                if let block = current, row < block.rows {
                    defer { row += 1 }
                    return try block.element.map { try $0.row(row) }
                }
                guard let next = try blocks() else { return nil }
                current = next
                row = 0
            }
        }
    }

    /// Calls `body` with each element of a pass.
    public func forEach(_ body: (Element) throws -> Void) throws {
        let stream = try makeStream()
        while let element = try stream() { try body(element) }
    }
}

extension Dataset.Block {
    /// One element: a batch as it is, a sample as one row.
    init(_ element: Dataset.Element, isBatched: Bool) throws {
        self.element = isBatched ? element : try element.map { try ops.expandDims($0, axis: 0).validated() }
        rows = isBatched ? try element.rowCount() : 1
    }
}

extension Dataset.Element {
    var tensors: [Tensor] { x.leaves + (y?.leaves ?? []) + (sampleWeight?.leaves ?? []) }

    func map(_ transform: (Tensor) throws -> Tensor) rethrows -> Dataset.Element {
        Dataset.Element(
            try x.map(transform), try y.map { try $0.map(transform) },
            sampleWeight: try sampleWeight.map { try $0.map(transform) })
    }

    /// The size of the first axis of all tensors.
    /// - Throws: kind `data` when they differ or one is a scalar.
    func rowCount() throws -> Int {
        let tensors = self.tensors
        for tensor in tensors { try tensor.validated() }
        guard let first = tensors.first, first.rank > 0 else {
            throw HornbillError(.data, "a data set needs tensors with an axis of samples first")
        }
        for tensor in tensors where tensor.rank == 0 || tensor.shape[0] != first.shape[0] {
            throw HornbillError(
                .data,
                "the numbers of samples differ: \(first.shape[0]) in a tensor of shape \(first.shape), but one has the shape \(tensor.shape)"
            )
        }
        return first.shape[0]
    }

    /// The elements' tensors one below the other.
    static func joined(_ parts: [Dataset.Element]) throws -> Dataset.Element {
        guard let first = parts.first, parts.count > 1 else {
            return parts.first ?? Dataset.Element(TensorStructure.list([]))
        }
        let columns = parts.map(\.tensors)
        guard columns.allSatisfy({ $0.count == columns[0].count }) else {
            throw HornbillError(.data, "the samples of a data set differ in the number of their tensors")
        }
        var next = 0
        return try first.map { _ in
            defer { next += 1 }
            return try ops.concatenate(columns.map { $0[next] }, axis: 0).validated()
        }
    }
}

extension Tensor {
    /// One row, without its axis; shares memory.
    fileprivate func row(_ index: Int) throws -> Tensor {
        try validated()
        return hostRows(index..<(index + 1)).hostReshaped(Shape(Array(shape.dimensions.dropFirst())))
    }
}

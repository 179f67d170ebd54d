import HornbillEngine

/// Data for steps with its tensors in the order in which plans take them. An object, so that a step knows without a
/// look at the tensors that it is bound to them already.
final class BatchArrays {
    let data: StepData
    let tensors: [Tensor]

    init(_ data: StepData) {
        self.data = data
        tensors = data.tensors
    }
}

/// One batch, as a source gives it.
enum Batch {
    /// Rows of whole arrays, named by their indices, which stay valid until the next batch is asked for.
    case gathered(BatchArrays, rows: UnsafePointer<Int32>, count: Int)
    /// Neighbouring rows of whole arrays.
    case rows(BatchArrays, start: Int, count: Int)
    /// Tensors of their own.
    case tensors(BatchArrays, count: Int)

    var count: Int {
        switch self {
        case .gathered(_, _, let count), .rows(_, _, let count), .tensors(_, let count): count
        }
    }
}

/// Gives the batches of one epoch after another.
protocol BatchSource: AnyObject {
    /// Batches an epoch, if known.
    var batchCount: Int? { get }
    /// Starts an epoch.
    func begin(epoch: Int) throws
    /// The next batch, nil at the end of the epoch.
    func next() throws -> Batch?

    /// What data these are, in words: a run is resumed on the same only.
    var identity: String { get }
    /// What the batches of the current epoch follow from.
    var origin: BatchOrigin { get }
    /// Takes over an origin, and goes on behind the first batches of an epoch if the run was within one.
    func resume(_ origin: BatchOrigin, at place: (epoch: Int, batches: Int)?) throws
}

/// What the batches of an epoch follow from, beside the data: a run that is resumed gets the same.
struct BatchOrigin: Hashable {
    /// The seed of the order; nil where there is none, or others than the source keep it.
    var seed: Int64?
    /// Where the session's generators stood when the epoch began, for data that are made as they are read.
    var generators: [Int: [Int64]] = [:]
}

/// Batches of arrays in memory. Shuffled rows are not copied here: the compiled step gathers them.
final class ArraySource: BatchSource {
    let arrays: BatchArrays
    let count: Int
    let batchSize: Int
    private var shuffleSeed: Int64?
    private let order: UnsafeMutableBufferPointer<Int32>
    private var position = 0

    /// - Parameters:
    ///   - count: the number of samples.
    ///   - shuffleSeed: the seed of the order of the rows, a new one each epoch; nil leaves them in order.
    /// - Throws: kind `argument` for a batch size below 1; `data` for more rows than an int32 can number.
    init(_ data: StepData, count: Int, batchSize: Int, shuffleSeed: Int64?) throws {
        guard batchSize > 0 else {
            throw HornbillError(.argument, "the batch size must be at least 1, not \(batchSize)")
        }
        guard count <= Int(Int32.max) else {
            throw HornbillError(.data, "\(count) samples are more than fit can shuffle in memory")
        }
        arrays = BatchArrays(data)
        self.count = count
        self.batchSize = min(batchSize, count)
        self.shuffleSeed = shuffleSeed
        order = .allocate(capacity: shuffleSeed == nil ? 0 : count)
        for index in 0..<order.count { order.initializeElement(at: index, to: Int32(index)) }
    }

    deinit { order.deallocate() }

    var batchCount: Int? { (count + batchSize - 1) / batchSize }

    func begin(epoch: Int) throws {
        position = 0
        guard let shuffleSeed else { return }
        // The order of an epoch depends on the seed and the epoch alone, so that a resumed run sees the same rows.
        for index in 0..<count { order[index] = Int32(index) }
        guard count > 1 else { return }
        let stream = Tensor([shuffleSeed, Int64(epoch)])
        let bits = try Tensor.emit1(.random(.bits, [count - 1]), [stream]).scalars(Int64.self)
        for index in stride(from: count - 1, to: 0, by: -1) {
            let other = Int((UInt64(bitPattern: bits[index - 1]) &* UInt64(index + 1)) >> 32)
            order.swapAt(index, other)
        }
    }

    func next() throws -> Batch? {
        guard position < count else { return nil }
        let size = min(batchSize, count - position)
        defer { position += size }
        guard shuffleSeed != nil, let base = order.baseAddress else {
            return .rows(arrays, start: position, count: size)
        }
        return .gathered(arrays, rows: UnsafePointer(base + position), count: size)
    }

    var identity: String { "\(count) samples in batches of \(batchSize)\(shuffleSeed == nil ? "" : ", shuffled")" }

    var origin: BatchOrigin { BatchOrigin(seed: shuffleSeed) }

    func resume(_ origin: BatchOrigin, at place: (epoch: Int, batches: Int)?) throws {
        // Whether there is an order is part of the identity.
        shuffleSeed = origin.seed
        guard let place else { return }
        try begin(epoch: place.epoch)
        let (rows, overflow) = place.batches.multipliedReportingOverflow(by: batchSize)
        position = overflow ? count : min(rows, count)
    }
}

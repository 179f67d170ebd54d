import HornbillEngine

/// How much of a data set goes to one side: a number of samples, or a share of them.
public enum SplitSize: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    case count(Int)
    /// Between 0 and 1.
    case fraction(Double)

    public init(integerLiteral value: Int) { self = .count(value) }
    public init(floatLiteral value: Double) { self = .fraction(value) }

    /// - Throws: kind `argument` for what leaves nothing on a side.
    fileprivate func samples(of total: Int, _ side: String) throws -> Int {
        switch self {
        case .count(let count):
            guard count > 0, count < total else {
                throw HornbillError(.argument, "\(side) must be from 1 to below the \(total) samples, not \(count)")
            }
            return count
        case .fraction(let fraction):
            guard fraction > 0, fraction < 1 else {
                throw HornbillError(.argument, "\(side) must be a share between 0 and 1, not \(fraction)")
            }
            return Int((fraction * Double(total)).rounded(.toNearestOrEven))
        }
    }
}

/// The first and the last samples of a data set as two (Keras's `utils.split_dataset`). Reads the data set into memory.
///
/// Batches are taken apart before the split and put together after it.
/// - Parameters:
///   - leftSize: the samples of the left side; what the right one leaves if nil.
///   - rightSize: the samples of the right side; what the left one leaves if nil.
///   - shuffle: whether samples are shuffled before, in the order in which Keras does with the same seed.
/// - Throws: kind `argument` for sizes that are missing, too large together, or leave a side empty; `data` for an empty
///   data set.
public func splitDataset(
    _ dataset: Dataset, leftSize: SplitSize? = nil, rightSize: SplitSize? = nil, shuffle: Bool = false,
    seed: Int? = nil
) throws -> (left: Dataset, right: Dataset) {
    guard !dataset.isEndless else { throw HornbillError(.argument, "a data set without end cannot be split") }
    let blocks = try dataset.makeBlocks(0)
    var parts: [Dataset.Element] = []
    var batchSize = 0
    while let block = try blocks() {
        parts.append(block.element)
        batchSize = max(batchSize, block.rows)
    }
    var whole = try Dataset.Element.joined(parts)
    let total = parts.isEmpty ? 0 : try whole.rowCount()
    guard total > 0 else { throw HornbillError(.data, "an empty data set cannot be split") }
    let (left, right) = try splitSizes(leftSize, rightSize, total)
    if shuffle {
        var generator = MersenneTwister(pythonSeed: seed ?? Session.current.nextSeed())
        var order = Array(0..<total)
        generator.pythonShuffle(&order)
        let indices = Tensor(order)
        whole = try whole.map { try ops.take($0, indices, axis: 0).validated() }
    }
    let sides = [0..<left, (total - right)..<total].map { range in
        let side = Dataset(whole: whole.map { $0.hostRows(range) }, rows: range.count)
        return dataset.isBatched ? side.batch(batchSize) : side
    }
    return (sides[0], sides[1])
}

/// The first and the last rows of arrays as two data sets of samples.
public func splitDataset(
    _ x: any TrainingData, _ y: (any TrainingData)? = nil, leftSize: SplitSize? = nil, rightSize: SplitSize? = nil,
    shuffle: Bool = false, seed: Int? = nil
) throws -> (left: Dataset, right: Dataset) {
    try splitDataset(Dataset(x, y), leftSize: leftSize, rightSize: rightSize, shuffle: shuffle, seed: seed)
}

private func splitSizes(_ left: SplitSize?, _ right: SplitSize?, _ total: Int) throws -> (left: Int, right: Int) {
    let (leftCount, rightCount) = (
        try left?.samples(of: total, "leftSize"), try right?.samples(of: total, "rightSize")
    )
    let sizes: (left: Int, right: Int)
    switch (leftCount, rightCount) {
    case (let left?, let right?): sizes = (left, right)
    case (let left?, nil): sizes = (left, total - left)
    case (nil, let right?): sizes = (total - right, right)
    case (nil, nil): throw HornbillError(.argument, "splitDataset needs leftSize or rightSize")
    }
    guard sizes.left + sizes.right <= total else {
        throw HornbillError(
            .argument,
            "\(sizes.left) samples to the left and \(sizes.right) to the right are more than the \(total) there are")
    }
    guard sizes.left > 0, sizes.right > 0 else {
        throw HornbillError(
            .argument,
            "of \(total) samples, \(sizes.left) to the left and \(sizes.right) to the right leave a side empty")
    }
    return sizes
}

import HornbillEngine

/// Batches that are made by their number (Keras's `PyDataset`, once `Sequence`): any order, no state between them.
public protocol BatchSequence: Sendable {
    /// The number of batches of a pass.
    var count: Int { get }
    /// Batch `index` of ``count``.
    func batch(_ index: Int) throws -> Dataset.Element
    /// Called before the first batch of a pass. The default does nothing.
    func onEpochBegin() throws
    /// Called when the last batch of a pass was read. The default does nothing.
    func onEpochEnd() throws
}

extension BatchSequence {
    public func onEpochBegin() throws {}
    public func onEpochEnd() throws {}
}

extension Dataset {
    /// The batches of a sequence.
    /// - Parameters:
    ///   - shuffle: whether the batches come in an order of its own each pass; each keeps its samples.
    ///   - seed: fixes the orders; taken from the session if nil.
    public init(_ sequence: some BatchSequence, shuffle: Bool = false, seed: Int? = nil) {
        let orders = shuffle ? ShuffleSeed(seed) : nil
        self.init(isBatched: true, count: max(sequence.count, 0)) { pass in
            try sequence.onEpochBegin()
            var order = Array(0..<max(sequence.count, 0))
            if var generator = try orders?.generator(pass: pass) {
                for index in order.indices.dropFirst().reversed() {
                    order.swapAt(index, try generator.next(below: index + 1))
                }
            }
            var position = 0
            return {
                guard position <= order.count else { return nil }
                defer { position += 1 }
                guard position < order.count else {
                    try sequence.onEpochEnd()
                    return nil
                }
                return try Block(sequence.batch(order[position]), isBatched: true)
            }
        }
    }
}

import HornbillEngine

/// A layer that learns what it needs from data before it is used: a vocabulary, means, boundaries.
public protocol AdaptableLayer: Layer {
    /// Learns from an array; what was learnt before is forgotten.
    func adapt(_ data: any TrainingData) throws
    /// Learns from a data set, of which `steps` batches are read, or all.
    func adapt(_ data: Dataset, steps: Int?) throws
    /// Whether what it could learn was given when it was made.
    var isGiven: Bool { get }
}

extension Dataset {
    /// Calls `body` with the inputs of each batch of a pass, for an `adapt`. A data set that is not batched is taken in
    /// batches of 128.
    /// - Throws: kind `argument` for a data set without end and no number of steps, `data` for elements of several
    ///   tensors or no elements.
    func adapt(steps: Int?, _ body: (Tensor) throws -> Void) throws {
        if isEndless, steps == nil {
            throw HornbillError(.argument, "the data set is without end: say how many steps to take of it, as steps")
        }
        let stream = try (isBatched ? self : batch(128)).makeStream()
        var taken = 0
        while taken < steps ?? .max, let element = try stream() {
            try body(try element.x.adaptationTensor())
            taken += 1
        }
        if taken == 0 { throw HornbillError(.data, "the data is empty: there is nothing to adapt to") }
    }
}

extension Structure where Leaf == Tensor {
    /// The one tensor with an axis of samples that a layer is adapted to.
    func adaptationTensor() throws -> Tensor {
        guard let tensor = single else {
            throw HornbillError(.data, "a layer is adapted to one tensor, not to \(outline)")
        }
        try tensor.validated()
        guard tensor.rank > 0 else { throw HornbillError(.data, "a scalar is no data to adapt to") }
        guard tensor.shape[0] > 0 else { throw HornbillError(.data, "the data is empty: there is nothing to adapt to") }
        return tensor
    }
}

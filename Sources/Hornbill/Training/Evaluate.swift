import HornbillEngine

/// What `evaluate` gives: the loss, then the metrics, in Keras's order.
public struct Evaluation: Sendable, CustomStringConvertible {
    public let keys: [String]
    public let values: [Double]

    /// The loss.
    public var loss: Double { values.first ?? .nan }
    /// The value of one key.
    public subscript(key: String) -> Double? { keys.firstIndex(of: key).map { values[$0] } }
    /// The value at a position: 0 is the loss.
    public subscript(index: Int) -> Double { values.indices.contains(index) ? values[index] : .nan }
    /// The values by key.
    public var dictionary: [String: Double] { Dictionary(zip(keys, values)) { first, _ in first } }
    public var description: String { zip(keys, values).map { "\($0): \($1)" }.joined(separator: ", ") }

    init(_ logs: Logs, leading: Int) {
        // The loss and each output's loss in order, then the rest by name.
        keys = Array(logs.keys.prefix(leading)) + logs.keys.dropFirst(leading).sorted()
        values = keys.map { logs[$0] ?? .nan }
    }
}

extension Model {
    /// The loss and the metrics on data in memory.
    /// - Parameter batchSize: samples a step (32).
    /// - Throws: ``HornbillError`` for data that does not fit the model.
    @discardableResult
    public func evaluate(
        _ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil,
        batchSize: Int? = nil,
        verbose: Verbosity = .bar, steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> Evaluation {
        _ = try requireCompiled()
        let data = try prepare(x: x.data, y: y?.data, sampleWeight: sampleWeight?.data)
        let source = try ArraySource(
            data, count: data.sampleCount(names: outputNames), batchSize: batchSize ?? 32, shuffleSeed: nil)
        return try evaluate(source, steps: steps, verbose: verbose, callbacks: callbacks)
    }

    func evaluate(_ source: BatchSource, steps: Int?, verbose: Verbosity, callbacks: [Callback]) throws -> Evaluation {
        let compiled = try requireCompiled()
        let list = try CallbackList(
            callbacks, addProgbar: verbose != .silent, model: self,
            params: CallbackParams(steps: steps ?? source.batchCount, verbose: verbose))
        let logs = try runTest(source, TrainingLoop(self), steps: steps, epoch: 0, list)
        return Evaluation(logs, leading: 1 + compiled.losses.trackers.count)
    }

    // MARK: One batch

    /// Trains on one batch and gives loss and metrics since the last reset, or of this batch alone.
    @discardableResult
    public func trainOnBatch(
        _ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil,
        classWeight: ClassWeights? = nil
    ) throws -> Evaluation {
        try runOnBatch(.train, x, y, sampleWeight, classWeight)
    }

    /// The loss and the metrics of one batch.
    @discardableResult
    public func testOnBatch(
        _ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil
    ) throws -> Evaluation {
        try runOnBatch(.test, x, y, sampleWeight, nil)
    }

    private func runOnBatch(
        _ mode: StepMode, _ x: any TrainingData, _ y: (any TrainingData)?, _ sampleWeight: (any TrainingData)?,
        _ classWeight: ClassWeights?
    ) throws -> Evaluation {
        let compiled = try requireCompiled()
        let data = try prepare(x: x.data, y: y?.data, sampleWeight: sampleWeight?.data, classWeight: classWeight)
        let count = try data.sampleCount(names: outputNames)
        let loop = TrainingLoop(self)
        try loop.run(mode, .tensors(BatchArrays(data), count: count))
        return Evaluation(try loop.logs(), leading: 1 + compiled.losses.trackers.count)
    }

    /// Sets loss and metrics back, as at the start of an epoch.
    public func resetMetrics() throws { try TrainingLoop(self).resetMetrics() }
}

import Foundation
import HornbillEngine

extension Model {
    /// Trains the model on arrays in memory.
    /// - Parameters:
    ///   - x: the inputs: a tensor, Swift arrays, an array or dictionary of tensors for several inputs.
    ///   - y: the targets, likewise for the outputs; nil for a model that brings its own loss.
    ///   - sampleWeight: a weight for each sample; for several outputs also an array or dictionary.
    ///   - batchSize: samples a step (32).
    ///   - epochs: the number of the last epoch, counted from `initialEpoch`.
    ///   - verbose: 0 nothing, 1 a progress bar, 2 a line an epoch.
    ///   - validationSplit: the share of the rows, from the end, that is held out for validation, in 0 ..< 1.
    ///   - validationData: inputs and targets for validation at the end of each epoch.
    ///   - validationSampleWeight: weights for it.
    ///   - shuffle: whether each epoch sees the rows in a new order.
    ///   - classWeight: weights by class, multiplied into the sample weights.
    ///   - initialEpoch: the number of the first epoch, from 0.
    ///   - stepsPerEpoch: steps an epoch; all rows if nil. The next epoch goes on where this one stopped; one in which
    ///     the data ends is shorter, with a warning.
    ///   - validationFrequency: validate each so many epochs.
    /// - Returns: losses and metrics of each epoch under Keras's keys.
    /// - Throws: ``HornbillError`` for data that does not fit the model, and what a callback throws.
    @discardableResult
    public func fit(
        _ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil,
        epochs: Int = 1, batchSize: Int? = nil, verbose: Verbosity = .bar, callbacks: [Callback] = [],
        validationSplit: Double = 0, validationData: (any TrainingData, any TrainingData)? = nil,
        validationSampleWeight: (any TrainingData)? = nil, shuffle: Bool = true, classWeight: ClassWeights? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFrequency: Int = 1
    ) throws -> History {
        _ = try requireCompiled()
        var data = try prepare(x: x.data, y: y?.data, sampleWeight: sampleWeight?.data, classWeight: classWeight)
        var count = try data.sampleCount(names: outputNames)
        let size = batchSize ?? 32
        var validation: BatchSource?
        if let validationData {
            let held = try prepare(
                x: validationData.0.data, y: validationData.1.data, sampleWeight: validationSampleWeight?.data)
            validation = try ArraySource(
                held, count: held.sampleCount(names: outputNames), batchSize: validationBatchSize ?? size,
                shuffleSeed: nil)
        } else if validationSplit != 0 {
            let (kept, held) = try Self.split(data, count: count, share: validationSplit)
            (data, count) = (kept, try kept.sampleCount(names: outputNames))
            validation = try ArraySource(
                held, count: held.sampleCount(names: outputNames), batchSize: validationBatchSize ?? size,
                shuffleSeed: nil)
        }
        let source = try ArraySource(
            data, count: count, batchSize: size, shuffleSeed: shuffle ? Int64(Session.current.nextSeed()) : nil)
        return try run(
            source, validation: validation,
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
                validationSteps: validationSteps,
                validationFrequency: validationFrequency, verbose: verbose, callbacks: callbacks))
    }

    /// The first rows and the last ones.
    private static func split(_ data: StepData, count: Int, share: Double) throws -> (StepData, StepData) {
        let at = share > 0 && share < 1 ? Int((Double(count) * (1 - share)).rounded(.down)) : 0
        guard at > 0, at < count else {
            throw HornbillError(
                .argument,
                "a validation split of \(share) of \(count) samples leaves no training or no validation data: it must be between 0 and 1"
            )
        }
        let tensors = data.tensors
        return (
            data.replacing(tensors.map { $0.hostRows(0..<at) }), data.replacing(tensors.map { $0.hostRows(at..<count) })
        )
    }

    /// Trains on any source of batches.
    func run(_ source: BatchSource, validation: BatchSource?, _ options: FitOptions) throws -> History {
        try TrainingRun(self, source, validation: validation, options).run()
    }

    /// Runs the model over a source without changing it.
    /// - Parameter afterStep: called when a batch is done.
    func runTest(
        _ source: BatchSource, _ loop: TrainingLoop, steps: Int?, epoch: Int, _ callbacks: CallbackList,
        afterStep: () throws -> Void = {}
    ) throws -> Logs {
        stopEvaluating = false
        try callbacks.onTestBegin(Logs())
        try loop.resetMetrics()
        try source.begin(epoch: epoch)
        var step = 0
        while step < steps ?? .max, let batch = try source.next() {
            try callbacks.onTestBatchBegin(step, Logs())
            try loop.run(.test, batch)
            try callbacks.onTestBatchEnd(step, callbacks.needsBatchLogs ? loop.logs().sorted() : Logs())
            step += 1
            try afterStep()
            if stopEvaluating { break }
        }
        guard step > 0 else { throw HornbillError(.data, "the data is empty: there was no batch to evaluate") }
        let logs = try loop.logs()
        try callbacks.onTestEnd(logs.sorted())
        return logs
    }
}

/// What `fit` was asked for, beside data.
struct FitOptions {
    var epochs: Int
    var initialEpoch: Int
    var stepsPerEpoch: Int?
    var validationSteps: Int?
    var validationFrequency: Int
    var verbose: Verbosity
    var callbacks: [Callback]

    func check() throws {
        func require(_ condition: Bool, _ message: String) throws {
            if !condition { throw HornbillError(.argument, message) }
        }
        try require(epochs >= 0, "epochs must not be negative, not \(epochs)")
        try require(initialEpoch >= 0, "initialEpoch must not be negative, not \(initialEpoch)")
        try require(stepsPerEpoch ?? 1 > 0, "stepsPerEpoch must be at least 1, not \(stepsPerEpoch ?? 0)")
        try require(validationSteps ?? 1 > 0, "validationSteps must be at least 1, not \(validationSteps ?? 0)")
        try require(validationFrequency > 0, "validationFrequency must be at least 1, not \(validationFrequency)")
    }
}

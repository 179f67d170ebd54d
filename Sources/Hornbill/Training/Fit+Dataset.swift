import HornbillEngine

extension Model {
    /// Trains the model on a data set. One that is not batched yet is taken in batches of 32.
    /// - Parameters: as for arrays; `stepsPerEpoch` is needed for a data set without end.
    /// - Throws: ``HornbillError`` for data that does not fit the model, and what the data set or a callback throws.
    @discardableResult
    public func fit(
        _ dataset: Dataset, epochs: Int = 1, verbose: Verbosity = .bar, callbacks: [Callback] = [],
        validationData: Dataset? = nil, classWeight: ClassWeights? = nil, initialEpoch: Int = 0,
        stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationFrequency: Int = 1
    ) throws -> History {
        _ = try requireCompiled()
        let source = DatasetSource(dataset, model: self, classWeight: classWeight)
        try source.checkEnd(stepsPerEpoch, "stepsPerEpoch")
        let validation = validationData.map { DatasetSource($0, model: self) }
        try validation?.checkEnd(validationSteps, "validationSteps")
        return try run(
            source, validation: validation,
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
                validationSteps: validationSteps,
                validationFrequency: validationFrequency, verbose: verbose, callbacks: callbacks))
    }

    /// Trains on arrays and validates on a data set.
    @discardableResult
    public func fit(
        _ x: any TrainingData, _ y: (any TrainingData)? = nil, sampleWeight: (any TrainingData)? = nil, epochs: Int = 1,
        batchSize: Int? = nil, verbose: Verbosity = .bar, callbacks: [Callback] = [], validationData: Dataset,
        shuffle: Bool = true, classWeight: ClassWeights? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationFrequency: Int = 1
    ) throws -> History {
        _ = try requireCompiled()
        let data = try prepare(x: x.data, y: y?.data, sampleWeight: sampleWeight?.data, classWeight: classWeight)
        let source = try ArraySource(
            data, count: data.sampleCount(names: outputNames), batchSize: batchSize ?? 32,
            shuffleSeed: shuffle ? Int64(Session.current.nextSeed()) : nil)
        let validation = DatasetSource(validationData, model: self)
        try validation.checkEnd(validationSteps, "validationSteps")
        return try run(
            source, validation: validation,
            FitOptions(
                epochs: epochs, initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
                validationSteps: validationSteps,
                validationFrequency: validationFrequency, verbose: verbose, callbacks: callbacks))
    }

    /// The loss and the metrics on a data set.
    @discardableResult
    public func evaluate(
        _ dataset: Dataset, verbose: Verbosity = .bar, steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> Evaluation {
        _ = try requireCompiled()
        let source = DatasetSource(dataset, model: self)
        try source.checkEnd(steps, "steps")
        return try evaluate(source, steps: steps, verbose: verbose, callbacks: callbacks)
    }

    /// The outputs for the inputs of a data set, in its order.
    public func predict(
        _ dataset: Dataset, verbose: Verbosity = .silent, steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> Tensor {
        let outputs: TensorStructure = try predict(dataset, verbose: verbose, steps: steps, callbacks: callbacks)
        guard let single = outputs.single else {
            throw HornbillError(
                .argument, "the model has \(outputs.leaves.count) outputs: ask for [Tensor]", layer: label)
        }
        return single
    }

    /// All outputs for the inputs of a data set.
    @_disfavoredOverload
    public func predict(
        _ dataset: Dataset, verbose: Verbosity = .silent, steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> [Tensor] {
        let outputs: TensorStructure = try predict(dataset, verbose: verbose, steps: steps, callbacks: callbacks)
        return outputs.leaves
    }

    /// All outputs, in the structure in which the model gives them.
    @_disfavoredOverload
    public func predict(
        _ dataset: Dataset, verbose: Verbosity = .silent, steps: Int? = nil, callbacks: [Callback] = []
    ) throws -> TensorStructure {
        let source = DatasetSource(dataset, model: self, inputsOnly: true)
        try source.checkEnd(steps, "steps")
        return try predict(
            source, rows: nil, steps: steps, verbose: verbose, callbacks: callbacks)
    }
}

/// The batches of a data set, brought into the order of a model's inputs and outputs.
final class DatasetSource: BatchSource {
    private let dataset: Dataset
    private unowned let model: Model
    private let classWeight: ClassWeights?
    private let inputsOnly: Bool
    private var stream: Dataset.Stream?
    private var batch = 0
    private(set) var origin = BatchOrigin()

    init(_ dataset: Dataset, model: Model, classWeight: ClassWeights? = nil, inputsOnly: Bool = false) {
        self.dataset = dataset.isBatched ? dataset : dataset.batch(32)
        self.model = model
        self.classWeight = classWeight
        self.inputsOnly = inputsOnly
    }

    var batchCount: Int? { dataset.count }

    /// - Throws: kind `argument` for a data set without end that nothing else ends.
    func checkEnd(_ steps: Int?, _ name: String) throws {
        guard dataset.isEndless, steps == nil else { return }
        throw HornbillError(.argument, "the data set is without end: say how many steps to take of it, as \(name)")
    }

    func begin(epoch: Int) throws {
        stream = nil
        origin = BatchOrigin(generators: try Session.current.seedGenerators.mapValues { try $0.position() })
        stream = try dataset.makeStream(pass: epoch)
        batch = 0
    }

    var identity: String { dataset.count.map { "a data set of \($0) batches" } ?? "a data set" }

    /// Reads what was read before once more: a generator cannot be told where to go on.
    func resume(_ origin: BatchOrigin, at place: (epoch: Int, batches: Int)?) throws {
        stream = nil
        guard let place else { return }
        try Session.current.move(generators: origin.generators)
        try begin(epoch: place.epoch)
        self.origin = origin
        while batch < place.batches {
            guard try stream?() != nil else {
                throw HornbillError(
                    .data,
                    "the run to resume had taken \(place.batches) batches of the data set, which has only \(batch) now")
            }
            batch += 1
        }
    }

    func next() throws -> Batch? {
        guard let element = try stream?() else { return nil }
        defer { batch += 1 }
        do {
            let data = try model.prepare(
                x: element.x, y: inputsOnly ? nil : element.y, sampleWeight: inputsOnly ? nil : element.sampleWeight,
                classWeight: classWeight)
            return .tensors(BatchArrays(data), count: try data.sampleCount(names: model.outputNames))
        } catch {
            var located = HornbillError.wrap(error)
            located.message = "batch \(batch) of the data set: " + located.message
            throw located
        }
    }
}

import HornbillEngine

/// A model's inference, compiled and frozen: its weights are those that the model had when the predictor was made, and
/// nothing that is done with the model later changes it. It is `Sendable` and serves any number of threads at once; each
/// gets the same bits.
///
/// ```swift
/// let predictor = try model.predictor(batchSize: 64)
/// let y = try predictor.predict(x)
/// ```
/// `Model.predict` is for whole data sets; this is for servers, where single rows come in on many threads: a call costs
/// about a microsecond beside the arithmetic.
public final class Predictor: Sendable {
    /// The names of the inputs, in the order in which ``predict(_:)-([Tensor])`` takes them.
    public let inputNames: [String]
    /// The names of the outputs, in the order in which they come.
    public let outputNames: [String]
    /// The type of a row of each input.
    public let inputTypes: [TensorType]
    /// The type of a row of each output.
    public let outputTypes: [TensorType]
    /// Rows that one run of a plan takes at most.
    public let batchSize: Int
    /// For 1, 2, 4, … rows, and `batchSize` itself.
    private let plans: [(rows: Int, plan: Plan)]
    private let label: String

    fileprivate init(_ model: Model, _ data: StepData, batchSize: Int, threads: Int) throws {
        self.batchSize = batchSize
        label = model.label
        inputNames = model.inputNames
        outputNames = model.outputNames
        inputTypes = data.tensors.map { TensorType($0.dtype, Shape(Array($0.shape.dimensions.dropFirst()))) }
        var sizes = Array(sequence(first: 1) { $0 * 2 < batchSize ? $0 * 2 : nil })
        if batchSize > 1 { sizes.append(batchSize) }
        let options = CompileOptions(threads: threads)
        plans = try sizes.map { ($0, try model.frozenStep(data, batch: $0, options)) }
        outputTypes = plans[0].plan.outputTypes.map {
            TensorType($0.dtype, Shape(Array($0.shape.dimensions.dropFirst())))
        }
    }

    /// The output for any number of rows.
    /// - Throws: kind `shape` or `dtype` for rows of another type, kind `argument` for a model with several inputs or
    ///   outputs.
    public func predict(_ x: Tensor) throws -> Tensor {
        let outputs = try predict([x])
        guard outputs.count == 1 else {
            throw HornbillError(
                .argument, "the model has \(outputs.count) outputs: give an array of inputs", layer: label)
        }
        return outputs[0]
    }

    /// The outputs for inputs by name.
    /// - Throws: kind `argument` for names that are not the model's.
    public func predict(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
        let ordered = try inputNames.map { name in
            guard let input = inputs[name] else {
                throw HornbillError(
                    .argument, "the model's inputs are \(inputNames), given were \(inputs.keys.sorted())", layer: label)
            }
            return input
        }
        guard inputs.count == inputNames.count else {
            throw HornbillError(
                .argument, "the model's inputs are \(inputNames), given were \(inputs.keys.sorted())", layer: label)
        }
        return Dictionary(zip(outputNames, try predict(ordered))) { first, _ in first }
    }

    /// The outputs for any number of rows of each input.
    /// - Throws: kind `shape` or `dtype` for rows of other types, `argument` for another number of inputs.
    public func predict(_ inputs: [Tensor]) throws -> [Tensor] {
        let rows = try check(inputs)
        let results = try outputTypes.map { try HostBuffer(byteCount: rows * $0.byteCount) }
        var (sources, targets) = (try inputs.map { try $0.requirePointer() }, results.map(\.pointer))
        try withExtendedLifetime((inputs, results)) {
            var done = 0
            while done < rows {
                let (size, plan) = largest(rows - done)
                try sources.withUnsafeBufferPointer { sources in
                    try targets.withUnsafeBufferPointer { targets in
                        guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
                        try plan.run(inputs: sources, outputs: targets)
                    }
                }
                done += size
                guard done < rows else { break }
                for index in sources.indices { sources[index] += size * inputTypes[index].byteCount }
                for index in targets.indices { targets[index] += size * outputTypes[index].byteCount }
            }
        }
        return zip(results, outputTypes).map {
            Tensor(buffer: $0, TensorType($1.dtype, Shape([rows] + $1.shape.dimensions)))
        }
    }

    /// The largest plan for at most so many rows.
    private func largest(_ rows: Int) -> (rows: Int, plan: Plan) {
        var index = plans.count - 1
        while index > 0, plans[index].rows > rows { index -= 1 }
        return plans[index]
    }

    private func check(_ inputs: [Tensor]) throws -> Int {
        guard inputs.count == inputTypes.count else {
            throw HornbillError(
                .argument, "the model has \(inputTypes.count) inputs, given were \(inputs.count)", layer: label)
        }
        let rows = inputs.first?.shape.first ?? 0
        for (index, input) in inputs.enumerated() {
            let type = inputTypes[index]
            try input.validated()
            guard input.rank == type.shape.rank + 1, input.shape.dropFirst().elementsEqual(type.shape.dimensions) else {
                throw HornbillError(
                    .shape,
                    "input \(index) has rows of shape \(type.shape), given was a tensor of shape \(input.shape)",
                    layer: label)
            }
            guard input.dtype == type.dtype else {
                throw HornbillError(.dtype, "input \(index) is \(type.dtype), given was \(input.dtype)", layer: label)
            }
            guard input.shape[0] == rows else {
                throw HornbillError(
                    .shape, "the inputs have different numbers of rows: \(inputs.map { $0.shape.first ?? 0 })",
                    layer: label)
            }
        }
        return rows
    }
}

extension Model {
    /// A compiled copy of the model for inference on any number of threads.
    /// - Parameters:
    ///   - example: data like those that will come, of any number of rows: needed where the model leaves sizes open, or
    ///     is a subclass.
    ///   - batchSize: rows that are computed at once at most; more are taken in turns.
    ///   - threads: the threads that one call uses. One is best where many threads predict.
    /// - Throws: kind `argument` for sizes below 1, or open ones without an example; `state` for a model that changes
    ///   variables when it runs, or looks at strings.
    public func predictor(
        like example: (any TrainingData)? = nil, batchSize: Int = 32, threads: Int = 1
    ) throws -> Predictor {
        guard batchSize > 0, threads > 0 else {
            throw HornbillError(
                .argument, "batch size and threads must be at least 1, not \(batchSize) and \(threads)", layer: label)
        }
        let data: StepData
        if let example {
            data = try prepare(x: example.data, y: nil, sampleWeight: nil)
        } else {
            guard let network else {
                throw HornbillError(
                    .argument, "the model has no fixed inputs: give an example, predictor(like: x)", layer: label)
            }
            let x = try network.inputs.map { symbol in
                let sizes = symbol.shape.dimensions.dropFirst()
                guard !sizes.contains(nil) else {
                    throw HornbillError(
                        .argument,
                        "input '\(symbol.name)' has open sizes, \(symbol.shape): give an example, predictor(like: x)",
                        layer: label)
                }
                return Tensor.zeros(Shape([1] + sizes.compactMap { $0 }), dtype: symbol.dtype)
            }
            data = try prepare(x: x, y: nil, sampleWeight: nil)
        }
        guard network?.hostStage == nil, !data.tensors.contains(where: { $0.dtype == .string }) else {
            throw HornbillError(
                .state, "the model looks at strings or tables, which a compiled predictor does not: use predict",
                layer: label)
        }
        return try Predictor(self, data, batchSize: batchSize, threads: threads)
    }
}

import HornbillEngine

extension Model {
    /// The outputs for data in memory, batch by batch.
    /// - Parameter batchSize: samples a step (32); it changes the speed, not the result's shape.
    /// - Throws: ``HornbillError`` for data that does not fit, or if the model has several outputs (ask for a tuple or an
    ///   array then).
    public func predict(
        _ x: any TrainingData, batchSize: Int? = nil, verbose: Verbosity = .silent, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Tensor {
        let outputs: TensorStructure = try predict(
            x, batchSize: batchSize, verbose: verbose, steps: steps, callbacks: callbacks)
        guard let single = outputs.single else {
            throw HornbillError(
                .argument,
                "the model has \(outputs.leaves.count) outputs: write `let (a, b) = try model.predict(…)`, or ask for [Tensor]",
                layer: label)
        }
        return single
    }

    /// The outputs of a model that has two.
    @_disfavoredOverload
    public func predict(
        _ x: any TrainingData, batchSize: Int? = nil, verbose: Verbosity = .silent, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> (Tensor, Tensor) {
        let outputs: [Tensor] = try predict(
            x, batchSize: batchSize, verbose: verbose, steps: steps, callbacks: callbacks)
        guard outputs.count == 2 else {
            throw HornbillError(.argument, "the model has \(outputs.count) outputs, not 2", layer: label)
        }
        return (outputs[0], outputs[1])
    }

    /// The outputs of a model that has three.
    @_disfavoredOverload
    public func predict(
        _ x: any TrainingData, batchSize: Int? = nil, verbose: Verbosity = .silent, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> (Tensor, Tensor, Tensor) {
        let outputs: [Tensor] = try predict(
            x, batchSize: batchSize, verbose: verbose, steps: steps, callbacks: callbacks)
        guard outputs.count == 3 else {
            throw HornbillError(.argument, "the model has \(outputs.count) outputs, not 3", layer: label)
        }
        return (outputs[0], outputs[1], outputs[2])
    }

    /// The outputs as an array.
    @_disfavoredOverload
    public func predict(
        _ x: any TrainingData, batchSize: Int? = nil, verbose: Verbosity = .silent, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> [Tensor] {
        let outputs: TensorStructure = try predict(
            x, batchSize: batchSize, verbose: verbose, steps: steps, callbacks: callbacks)
        return outputs.leaves
    }

    /// The outputs in the structure in which the model gives them.
    @_disfavoredOverload
    public func predict(
        _ x: any TrainingData, batchSize: Int? = nil, verbose: Verbosity = .silent, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> TensorStructure {
        let data = try prepare(x: x.data, y: nil, sampleWeight: nil)
        let source = try ArraySource(
            data, count: data.sampleCount(names: outputNames), batchSize: batchSize ?? 32, shuffleSeed: nil)
        return try predict(source, rows: source.count, steps: steps, verbose: verbose, callbacks: callbacks)
    }

    /// The outputs for one batch, which is run at once.
    public func predictOnBatch(_ x: any TrainingData) throws -> Tensor {
        let outputs: [Tensor] = try predictOnBatch(x)
        guard outputs.count == 1 else {
            throw HornbillError(.argument, "the model has \(outputs.count) outputs: ask for [Tensor]", layer: label)
        }
        return outputs[0]
    }

    /// All outputs for one batch, which is run at once.
    @_disfavoredOverload
    public func predictOnBatch(_ x: any TrainingData) throws -> [Tensor] {
        let data = try prepare(x: x.data, y: nil, sampleWeight: nil)
        let count = try data.sampleCount(names: outputNames)
        let source = try ArraySource(data, count: count, batchSize: count, shuffleSeed: nil)
        return try predict(source, rows: count, steps: nil, verbose: .silent, callbacks: []).leaves
    }

    /// Runs the model over a source; where the number of rows is known, steps write straight into the result.
    func predict(_ source: BatchSource, rows: Int?, steps: Int?, verbose: Verbosity, callbacks: [Callback]) throws
        -> TensorStructure
    {
        let list = try CallbackList(
            callbacks, addProgbar: verbose != .silent, model: self,
            params: CallbackParams(steps: steps ?? source.batchCount, verbose: verbose))
        let needsOutputs = list.needsOutputs
        let loop = TrainingLoop(self)
        stopPredicting = false
        try list.onPredictBegin(Logs())
        try source.begin(epoch: 0)
        var collected: PredictionBuffer?
        var step = 0
        while step < steps ?? .max, let batch = try source.next() {
            try list.onPredictBatchBegin(step, Logs())
            let runner = try loop.prepare(.predict, batch)
            var buffer = try collected ?? PredictionBuffer(runner, rows: rows)
            try buffer.run(runner, batch: batch.count)
            collected = buffer
            var logs = Logs()
            if needsOutputs { logs.outputs = try buffer.last(batch.count) }
            try list.onPredictBatchEnd(step, logs)
            step += 1
            if stopPredicting { break }
        }
        try list.onPredictEnd(Logs())
        guard let collected else { throw HornbillError(.data, "the data is empty: there was no batch to predict") }
        return try collected.result()
    }
}

/// Collects the outputs of predict steps.
private struct PredictionBuffer {
    private let structure: Structure<Int>
    private let types: [TensorType]
    /// The whole result where its size is known.
    private let whole: [HostBuffer]?
    private var parts: [[Tensor]] = []
    private var rows = 0

    init(_ runner: StepRunner, rows: Int?) throws {
        structure = runner.outputs ?? .tensor(0)
        types = runner.outputTypes
        whole = try rows.map { count in
            try runner.outputTypes.map {
                try HostBuffer(byteCount: TensorType($0.dtype, $0.shape.replacing(0, with: count)).byteCount)
            }
        }
    }

    mutating func run(_ runner: StepRunner, batch: Int) throws {
        let outputs = runner.outputTypes
        guard outputs.map(\.dtype) == types.map(\.dtype),
            zip(outputs, types).allSatisfy({ $0.shape.dropFirst().elementsEqual($1.shape.dropFirst()) })
        else {
            throw HornbillError(
                .shape,
                "batches of different sizes give outputs of different shapes: \(types.map(\.shape)) and \(outputs.map(\.shape))"
            )
        }
        if let whole {
            for (index, type) in outputs.enumerated() {
                let rowBytes = type.byteCount / max(type.shape[0], 1)
                runner.session.bind(output: index, whole[index].pointer + rows * rowBytes)
            }
            try runner.session.run()
        } else {
            let buffers = try outputs.map { try HostBuffer(byteCount: $0.byteCount) }
            for (index, buffer) in buffers.enumerated() { runner.session.bind(output: index, buffer.pointer) }
            try runner.session.run()
            parts.append(zip(buffers, outputs).map { Tensor(buffer: $0, $1) })
        }
        rows += batch
    }

    /// The outputs of the last batch, of so many rows.
    func last(_ count: Int) throws -> TensorStructure {
        guard let whole else { return structure.map { index in parts[parts.count - 1][index] } }
        return try structure.map { index in
            let type = TensorType(types[index].dtype, types[index].shape.replacing(0, with: count))
            let copy = try HostBuffer(byteCount: type.byteCount)
            let rowBytes = type.byteCount / max(count, 1)
            copy.pointer.copyMemory(
                from: whole[index].pointer + (rows - count) * rowBytes, byteCount: type.byteCount)
            return Tensor(buffer: copy, type)
        }
    }

    func result() throws -> TensorStructure {
        if let whole {
            return structure.map { index in
                Tensor(
                    buffer: whole[index], TensorType(types[index].dtype, types[index].shape.replacing(0, with: rows)))
            }
        }
        return try structure.map { index in try ops.concatenate(parts.map { $0[index] }, axis: 0).validated() }
    }
}

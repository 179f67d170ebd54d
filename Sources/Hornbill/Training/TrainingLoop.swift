import HornbillEngine

/// Runs compiled steps over batches, for `fit`, `evaluate` and `predict`.
final class TrainingLoop {
    private let model: Model
    /// The step of the batch before, most often also that of the next.
    private var last: Last?

    private struct Last {
        let mode: StepMode
        let form: BatchForm
        let arrays: BatchArrays
        let count: Int
        let runner: StepRunner
    }

    init(_ model: Model) { self.model = model }

    /// The step for a batch, bound to it.
    func prepare(_ mode: StepMode, _ batch: Batch) throws -> StepRunner {
        switch try model.staged(batch, mode) {
        case .gathered(let arrays, let rows, let count):
            let runner = try self.runner(mode, .gathered, arrays, count)
            try runner.bind(arrays)
            runner.session.bind(input: runner.session.inputCount - 1, UnsafeRawPointer(rows))
            return runner
        case .rows(let arrays, let start, let count):
            let runner = try self.runner(mode, .direct, arrays, count)
            try runner.bindRows(arrays, start: start)
            return runner
        case .tensors(let arrays, let count):
            let runner = try self.runner(mode, .direct, arrays, count)
            try runner.bind(arrays)
            return runner
        }
    }

    /// Runs one training or evaluation step on a batch.
    func run(_ mode: StepMode, _ batch: Batch) throws {
        try prepare(mode, batch).session.run()
    }

    private func runner(_ mode: StepMode, _ form: BatchForm, _ arrays: BatchArrays, _ count: Int) throws -> StepRunner {
        if let last, last.arrays === arrays, last.count == count, last.mode == mode, last.form == form {
            return last.runner
        }
        let runner = try model.runner(mode, form, arrays.data, batch: count)
        last = Last(mode: mode, form: form, arrays: arrays, count: count, runner: runner)
        return runner
    }

    /// The variables of the last step; none before the first.
    var variables: [Variable] { last?.runner.session.plan.variables ?? [] }

    /// The metrics' values so far.
    func logs() throws -> Logs {
        let compiled = try model.requireCompiled()
        let metrics = compiled.all
        if let reader = compiled.logsReader, reader.keys == metrics.map(\.key) { return try reader.read() }
        let reader = try LogsReader(metrics)
        compiled.logsReader = reader
        return try reader.read()
    }

    /// Sets all metrics back.
    func resetMetrics() throws {
        for (_, metric) in try model.requireCompiled().all { try metric.resetState() }
    }
}

extension StepRunner {
    /// Binds whole arrays or the tensors of a batch.
    func bind(_ arrays: BatchArrays) throws {
        if bound === arrays, boundStart == 0 { return }
        for (index, tensor) in arrays.tensors.enumerated() {
            session.bind(input: index, UnsafeRawPointer(try tensor.requirePointer()))
        }
        bound = arrays
        boundStart = 0
    }

    /// Binds neighbouring rows of whole arrays.
    func bindRows(_ arrays: BatchArrays, start: Int) throws {
        for index in arrays.tensors.indices {
            let pointer = try arrays.tensors[index].requirePointer()
            session.bind(input: index, UnsafeRawPointer(pointer + start * arrays.tensors[index].rowBytes))
        }
        bound = arrays
        boundStart = start
    }
}

extension Tensor {
    /// Bytes of one row of the first axis.
    var rowBytes: Int { shape.count / max(shape[0], 1) * dtype.byteCount }
}

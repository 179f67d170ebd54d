import HornbillEngine
import Logging

/// What a step does with a batch.
package enum StepMode: Hashable, Sendable { case train, test, predict }

/// How a step gets its batch.
enum BatchForm: Hashable {
    /// The inputs are the batch itself.
    case direct
    /// The inputs are whole arrays, of which the step gathers the rows that an int32 index names.
    case gathered
}

/// What one plan is for: runs that agree in this share it.
struct StepSignature: Hashable {
    var mode: StepMode
    var form: BatchForm
    var layout: StepData.Layout
    var types: [TensorType]
    var batch: Int
    /// The variables that may change, and the layers that are frozen: freezing a layer makes another plan.
    var trainable: Set<ObjectIdentifier>
    /// How often layers were adapted, to data or by LoRA: what comes of it is part of a plan.
    var adaptations: Int
}

/// A compiled step with the workspace it runs in.
final class StepRunner {
    let session: PlanSession
    /// The structure of the outputs of a predict step, and their types.
    let outputs: Structure<Int>?
    let outputTypes: [TensorType]
    /// What the inputs are bound to.
    var bound: BatchArrays?
    var boundStart = 0

    init(session: PlanSession, outputs: Structure<Int>?, outputTypes: [TensorType]) {
        self.session = session
        self.outputs = outputs
        self.outputTypes = outputTypes
    }
}

/// The plans of a model: the most recently used ones.
package final class RunnerCache {
    private var runners: [StepSignature: StepRunner] = [:]
    private var recent: [StepSignature] = []
    /// More than a model needs in practice (train, test, predict, each with a smaller last batch), few enough that
    /// shapes that change with every batch cannot fill the memory.
    private let capacity = 16
    private var compilations: [StepMode: Int] = [:]
    /// The memory of all these plans, of which one runs at a time.
    let arenas = ArenaPool()
    private static let logger = Logger(label: "hornbill.training")

    func runner(_ signature: StepSignature, make: () throws -> StepRunner) rethrows -> StepRunner {
        if let runner = runners[signature] {
            if recent.last != signature {
                recent.removeAll { $0 == signature }
                recent.append(signature)
            }
            return runner
        }
        let count = compilations[signature.mode, default: 0] + 1
        compilations[signature.mode] = count
        // One for whole batches and one for the rest at the end are as it should be.
        Self.logger.log(
            level: count <= 2 ? .debug : .notice,
            "compiling the \(signature.mode) step for batches of \(signature.batch): compilation \(count)")
        let runner = try make()
        if recent.count >= capacity { runners[recent.removeFirst()] = nil }
        runners[signature] = runner
        recent.append(signature)
        return runner
    }

    func removeAll() {
        runners = [:]
        recent = []
    }

    /// How many plans are kept.
    package var count: Int { runners.count }
}

extension Model {
    /// The compiled step for a batch of `batch` rows of `data` (or, gathered, out of `data`).
    func runner(_ mode: StepMode, _ form: BatchForm, _ data: StepData, batch: Int) throws -> StepRunner {
        let tensors = data.tensors
        let types = tensors.map { tensor in
            form == .gathered ? tensor.type : TensorType(tensor.dtype, tensor.shape.replacing(0, with: batch))
        }
        let signature = StepSignature(
            mode: mode, form: form, layout: data.layout, types: types, batch: batch,
            trainable: mode == .train
                ? Set(trainableVariables.map(ObjectIdentifier.init))
                    .union(allLayers.lazy.filter { !$0.trainable }.map(ObjectIdentifier.init)) : [],
            adaptations: (network?.adaptable ?? allLayers).reduce(0) { $0 + $1.adaptations })
        return try runners.runner(signature) {
            let staged = network?.hostStage == nil ? nil : ObjectIdentifier(self)
            return try HostStage.$staged.withValue(staged) {
                try makeRunner(mode, form, data, types: types, batch: batch)
            }
        }
    }

    /// Traces and compiles a step.
    private func makeRunner(
        _ mode: StepMode, _ form: BatchForm, _ data: StepData, types: [TensorType], batch: Int
    ) throws -> StepRunner {
        let trace = Trace()
        defer { trace.abandon() }
        var outputs: Structure<Int>?
        let graph = try trace.run {
            var tensors = try types.map { try trace.input($0) }
            if form == .gathered {
                let indices = try trace.input(TensorType(.int32, [batch]))
                tensors = try tensors.map { try Tensor.emit1(.gather(axis: 0), [$0, indices]) }
            }
            let batchData = data.replacing(tensors)
            switch mode {
            case .train:
                try trainStep(batchData)
                return try trace.finish([])
            case .test:
                try testStep(batchData)
                return try trace.finish([])
            case .predict:
                let (results, structure) = try predictResults(batchData.x, batch: batch)
                outputs = structure
                return try trace.finish(results)
            }
        }
        let plan = try Plan.compile(graph, sharing: runners.arenas)
        return StepRunner(
            session: try PlanSession(plan), outputs: outputs, outputTypes: graph.outputs.map(graph.type(of:)))
    }

    /// The outputs of a predict step, and their structure.
    private func predictResults(_ x: TensorStructure, batch: Int) throws -> ([Tensor], Structure<Int>) {
        let results = try predictStep(x)
        var next = 0
        let structure = results.map { _ in
            defer { next += 1 }
            return next
        }
        for result in results.leaves where result.rank == 0 || result.shape[0] != batch {
            throw HornbillError(
                .shape,
                "predict needs outputs with a row for each of the \(batch) samples, but one has the shape \(result.shape)",
                layer: label)
        }
        return (results.leaves, structure)
    }

    /// A predict step for batches of so many rows, with the present values of the variables as constants.
    /// - Throws: kind `state` for a model that changes variables when it predicts.
    func frozenStep(_ data: StepData, batch: Int, _ options: CompileOptions) throws -> Plan {
        let trace = Trace()
        defer { trace.abandon() }
        var graph = try trace.run {
            let inputs = try data.tensors.map {
                try trace.input(TensorType($0.dtype, $0.shape.replacing(0, with: batch)))
            }
            return try trace.finish(predictResults(data.replacing(inputs).x, batch: batch).0)
        }
        guard graph.assignments.isEmpty else {
            throw HornbillError(
                .state, "the model changes variables when it predicts: it cannot be frozen", layer: label)
        }
        graph.freezeVariables()
        return try Plan.compile(graph, options)
    }
}

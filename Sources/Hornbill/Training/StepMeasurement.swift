import Foundation
import HornbillEngine

/// A compiled step of a model as it was measured.
package struct StepMeasurement: Sendable {
    /// The median time of a run as a whole, in seconds, without the feeding of batches.
    package var seconds: Double
    /// The steps of its plan in their order, each with its own clock.
    package var steps: [StepProfile]
    /// Memory that a run needs beside data, variables and results, in bytes.
    package var arenaBytes: Int
    package var threads: Int
    /// The plan as text.
    package var plan: String
}

extension Model {
    /// Times the step with which `fit` (or `predict`) goes over data, on the first batch of it; a training step trains.
    /// - Parameters:
    ///   - x: the inputs, at least `batchSize` rows.
    ///   - y: the targets, for training and evaluation.
    ///   - runs: how often it is run as a whole, and again step by step.
    /// - Throws: ``HornbillError`` for data that does not fit, kind `argument` for too few rows.
    package func measureStep(
        _ mode: StepMode, _ x: any TrainingData, _ y: (any TrainingData)? = nil, batchSize: Int, runs: Int
    ) throws -> StepMeasurement {
        if mode != .predict { _ = try requireCompiled() }
        let data = try prepare(x: x.data, y: mode == .predict ? nil : y?.data, sampleWeight: nil)
        let count = try data.sampleCount(names: outputNames)
        guard batchSize > 0, batchSize <= count else {
            throw HornbillError(.argument, "a batch of \(batchSize) samples cannot be taken from \(count)")
        }
        let (plan, inputs) = try measured(mode, data, batchSize: batchSize)
        // A session of its own: the runner's stays bound to what it was.
        let session = try PlanSession(plan)
        let outputs = try plan.outputTypes.map { try HostBuffer(byteCount: $0.byteCount) }
        for (index, input) in inputs.enumerated() {
            session.bind(input: index, UnsafeRawPointer(try input.requirePointer()))
        }
        for (index, output) in outputs.enumerated() { session.bind(output: index, output.pointer) }
        var times: [UInt64] = []
        for _ in 0..<max(runs, 1) + 3 {
            let start = DispatchTime.now().uptimeNanoseconds
            try session.run()
            times.append(DispatchTime.now().uptimeNanoseconds - start)
        }
        let steps = try plan.profile(inputs, runs: runs)
        withExtendedLifetime((inputs, outputs)) {}
        // The first runs bring code and data into the caches.
        let sorted = times.dropFirst(3).sorted()
        return StepMeasurement(
            seconds: Double(sorted[sorted.count / 2]) * 1e-9, steps: steps, arenaBytes: plan.arenaBytes,
            threads: plan.options.threads, plan: "\(plan)")
    }

    /// The plan of a step and the first batch for it.
    private func measured(_ mode: StepMode, _ data: StepData, batchSize: Int) throws -> (Plan, [Tensor]) {
        let first = Batch.rows(BatchArrays(data), start: 0, count: batchSize)
        // Where a part of the model runs on the host, the step takes what that part gives.
        if case .tensors(let arrays, let count) = try staged(first, mode) {
            return (try runner(mode, .direct, arrays.data, batch: count).session.plan, arrays.tensors)
        }
        guard mode == .train else {
            let plan = try runner(mode, .direct, data, batch: batchSize).session.plan
            return (plan, data.tensors.map { $0.hostRows(0..<batchSize) })
        }
        // `fit` shuffles: its steps gather their rows from the whole arrays.
        let plan = try runner(mode, .gathered, data, batch: batchSize).session.plan
        return (plan, data.tensors + [Tensor((0..<batchSize).map(Int32.init))])
    }
}

import HornbillEngine

// What one step does, written with tensor operations and traced once per shape of a batch. A subclass of Model may
// override each, as in Keras.

extension Model {
    /// Runs the model on a batch; what its layers add with `addLoss` and `addMetric` goes to the recorder.
    package func forward(_ x: TensorStructure, training: Bool, recorder: CallRecorder) throws -> TensorStructure {
        let call = EnclosingCall(training: training, recorder: recorder)
        return try EnclosingCall.$current.withValue(call) { try invoke(x, CallArguments(training: training)) }
    }
}

/// The result of ``Model/computeLoss(_:training:)``.
public struct StepLoss {
    /// The number to make small: losses, regularization, what layers added.
    public let total: Tensor
    public let outputs: [Tensor]
    package let recorder: CallRecorder
}

extension Model {
    /// Runs the model on a batch and computes the total loss. For a `trainStep` of one's own.
    public func computeLoss(_ data: StepData, training: Bool) throws -> StepLoss {
        let compiled = try requireCompiled()
        let recorder = CallRecorder()
        let outputs = try forward(data.x, training: training, recorder: recorder).leaves
        var parts: [Tensor] = []
        let weights = data.sampleWeights.isEmpty ? Array(repeating: nil, count: outputs.count) : data.sampleWeights
        if let loss = try compiled.losses.total(
            data.y, outputs, sampleWeights: weights, names: outputNames, prefixes: outputPrefixes)
        {
            parts.append(loss)
        }
        parts += recorder.losses.map { $0.cast(to: .float32) } + (try regularizationLosses())
        guard let first = parts.first else {
            throw HornbillError(.state, "the model has nothing to train on: compile it with a loss", layer: label)
        }
        return StepLoss(total: parts.dropFirst().reduce(first, +), outputs: outputs, recorder: recorder)
    }

    /// Takes a batch into the loss and all metrics. For a `trainStep` of one's own.
    public func updateMetrics(_ data: StepData, _ loss: StepLoss) throws {
        let compiled = try requireCompiled()
        let batch = Double(data.x.leaves.first?.shape.first ?? 1)
        try compiled.lossTracker.updateState(loss.total, count: batch)
        for (name, value) in loss.recorder.metrics {
            let tracker: Metrics.Mean
            if let known = compiled.layerMetrics.first(where: { $0.name == name }) {
                tracker = known
            } else {
                tracker = Metrics.Mean(name: name)
                compiled.layerMetrics.append(tracker)
            }
            try tracker.updateState(value, count: batch)
        }
        let weights = data.sampleWeights.isEmpty ? Array(repeating: nil, count: loss.outputs.count) : data.sampleWeights
        try compiled.metrics.update(
            data.y, loss.outputs, sampleWeights: weights, names: outputNames, prefixes: outputPrefixes)
    }

    func defaultTrainStep(_ data: StepData) throws {
        let compiled = try requireCompiled()
        let variables = trainableVariables
        // A dynamic loss scale is state that the loss reads.
        try compiled.optimizer.ensureBuilt(variables)
        var loss: StepLoss?
        let (_, gradients) = try valueAndGradients(of: variables) {
            let result = try computeLoss(data, training: true)
            loss = result
            return compiled.optimizer.scaleLoss(result.total)
        }
        var constraints: [ObjectIdentifier: Constraint] = [:]
        for layer in allLayers {
            for (variable, constraint) in layer.constraints { constraints[ObjectIdentifier(variable)] = constraint }
        }
        try compiled.optimizer.apply(gradients, to: variables, constraints: constraints)
        if let loss { try updateMetrics(data, loss) }
    }

    func defaultTestStep(_ data: StepData) throws {
        try updateMetrics(data, computeLoss(data, training: false))
    }
}

import HornbillEngine

/// Stops training after the batch in which the loss became NaN or infinite.
///
/// With `findLayer` it also says where that came from: it keeps the weights from before each step, and runs the batch
/// again, layer by layer, when its loss is lost. That costs a copy of the weights a step.
/// Follows Keras's [TerminateOnNaN](https://keras.io/api/callbacks/terminate_on_nan/).
public final class TerminateOnNaN: Callback {
    public let raiseError: Bool
    public let findLayer: Bool
    /// Where the first value came from that is no number, in a sentence; nil if that was not looked for.
    public private(set) var culprit: String?
    private var before: [(variable: Variable, value: Tensor)] = []

    /// - Parameters:
    ///   - raiseError: whether `fit` throws an error of kind `numeric`, in place of ending as after its last epoch.
    ///   - findLayer: whether to name the first layer whose output was no number.
    public init(raiseError: Bool = false, findLayer: Bool = false) {
        self.raiseError = raiseError
        self.findLayer = findLayer
    }

    override package var needsBatch: Bool { findLayer }

    override public func onTrainBegin(_ logs: Logs) { culprit = nil }

    override public func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws {
        guard findLayer, let model else { return }
        let state = try model.allLayers.flatMap(\.seedGenerators).map { try $0.state }
        before = (model.weights + state).map { ($0, $0.value) }
    }

    override public func onBatchEnd(_ batch: Int, _ logs: Logs) throws {
        guard let loss = logs["loss"], !loss.isFinite else { return }
        if findLayer, let model { culprit = try origin(model) }
        before = []
        if raiseError {
            let reason = culprit.map { ". \($0)" } ?? ""
            throw HornbillError(
                .numeric, "the loss became \(ProgressBar.number(loss)) in batch \(batch) of the epoch\(reason)")
        }
        say("Batch \(batch): Invalid loss, terminating training")
        if let culprit { say(culprit) }
        model?.stopTraining = true
    }

    override public func onTrainEnd(_ logs: Logs) { before = [] }

    /// Runs the step's batch again on what the variables were, and leaves them as they are.
    private func origin(_ model: Model) throws -> String {
        guard let data = try model.currentBatch?.materialized() else { return "The batch is not known any more." }
        for (index, tensor) in data.x.leaves.enumerated() where try !tensor.isAllFinite {
            return "Input \(index) of the model has values that are no numbers."
        }
        for tensor in data.y where try tensor.map({ try !$0.isAllFinite }) ?? false {
            return "The targets have values that are no numbers."
        }
        for (variable, value) in before where try !value.isAllFinite {
            return "The weight '\(variable.path)' was no number before this batch: an update has spoiled it."
        }
        let after = before.map { ($0.variable, $0.variable.value) }
        for (variable, value) in before { try variable.assign(value) }
        defer { for (variable, value) in after { try? variable.assign(value) } }
        let recorder = CallRecorder()
        var found: String?
        recorder.onOutput = { layer, outputs in
            guard found == nil, outputs.leaves.contains(where: { (try? $0.isAllFinite) == false }) else { return }
            found = "The layer \(layer.label) was the first to give values that are no numbers."
        }
        _ = try model.forward(data.x, training: true, recorder: recorder)
        return found ?? "All layers gave numbers: the loss did not."
    }
}

extension Tensor {
    /// Whether no element is NaN or infinite.
    fileprivate var isAllFinite: Bool {
        get throws { try !dtype.isFloatingPoint || floats().allSatisfy { $0.isFinite } }
    }
}

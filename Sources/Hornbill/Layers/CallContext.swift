/// What a call of a layer is given beside its inputs: whether it trains, masks, and whatever else Keras's layers need
/// one day, so that a subclass's `call` never has to change.
public struct CallContext {
    /// Whether the model is being trained: dropout drops, batch normalization uses the batch.
    public var training: Bool
    /// Masks of the inputs, in the order of their leaves: nil where there is none.
    public var masks: [Tensor?]
    /// Named tensors beside the inputs, as the initial states of a recurrent layer.
    public var tensors: [String: [Tensor]]
    package let recorder: CallRecorder

    public init(training: Bool = false) {
        self.init(training: training, masks: [], tensors: [:], recorder: CallRecorder())
    }

    package init(training: Bool, masks: [Tensor?], tensors: [String: [Tensor]], recorder: CallRecorder) {
        self.training = training
        self.masks = masks
        self.tensors = tensors
        self.recorder = recorder
    }

    /// Adds a scalar to the loss that `fit` minimises.
    public func addLoss(_ loss: Tensor) { recorder.losses.append(loss) }

    /// Adds the mean of a scalar over the batches to the metrics that `fit` shows as `name`.
    public func addMetric(_ value: Tensor, name: String) { recorder.metrics.append((name, value)) }
}

/// What the calls of one forward pass leave for the training step. One forward pass is one call of an outermost layer;
/// the calls inside find it in a task-local value, as they find the training flag.
package final class CallRecorder: @unchecked Sendable {
    package var losses: [Tensor] = []
    package var metrics: [(name: String, value: Tensor)] = []
    /// Whether the pass only shows what becomes of another size of an unknown axis.
    package let isSecondProbe: Bool

    package init(isSecondProbe: Bool = false) { self.isSecondProbe = isSecondProbe }
}

/// The call that the current one is made in.
struct EnclosingCall: Sendable {
    @TaskLocal static var current: EnclosingCall?

    let training: Bool
    let recorder: CallRecorder
}

/// The arguments of one call that are fixed when it is written: part of a node of the layer graph.
public struct CallArguments {
    /// Overrides the training flag of the enclosing call.
    public var training: Bool?
    /// Named symbols beside the inputs.
    package var tensors: [String: [SymbolicTensor]] = [:]

    public init(training: Bool? = nil) { self.training = training }
}

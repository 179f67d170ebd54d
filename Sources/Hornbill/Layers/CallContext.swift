import HornbillEngine

/// What a call of a layer is given beside its inputs: whether it trains, masks, and whatever else Keras's layers need
/// one day, so that a subclass's `call` never has to change.
public struct CallContext {
    /// Whether the model is being trained: dropout drops, batch normalization uses the batch.
    public var training: Bool
    /// Masks of the inputs, in the order of their leaves: nil where there is none.
    public var masks: [Tensor?]
    /// Named tensors beside the inputs, as the initial states of a recurrent layer.
    public var tensors: [String: [Tensor]]
    /// Named switches of the call, as `use_causal_mask`.
    public var flags: [String: Bool]
    package let recorder: CallRecorder

    public init(
        training: Bool = false, masks: [Tensor?] = [], tensors: [String: [Tensor]] = [:], flags: [String: Bool] = [:]
    ) {
        self.init(training: training, masks: masks, tensors: tensors, flags: flags, recorder: CallRecorder())
    }

    package init(
        training: Bool, masks: [Tensor?] = [], tensors: [String: [Tensor]] = [:], flags: [String: Bool] = [:],
        recorder: CallRecorder
    ) {
        self.training = training
        self.masks = masks
        self.tensors = tensors
        self.flags = flags
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
    /// What stands for an unknown size in a pass that only finds out shapes; nil in one that computes.
    package let probeSize: Int?
    /// Whether the pass only shows what becomes of another size of an unknown axis.
    package let isSecondProbe: Bool
    /// Whether a layer's output has a size that depends on the elements of its input.
    package var hasUnknownSizes = false
    /// Told what each layer gives, the inner ones first.
    package var onOutput: ((Layer, TensorStructure) -> Void)?

    package init(probeSize: Int? = nil, isSecondProbe: Bool = false) {
        self.probeSize = probeSize
        self.isSecondProbe = isSecondProbe
    }
}

/// The call that the current one is made in.
struct EnclosingCall: Sendable {
    @TaskLocal static var current: EnclosingCall?

    let training: Bool
    let recorder: CallRecorder
    /// How the layer reads its weights, where it computes in another type than it keeps them in.
    var weightCast: WeightCast?

    struct WeightCast: Sendable {
        let dtype: DType
        let exempt: Set<ObjectIdentifier>

        func apply(to variable: Variable) -> Tensor {
            let value = variable.value
            guard value.dtype.isFloatingPoint, !exempt.contains(ObjectIdentifier(variable)) else { return value }
            return value.cast(to: dtype)
        }
    }
}

/// The arguments of one call beside its inputs: on symbols, part of a node of the layer graph.
public struct CallArguments<Leaf> {
    /// Overrides the training flag of the enclosing call.
    public var training: Bool?
    /// Takes the place of the masks that the inputs carry, in the order of their leaves.
    public var masks: [Leaf?]
    /// Named tensors beside the inputs, under Keras's names: `initial_state`, `attention_mask`.
    public var tensors: [String: [Leaf]]
    /// Named switches, under Keras's names: `use_causal_mask`.
    public var flags: [String: Bool]

    public init(
        training: Bool? = nil, masks: [Leaf?] = [], tensors: [String: [Leaf]] = [:], flags: [String: Bool] = [:]
    ) {
        self.training = training
        self.masks = masks
        self.tensors = tensors
        self.flags = flags
    }

    /// All masks and named tensors, the names sorted.
    var leaves: [Leaf] {
        masks.compactMap { $0 } + tensors.keys.sorted().flatMap { tensors[$0] ?? [] }
    }

    func map<Result>(_ transform: (Leaf) throws -> Result) rethrows -> CallArguments<Result> {
        CallArguments<Result>(
            training: training, masks: try masks.map { try $0.map(transform) },
            tensors: Dictionary(
                uniqueKeysWithValues: try tensors.keys.sorted().map { ($0, try (tensors[$0] ?? []).map(transform)) }),
            flags: flags)
    }
}

extension CallArguments where Leaf == Tensor {
    func context(training inherited: Bool, _ recorder: CallRecorder) -> CallContext {
        CallContext(
            training: training ?? inherited, masks: masks, tensors: tensors, flags: flags, recorder: recorder)
    }
}

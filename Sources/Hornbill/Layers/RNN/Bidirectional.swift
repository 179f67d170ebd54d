import HornbillEngine

/// Runs a recurrent layer over a sequence in both directions and merges what the two give.
///
/// Input `(batch, steps, features)`. The output of the layer that goes backwards is turned round, so that both stand in
/// the order of the sequence. With `returnState` the states of the forward layer follow the output, then those of the
/// backward one; initial states are given in that order.
/// Follows Keras's [Bidirectional](https://keras.io/api/layers/recurrent_layers/bidirectional/).
public final class Bidirectional: Layer, InitialStateLayer {
    /// How the outputs of the two directions become one.
    public enum MergeMode: String, Sendable, Hashable, CaseIterable {
        /// Side by side along the last axis.
        case concat
        case sum
        /// Multiplied.
        case mul
        /// Their mean.
        case ave
    }

    public let mergeMode: MergeMode?
    /// Copies of the given layer with weights of their own.
    public let forwardLayer: RNN
    public let backwardLayer: RNN
    private let failure: HornbillError?

    /// - Parameters:
    ///   - layer: what goes forwards; a copy of it goes backwards.
    ///   - mergeMode: how the two outputs become one; nil gives both.
    ///   - backwardLayer: what goes backwards in place of that copy: with the other `goBackwards`, and the same
    ///     `stateful`, `returnSequences` and `returnState`.
    public init(
        _ layer: RNN, mergeMode: MergeMode? = .concat, backwardLayer: RNN? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.mergeMode = mergeMode
        var failure: HornbillError?
        func copy(_ prefix: String, goBackwards: Bool) -> RNN {
            let base = layer.name.hasPrefix(prefix) ? String(layer.name.dropFirst(prefix.count)) : layer.name
            do {
                return try layer.copy(name: prefix + base, goBackwards: goBackwards)
            } catch {
                failure = HornbillError.wrap(error)
                return layer
            }
        }
        forwardLayer = copy("forward_", goBackwards: layer.goBackwards)
        self.backwardLayer = backwardLayer ?? copy("backward_", goBackwards: true)
        // Steps without an output of their own must not have one of the other end of the sequence.
        for layer in [forwardLayer, self.backwardLayer] { layer.zeroOutputForMask = layer.returnSequences }
        self.failure = failure ?? Bidirectional.difference(forwardLayer, self.backwardLayer)
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
        inputSpec = layer.inputSpec
    }

    /// Why two layers cannot be the two directions.
    private static func difference(_ forward: RNN, _ backward: RNN) -> HornbillError? {
        if forward === backward || forward.goBackwards == backward.goBackwards {
            return HornbillError(
                .argument,
                "the two layers must go in different directions, but goBackwards is \(forward.goBackwards) in both")
        }
        let flags = [
            ("stateful", forward.stateful, backward.stateful),
            ("returnSequences", forward.returnSequences, backward.returnSequences),
            ("returnState", forward.returnState, backward.returnState),
        ]
        guard let other = flags.first(where: { $0.1 != $0.2 }) else { return nil }
        return HornbillError(
            .argument,
            "\(other.0) must be the same in both directions: it is \(other.1) forwards and \(other.2) backwards")
    }

    override public var trackedLayers: [(name: String, content: LayerTree)] {
        [("forward_layer", .layer(forwardLayer)), ("backward_layer", .layer(backwardLayer))]
    }

    override public var supportsMasking: Bool { true }

    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        guard forwardLayer.returnSequences, let mask = masks.first else { return [] }
        return mergeMode == nil ? [mask, mask] : [mask]
    }

    override public func build(inputShape: PartialShape) throws {
        if let failure { throw failure }
        try forwardLayer.ensureBuilt(.tensor(inputShape))
        try backwardLayer.ensureBuilt(.tensor(inputShape))
    }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        guard let x = inputs.single else {
            throw HornbillError(.shape, "takes one tensor of (batch, steps, …), not \(inputs.outline)")
        }
        var contexts = [context, context]
        if let states = context.tensors["initial_state"] {
            let expected = [forwardLayer, backwardLayer].map(\.cell.stateCount)
            guard states.count == expected[0] + expected[1] else {
                throw HornbillError(
                    .shape, "takes \(expected[0] + expected[1]) initial states for both directions, not \(states.count)"
                )
            }
            contexts[0].tensors["initial_state"] = Array(states.prefix(expected[0]))
            contexts[1].tensors["initial_state"] = Array(states.suffix(expected[1]))
        }
        let forward = try forwardLayer.invoke(.tensor(x), context: contexts[0]).leaves
        let backward = try backwardLayer.invoke(.tensor(x), context: contexts[1]).leaves
        let (y, states) = (forward[0].cast(to: computeDtype), forward.dropFirst() + backward.dropFirst())
        var turned = backward[0].cast(to: computeDtype)
        if forwardLayer.returnSequences { turned = ops.flip(turned, axis: 1) }
        let outputs: [Tensor] =
            switch mergeMode {
            case .concat: [ops.concatenate([y, turned], axis: -1)]
            case .sum: [y + turned]
            case .mul: [y * turned]
            case .ave: [(y + turned) / 2]
            case nil: [y, turned]
            }
        if outputs.count + states.count == 1 { return .tensor(outputs[0]) }
        return .list((outputs + states).map(Structure.tensor))
    }

    /// The states of both layers, if they are stateful.
    public var states: [Variable] { forwardLayer.states + backwardLayer.states }

    /// Makes the states of stateful layers zero.
    public func resetState() throws {
        try forwardLayer.resetState()
        try backwardLayer.resetState()
    }

    override public convenience init(config: ConfigReader) throws {
        let expected = "a recurrent layer"
        let given = config.has("merge_mode")
        try self.init(
            config.layer("layer", as: RNN.self, expected),
            mergeMode: given ? config.optionalChoice("merge_mode") : .concat,
            backwardLayer: config.has("backward_layer")
                ? config.optionalLayer("backward_layer", as: RNN.self, expected) : nil, name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "merge_mode": ConfigValue(mergeMode?.rawValue), "layer": forwardLayer.serialized,
            "backward_layer": backwardLayer.serialized,
        ])
    }
}

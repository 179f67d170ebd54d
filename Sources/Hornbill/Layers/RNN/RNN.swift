import HornbillEngine

/// A recurrent layer: loops a cell over the steps of a sequence. ``LSTM``, ``GRU`` and ``SimpleRNN`` are this with a
/// cell of theirs.
///
/// Input `(batch, steps, features)`; output `(batch, units)` of the last step, or `(batch, steps, units)` with
/// `returnSequences`; with `returnState` the states after the last step follow it: `let (y, h, c) = lstm(x)`.
/// The states before the first step are zeros, or given: `lstm(x, initialState: [h, c])`. A mask `(batch, steps)` leaves
/// steps out: the states stay as they are, and the output is the one before.
/// Follows Keras's [RNN](https://keras.io/api/layers/recurrent_layers/rnn/).
open class RNN: Layer, InitialStateLayer {
    public let cell: RecurrentCell
    public let returnSequences: Bool
    public let returnState: Bool
    public let goBackwards: Bool
    /// Whether the states after a batch are those before the next one.
    public let stateful: Bool
    /// Accepted for Keras's sake: it changes nothing, since loops cost nothing here.
    public let unroll: Bool
    /// Whether the output of a step that the mask leaves out is zero.
    public package(set) var zeroOutputForMask: Bool
    /// The states of a stateful layer, which no optimizer changes; empty until it is built.
    public private(set) var states: [Variable] = []

    /// - Parameters:
    ///   - cell: computes one step.
    ///   - returnSequences: whether to give the outputs of all steps, not only the last.
    ///   - returnState: whether to give the last states too.
    ///   - goBackwards: whether to go from the last step to the first; outputs then stand in that order.
    ///   - stateful: whether each batch goes on where the one before ended; needs a fixed batch size.
    ///   - unroll: changes nothing.
    ///   - zeroOutputForMask: whether masked steps give zeros, not the output of the step before.
    public init(
        _ cell: RecurrentCell, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, unroll: Bool = false, zeroOutputForMask: Bool = false,
        activityRegularizer: (any RegularizerConvertible)? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.cell = cell
        self.returnSequences = returnSequences
        self.returnState = returnState
        self.goBackwards = goBackwards
        self.stateful = stateful
        self.unroll = unroll
        self.zeroOutputForMask = zeroOutputForMask
        super.init(
            name: name, trainable: trainable, dtype: dtype, inputShape: inputShape,
            activityRegularizer: activityRegularizer)
    }

    /// Loops several cells, each on the output of the one before.
    public convenience init(
        _ cells: [RecurrentCell], returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, unroll: Bool = false, zeroOutputForMask: Bool = false,
        activityRegularizer: (any RegularizerConvertible)? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            StackedRNNCells(cells), returnSequences: returnSequences, returnState: returnState,
            goBackwards: goBackwards, stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask,
            activityRegularizer: activityRegularizer, inputShape: inputShape, name: name, trainable: trainable,
            dtype: dtype)
    }

    override open var automaticName: String { type(of: self) == RNN.self ? "rnn" : super.automaticName }
    override open var trackedLayers: [(name: String, content: LayerTree)] { [("cell", .layer(cell))] }
    override open var supportsMasking: Bool { true }

    override open func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        returnSequences ? Array(masks.prefix(1)) : []
    }

    override open func build(inputShape: PartialShape) throws {
        guard inputShape.rank >= 3 else {
            throw HornbillError(
                .shape, "expected an input of (batch, steps, …), got the shape \(inputShape)", layer: label)
        }
        guard cell.stateCount > 0 else {
            throw HornbillError(.argument, "the cell \(cell.label) has no state", layer: label)
        }
        try cell.ensureBuilt(.tensor(PartialShape([inputShape[0]] + inputShape.dimensions.dropFirst(2))))
        guard stateful else { return }
        guard let batch = inputShape[0] else {
            throw HornbillError(
                .shape,
                "a stateful layer needs a fixed batch size, got the shape \(inputShape): write Input(shape:batchSize:)",
                layer: label)
        }
        states = try cell.getInitialState(batchSize: batch).map {
            try Variable($0.cast(to: variableDtype), name: "rnn_state", trainable: false)
        }
    }

    override open func call(_ x: TensorStructure, context: CallContext) throws -> TensorStructure {
        guard let input = x.single, input.rank >= 3 else {
            throw HornbillError(
                .shape,
                "takes one tensor of (batch, steps, …), not \(x.single.map { "the shape \($0.shape)" } ?? x.outline)")
        }
        let batch = input.shape[0]
        if stateful, let size = states.first?.shape.first, size != batch {
            throw HornbillError(
                .shape,
                "is stateful with a batch of \(size), and was given a batch of \(batch): the shape \(input.shape)")
        }
        let initial = try initialState(batch, context)
        let (output, last) = try loop(input, initial, stepMask(for: input, context), context)
        if stateful { for (variable, value) in zip(states, last) { try variable.assign(value) } }
        let result = output.cast(to: computeDtype)
        guard returnState else { return .tensor(result) }
        return .list(([result] + last.map { $0.cast(to: computeDtype) }).map(Structure.tensor))
    }

    /// Makes the states of a stateful layer zero.
    /// - Throws: kind `state` if the layer is not stateful.
    open func resetState() throws {
        guard stateful else { throw HornbillError(.state, "is not stateful: it keeps no state to reset", layer: label) }
        for variable in states { try variable.assign(ops.zeros(variable.shape, dtype: variable.dtype)) }
    }

    /// A layer like this one with weights of its own.
    package func copy(name: String, goBackwards: Bool) throws -> RNN {
        RNN(
            try cell.copy(), returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
            stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask,
            activityRegularizer: activityRegularizer, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    override public convenience init(config: ConfigReader) throws {
        let recurrence = try Recurrence(config)
        let cell = try config.cell()
        try self.init(
            cell, returnSequences: recurrence.returnSequences, returnState: recurrence.returnState,
            goBackwards: recurrence.goBackwards, stateful: recurrence.stateful, unroll: recurrence.unroll,
            zeroOutputForMask: recurrence.zeroOutputForMask, activityRegularizer: recurrence.activityRegularizer,
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override open func getConfig() -> Config {
        super.getConfig().merging([
            "return_sequences": .bool(returnSequences), "return_state": .bool(returnState),
            "go_backwards": .bool(goBackwards), "stateful": .bool(stateful), "unroll": .bool(unroll),
            "zero_output_for_mask": .bool(zeroOutputForMask), "cell": cell.serialized,
        ])
    }
}

import HornbillEngine

/// One step of a recurrent layer: the class to inherit from for a cell of one's own, which ``RNN`` then loops.
///
/// ```swift
/// final class Minimal: RecurrentCell {
///     private var kernel: Variable?
///     override var stateSize: [Int] { [32] }
///     override func build(inputShape: PartialShape) throws {
///         kernel = try addWeight(name: "kernel", shape: [(inputShape.last ?? 0) + 32, 32])
///     }
///     override func call(_ x: Tensor, states: [Tensor], context: CallContext) throws -> (Tensor, [Tensor]) {
///         let h = try ops.tanh(ops.matmul(ops.concatenate([x, states[0]], axis: -1), kernel.required()))
///         return (h, [h])
///     }
/// }
/// let y = RNN(Minimal())(x)
/// ```
/// `build` is given the shape of one step, `(batch, features)`. Follows the cells of Keras's
/// [RNN](https://keras.io/api/layers/recurrent_layers/rnn/).
open class RecurrentCell: Layer {
    /// The size of each state's last axis, one number a state; at least one.
    open var stateSize: [Int] { [] }

    /// The size of the output's last axis; by default that of the first state.
    open var outputSize: Int { stateSize.first ?? 0 }

    /// The states before the first step: zeros of `(batch, size)` for each size by default.
    open func getInitialState(batchSize: Int) throws -> [Tensor] {
        try stateSize.map { try ops.zeros([batchSize, $0], dtype: computeDtype).validated() }
    }

    /// One step.
    /// - Parameters:
    ///   - input: the step of the sequence, `(batch, features)`.
    ///   - states: the states after the step before.
    ///   - context: the training flag and the like.
    /// - Returns: the step's output, and the states after it, of the same shapes.
    open func call(
        _ input: Tensor, states: [Tensor], context: CallContext
    ) throws -> (output: Tensor, states: [Tensor]) {
        throw HornbillError(.state, "\(kerasClassName) does not override call(_:states:context:)", layer: label)
    }

    /// Another cell like this one, with weights of its own: what ``Bidirectional`` goes backwards with.
    open func copy() throws -> RecurrentCell {
        throw HornbillError(
            .argument, "\(kerasClassName) does not override copy(), so a second layer like this one cannot be made",
            layer: label)
    }

    /// As a layer it takes the input and the states in a list, and gives the output and the states so.
    override public final func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let leaves = inputs.leaves
        guard leaves.count == 1 + stateCount else {
            throw HornbillError(
                .shape, "takes an input and \(stateCount) states, not \(leaves.count) tensors", layer: label)
        }
        let (output, states) = try call(leaves[0], states: Array(leaves.dropFirst()), context: context)
        return .list(([output] + states).map(Structure.tensor))
    }

    override public final func build(inputShapes: Structure<PartialShape>) throws {
        guard let shape = inputShapes.leaves.first else { return }
        try build(inputShape: shape)
    }

    // MARK: Within a loop

    /// How many states there are.
    package var stateCount: Int { stateSize.count }

    /// The state that counts as the output of the step before, for steps that a mask leaves out.
    package var outputState: Int { 0 }

    /// Prepares a loop over a sequence of `(steps, batch, …)`: a cell that can does here what needs no state.
    package func begin(_ sequence: Tensor, _ states: [Tensor], _ context: CallContext) throws -> CellLoop {
        CellLoop(sequences: [sequence]) { step, states in
            var inner = context
            inner.masks = []
            inner.tensors = [:]
            let results = try self.invoke(.list(([step[0]] + states).map(Structure.tensor)), context: inner).leaves
            return (results[0], Array(results.dropFirst()))
        }
    }

    /// Runs a part of the cell's computation with its name on the nodes and its weights in the type it computes in.
    package func within<Result>(_ context: CallContext, _ body: () throws -> Result) rethrows -> Result {
        let trace = Trace.current
        trace?.scopes.append(name)
        defer { trace?.scopes.removeLast() }
        var call = EnclosingCall(training: context.training, recorder: context.recorder)
        if computeDtype != variableDtype { call.weightCast = .init(dtype: computeDtype, exempt: uncast) }
        return try EnclosingCall.$current.withValue(call, operation: body)
    }
}

extension RecurrentCell {
    /// One step on tensors or symbols: `let (y, states) = cell(x, states: [h])`.
    public func callAsFunction<Leaf: LayerOperand>(
        _ input: Leaf, states: [Leaf], training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> (output: Leaf, states: [Leaf]) {
        let inputs = Structure<Leaf>.list(([input] + states).map(Structure.tensor))
        let results = Leaf.call(self, inputs, CallArguments(training: training), CallSite(file, line)).leaves
        guard let error = results.first?.error else { return (results[0], Array(results.dropFirst())) }
        return (Leaf(error: error), states.map { _ in Leaf(error: error) })
    }
}

/// A cell's computation over a sequence: what does not depend on the states is done for all steps at once.
package struct CellLoop {
    /// What the steps read, the steps along the first axis.
    package var sequences: [Tensor]
    /// One step, given its part of each sequence and the states before it.
    package var step: (_ parts: [Tensor], _ states: [Tensor]) throws -> (output: Tensor, states: [Tensor])

    package init(
        sequences: [Tensor],
        step: @escaping (_ parts: [Tensor], _ states: [Tensor]) throws -> (output: Tensor, states: [Tensor])
    ) {
        self.sequences = sequences
        self.step = step
    }
}

import HornbillEngine

/// A layer whose calls take the states before the first step: `lstm(x, initialState: [h, c])`, on tensors or symbols.
public protocol InitialStateLayer: Layer {}

extension InitialStateLayer {
    /// Calls the layer with states to begin from and gives its one output.
    /// - Parameters:
    ///   - initialState: the states before the first step, in the layer's order.
    ///   - mask: which steps count, `(batch, steps)`.
    ///   - training: whether to behave as in training; nil follows the enclosing call.
    public func callAsFunction<Leaf: LayerOperand>(
        _ inputs: Leaf, initialState: [Leaf], mask: Leaf? = nil, training: Bool? = nil, file: String = #fileID,
        line: Int = #line
    ) -> Leaf {
        one(results(inputs, initialState, mask, training, CallSite(file, line)))
    }

    /// The output and a state, of a layer that has two results.
    @_disfavoredOverload
    public func callAsFunction<Leaf: LayerOperand>(
        _ inputs: Leaf, initialState: [Leaf], mask: Leaf? = nil, training: Bool? = nil, file: String = #fileID,
        line: Int = #line
    ) -> (Leaf, Leaf) {
        let site = CallSite(file, line)
        let found = several(2, results(inputs, initialState, mask, training, site), site)
        return (found[0], found[1])
    }

    /// The output and the states, of a layer that has three results.
    @_disfavoredOverload
    public func callAsFunction<Leaf: LayerOperand>(
        _ inputs: Leaf, initialState: [Leaf], mask: Leaf? = nil, training: Bool? = nil, file: String = #fileID,
        line: Int = #line
    ) -> (Leaf, Leaf, Leaf) {
        let site = CallSite(file, line)
        let found = several(3, results(inputs, initialState, mask, training, site), site)
        return (found[0], found[1], found[2])
    }

    /// The output and the states in an array.
    @_disfavoredOverload
    public func callAsFunction<Leaf: LayerOperand>(
        _ inputs: Leaf, initialState: [Leaf], mask: Leaf? = nil, training: Bool? = nil, file: String = #fileID,
        line: Int = #line
    ) -> [Leaf] {
        results(inputs, initialState, mask, training, CallSite(file, line)).leaves
    }

    private func results<Leaf: LayerOperand>(
        _ inputs: Leaf, _ states: [Leaf], _ mask: Leaf?, _ training: Bool?, _ site: CallSite
    ) -> Structure<Leaf> {
        let arguments = CallArguments<Leaf>(
            training: training, masks: mask.map { [$0] } ?? [], tensors: ["initial_state": states])
        return Leaf.call(self, .tensor(inputs), arguments, site)
    }
}

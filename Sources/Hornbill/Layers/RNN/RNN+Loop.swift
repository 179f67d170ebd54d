import HornbillEngine

extension RNN {
    /// The states before the first step: given ones, those that a stateful layer keeps, or the cell's own.
    func initialState(_ batch: Int, _ context: CallContext) throws -> [Tensor] {
        let own = try cell.getInitialState(batchSize: batch)
        guard let given = context.tensors["initial_state"] else {
            return stateful ? states.map { $0.value.cast(to: cell.computeDtype) } : own
        }
        guard given.count == own.count else {
            throw HornbillError(.shape, "takes \(own.count) initial states, not \(given.count)")
        }
        return try zip(given, own).enumerated().map { index, pair in
            let (state, expected) = pair
            guard try state.validated().shape == expected.shape else {
                throw HornbillError(
                    .shape, "expected initial state \(index) to have the shape \(expected.shape), got \(state.shape)")
            }
            return state.cast(to: cell.computeDtype)
        }
    }

    /// The mask of the call with the steps first, `(steps, batch)`.
    func stepMask(for input: Tensor, _ context: CallContext) throws -> Tensor? {
        guard let mask = context.masks.first ?? nil else { return nil }
        let steps = Array(input.shape.dimensions.prefix(2))
        guard mask.shape.dimensions == steps || mask.shape.dimensions == steps + [1] else {
            throw HornbillError(
                .shape,
                "expected a mask of shape \(Shape(steps)) for an input of shape \(input.shape), got \(mask.shape)")
        }
        return ops.transpose(ops.reshape(mask.cast(to: .bool), Shape(steps)), axes: [1, 0])
    }

    /// All steps: the last output or all of them, and the last states.
    func loop(
        _ input: Tensor, _ initial: [Tensor], _ mask: Tensor?, _ context: CallContext
    ) throws -> (output: Tensor, states: [Tensor]) {
        let steps = input.shape[1]
        guard steps > 0 else { throw HornbillError(.shape, "a sequence without steps: the shape \(input.shape)") }
        let cellLoop = try cell.begin(ops.swapaxes(input, 0, 1), initial, context)
        let sequences = cellLoop.sequences.count
        let (returnSequences, outputState) = (returnSequences, cell.outputState)
        let zeroes = zeroOutputForMask
        // Where the output of a step is a state too, as in all of Keras's cells, the last one need not be kept twice.
        var outputIsState = false
        let (last, outputs) = try ops.scan(
            { before, parts in
                let (computed, next) = try cellLoop.step(Array(parts.prefix(sequences)), before)
                guard next.count == before.count else {
                    throw HornbillError(
                        .shape, "the cell takes \(before.count) states and gives \(next.count)", layer: self.cell.label)
                }
                var (output, states) = (try computed.validated(), next)
                outputIsState = output.isSameNode(as: next[outputState])
                if let kept = parts.dropFirst(sequences).first {
                    states = zip(next, before).map { ops.where(kept.spread(over: $0), $0, $1) }
                    if zeroes {
                        output = ops.where(kept.spread(over: output), output, ops.zerosLike(output))
                        outputIsState = false
                    } else {
                        output =
                            outputIsState
                            ? states[outputState]
                            : ops.where(kept.spread(over: output), output, before[outputState])
                    }
                }
                return (states, returnSequences || !outputIsState ? [output] : [])
            }, initial: initial, sequences: cellLoop.sequences + (mask.map { [$0] } ?? []), length: steps,
            reverse: goBackwards)
        guard returnSequences else {
            if outputIsState { return (last[outputState], last) }
            return (outputs[0][goBackwards ? 0 : steps - 1], last)
        }
        let ordered = goBackwards ? ops.flip(outputs[0], axis: 0) : outputs[0]
        return (try ops.swapaxes(ordered, 0, 1).validated(), last)
    }
}

extension Tensor {
    /// A mask of the batch as it is broadcast over a tensor of more axes.
    fileprivate func spread(over other: Tensor) -> Tensor {
        ops.reshape(self, Shape([shape[0]] + Array(repeating: 1, count: max(other.rank - 1, 0))))
    }
}

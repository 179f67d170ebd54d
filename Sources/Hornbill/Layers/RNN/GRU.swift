import HornbillEngine

/// Gated recurrent units (Cho et al., 2014).
///
/// Input `(batch, steps, features)`, output `(batch, units)` or `(batch, steps, units)`; one state. Parameters: those of
/// ``GRUCell``. Follows Keras's [GRU](https://keras.io/api/layers/recurrent_layers/gru/).
public final class GRU: RNNOf<GRUCell> {
    /// - Parameters:
    ///   - units: the size of the output, at least 1.
    ///   - recurrentActivation: of the gates.
    ///   - resetAfter: whether the reset gate applies after the state's product.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops, the same in all steps.
    ///   - seed: where the random numbers of dropout begin; taken from the session if nil.
    ///   - returnSequences: whether to give the outputs of all steps, not only the last.
    ///   - returnState: whether to give the last states too.
    ///   - goBackwards: whether to go from the last step to the first; outputs then stand in that order.
    ///   - stateful: whether each batch goes on where the one before ended; needs a fixed batch size.
    ///   - unroll: changes nothing.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = "tanh",
        recurrentActivation: (any ActivationConvertible)? = "sigmoid", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, unroll: Bool = false, resetAfter: Bool = true,
        zeroOutputForMask: Bool = false, inputShape: PartialShape? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            GRUCell(
                options: GateOptions(
                    units, activation, .some(recurrentActivation), useBias,
                    initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
                    regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
                    constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
                    recurrentDropout: recurrentDropout, seed: seed), resetAfter: resetAfter, name: "gru_cell",
                trainable: trainable, dtype: dtype),
            Recurrence(
                returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
                stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask,
                activityRegularizer: activityRegularizer),
            inputShape: inputShape, name: name, trainable: trainable, dtype: dtype)
    }

    public var units: Int { ownCell.units }
    public var resetAfter: Bool { ownCell.resetAfter }
}

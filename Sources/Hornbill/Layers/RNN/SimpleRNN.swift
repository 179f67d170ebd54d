import HornbillEngine

/// A fully connected recurrent layer: `h ← activation(x · kernel + bias + h · recurrent_kernel)` in every step.
///
/// Input `(batch, steps, features)`, output `(batch, units)` or `(batch, steps, units)`; one state. Parameters: those of
/// ``SimpleRNNCell``. Follows Keras's [SimpleRNN](https://keras.io/api/layers/recurrent_layers/simple_rnn/).
public final class SimpleRNN: RNNOf<SimpleRNNCell> {
    /// - Parameters:
    ///   - units: the size of the output, at least 1.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops, the same in all steps.
    ///   - seed: where the random numbers of dropout begin; taken from the session if nil.
    ///   - returnSequences: whether to give the outputs of all steps, not only the last.
    ///   - returnState: whether to give the last states too.
    ///   - goBackwards: whether to go from the last step to the first; outputs then stand in that order.
    ///   - stateful: whether each batch goes on where the one before ended; needs a fixed batch size.
    ///   - unroll: changes nothing.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = "tanh", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false,
        stateful: Bool = false, unroll: Bool = false,
        seed: Int? = nil,
        zeroOutputForMask: Bool = false, inputShape: PartialShape? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            SimpleRNNCell(
                options: GateOptions(
                    units, activation, nil, useBias,
                    initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
                    regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
                    constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
                    recurrentDropout: recurrentDropout, seed: seed), name: "simple_rnn_cell",
                trainable: trainable, dtype: dtype),
            Recurrence(
                returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
                stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask,
                activityRegularizer: activityRegularizer),
            inputShape: inputShape, name: name, trainable: trainable, dtype: dtype)
    }

    public var units: Int { ownCell.units }
}

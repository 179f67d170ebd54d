import HornbillEngine

/// What ``ConvLSTM1D``, ``ConvLSTM2D`` and ``ConvLSTM3D`` share: an LSTM over images, whose products are convolutions
/// (Shi et al., 2015). Made by its subclasses only.
///
/// Input `(batch, steps, spatial…, channels)`, output `(batch, spatial…, filters)` or, with `returnSequences`,
/// `(batch, steps, spatial…, filters)`; channels come before the spatial axes in the format `.channelsFirst`. Two
/// states, h and c. Parameters: `kernel` (window…, channels, 4 filters), `recurrent_kernel` (window…, filters,
/// 4 filters), `bias` (4 filters,).
public class ConvLSTM: RNNOf<ConvLSTMCell> {
    /// The number of spatial axes.
    class var spatialRank: Int { 2 }
    override class var inputRank: Int { spatialRank + 3 }

    /// - Parameters:
    ///   - filters: the size of the output's channel axis, at least 1.
    ///   - kernelSize: the size of the window, for all spatial axes or each.
    ///   - strides: how far the input's window moves.
    ///   - padding: `.valid` or `.same`, of the input's convolution.
    ///   - dataFormat: where the channels stand.
    ///   - dilationRate: the distance of neighbouring elements of the input's window; only with strides of 1.
    ///   - recurrentActivation: of the gates.
    ///   - unitForgetBias: whether the forget gate's bias starts at 1.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops, the same in all steps.
    ///   - seed: where the random numbers of dropout begin; taken from the session if nil.
    ///   - returnSequences: whether to give the outputs of all steps, not only the last.
    ///   - returnState: whether to give the last states too.
    ///   - goBackwards: whether to go from the last step to the first; outputs then stand in that order.
    ///   - stateful: whether each batch goes on where the one before ended; needs a fixed batch size.
    public convenience init(
        _ filters: Int, kernelSize: any SpatialSizes, strides: any SpatialSizes = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1,
        activation: (any ActivationConvertible)? = "tanh",
        recurrentActivation: (any ActivationConvertible)? = "sigmoid", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros", unitForgetBias: Bool = true,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil, returnSequences: Bool = false,
        returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false, unroll: Bool = false,
        zeroOutputForMask: Bool = false, inputShape: PartialShape? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        let options = GateOptions(
            filters, activation, .some(recurrentActivation), useBias,
            initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
            regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
            constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
            recurrentDropout: recurrentDropout, seed: seed)
        let window = ConvLSTMWindow(
            rank: Self.spatialRank, kernelSize: kernelSize, strides: strides, padding: padding,
            dataFormat: dataFormat, dilationRate: dilationRate)
        self.init(
            ConvLSTMCell(options, window, unitForgetBias: unitForgetBias, trainable: trainable, dtype: dtype),
            Recurrence(
                returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards,
                stateful: stateful, unroll: unroll, zeroOutputForMask: zeroOutputForMask,
                activityRegularizer: activityRegularizer),
            inputShape: inputShape, name: name, trainable: trainable, dtype: dtype)
    }
}

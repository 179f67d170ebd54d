import HornbillEngine

/// A step of ``SimpleRNN``: `h ← activation(x · kernel + bias + h · recurrent_kernel)`.
///
/// Input `(batch, features)`, state and output `(batch, units)`. Parameters: `kernel` (features, units),
/// `recurrent_kernel` (units, units), `bias` (units,).
/// Follows Keras's [SimpleRNNCell](https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/).
public final class SimpleRNNCell: GatedCell, EmbeddedCell {
    /// - Parameters:
    ///   - units: the size of the state, at least 1.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops.
    ///   - seed: where the random numbers begin.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = "tanh", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil, kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            options: GateOptions(
                units, activation, nil, useBias,
                initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
                regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
                constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
                recurrentDropout: recurrentDropout, seed: seed), name: name, trainable: trainable, dtype: dtype)
    }

    init(options: GateOptions, name: String?, trainable: Bool, dtype: DTypePolicy?) {
        super.init(options, name: name, trainable: trainable, dtype: dtype)
    }

    override public func copy() throws -> RecurrentCell {
        SimpleRNNCell(options: options, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    override func step(
        _ projected: Tensor, _ states: [Tensor], _ masks: Masks
    ) throws -> (output: Tensor, states: [Tensor]) {
        let recurrent = stateGates(states[0], try recurrentKernel.required(), masks.state)[0]
        let h = try options.activation(projected + recurrent)
        return (h, [h])
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(config, name: config.name)
    }

    public convenience init(layer config: ConfigReader, inputRank: Int) throws {
        try self.init(config, name: "simple_rnn_cell")
    }

    private convenience init(_ config: ConfigReader, name: String?) throws {
        try self.init(
            options: GateOptions(config, hasGates: false), name: name, trainable: config.trainable, dtype: config.dtype)
    }

    public func layerConfig(activity: (any RegularizerConvertible)?) -> Config {
        var config = options.config(activity: .some(activity))
        // Keras leaves it out of the layer's configuration.
        config["seed"] = nil
        return config
    }

    override public func getConfig() -> Config { super.getConfig().merging(options.config()) }
}

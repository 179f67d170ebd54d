import HornbillEngine

/// A step of ``GRU``: with the gates z and r and the candidate g, `h ← z · h + (1 - z) · g`. The reset gate r applies to
/// the state's product in g (`resetAfter`), or to the state before it.
///
/// Input `(batch, features)`, state and output `(batch, units)`. Parameters: `kernel` (features, 3 units),
/// `recurrent_kernel` (units, 3 units), the columns in the order z, r, g; `bias` (2, 3 units) for the input's and the
/// state's product, or (3 units,) without `resetAfter`.
/// Follows Keras's [GRUCell](https://keras.io/api/layers/recurrent_layers/gru_cell/).
public final class GRUCell: GatedCell, EmbeddedCell {
    public let resetAfter: Bool

    /// - Parameters:
    ///   - units: the size of the state, at least 1.
    ///   - recurrentActivation: of the gates.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops; every gate then drops its own.
    ///   - resetAfter: whether the reset gate applies after the state's product.
    ///   - seed: where the random numbers begin.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = "tanh",
        recurrentActivation: (any ActivationConvertible)? = "sigmoid", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil, kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, resetAfter: Bool = true, seed: Int? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            options: GateOptions(
                units, activation, .some(recurrentActivation), useBias,
                initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
                regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
                constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
                recurrentDropout: recurrentDropout, seed: seed), resetAfter: resetAfter, name: name,
            trainable: trainable, dtype: dtype)
    }

    init(options: GateOptions, resetAfter: Bool, name: String?, trainable: Bool, dtype: DTypePolicy?) {
        self.resetAfter = resetAfter
        super.init(options, name: name, trainable: trainable, dtype: dtype)
    }

    override public func copy() throws -> RecurrentCell {
        GRUCell(options: options, resetAfter: resetAfter, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    override var gateCount: Int { 3 }
    override var biasShape: Shape { resetAfter ? [2, 3 * units] : [3 * units] }

    override func inputBias() throws -> Tensor { resetAfter ? try bias.required()[0] : try bias.required() }

    override func step(
        _ projected: Tensor, _ states: [Tensor], _ masks: Masks
    ) throws -> (output: Tensor, states: [Tensor]) {
        let h = states[0]
        let x = ops.split(projected, 3, axis: -1)
        let kernel = try recurrentKernel.required()
        let gate = options.recurrentActivation ?? .sigmoid
        let z: Tensor
        let candidate: Tensor
        if resetAfter {
            let recurrentBias = options.useBias ? try bias.required()[1] : nil
            let inner = stateGates(h, kernel, bias: recurrentBias, masks.state)
            z = try gate(x[0] + inner[0])
            let r = try gate(x[1] + inner[1])
            candidate = try options.activation(x[2] + r * inner[2])
        } else {
            let parts = ops.split(kernel, [2 * units], axis: 1)
            let inner = stateGates(h, parts[0], Array(masks.state.prefix(2)))
            z = try gate(x[0] + inner[0])
            let r = try gate(x[1] + inner[1])
            candidate = try options.activation(x[2] + stateGates(r * h, parts[1], Array(masks.state.suffix(1)))[0])
        }
        let next = z * h + (1 - z) * candidate
        return (next, [next])
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(config, name: config.name)
    }

    public convenience init(layer config: ConfigReader, inputRank: Int) throws {
        try self.init(config, name: "gru_cell")
    }

    private convenience init(_ config: ConfigReader, name: String?) throws {
        try self.init(
            options: GateOptions(config, hasGates: true), resetAfter: config.bool("reset_after", true), name: name,
            trainable: config.trainable, dtype: config.dtype)
    }

    public func layerConfig(activity: (any RegularizerConvertible)?) -> Config {
        options.config(end: ownEntries, activity: .some(activity))
    }

    private var ownEntries: Config { ["reset_after": .bool(resetAfter)] }

    override public func getConfig() -> Config {
        super.getConfig().merging(options.config(end: ownEntries))
    }
}

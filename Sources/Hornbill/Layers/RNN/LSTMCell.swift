import HornbillEngine

/// A step of ``LSTM``: with the gates i, f and o and the candidate g, each a product of input and state,
/// `c ← f · c + i · g`, `h ← o · activation(c)`.
///
/// Input `(batch, features)`, states h and c and output `(batch, units)`. Parameters: `kernel` (features, 4 units),
/// `recurrent_kernel` (units, 4 units), `bias` (4 units,), the columns in the order i, f, g, o.
/// Follows Keras's [LSTMCell](https://keras.io/api/layers/recurrent_layers/lstm_cell/).
public final class LSTMCell: GatedCell, EmbeddedCell {
    public let unitForgetBias: Bool

    /// - Parameters:
    ///   - units: the size of the states, at least 1.
    ///   - recurrentActivation: of the gates.
    ///   - unitForgetBias: whether the forget gate's bias starts at 1.
    ///   - dropout: the share of the input's elements that training drops, the same in all steps.
    ///   - recurrentDropout: the share of the state's elements that training drops; every gate then drops its own.
    ///   - seed: where the random numbers begin.
    public convenience init(
        _ units: Int, activation: (any ActivationConvertible)? = "tanh",
        recurrentActivation: (any ActivationConvertible)? = "sigmoid", useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        recurrentInitializer: any InitializerConvertible = "orthogonal",
        biasInitializer: any InitializerConvertible = "zeros", unitForgetBias: Bool = true,
        kernelRegularizer: (any RegularizerConvertible)? = nil,
        recurrentRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil, kernelConstraint: (any ConstraintConvertible)? = nil,
        recurrentConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, seed: Int? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.init(
            options: GateOptions(
                units, activation, .some(recurrentActivation), useBias,
                initializers: (kernelInitializer, recurrentInitializer, biasInitializer),
                regularizers: (kernelRegularizer, recurrentRegularizer, biasRegularizer),
                constraints: (kernelConstraint, recurrentConstraint, biasConstraint), dropout: dropout,
                recurrentDropout: recurrentDropout, seed: seed), unitForgetBias: unitForgetBias, name: name,
            trainable: trainable, dtype: dtype)
    }

    init(options: GateOptions, unitForgetBias: Bool, name: String?, trainable: Bool, dtype: DTypePolicy?) {
        self.unitForgetBias = unitForgetBias
        super.init(options, name: name, trainable: trainable, dtype: dtype)
    }

    override public func copy() throws -> RecurrentCell {
        LSTMCell(
            options: options, unitForgetBias: unitForgetBias, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    override var gateCount: Int { 4 }
    override public var stateSize: [Int] { [units, units] }

    override var biasStart: any InitializerConvertible {
        unitForgetBias ? UnitForgetBias(options.biasInitializer, units) : options.biasInitializer
    }

    override func step(
        _ projected: Tensor, _ states: [Tensor], _ masks: Masks
    ) throws -> (output: Tensor, states: [Tensor]) {
        let x = ops.split(projected, 4, axis: -1)
        let r = stateGates(states[0], try recurrentKernel.required(), masks.state)
        let (activation, gate) = (options.activation, options.recurrentActivation ?? .sigmoid)
        let (i, f) = try (gate(x[0] + r[0]), gate(x[1] + r[1]))
        let (g, o) = try (activation(x[2] + r[2]), gate(x[3] + r[3]))
        let c = f * states[1] + i * g
        let h = try o * activation(c)
        return (h, [h, c])
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(config, name: config.name)
    }

    public convenience init(layer config: ConfigReader, inputRank: Int) throws {
        try self.init(config, name: "lstm_cell")
    }

    private convenience init(_ config: ConfigReader, name: String?) throws {
        try self.init(
            options: GateOptions(config, hasGates: true), unitForgetBias: config.bool("unit_forget_bias", true),
            name: name, trainable: config.trainable, dtype: config.dtype)
    }

    public func layerConfig(activity: (any RegularizerConvertible)?) -> Config {
        options.config(initializers: ownEntries, activity: .some(activity))
    }

    private var ownEntries: Config { ["unit_forget_bias": .bool(unitForgetBias)] }

    override public func getConfig() -> Config {
        super.getConfig().merging(options.config(gates: ownEntries))
    }
}

/// The bias of an LSTM whose forget gate begins open: 1 for that gate, another initializer's values for the others.
final class UnitForgetBias: Initializer {
    private let others: any InitializerConvertible
    private let units: Int

    init(_ others: any InitializerConvertible, _ units: Int) {
        self.others = others
        self.units = units
    }

    override func callAsFunction(_ shape: Shape, dtype: DType) throws -> Tensor {
        let initializer = try others.asInitializer()
        return ops.concatenate([
            try initializer([units], dtype: dtype), ops.ones([units], dtype: dtype),
            try initializer([2 * units], dtype: dtype),
        ])
    }
}

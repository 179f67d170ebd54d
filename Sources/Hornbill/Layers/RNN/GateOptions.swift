import HornbillEngine

/// What SimpleRNN, LSTM and GRU and their cells are made with, but for what only one of them has.
struct GateOptions {
    var units: Int
    var activation: ActivationFunction
    /// Of the gates; SimpleRNN has none.
    var recurrentActivation: ActivationFunction?
    var useBias: Bool
    var kernelInitializer: any InitializerConvertible
    var recurrentInitializer: any InitializerConvertible
    var biasInitializer: any InitializerConvertible
    var kernelRegularizer: (any RegularizerConvertible)?
    var recurrentRegularizer: (any RegularizerConvertible)?
    var biasRegularizer: (any RegularizerConvertible)?
    var kernelConstraint: (any ConstraintConvertible)?
    var recurrentConstraint: (any ConstraintConvertible)?
    var biasConstraint: (any ConstraintConvertible)?
    /// Within 0 … 1.
    var dropout: Double
    var recurrentDropout: Double
    var seed: Int?

    init(
        _ units: Int, _ activation: (any ActivationConvertible)?, _ recurrentActivation: (any ActivationConvertible)??,
        _ useBias: Bool,
        initializers: (any InitializerConvertible, any InitializerConvertible, any InitializerConvertible),
        regularizers: (
            (any RegularizerConvertible)?, (any RegularizerConvertible)?, (any RegularizerConvertible)?
        ),
        constraints: ((any ConstraintConvertible)?, (any ConstraintConvertible)?, (any ConstraintConvertible)?),
        dropout: Double, recurrentDropout: Double, seed: Int?
    ) {
        self.units = units
        self.activation = activation?.asActivation() ?? .linear
        if let gates = recurrentActivation { self.recurrentActivation = gates?.asActivation() ?? .linear }
        self.useBias = useBias
        (kernelInitializer, recurrentInitializer, biasInitializer) = initializers
        (kernelRegularizer, recurrentRegularizer, biasRegularizer) = regularizers
        (kernelConstraint, recurrentConstraint, biasConstraint) = constraints
        self.dropout = min(1, max(0, dropout))
        self.recurrentDropout = min(1, max(0, recurrentDropout))
        self.seed = seed
    }

    /// The entries of a configuration.
    var config: Config {
        var config: Config = [
            "units": .int(units), "activation": .string(activation.name), "use_bias": .bool(useBias),
            "kernel_initializer": kernelInitializer.serialized,
            "recurrent_initializer": recurrentInitializer.serialized, "bias_initializer": biasInitializer.serialized,
            "kernel_regularizer": kernelRegularizer?.serialized ?? .null,
            "recurrent_regularizer": recurrentRegularizer?.serialized ?? .null,
            "bias_regularizer": biasRegularizer?.serialized ?? .null,
            "kernel_constraint": kernelConstraint?.serialized ?? .null,
            "recurrent_constraint": recurrentConstraint?.serialized ?? .null,
            "bias_constraint": biasConstraint?.serialized ?? .null,
            "dropout": .double(dropout), "recurrent_dropout": .double(recurrentDropout), "seed": ConfigValue(seed),
        ]
        if let recurrentActivation { config["recurrent_activation"] = .string(recurrentActivation.name) }
        return config
    }
}

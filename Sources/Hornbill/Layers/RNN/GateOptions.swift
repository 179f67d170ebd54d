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

    /// What a configuration says; SimpleRNN has no gates.
    init(_ config: ConfigReader, hasGates: Bool, size: String = "units") throws {
        let (kernel, recurrent) = (
            try config.weight("kernel"), try config.weight("recurrent", "orthogonal")
        )
        let bias = try config.weight("bias", "zeros")
        try self.init(
            config.int(size), config.activation("activation", "tanh"),
            hasGates ? .some(config.activation("recurrent_activation", "sigmoid")) : nil,
            config.bool("use_bias", true),
            initializers: (kernel.initializer, recurrent.initializer, bias.initializer),
            regularizers: (kernel.regularizer, recurrent.regularizer, bias.regularizer),
            constraints: (kernel.constraint, recurrent.constraint, bias.constraint),
            dropout: config.double("dropout", 0), recurrentDropout: config.double("recurrent_dropout", 0),
            seed: config.optionalInt("seed"))
    }

    /// The entries of a configuration, with what only some layers have at its places.
    /// - Parameter activity: the penalty on the output, which a layer has and a cell has not.
    func config(
        size: Config? = nil, gates: Config = [:], initializers: Config = [:], end: Config = [:],
        activity: (any RegularizerConvertible)?? = nil
    ) -> Config {
        var config = size ?? ["units": .int(units)]
        config["activation"] = activation.serialized
        if let recurrentActivation { config["recurrent_activation"] = recurrentActivation.serialized }
        config["use_bias"] = .bool(useBias)
        let weights = WeightOptions.config(
            [
                ("kernel", WeightOptions(kernelInitializer, kernelRegularizer, kernelConstraint)),
                ("recurrent", WeightOptions(recurrentInitializer, recurrentRegularizer, recurrentConstraint)),
                ("bias", WeightOptions(biasInitializer, biasRegularizer, biasConstraint)),
            ], between: initializers, activity: activity)
        return config.merging(gates).merging(weights)
            .merging(["dropout": .double(dropout), "recurrent_dropout": .double(recurrentDropout)])
            .merging(end).merging(["seed": ConfigValue(seed)])
    }
}

/// A fully connected layer: `activation(x · kernel + bias)`.
///
/// Input `(…, n)`, output `(…, units)`. Parameters: `kernel` (n, units), `bias` (units,).
/// Follows Keras's [Dense](https://keras.io/api/layers/core_layers/dense/).
public final class Dense: Layer, LowRankAdaptable {
    public let units: Int
    public let activation: ActivationFunction
    public let useBias: Bool
    public let adaptation: LowRankAdaptation
    private let kernelOptions: WeightOptions
    private let biasOptions: WeightOptions
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - units: the size of the output's last axis, at least 1.
    ///   - activation: applied at the end; none by default.
    ///   - loraRank: freezes the kernel and adapts it through two matrices of this inner size.
    ///   - loraAlpha: the adaptation counts `loraAlpha / loraRank` times; once if nil.
    ///   - inputShape: for a first layer, the shape of one sample.
    ///   - inputDim: for a first layer, the number of features: short for `inputShape: [inputDim]`.
    public init(
        _ units: Int, activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        loraRank: Int? = nil, loraAlpha: Double? = nil, inputShape: PartialShape? = nil, inputDim: Int? = nil,
        name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        self.units = units
        self.activation = activation?.asActivation() ?? .linear
        self.useBias = useBias
        kernelOptions = WeightOptions(
            initializer: kernelInitializer, regularizer: kernelRegularizer, constraint: kernelConstraint)
        biasOptions = WeightOptions(
            initializer: biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        adaptation = LowRankAdaptation(
            rank: loraRank, alpha: loraAlpha, regularizer: kernelRegularizer, constraint: kernelConstraint)
        super.init(
            name: name, trainable: trainable, dtype: dtype,
            inputShape: inputShape ?? inputDim.map { PartialShape([$0]) },
            activityRegularizer: activityRegularizer)
        inputSpec = InputSpec(minimumRank: 2)
    }

    public var adaptedWeight: Variable? { kernel }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        guard units > 0 else { throw HornbillError(.argument, "units must be at least 1, not \(units)") }
        guard let features = inputShape.last else {
            throw HornbillError(.shape, "the last axis of the input must be known, got the shape \(inputShape)")
        }
        kernel = try addWeight("kernel", [features, units], kernelOptions)
        if useBias { bias = try addWeight("bias", [units], biasOptions) }
        inputSpec = InputSpec(minimumRank: 2, axes: [-1: features])
        try adaptation.build(self, kernel)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var y = try ops.matmul(x, adaptation.adapted(kernel))
        if useBias { y = try y + bias.required() }
        return try activation(y)
    }

    override public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try config.only("quantization_config")
        try self.init(
            config.int("units"), activation: config.activation(), useBias: config.bool("use_bias", true),
            kernelInitializer: kernel.initializer, biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer,
            biasRegularizer: bias.regularizer, activityRegularizer: config.activityRegularizer,
            kernelConstraint: kernel.constraint, biasConstraint: bias.constraint,
            loraRank: config.optionalInt("lora_rank"), loraAlpha: config.optionalDouble("lora_alpha"),
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "units": .int(units), "activation": activation.serialized, "use_bias": .bool(useBias),
        ]).merging(WeightOptions.config([("kernel", kernelOptions), ("bias", biasOptions)]))
            .merging(["quantization_config": .null]).merging(adaptation.config)
    }
}

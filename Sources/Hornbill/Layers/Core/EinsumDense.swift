import HornbillEngine

/// A fully connected layer whose product is written as an Einstein sum: `activation(einsum(equation, x, kernel) + bias)`.
///
/// The equation has one of the forms `ab,bc->ac`, `...b,bc->...c` and `ab...,bc->ac...`. Parameters: `kernel`, whose shape
/// follows from the equation, and `bias`, with the output's sizes along `biasAxes`.
/// Follows Keras's [EinsumDense](https://keras.io/api/layers/core_layers/einsum_dense/).
public final class EinsumDense: Layer, LowRankAdaptable {
    public let equation: String
    /// The output's sizes but for the batch axis and what the ellipsis stands for; nil where it is the input's.
    public let outputShape: PartialShape
    public let activation: ActivationFunction
    /// The letters of the output that the bias has sizes for.
    public let biasAxes: String?
    public let adaptation: LowRankAdaptation
    private let kernelInitializer: any InitializerConvertible
    private let biasInitializer: any InitializerConvertible
    private let kernelRegularizer: (any RegularizerConvertible)?
    private let biasRegularizer: (any RegularizerConvertible)?
    private let kernelConstraint: (any ConstraintConvertible)?
    private let biasConstraint: (any ConstraintConvertible)?
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - equation: of the input, the kernel and the output, as `abc,cd->abd`.
    ///   - outputShape: the output's sizes, without the batch axis and the axes that an ellipsis stands for.
    ///   - activation: applied at the end; none by default.
    ///   - biasAxes: along which axes of the output there is a bias, as `d`; none if nil.
    ///   - loraRank: freezes the kernel and adapts it through two matrices of this inner size.
    ///   - loraAlpha: the adaptation counts `loraAlpha / loraRank` times; once if nil.
    public init(
        _ equation: String, outputShape: PartialShape, activation: (any ActivationConvertible)? = nil,
        biasAxes: String? = nil, kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros", kernelRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil, kernelConstraint: (any ConstraintConvertible)? = nil,
        biasConstraint: (any ConstraintConvertible)? = nil, loraRank: Int? = nil, loraAlpha: Double? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.equation = equation
        self.outputShape = outputShape
        self.activation = activation?.asActivation() ?? .linear
        self.biasAxes = biasAxes
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.biasConstraint = biasConstraint
        adaptation = LowRankAdaptation(
            rank: loraRank, alpha: loraAlpha, regularizer: kernelRegularizer, constraint: kernelConstraint)
        super.init(
            name: name, trainable: trainable, dtype: dtype, inputShape: inputShape,
            activityRegularizer: activityRegularizer)
    }

    public var adaptedWeight: Variable? { kernel }

    override public func build(inputShape: PartialShape) throws {
        let equation = try DenseEquation(equation)
        let shapes = try equation.shapes(input: inputShape, output: outputShape, biasAxes: biasAxes)
        var initializer = try kernelInitializer.asInitializer()
        if let scaling = initializer as? Initializers.VarianceScaling,
            scaling.inputAxes == nil || scaling.outputAxes == nil
        {
            initializer = scaling.along(shapes.inputAxes, shapes.outputAxes)
        }
        kernel = try addWeight(
            name: "kernel", shape: shapes.kernel, initializer: initializer, regularizer: kernelRegularizer,
            constraint: kernelConstraint)
        if let shape = shapes.bias {
            bias = try addWeight(
                name: "bias", shape: shape, initializer: biasInitializer, regularizer: biasRegularizer,
                constraint: biasConstraint)
        }
        inputSpec = InputSpec(rank: inputShape.rank)
        try adaptation.build(self, kernel)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var y = ops.einsum(equation, x, try adaptation.adapted(kernel))
        if let bias = try bias.optional() { y = y + bias }
        return try activation(y)
    }

    override public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try config.only("quantization_config")
        try self.init(
            config.string("equation"), outputShape: config.outputShape(), activation: config.activation(),
            biasAxes: config.optionalString("bias_axes"), kernelInitializer: kernel.initializer,
            biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            kernelConstraint: kernel.constraint, biasConstraint: bias.constraint,
            loraRank: config.optionalInt("lora_rank"), loraAlpha: config.optionalDouble("lora_alpha"),
            activityRegularizer: config.activityRegularizer, name: config.name, trainable: config.trainable,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "output_shape": .list(outputShape.dimensions.map { ConfigValue($0) }), "equation": .string(equation),
            "activation": activation.serialized, "bias_axes": ConfigValue(biasAxes),
            "kernel_initializer": kernelInitializer.serialized, "bias_initializer": biasInitializer.serialized,
            "kernel_regularizer": kernelRegularizer?.serialized ?? .null,
            "bias_regularizer": biasRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "kernel_constraint": kernelConstraint?.serialized ?? .null,
            "bias_constraint": biasConstraint?.serialized ?? .null, "quantization_config": .null,
        ]).merging(adaptation.config)
    }
}

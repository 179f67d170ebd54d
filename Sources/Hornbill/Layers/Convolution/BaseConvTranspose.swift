import HornbillEngine

/// What ``Conv1DTranspose``, ``Conv2DTranspose`` and ``Conv3DTranspose`` share: the convolution's gradient as a layer,
/// which makes of small images larger ones. Made by its subclasses only.
///
/// Input `(batch, spatial…, channels)`, output `(batch, spatial…, filters)`; channels come second in the format
/// `.channelsFirst`. Parameters: `kernel` (window…, filters, channels), `bias` (filters,).
public class BaseConvTranspose: ConvolutionLayer {
    public let filters: Int
    public let outputPadding: [Int]?
    private let kernelOptions: WeightOptions
    public private(set) var kernel: Variable?

    /// - Parameters:
    ///   - filters: the size of the output's channel axis, at least 1.
    ///   - kernelSize: the size of the window, for all spatial axes or each.
    ///   - strides: by how much the output is larger.
    ///   - padding: `.valid`, or `.same`: an output of size · strides.
    ///   - outputPadding: what is added to the smallest possible size of the output, less than the strides.
    ///   - dataFormat: where the channels of input and output stand.
    ///   - dilationRate: the distance of neighbouring elements of the window; only with strides of 1.
    ///   - activation: applied at the end; none by default.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        _ filters: Int, kernelSize: any SpatialSizes, strides: any SpatialSizes = 1, padding: Padding = .valid,
        outputPadding: (any SpatialSizes)? = nil, dataFormat: DataFormat = .channelsLast,
        dilationRate: any SpatialSizes = 1, activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        let rank = Self.spatialRank
        self.filters = filters
        self.outputPadding = outputPadding.map { padding in
            let sizes = padding.spatialSizes
            return sizes.count == 1 ? [Int](repeating: sizes[0], count: rank) : sizes
        }
        kernelOptions = WeightOptions(
            initializer: kernelInitializer, regularizer: kernelRegularizer, constraint: kernelConstraint)
        super.init(
            WindowOptions(
                kernelSize: kernelSize, strides: strides, padding: padding, dataFormat: dataFormat,
                dilationRate: dilationRate), activation: activation, useBias: useBias,
            bias: WeightOptions(
                initializer: biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint),
            activityRegularizer: activityRegularizer,
            LayerOptions(inputShape: inputShape, name: name, trainable: trainable, dtype: dtype),
            rank: Self.spatialRank)
    }

    override public func build(inputShape: PartialShape) throws {
        try Self.checkPositive(filters, "filters")
        let channels = try checkWindow(inputShape)
        try checkStridesBesideDilation()
        if let outputPadding {
            let amounts = try outputPadding.expanded(spatialRank, "outputPadding", least: 0)
            guard zip(amounts, strides).allSatisfy({ $0 < $1 }) else {
                throw HornbillError(
                    .argument, "outputPadding must be less than the strides: they are \(amounts) and \(strides)")
            }
        }
        kernel = try addWeight("kernel", kernelSize + [filters, channels], kernelOptions)
        try addBias(filters)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let options = ConvolutionOptions(
            strides: strides, padding: padding, dilation: dilationRate, outputPadding: outputPadding)
        return try finish(x.channelsLast(from: dataFormat).convolvedTransposed(kernel.required(), options))
    }

    public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try config.only("groups", 1)
        try self.init(
            config.int("filters"), kernelSize: config.sizes("kernel_size"), strides: config.sizes("strides", [1]),
            padding: config.padding(), outputPadding: config.optionalSizes("output_padding"),
            dataFormat: config.dataFormat(), dilationRate: config.sizes("dilation_rate", [1]),
            activation: config.activation(), useBias: config.bool("use_bias", true),
            kernelInitializer: kernel.initializer, biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, kernelConstraint: kernel.constraint,
            biasConstraint: bias.constraint, name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override var sizeConfig: Config { ["filters": .int(filters)] }
    override var paddingConfig: Config { ["output_padding": ConfigValue(outputPadding)] }
    override var kernels: [(name: String, options: WeightOptions)] { [("kernel", kernelOptions)] }
}

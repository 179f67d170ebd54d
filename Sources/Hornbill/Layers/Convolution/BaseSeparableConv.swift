import HornbillEngine

/// What ``SeparableConv1D`` and ``SeparableConv2D`` share: each channel is convolved on its own, then the channels are
/// mixed. Made by its subclasses only.
///
/// Input `(batch, spatial…, channels)`, output `(batch, spatial…, filters)`; channels come second in the format
/// `.channelsFirst`. Parameters: `depthwise_kernel` (window…, channels, depthMultiplier), `pointwise_kernel`
/// (1…, channels · depthMultiplier, filters), `bias` (filters,).
public class BaseSeparableConv: ConvolutionLayer {
    public let filters: Int
    public let depthMultiplier: Int
    private let depthwiseOptions: WeightOptions
    private let pointwiseOptions: WeightOptions
    public private(set) var depthwiseKernel: Variable?
    public private(set) var pointwiseKernel: Variable?

    /// - Parameters:
    ///   - filters: the size of the output's channel axis, at least 1.
    ///   - kernelSize: the size of the window, for all spatial axes or each.
    ///   - strides: how far the window moves.
    ///   - padding: `.valid` or `.same`.
    ///   - dataFormat: where the channels of input and output stand.
    ///   - dilationRate: the distance of neighbouring elements of the window.
    ///   - depthMultiplier: how many channels are made of each before they are mixed.
    ///   - activation: applied at the end; none by default.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        _ filters: Int, kernelSize: any SpatialSizes, strides: any SpatialSizes = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1, depthMultiplier: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = "glorot_uniform",
        pointwiseInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        pointwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil,
        pointwiseConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.filters = filters
        self.depthMultiplier = depthMultiplier
        depthwiseOptions = WeightOptions(
            initializer: depthwiseInitializer, regularizer: depthwiseRegularizer, constraint: depthwiseConstraint)
        pointwiseOptions = WeightOptions(
            initializer: pointwiseInitializer, regularizer: pointwiseRegularizer, constraint: pointwiseConstraint)
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
        try Self.checkPositive(depthMultiplier, "depthMultiplier")
        let channels = try checkWindow(inputShape)
        depthwiseKernel = try addWeight("depthwise_kernel", kernelSize + [channels, depthMultiplier], depthwiseOptions)
        let ones = [Int](repeating: 1, count: spatialRank)
        pointwiseKernel = try addWeight(
            "pointwise_kernel", ones + [channels.times(depthMultiplier, "channels"), filters], pointwiseOptions)
        try addBias(filters)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let options = ConvolutionOptions(strides: strides, padding: padding, dilation: dilationRate)
        let filtered = try x.channelsLast(from: dataFormat).convolvedDepthwise(depthwiseKernel.required(), options)
        return try finish(filtered.convolved(pointwiseKernel.required(), ConvolutionOptions()))
    }

    public convenience init(config: ConfigReader) throws {
        let (depthwise, pointwise) = (try config.weight("depthwise"), try config.weight("pointwise"))
        let bias = try config.weight("bias", "zeros")
        // Older files have the kernel's options twice.
        config.ignore("kernel_initializer", "kernel_regularizer", "kernel_constraint")
        try config.only("groups", 1)
        try self.init(
            config.int("filters"), kernelSize: config.sizes("kernel_size"), strides: config.sizes("strides", [1]),
            padding: config.padding(), dataFormat: config.dataFormat(),
            dilationRate: config.sizes("dilation_rate", [1]), depthMultiplier: config.int("depth_multiplier", 1),
            activation: config.activation(), useBias: config.bool("use_bias", true),
            depthwiseInitializer: depthwise.initializer, pointwiseInitializer: pointwise.initializer,
            biasInitializer: bias.initializer, depthwiseRegularizer: depthwise.regularizer,
            pointwiseRegularizer: pointwise.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, depthwiseConstraint: depthwise.constraint,
            pointwiseConstraint: pointwise.constraint, biasConstraint: bias.constraint, name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override var sizeConfig: Config { ["depth_multiplier": .int(depthMultiplier), "filters": .int(filters)] }
    override var kernels: [(name: String, options: WeightOptions)] {
        [("depthwise", depthwiseOptions), ("pointwise", pointwiseOptions)]
    }

}

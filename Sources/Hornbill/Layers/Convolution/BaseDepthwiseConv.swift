import HornbillEngine

/// What ``DepthwiseConv1D`` and ``DepthwiseConv2D`` share: each channel is convolved on its own. Made by its subclasses
/// only.
///
/// Input `(batch, spatial…, channels)`, output `(batch, spatial…, channels · depthMultiplier)`; channels come second in
/// the format `.channelsFirst`. Parameters: `kernel` (window…, channels, depthMultiplier), `bias` of the output's
/// channels.
public class BaseDepthwiseConv: ConvolutionLayer {
    public let depthMultiplier: Int
    private let kernelOptions: WeightOptions
    public private(set) var kernel: Variable?

    /// - Parameters:
    ///   - kernelSize: the size of the window, for all spatial axes or each.
    ///   - strides: how far the window moves.
    ///   - padding: `.valid` or `.same`.
    ///   - depthMultiplier: how many channels are made of each.
    ///   - dataFormat: where the channels of input and output stand.
    ///   - dilationRate: the distance of neighbouring elements of the window.
    ///   - activation: applied at the end; none by default.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        kernelSize: any SpatialSizes, strides: any SpatialSizes = 1, padding: Padding = .valid,
        depthMultiplier: Int = 1, dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        depthwiseInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        depthwiseRegularizer: (any RegularizerConvertible)? = nil,
        biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        depthwiseConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.depthMultiplier = depthMultiplier
        kernelOptions = WeightOptions(
            initializer: depthwiseInitializer, regularizer: depthwiseRegularizer, constraint: depthwiseConstraint)
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
        try Self.checkPositive(depthMultiplier, "depthMultiplier")
        let channels = try checkWindow(inputShape)
        kernel = try addWeight("kernel", kernelSize + [channels, depthMultiplier], kernelOptions)
        try addBias(channels.times(depthMultiplier, "channels"))
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let options = ConvolutionOptions(strides: strides, padding: padding, dilation: dilationRate)
        return try finish(x.channelsLast(from: dataFormat).convolvedDepthwise(kernel.required(), options))
    }

    public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("depthwise"), try config.weight("bias", "zeros"))
        // Older files have the kernel's options twice.
        config.ignore("kernel_initializer", "kernel_regularizer", "kernel_constraint")
        try config.only("groups", 1)
        try self.init(
            kernelSize: config.sizes("kernel_size"), strides: config.sizes("strides", [1]),
            padding: config.padding(), depthMultiplier: config.int("depth_multiplier", 1),
            dataFormat: config.dataFormat(), dilationRate: config.sizes("dilation_rate", [1]),
            activation: config.activation(), useBias: config.bool("use_bias", true),
            depthwiseInitializer: kernel.initializer, biasInitializer: bias.initializer,
            depthwiseRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, depthwiseConstraint: kernel.constraint,
            biasConstraint: bias.constraint, name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override var sizeConfig: Config { ["depth_multiplier": .int(depthMultiplier)] }
    override var kernels: [(name: String, options: WeightOptions)] { [("depthwise", kernelOptions)] }
}

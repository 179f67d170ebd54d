import HornbillEngine

/// What ``Conv1D``, ``Conv2D`` and ``Conv3D`` share. Made by its subclasses only.
///
/// Input `(batch, spatial…, channels)`, output `(batch, spatial…, filters)`; channels come second in the format
/// `.channelsFirst`. Parameters: `kernel` (window…, channels / groups, filters), `bias` (filters,).
public class BaseConv: ConvolutionLayer {
    public let filters: Int
    public let groups: Int
    private let kernelOptions: WeightOptions
    public private(set) var kernel: Variable?

    /// - Parameters:
    ///   - filters: the size of the output's channel axis, at least 1.
    ///   - kernelSize: the size of the window, for all spatial axes or each.
    ///   - strides: how far the window moves.
    ///   - padding: `.valid` or `.same`; `.causal` for a sequence.
    ///   - dataFormat: where the channels of input and output stand.
    ///   - dilationRate: the distance of neighbouring elements of the window; only with strides of 1.
    ///   - groups: how many groups of channels are convolved each by itself; divides channels and filters.
    ///   - activation: applied at the end; none by default.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        _ filters: Int, kernelSize: any SpatialSizes, strides: any SpatialSizes = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1, groups: Int = 1,
        activation: (any ActivationConvertible)? = nil, useBias: Bool = true,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.filters = filters
        self.groups = groups
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
        try Self.checkPositive(groups, "groups")
        guard filters % groups == 0 else {
            throw HornbillError(.argument, "the \(filters) filters cannot be divided into \(groups) groups")
        }
        let channels = try checkWindow(inputShape)
        try checkStridesBesideDilation()
        guard channels % groups == 0 else {
            throw HornbillError(
                .shape,
                "the \(channels) channels of the input cannot be divided into \(groups) groups (its shape is \(inputShape))"
            )
        }
        kernel = try addWeight("kernel", kernelSize + [channels / groups, filters], kernelOptions)
        try addBias(filters)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let options = ConvolutionOptions(strides: strides, padding: padding, dilation: dilationRate)
        return try finish(x.channelsLast(from: dataFormat).convolved(kernel.required(), options))
    }

    public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try self.init(
            config.int("filters"), kernelSize: config.sizes("kernel_size"), strides: config.sizes("strides", [1]),
            padding: config.padding(), dataFormat: config.dataFormat(),
            dilationRate: config.sizes("dilation_rate", [1]),
            groups: config.int("groups", 1), activation: config.activation(), useBias: config.bool("use_bias", true),
            kernelInitializer: kernel.initializer, biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, kernelConstraint: kernel.constraint,
            biasConstraint: bias.constraint, name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override var sizeConfig: Config { ["filters": .int(filters)] }
    override var groupConfig: Config { ["groups": .int(groups)] }
    override var kernels: [(name: String, options: WeightOptions)] { [("kernel", kernelOptions)] }

}

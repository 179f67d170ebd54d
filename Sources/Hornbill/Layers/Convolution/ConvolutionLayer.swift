import HornbillEngine

/// What convolution layers share: how the window moves, the bias and the activation. Made by its subclasses only.
public class ConvolutionLayer: Layer {
    /// The size of the window, how far it moves, and the distance of its elements, for each spatial axis.
    public let kernelSize: [Int]
    public let strides: [Int]
    public let dilationRate: [Int]
    public let padding: Padding
    public let dataFormat: DataFormat
    public let activation: ActivationFunction
    public let useBias: Bool
    let biasOptions: WeightOptions
    public private(set) var bias: Variable?

    /// The number of spatial axes.
    class var spatialRank: Int { 0 }
    /// The paddings that the layer knows.
    class var paddings: [Padding] { [.valid, .same] }
    var spatialRank: Int { Self.spatialRank }

    init(
        _ window: WindowOptions, activation: (any ActivationConvertible)?, useBias: Bool, bias: WeightOptions,
        activityRegularizer: (any RegularizerConvertible)?, _ base: LayerOptions, rank: Int
    ) {
        func each(_ sizes: any SpatialSizes) -> [Int] {
            let sizes = sizes.spatialSizes
            return sizes.count == 1 ? [Int](repeating: sizes[0], count: rank) : sizes
        }
        kernelSize = each(window.kernelSize)
        strides = each(window.strides)
        dilationRate = each(window.dilationRate)
        padding = window.padding
        dataFormat = window.dataFormat
        self.activation = activation?.asActivation() ?? .linear
        self.useBias = useBias
        biasOptions = bias
        super.init(
            name: base.name, trainable: base.trainable, dtype: base.dtype, inputShape: base.inputShape,
            activityRegularizer: activityRegularizer)
        inputSpec = InputSpec(rank: rank + 2)
    }

    /// Checks the arguments and the shape of the input.
    /// - Returns: the number of channels.
    func checkWindow(_ inputShape: PartialShape) throws -> Int {
        for (what, sizes) in [("kernelSize", kernelSize), ("strides", strides), ("dilationRate", dilationRate)] {
            _ = try sizes.expanded(spatialRank, what)
            guard sizes.count == spatialRank else {
                throw HornbillError(.argument, "\(what) must have \(spatialRank) numbers, not \(sizes)")
            }
        }
        try padding.check(kerasClassName, among: Self.paddings)
        let axis = dataFormat == .channelsLast ? -1 : 1
        guard let channels = inputShape[axis] else {
            throw HornbillError(
                .shape,
                "the size of the channel axis (\(axis), the data format being '\(dataFormat.rawValue)') must be known, got the shape \(inputShape)"
            )
        }
        inputSpec = InputSpec(rank: spatialRank + 2, axes: [axis: channels])
        return channels
    }

    /// Strides and dilation exclude each other, as in Keras.
    func checkStridesBesideDilation() throws {
        guard (strides.max() ?? 1) == 1 || (dilationRate.max() ?? 1) == 1 else {
            throw HornbillError(
                .argument,
                "strides and dilationRate cannot both be larger than 1: they are \(strides) and \(dilationRate)")
        }
    }

    static func checkPositive(_ count: Int, _ what: String) throws { try count.checkSize(what) }

    func addBias(_ count: Int) throws {
        if useBias { bias = try addWeight("bias", [count], biasOptions) }
    }

    /// Bias and activation, for a result in channels-last format.
    func finish(_ result: Tensor) throws -> Tensor {
        let biased = useBias ? try result + bias.required() : result
        return try activation(biased.channels(to: dataFormat))
    }

    // The entries of a configuration that only some of the layers have, in the order of their places.
    var sizeConfig: Config { [:] }
    var paddingConfig: Config { [:] }
    var groupConfig: Config { [:] }
    /// The weights but the bias.
    var kernels: [(name: String, options: WeightOptions)] { [] }

    override public func getConfig() -> Config {
        super.getConfig().merging(sizeConfig).merging([
            "kernel_size": ConfigValue(kernelSize), "strides": ConfigValue(strides), "padding": .string(padding.name),
        ]).merging(paddingConfig).merging([
            "data_format": .string(dataFormat.rawValue), "dilation_rate": ConfigValue(dilationRate),
        ]).merging(groupConfig).merging(["activation": activation.serialized, "use_bias": .bool(useBias)])
            .merging(WeightOptions.config(kernels + [("bias", biasOptions)], activity: .some(activityRegularizer)))
    }
}

/// How the window of a convolution layer moves.
struct WindowOptions {
    var kernelSize: any SpatialSizes
    var strides: any SpatialSizes
    var padding: Padding
    var dataFormat: DataFormat
    var dilationRate: any SpatialSizes
}

/// The arguments that all layers have.
struct LayerOptions {
    var inputShape: PartialShape?
    var name: String?
    var trainable: Bool
    var dtype: DTypePolicy?
}

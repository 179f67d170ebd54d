import HornbillEngine

/// Brings each channel to mean 0 and variance 1, then scales and shifts it by learned numbers (Ioffe and Szegedy, 2015).
///
/// In training it normalizes by the mean and variance of the batch, which moving averages follow; otherwise, and when the
/// layer is frozen (`trainable = false`), by these averages. A mask of the input, of one axis less, says which places
/// count for the statistics. The output has the input's shape.
///
/// Parameters, one number a channel: `gamma` and `beta`; `moving_mean` and `moving_variance`, which no optimizer changes.
/// Follows Keras's [BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/).
public final class BatchNormalization: Layer {
    public let axis: Int
    public let momentum: Double
    public let epsilon: Double
    public let center: Bool
    public let scale: Bool
    /// Whether the replicas of a model share their statistics; there is one replica so far.
    public let synchronized: Bool
    private let parameters: ScaleAndShift
    private let movingMeanInitializer: any InitializerConvertible
    private let movingVarianceInitializer: any InitializerConvertible
    private let renormalization: BatchRenormalization?
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?
    public private(set) var movingMean: Variable?
    public private(set) var movingVariance: Variable?

    /// - Parameters:
    ///   - axis: the axis of the channels.
    ///   - momentum: how much of the moving averages stays at each step.
    ///   - epsilon: added to the variance, so that nothing is divided by zero.
    ///   - center: whether to add `beta`.
    ///   - scale: whether to multiply by `gamma`.
    ///   - renorm: whether to train with batch renormalization (Ioffe, 2017).
    ///   - renormClipping: the bounds of its correction, `rmax`, `rmin` and `dmax`; no bound where none is given.
    ///   - renormMomentum: how much of its own moving averages stays at each step.
    public init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        betaInitializer: any InitializerConvertible = "zeros", gammaInitializer: any InitializerConvertible = "ones",
        movingMeanInitializer: any InitializerConvertible = "zeros",
        movingVarianceInitializer: any InitializerConvertible = "ones",
        betaRegularizer: (any RegularizerConvertible)? = nil, gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil, gammaConstraint: (any ConstraintConvertible)? = nil,
        renorm: Bool = false, renormClipping: [String: Double]? = nil, renormMomentum: Double = 0.99,
        synchronized: Bool = false, inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.synchronized = synchronized
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        parameters = ScaleAndShift(
            gammaInitializer: gammaInitializer, betaInitializer: betaInitializer, gammaRegularizer: gammaRegularizer,
            betaRegularizer: betaRegularizer, gammaConstraint: gammaConstraint, betaConstraint: betaConstraint)
        renormalization =
            renorm
            ? BatchRenormalization(clipping: renormClipping ?? [:], momentum: renormMomentum, epsilon: epsilon) : nil
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        let channels = Shape([try inputShape.knownSize(of: axis)])
        (gamma, beta) = try parameters.add(to: self, channels, scale: scale, center: center)
        movingMean = try addWeight(
            name: "moving_mean", shape: channels, initializer: movingMeanInitializer, trainable: false, autocast: false)
        movingVariance = try addWeight(
            name: "moving_variance", shape: channels, initializer: movingVarianceInitializer, trainable: false,
            autocast: false)
        try renormalization?.build(self, channels, mean: movingMeanInitializer, variance: movingVarianceInitializer)
        inputSpec = InputSpec(rank: inputShape.rank, axes: [axis: channels[0]])
    }

    override public func call(_ input: Tensor, context: CallContext) throws -> Tensor {
        let y =
            context.training && trainable
            ? try normalizedByBatch(input, context.masks.first ?? nil)
            : ops.batchNormalization(
                Self.wide(input), mean: try movingMean.required(), variance: try movingVariance.required(), axis: axis,
                offset: try beta.optional(), scale: try gamma.optional(), epsilon: epsilon)
        return y.cast(to: computeDtype)
    }

    /// Half precision is too narrow for squares.
    private static func wide(_ x: Tensor) -> Tensor { x.cast(to: x.dtype.promoted(with: .float32)) }

    private func normalizedByBatch(_ input: Tensor, _ mask: Tensor?) throws -> Tensor {
        var (scale, shift) = (try gamma.optional(), try beta.optional())
        if mask == nil, renormalization == nil {
            let (y, mean, variance) = try input.batchNormalized(axis: axis, gamma: scale, beta: shift, epsilon: epsilon)
            try follow(mean, movingMean)
            try follow(variance, movingVariance)
            return y
        }
        let x = Self.wide(input)
        let (mean, variance) = try mask.map { try maskedMoments(x, $0) } ?? x.moments(others(x), keepDims: false)
        try follow(mean, movingMean)
        if let renormalization {
            (scale, shift) = try renormalization.corrected(scale, shift, mean, variance)
            try renormalization.follow(mean, variance, momentum: momentum, movingVariance)
        } else {
            try follow(variance, movingVariance)
        }
        return ops.batchNormalization(
            x, mean: mean, variance: variance, axis: axis, offset: shift, scale: scale, epsilon: epsilon)
    }

    private func others(_ x: Tensor) -> [Int] {
        let channels = axis < 0 ? axis + x.rank : axis
        return (0..<x.rank).filter { $0 != channels }
    }

    private func follow(_ value: Tensor, _ average: Variable?) throws {
        try average?.assign(average.required() * momentum + value * (1 - momentum))
    }

    /// Mean and variance of the places whose mask is true.
    private func maskedMoments(_ x: Tensor, _ mask: Tensor) throws -> (Tensor, Tensor) {
        guard mask.rank == x.rank - 1 else {
            throw HornbillError(
                .shape, "the mask must have one axis less than the input: it is \(mask.shape), the input \(x.shape)")
        }
        let axes = Axes(others(x))
        let counts = ops.broadcastTo(ops.expandDims(mask.cast(to: .bool), axis: -1), x.shape)
        let total = ops.sum(counts.cast(to: x.dtype), axis: axes, keepDims: true) + 1e-7
        let mean = ops.sum(ops.where(counts, x, 0), axis: axes, keepDims: true) / total
        let squares = ops.square(ops.where(counts, x - mean, 0))
        let variance = ops.sum(squares, axis: axes, keepDims: true) / total
        return (ops.reshape(mean, [mean.count]), ops.reshape(variance, [mean.count]))
    }

    override public convenience init(config: ConfigReader) throws {
        let (beta, gamma) = (try config.weight("beta", "zeros"), try config.weight("gamma", "ones"))
        // Older files hold the axis in a list.
        let axis = try config.oneInt("axis", -1)
        try self.init(
            axis: axis, momentum: config.double("momentum", 0.99), epsilon: config.double("epsilon", 1e-3),
            center: config.bool("center", true), scale: config.bool("scale", true), betaInitializer: beta.initializer,
            gammaInitializer: gamma.initializer,
            movingMeanInitializer: config.initializer("moving_mean_initializer", "zeros"),
            movingVarianceInitializer: config.initializer("moving_variance_initializer", "ones"),
            betaRegularizer: beta.regularizer,
            gammaRegularizer: gamma.regularizer, betaConstraint: beta.constraint, gammaConstraint: gamma.constraint,
            renorm: config.bool("renorm", false), renormClipping: config.renormClipping(),
            renormMomentum: config.double("renorm_momentum", 0.99), synchronized: config.bool("synchronized", false),
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "axis": .int(axis), "momentum": .double(momentum), "epsilon": .double(epsilon), "center": .bool(center),
            "scale": .bool(scale),
        ]).merging(parameters.initializerConfig).merging([
            "moving_mean_initializer": movingMeanInitializer.serialized,
            "moving_variance_initializer": movingVarianceInitializer.serialized,
        ]).merging(parameters.penaltyConfig).merging([
            "synchronized": .bool(synchronized), "renorm": .bool(renormalization != nil),
            "renorm_clipping": renormalization?.clippingConfig ?? .null,
            "renorm_momentum": .double(renormalization?.momentum ?? 0.99),
        ])
    }
}

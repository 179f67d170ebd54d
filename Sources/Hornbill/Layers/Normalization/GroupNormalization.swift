import HornbillEngine

/// Brings groups of channels to mean 0 and variance 1 within each sample, then scales and shifts each channel by learned
/// numbers (Wu and He, 2018). The output has the input's shape.
///
/// Parameters, one number a channel: `gamma` and `beta`.
/// Follows Keras's [GroupNormalization](https://keras.io/api/layers/normalization_layers/group_normalization/).
public final class GroupNormalization: Layer {
    /// How many groups there are; −1 for one a channel.
    public let groups: Int
    public let axis: Int
    public let epsilon: Double
    public let center: Bool
    public let scale: Bool
    private let parameters: ScaleAndShift
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?

    /// - Parameters:
    ///   - groups: into how many groups the channels are divided; −1 for one a channel (instance normalization).
    ///   - axis: the axis of the channels.
    ///   - epsilon: added to the variance, so that nothing is divided by zero.
    ///   - center: whether to add `beta`.
    ///   - scale: whether to multiply by `gamma`.
    public init(
        groups: Int = 32, axis: Int = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        betaInitializer: any InitializerConvertible = "zeros", gammaInitializer: any InitializerConvertible = "ones",
        betaRegularizer: (any RegularizerConvertible)? = nil, gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil, gammaConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        parameters = ScaleAndShift(
            gammaInitializer: gammaInitializer, betaInitializer: betaInitializer, gammaRegularizer: gammaRegularizer,
            betaRegularizer: betaRegularizer, gammaConstraint: gammaConstraint, betaConstraint: betaConstraint)
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }
    override public var autocast: Bool { false }

    override public func build(inputShape: PartialShape) throws {
        guard groups > 0 || groups == -1 else {
            throw HornbillError(.argument, "groups must be positive, or -1 for one a channel, not \(groups)")
        }
        let channels = try inputShape.knownSize(of: axis)
        guard axis != 0, axis != -inputShape.rank else {
            throw HornbillError(.argument, "axis 0 is that of the samples, which cannot be that of the channels")
        }
        guard groups == -1 || (groups <= channels && channels % groups == 0) else {
            throw HornbillError(.argument, "\(channels) channels cannot be divided into \(groups) groups")
        }
        (gamma, beta) = try parameters.add(to: self, [channels], scale: scale, center: center)
        inputSpec = InputSpec(rank: inputShape.rank, axes: [axis: channels])
    }

    override public func call(_ input: Tensor, context: CallContext) throws -> Tensor {
        // Half precision is too narrow for squares.
        let x = input.cast(to: input.dtype.promoted(with: .float32))
        let channelAxis = axis < 0 ? axis + x.rank : axis
        let channels = x.shape[channelAxis]
        let count = groups == -1 ? channels : groups
        // (…, channels, …) → (…, groups, channels of a group, …)
        var divided = x.shape.dimensions
        divided.replaceSubrange(channelAxis...channelAxis, with: [count, channels / max(count, 1)])
        let within = divided.indices.filter { $0 != 0 && $0 != channelAxis }
        let grouped = ops.reshape(x, Shape(divided))
        let (mean, variance) = ops.moments(grouped, axes: Axes(within), keepDims: true)
        let normalized = ops.reshape((grouped - mean) * ops.rsqrt(variance + epsilon), x.shape)
        let beside = Shape(x.shape.indices.map { $0 == channelAxis ? channels : 1 })
        var y = normalized
        if let gamma = try gamma.optional() { y = y * ops.reshape(gamma.cast(to: x.dtype), beside) }
        if let beta = try beta.optional() { y = y + ops.reshape(beta.cast(to: x.dtype), beside) }
        return y.cast(to: computeDtype)
    }

    override public convenience init(config: ConfigReader) throws {
        let (beta, gamma) = (try config.weight("beta", "zeros"), try config.weight("gamma", "ones"))
        try self.init(
            groups: config.int("groups", 32), axis: config.int("axis", -1), epsilon: config.double("epsilon", 1e-3),
            center: config.bool("center", true), scale: config.bool("scale", true), betaInitializer: beta.initializer,
            gammaInitializer: gamma.initializer, betaRegularizer: beta.regularizer,
            gammaRegularizer: gamma.regularizer, betaConstraint: beta.constraint, gammaConstraint: gamma.constraint,
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "groups": .int(groups), "axis": .int(axis), "epsilon": .double(epsilon), "center": .bool(center),
            "scale": .bool(scale),
        ]).merging(parameters.initializerConfig).merging(parameters.penaltyConfig)
    }
}

import HornbillEngine

/// Brings each sample to mean 0 and variance 1 along the given axes taken together, then scales and shifts each place by
/// learned numbers (Ba et al., 2016). The output has the input's shape.
///
/// Parameters: `gamma` and `beta`, of the sizes of these axes.
/// Follows Keras's [LayerNormalization](https://keras.io/api/layers/normalization_layers/layer_normalization/).
public final class LayerNormalization: Layer {
    public let axis: Axes
    public let epsilon: Double
    public let center: Bool
    public let scale: Bool
    public let rmsScaling: Bool
    private let parameters: ScaleAndShift
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?

    /// - Parameters:
    ///   - axis: the axes to normalize along.
    ///   - epsilon: added to the variance, so that nothing is divided by zero.
    ///   - center: whether to add `beta`.
    ///   - scale: whether to multiply by `gamma`.
    ///   - rmsScaling: divides by the deviation without taking off the mean, and without `beta`. Keras keeps it for old
    ///     models; ``RMSNormalization`` is what its name promises.
    public init(
        axis: Axes = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true, rmsScaling: Bool = false,
        betaInitializer: any InitializerConvertible = "zeros", gammaInitializer: any InitializerConvertible = "ones",
        betaRegularizer: (any RegularizerConvertible)? = nil, gammaRegularizer: (any RegularizerConvertible)? = nil,
        betaConstraint: (any ConstraintConvertible)? = nil, gammaConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.rmsScaling = rmsScaling
        parameters = ScaleAndShift(
            gammaInitializer: gammaInitializer, betaInitializer: betaInitializer, gammaRegularizer: gammaRegularizer,
            betaRegularizer: betaRegularizer, gammaConstraint: gammaConstraint, betaConstraint: betaConstraint)
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }
    override public var autocast: Bool { false }

    override public func build(inputShape: PartialShape) throws {
        let shape = try axis.sizes(in: inputShape)
        (gamma, beta) = try parameters.add(to: self, shape, scale: scale || rmsScaling, center: center && !rmsScaling)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        ops.layerNormalization(
            x, gamma: try gamma.optional(), beta: try beta.optional(), axis: axis, epsilon: epsilon,
            rmsScaling: rmsScaling
        ).cast(to: computeDtype)
    }

    override public convenience init(config: ConfigReader) throws {
        let (beta, gamma) = (try config.weight("beta", "zeros"), try config.weight("gamma", "ones"))
        try self.init(
            axis: Axes(config.intOrInts("axis", [-1])), epsilon: config.double("epsilon", 1e-3),
            center: config.bool("center", true), scale: config.bool("scale", true),
            rmsScaling: config.bool("rms_scaling", false), betaInitializer: beta.initializer,
            gammaInitializer: gamma.initializer, betaRegularizer: beta.regularizer,
            gammaRegularizer: gamma.regularizer, betaConstraint: beta.constraint, gammaConstraint: gamma.constraint,
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "axis": .list((axis.axes ?? []).sorted().map(ConfigValue.int)), "epsilon": .double(epsilon),
            "center": .bool(center), "scale": .bool(scale), "rms_scaling": .bool(rmsScaling),
        ]).merging(parameters.initializerConfig).merging(parameters.penaltyConfig)
    }
}

extension Axes {
    /// The sizes of these axes, in Keras's order: as they are written, sorted.
    func sizes(in shape: PartialShape) throws -> Shape {
        guard let axes, !axes.isEmpty else {
            throw HornbillError(.argument, "the axes to normalize along must be named")
        }
        let sizes = try axes.sorted().map { try shape.knownSize(of: $0) }
        guard Set(axes.map { $0 < 0 ? $0 + shape.rank : $0 }).count == axes.count else {
            throw HornbillError(.argument, "an axis is named twice in \(axes) for the shape \(shape)")
        }
        return Shape(sizes)
    }
}

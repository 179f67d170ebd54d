import HornbillEngine

/// `x` above 0, `alpha · x` below, where `alpha` is learned (He et al., 2015). The output has the input's shape.
///
/// Parameters: `alpha`, of the shape of one sample, with size 1 along `sharedAxes`.
/// Follows Keras's [PReLU](https://keras.io/api/layers/activation_layers/prelu/).
public final class PReLU: Layer {
    private let alphaInitializer: any InitializerConvertible
    private let alphaRegularizer: (any RegularizerConvertible)?
    private let alphaConstraint: (any ConstraintConvertible)?
    public let sharedAxes: [Int]?
    public private(set) var alpha: Variable?

    /// - Parameter sharedAxes: the axes along which all places share one slope, the batch axis being 0: `[1, 2]` for
    ///   the places of an image.
    public init(
        alphaInitializer: any InitializerConvertible = "zeros", alphaRegularizer: (any RegularizerConvertible)? = nil,
        alphaConstraint: (any ConstraintConvertible)? = nil, sharedAxes: [Int]? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.alphaInitializer = alphaInitializer
        self.alphaRegularizer = alphaRegularizer
        self.alphaConstraint = alphaConstraint
        self.sharedAxes = sharedAxes
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        let shared = sharedAxes ?? []
        for axis in shared where axis < 1 || axis >= inputShape.rank {
            throw HornbillError(
                .argument, "there is no axis \(axis) to share in the shape \(inputShape): they begin at 1")
        }
        var sizes: [Int] = []
        var fixed: [Int: Int] = [:]
        for axis in 1..<max(inputShape.rank, 1) {
            if shared.contains(axis) {
                sizes.append(1)
            } else if let size = inputShape[axis] {
                sizes.append(size)
                fixed[axis] = size
            } else {
                throw HornbillError(
                    .shape, "axis \(axis) of the input must be known or shared, got the shape \(inputShape)")
            }
        }
        alpha = try addWeight(
            name: "alpha", shape: Shape(sizes), initializer: alphaInitializer, regularizer: alphaRegularizer,
            constraint: alphaConstraint)
        inputSpec = InputSpec(rank: inputShape.rank, axes: fixed)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        try ops.relu(x) - alpha.required() * ops.relu(-x)
    }

    override public convenience init(config: ConfigReader) throws {
        let alpha = try config.weight("alpha", "zeros")
        try self.init(
            alphaInitializer: alpha.initializer, alphaRegularizer: alpha.regularizer, alphaConstraint: alpha.constraint,
            sharedAxes: config.optionalIntOrInts("shared_axes"), name: config.name, trainable: config.trainable,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "alpha_initializer": alphaInitializer.serialized,
            "alpha_regularizer": alphaRegularizer?.serialized ?? .null,
            "alpha_constraint": alphaConstraint?.serialized ?? .null, "shared_axes": ConfigValue(sharedAxes),
        ])
    }
}

import HornbillEngine

/// Divides each sample by the root of its mean square along the given axes taken together, and multiplies each place by
/// a learned number (Zhang and Sennrich, 2019). The output has the input's shape.
///
/// Parameters: `scale`, of the sizes of these axes.
/// Follows Keras's [RMSNormalization](https://keras.io/api/layers/normalization_layers/rms_normalization/).
public final class RMSNormalization: Layer {
    public let axis: Axes
    public let epsilon: Double
    public private(set) var scale: Variable?

    public init(
        axis: Axes = -1, epsilon: Double = 1e-6, inputShape: PartialShape? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.axis = axis
        self.epsilon = epsilon
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public func build(inputShape: PartialShape) throws {
        scale = try addWeight(name: "scale", shape: axis.sizes(in: inputShape), initializer: "ones")
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        ops.rmsNormalization(x, scale: try scale.required(), axis: axis, epsilon: epsilon)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            axis: Axes(config.intOrInts("axis", [-1])), epsilon: config.double("epsilon", 1e-6), name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "axis": .list((axis.axes ?? []).sorted().map(ConfigValue.int)), "epsilon": .double(epsilon),
        ])
    }
}

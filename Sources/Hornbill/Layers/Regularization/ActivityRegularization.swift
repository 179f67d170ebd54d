import HornbillEngine

/// Gives its input back, and adds `l1 · Σ|x| + l2 · Σx²` to the loss.
/// Follows Keras's
/// [ActivityRegularization](https://keras.io/api/layers/regularization_layers/activity_regularization/).
public final class ActivityRegularization: Layer {
    public let l1: Double
    public let l2: Double

    public init(
        l1: Double = 0, l2: Double = 0, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.l1 = l1
        self.l2 = l2
        super.init(
            name: name, dtype: dtype, inputShape: inputShape, activityRegularizer: Regularizers.L1L2(l1: l1, l2: l2))
    }

    override public var supportsMasking: Bool { true }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor { x }

    override public convenience init(config: ConfigReader) throws {
        // It is made of the two numbers.
        config.ignore("activity_regularizer")
        try self.init(l1: config.double("l1", 0), l2: config.double("l2", 0), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        var config = super.getConfig()
        config["activity_regularizer"] = nil
        return config.merging(["l1": .double(l1), "l2": .double(l2)])
    }
}

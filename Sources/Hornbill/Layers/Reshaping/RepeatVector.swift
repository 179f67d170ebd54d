import HornbillEngine

/// Each sample `n` times along a new axis: `(batch, features)` → `(batch, n, features)`.
/// Follows Keras's [RepeatVector](https://keras.io/api/layers/reshaping_layers/repeat_vector/).
public final class RepeatVector: Layer {
    public let n: Int

    public init(_ n: Int, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.n = n
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: 2)
    }

    override public func build(inputShape: PartialShape) throws {
        guard n > 0 else { throw HornbillError(.argument, "n must be positive, not \(n)") }
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        ops.broadcastTo(ops.expandDims(x, axis: 1), [x.shape[0], n, x.shape[1]])
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.int("n"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["n": .int(n)]) }
}

import HornbillEngine

/// Each step of `(batch, steps, channels)` `size` times.
/// Follows Keras's [UpSampling1D](https://keras.io/api/layers/reshaping_layers/up_sampling1d/).
public final class UpSampling1D: Layer {
    public let size: Int

    /// - Parameter size: how often each step is repeated.
    public init(
        _ size: Int = 2, inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.size = size
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: 3)
    }

    override public func build(inputShape: PartialShape) throws { try checkUpSampling([size]) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.repeat(x, size, axis: 1) }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.int("size", 2), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["size": .int(size)]) }
}

/// - Throws: kind `argument` unless all factors are positive.
func checkUpSampling(_ size: [Int]) throws {
    guard size.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else {
        throw HornbillError(.argument, "an image grows by factors of at least 1, not \(size)")
    }
}

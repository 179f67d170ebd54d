import HornbillEngine

/// The axes of each sample in another order: `Permute([2, 1])` exchanges the two of `(batch, a, b)`.
/// Follows Keras's [Permute](https://keras.io/api/layers/reshaping_layers/permute/).
public final class Permute: Layer {
    public let dims: [Int]

    /// - Parameter dims: the order of the axes, numbered from 1; the batch axis, 0, stays in front.
    public init(_ dims: [Int], inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.dims = dims
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: dims.count + 1)
    }

    override public func build(inputShape: PartialShape) throws {
        guard dims.sorted() == Array(1..<dims.count + 1) else {
            throw HornbillError(.argument, "the order must hold the axes 1 … \(dims.count) once each, not \(dims)")
        }
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.transpose(x, axes: [0] + dims) }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.ints("dims"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["dims": ConfigValue(dims)]) }
}

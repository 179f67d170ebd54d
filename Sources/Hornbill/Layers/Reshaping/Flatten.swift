import HornbillEngine

/// All axes but the batch's in one: `(batch, a, b, …)` → `(batch, a · b · …)`; `(batch,)` → `(batch, 1)`.
/// Follows Keras's [Flatten](https://keras.io/api/layers/reshaping_layers/flatten/).
public final class Flatten: Layer {
    public let dataFormat: DataFormat

    /// - Parameter dataFormat: for `.channelsFirst` the channels are moved to the end first.
    public init(
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.dataFormat = dataFormat
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(minimumRank: 1)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var x = x
        if dataFormat == .channelsFirst, x.rank > 2 { x = ops.transpose(x, axes: [0] + Array(2..<x.rank) + [1]) }
        return ops.reshape(x, [x.shape[0], x.shape.dropFirst().reduce(1, *)])
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["data_format": .string(dataFormat.rawValue)])
    }
}

import HornbillEngine

/// With zeros before and after the axis of time of `(batch, steps, channels)`.
/// Follows Keras's [ZeroPadding1D](https://keras.io/api/layers/reshaping_layers/zero_padding1d/).
public final class ZeroPadding1D: ZeroPadding {
    /// - Parameter padding: how many elements before and after.
    public init(
        _ padding: Int = 1, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(padding, padding)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter padding: how many elements before, and how many after.
    public init(
        padding: (Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([padding], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("padding", 1, axes: 1)
        try self.init(padding: borders[0], dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }
}

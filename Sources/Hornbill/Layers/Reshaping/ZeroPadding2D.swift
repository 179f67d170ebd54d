import HornbillEngine

/// With zeros before and after height and width of `(batch, height, width, channels)`.
/// Follows Keras's [ZeroPadding2D](https://keras.io/api/layers/reshaping_layers/zero_padding2d/).
public final class ZeroPadding2D: ZeroPadding {
    /// - Parameter padding: how many elements before and after, on each axis.
    public init(
        _ padding: Int = 1, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(padding, padding), (padding, padding)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter padding: how many elements before and after each axis.
    public init(
        padding: (Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(padding.0, padding.0), (padding.1, padding.1)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter padding: how many elements before, and how many after each axis.
    public init(
        padding: ((Int, Int), (Int, Int)), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([padding.0, padding.1], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("padding", 1, axes: 2)
        try self.init(
            padding: (borders[0], borders[1]), dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }
}

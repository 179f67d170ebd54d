import HornbillEngine

/// With zeros before and after the three axes of space of `(batch, depth, height, width, channels)`.
/// Follows Keras's [ZeroPadding3D](https://keras.io/api/layers/reshaping_layers/zero_padding3d/).
public final class ZeroPadding3D: ZeroPadding {
    /// - Parameter padding: how many elements before and after, on each axis.
    public init(
        _ padding: Int = 1, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(padding, padding), (padding, padding), (padding, padding)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter padding: how many elements before and after each axis.
    public init(
        padding: (Int, Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init(
            [(padding.0, padding.0), (padding.1, padding.1), (padding.2, padding.2)], dataFormat, inputShape, name,
            dtype)
    }

    /// - Parameter padding: how many elements before, and how many after each axis.
    public init(
        padding: ((Int, Int), (Int, Int), (Int, Int)), dataFormat: DataFormat = .channelsLast,
        inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([padding.0, padding.1, padding.2], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("padding", 1, axes: 3)
        try self.init(
            padding: (borders[0], borders[1], borders[2]), dataFormat: config.dataFormat(), name: config.name,
            dtype: config.dtype)
    }
}

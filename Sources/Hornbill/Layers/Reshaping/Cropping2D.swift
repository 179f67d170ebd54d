import HornbillEngine

/// Without some elements at the beginning and end of height and width of `(batch, height, width, channels)`.
/// Follows Keras's [Cropping2D](https://keras.io/api/layers/reshaping_layers/cropping2d/).
public final class Cropping2D: Cropping {
    /// - Parameter cropping: how many elements before and after, on each axis.
    public init(
        _ cropping: Int = 0, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(cropping, cropping), (cropping, cropping)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter cropping: how many elements before and after each axis.
    public init(
        cropping: (Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(cropping.0, cropping.0), (cropping.1, cropping.1)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter cropping: how many elements before, and how many after each axis.
    public init(
        cropping: ((Int, Int), (Int, Int)), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([cropping.0, cropping.1], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("cropping", 0, axes: 2)
        try self.init(
            cropping: (borders[0], borders[1]), dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }
}

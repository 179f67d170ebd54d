import HornbillEngine

/// Without some elements at the beginning and end of the three axes of space of `(batch, depth, height, width, channels)`.
/// Follows Keras's [Cropping3D](https://keras.io/api/layers/reshaping_layers/cropping3d/).
public final class Cropping3D: Cropping {
    /// - Parameter cropping: how many elements before and after, on each axis.
    public init(
        _ cropping: Int = 1, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init(
            [(cropping, cropping), (cropping, cropping), (cropping, cropping)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter cropping: how many elements before and after each axis.
    public init(
        cropping: (Int, Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init(
            [(cropping.0, cropping.0), (cropping.1, cropping.1), (cropping.2, cropping.2)], dataFormat, inputShape,
            name, dtype)
    }

    /// - Parameter cropping: how many elements before, and how many after each axis.
    public init(
        cropping: ((Int, Int), (Int, Int), (Int, Int)), dataFormat: DataFormat = .channelsLast,
        inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([cropping.0, cropping.1, cropping.2], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("cropping", 1, axes: 3)
        try self.init(
            cropping: (borders[0], borders[1], borders[2]), dataFormat: config.dataFormat(), name: config.name,
            dtype: config.dtype)
    }
}

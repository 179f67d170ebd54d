import HornbillEngine

/// Without some elements at the beginning and end of the axis of time of `(batch, steps, channels)`.
/// Follows Keras's [Cropping1D](https://keras.io/api/layers/reshaping_layers/cropping1d/).
public final class Cropping1D: Cropping {
    /// - Parameter cropping: how many elements before and after.
    public init(
        _ cropping: Int = 1, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([(cropping, cropping)], dataFormat, inputShape, name, dtype)
    }

    /// - Parameter cropping: how many elements before, and how many after.
    public init(
        cropping: (Int, Int), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init([cropping], dataFormat, inputShape, name, dtype)
    }

    public convenience init(config: ConfigReader) throws {
        let borders = try config.borders("cropping", 1, axes: 1)
        try self.init(cropping: borders[0], dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        var config = super.getConfig()
        config["data_format"] = nil
        return config
    }
}

import HornbillEngine

/// Dropout of whole channels of a sequence `(batch, steps, channels)`.
/// Follows Keras's [SpatialDropout1D](https://keras.io/api/layers/regularization_layers/spatial_dropout1d/).
public final class SpatialDropout1D: Dropout {
    public init(
        _ rate: Double, seed: Int? = nil, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        super.init(rate, noiseShape: nil, seed: seed, inputShape: inputShape, name: name, dtype: dtype)
        inputSpec = InputSpec(rank: 3)
    }

    override func noiseShape(for x: Tensor) -> [Int?]? { [nil, 1, nil] }

    public convenience init(config: ConfigReader) throws {
        config.ignore("noise_shape")
        try self.init(config.double("rate"), seed: config.optionalInt("seed"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { spatialConfig(nil) }
}

/// Dropout of whole channels of images `(batch, height, width, channels)`.
/// Follows Keras's [SpatialDropout2D](https://keras.io/api/layers/regularization_layers/spatial_dropout2d/).
public final class SpatialDropout2D: Dropout {
    public let dataFormat: DataFormat

    public init(
        _ rate: Double, dataFormat: DataFormat = .channelsLast, seed: Int? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.dataFormat = dataFormat
        super.init(rate, noiseShape: nil, seed: seed, inputShape: inputShape, name: name, dtype: dtype)
        inputSpec = InputSpec(rank: 4)
    }

    override func noiseShape(for x: Tensor) -> [Int?]? {
        dataFormat == .channelsLast ? [nil, 1, 1, nil] : [nil, nil, 1, 1]
    }

    public convenience init(config: ConfigReader) throws {
        config.ignore("noise_shape")
        try self.init(
            config.double("rate"), dataFormat: config.dataFormat(), seed: config.optionalInt("seed"), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config { spatialConfig(dataFormat) }
}

/// Dropout of whole channels of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [SpatialDropout3D](https://keras.io/api/layers/regularization_layers/spatial_dropout3d/).
public final class SpatialDropout3D: Dropout {
    public let dataFormat: DataFormat

    public init(
        _ rate: Double, dataFormat: DataFormat = .channelsLast, seed: Int? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.dataFormat = dataFormat
        super.init(rate, noiseShape: nil, seed: seed, inputShape: inputShape, name: name, dtype: dtype)
        inputSpec = InputSpec(rank: 5)
    }

    override func noiseShape(for x: Tensor) -> [Int?]? {
        dataFormat == .channelsLast ? [nil, 1, 1, 1, nil] : [nil, nil, 1, 1, 1]
    }

    public convenience init(config: ConfigReader) throws {
        config.ignore("noise_shape")
        try self.init(
            config.double("rate"), dataFormat: config.dataFormat(), seed: config.optionalInt("seed"), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config { spatialConfig(dataFormat) }
}

extension Dropout {
    /// What Keras writes for these layers: neither `trainable` nor a noise shape.
    fileprivate func spatialConfig(_ dataFormat: DataFormat?) -> Config {
        var config: Config = [
            "rate": .double(rate), "seed": ConfigValue(seed), "name": .string(name), "dtype": .string(dtypePolicy.name),
        ]
        if let dataFormat { config["data_format"] = .string(dataFormat.rawValue) }
        return config
    }
}

import HornbillEngine

/// Makes each image lighter or darker in training.
/// Follows Keras's
/// [RandomBrightness](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/).
public final class RandomBrightness: RandomImageLayer {
    public let factor: FactorRange
    public let valueRange: (Double, Double)

    /// - Parameters:
    ///   - factor: what is added, in parts of the range of values: `0.2` for −20 … 20 %.
    ///   - valueRange: what pixels stay within.
    public init(
        _ factor: FactorRange, valueRange: (Double, Double) = (0, 255), seed: Int? = nil,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.factor = factor
        self.valueRange = (Swift.min(valueRange.0, valueRange.1), Swift.max(valueRange.0, valueRange.1))
        super.init(seed: seed, dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        try factor.check("factor", within: -1...1, loose: true)
    }

    override func transform(_ x: Tensor) throws -> Tensor {
        let change = draw(factor, for: x) * (valueRange.1 - valueRange.0)
        return ops.clip(x + change.cast(to: x.dtype), valueRange.0, valueRange.1)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.factor("factor"), valueRange: config.valueRange(), seed: config.optionalInt("seed"),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "factor": factor.pair, "value_range": .list([.double(valueRange.0), .double(valueRange.1)]),
            "seed": ConfigValue(seed),
        ])
    }
}

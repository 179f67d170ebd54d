import HornbillEngine

/// Changes how far each image's pixels are from their channel's mean, in training.
/// Follows Keras's
/// [RandomContrast](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/).
public final class RandomContrast: RandomImageLayer {
    public let factor: FactorRange
    public let valueRange: (Double, Double)

    /// - Parameters:
    ///   - factor: `FactorRange(l, u)` multiplies the distances by 1 − l … 1 + u; a single number f by 1 … 1 + f, as in
    ///     Keras. Both are within 0 … 1.
    ///   - valueRange: what pixels stay within.
    public init(
        _ factor: FactorRange, valueRange: (Double, Double) = (0, 255), seed: Int? = nil,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.factor = factor.fromZero
        self.valueRange = valueRange
        super.init(seed: seed, dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        try factor.check("factor", within: 0...1, loose: true)
    }

    override func transform(_ x: Tensor) throws -> Tensor {
        let row = rowAxis(x)
        let mean = ops.mean(x, axis: [row, row + 1], keepDims: true)
        let strength = draw(FactorRange(1 - factor.lower, 1 + factor.upper), for: x).cast(to: x.dtype)
        return ops.clip((x - mean) * strength + mean, valueRange.0, valueRange.1)
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

import HornbillEngine

/// Turns each image about its middle in training.
/// Follows Keras's
/// [RandomRotation](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/).
public final class RandomRotation: RandomAffineLayer {
    public let factor: FactorRange

    /// - Parameters:
    ///   - factor: the part of a whole turn: `0.2` turns by −72° … 72°, `FactorRange(0.1, 0.2)` by 36° … 72°, positive
    ///     ones counterclockwise.
    ///   - fillMode: what is seen beyond the edge.
    ///   - fillValue: what is seen there in the mode `constant`.
    public init(
        _ factor: FactorRange, fillMode: ImageFillMode = .reflect, interpolation: ResizeInterpolation = .bilinear,
        seed: Int? = nil, fillValue: Double = 0, dataFormat: DataFormat = .channelsLast,
        inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.factor = factor
        super.init(
            fillMode: fillMode, interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        try factor.check("factor", within: -1...1, loose: true)
    }

    override func map(_ x: Tensor, height: Double, width: Double)
        -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor)
    {
        let angle = draw(factor, for: x) * (2 * Double.pi)
        let (cosine, sine) = (ops.cos(angle), ops.sin(angle))
        let (centerX, centerY) = ((width - 1) / 2, (height - 1) / 2)
        return (
            cosine, -sine, centerX - cosine * centerX + sine * centerY, sine, cosine,
            centerY - sine * centerX - cosine * centerY
        )
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.factor("factor"), fillMode: config.choice("fill_mode", .reflect),
            interpolation: config.choice("interpolation", .bilinear),
            seed: config.optionalInt("seed"), fillValue: config.double("fill_value", 0),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "factor": factor.pair, "fill_mode": .string(fillMode.rawValue), "fill_value": .double(fillValue),
        ]).merging(affineConfig)
    }
}

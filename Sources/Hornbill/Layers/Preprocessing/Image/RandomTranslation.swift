import HornbillEngine

/// Moves each image in training.
/// Follows Keras's
/// [RandomTranslation](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/).
public final class RandomTranslation: RandomAffineLayer {
    public let heightFactor: FactorRange
    public let widthFactor: FactorRange

    /// - Parameters:
    ///   - heightFactor: how far, in parts of the height: `0.2` up or down by as much as 20 %, `FactorRange(0.1, 0.2)`
    ///     down only.
    ///   - widthFactor: how far, in parts of the width; positive is to the right.
    ///   - fillMode: what is seen beyond the edge.
    ///   - fillValue: what is seen there in the mode `constant`.
    public init(
        _ heightFactor: FactorRange, _ widthFactor: FactorRange, fillMode: ImageFillMode = .reflect,
        interpolation: ResizeInterpolation = .bilinear, seed: Int? = nil, fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.heightFactor = heightFactor
        self.widthFactor = widthFactor
        super.init(
            fillMode: fillMode, interpolation: interpolation, seed: seed, fillValue: fillValue, dataFormat: dataFormat,
            inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        try heightFactor.check("height factor", within: -1...1)
        try widthFactor.check("width factor", within: -1...1)
    }

    override func map(_ x: Tensor, height: Double, width: Double)
        -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor)
    {
        let vertical = draw(heightFactor, for: x) * height
        let horizontal = draw(widthFactor, for: x) * width
        let (none, one) = (ops.zerosLike(vertical), ops.onesLike(vertical))
        return (one, none, -horizontal, none, one, -vertical)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.factor("height_factor"), config.factor("width_factor"),
            fillMode: config.choice("fill_mode", .reflect), interpolation: config.choice("interpolation", .bilinear),
            seed: config.optionalInt("seed"), fillValue: config.double("fill_value", 0),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "height_factor": heightFactor.value, "width_factor": widthFactor.value,
        ]).merging(affineConfig)
    }
}

import HornbillEngine

/// Enlarges or shrinks each image about its middle in training; its size stays.
/// Follows Keras's [RandomZoom](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/).
public final class RandomZoom: RandomAffineLayer {
    public let heightFactor: FactorRange
    public let widthFactor: FactorRange?

    /// - Parameters:
    ///   - heightFactor: how much more of the height is seen: `0.2` for 80 … 120 %, `FactorRange(-0.3, -0.2)` for an
    ///     enlarged 70 … 80 %.
    ///   - widthFactor: the same of the width; if nil, what was drawn for the height, so that the proportions stay.
    ///   - fillMode: what is seen beyond the edge.
    ///   - fillValue: what is seen there in the mode `constant`.
    public init(
        _ heightFactor: FactorRange, _ widthFactor: FactorRange? = nil, fillMode: ImageFillMode = .reflect,
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
        // At −1 nothing would be seen.
        try heightFactor.check("height factor", within: (-1.0).nextUp...1)
        try widthFactor?.check("width factor", within: (-1.0).nextUp...1)
    }

    override func map(_ x: Tensor, height: Double, width: Double)
        -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor)
    {
        let vertical = draw(heightFactor.shifted(by: 1), for: x)
        let horizontal = widthFactor.map { draw($0.shifted(by: 1), for: x) } ?? vertical
        let none = ops.zerosLike(vertical)
        return (
            horizontal, none, (1 - horizontal) * ((width - 1) / 2), none, vertical, (1 - vertical) * ((height - 1) / 2)
        )
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.factor("height_factor"), config.optionalFactor("width_factor"),
            fillMode: config.choice("fill_mode", .reflect), interpolation: config.choice("interpolation", .bilinear),
            seed: config.optionalInt("seed"), fillValue: config.double("fill_value", 0),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "height_factor": heightFactor.value, "width_factor": widthFactor?.value ?? .null,
        ]).merging(affineConfig)
    }
}

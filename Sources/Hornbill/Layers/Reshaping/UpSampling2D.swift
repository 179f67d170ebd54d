import HornbillEngine

/// Images of `(batch, height, width, channels)` enlarged by whole factors.
/// Follows Keras's [UpSampling2D](https://keras.io/api/layers/reshaping_layers/up_sampling2d/).
public final class UpSampling2D: Layer {
    public let size: (Int, Int)
    public let dataFormat: DataFormat
    public let interpolation: ResizeInterpolation

    /// - Parameters:
    ///   - size: the factors of height and width.
    ///   - interpolation: what lies between the pixels; `nearest` repeats them.
    public init(
        size: (Int, Int) = (2, 2), dataFormat: DataFormat = .channelsLast,
        interpolation: ResizeInterpolation = .nearest, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.size = size
        self.dataFormat = dataFormat
        self.interpolation = interpolation
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: 4)
    }

    /// - Parameter size: the factor of height and width.
    public convenience init(
        _ size: Int, dataFormat: DataFormat = .channelsLast, interpolation: ResizeInterpolation = .nearest,
        inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.init(
            size: (size, size), dataFormat: dataFormat, interpolation: interpolation, inputShape: inputShape,
            name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws { try checkUpSampling([size.0, size.1]) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let row = dataFormat == .channelsFirst ? 2 : 1
        if interpolation == .nearest {
            return ops.repeat(ops.repeat(x, size.0, axis: row), size.1, axis: row + 1)
        }
        let target = (x.shape[row] * size.0, x.shape[row + 1] * size.1)
        return ops.image.resize(x, target, interpolation: interpolation, dataFormat: dataFormat)
    }

    override public convenience init(config: ConfigReader) throws {
        let size = try config.each("size", [2], 2)
        try self.init(
            size: (size[0], size[1]), dataFormat: config.dataFormat(),
            interpolation: config.choice("interpolation", .nearest), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "size": ConfigValue([size.0, size.1]), "data_format": .string(dataFormat.rawValue),
            "interpolation": .string(interpolation.rawValue),
        ])
    }
}

import HornbillEngine

/// Volumes of `(batch, depth, height, width, channels)`, each element repeated by whole factors.
/// Follows Keras's [UpSampling3D](https://keras.io/api/layers/reshaping_layers/up_sampling3d/).
public final class UpSampling3D: Layer {
    public let size: (Int, Int, Int)
    public let dataFormat: DataFormat

    /// - Parameter size: the factors of the three axes.
    public init(
        size: (Int, Int, Int) = (2, 2, 2), dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.size = size
        self.dataFormat = dataFormat
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: 5)
    }

    /// - Parameter size: the factor of all three axes.
    public convenience init(
        _ size: Int, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.init(
            size: (size, size, size), dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws { try checkUpSampling([size.0, size.1, size.2]) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let first = dataFormat == .channelsFirst ? 2 : 1
        var result = x
        for (axis, factor) in zip(first..., [size.0, size.1, size.2]) {
            result = ops.repeat(result, factor, axis: axis)
        }
        return result
    }

    override public convenience init(config: ConfigReader) throws {
        let size = try config.each("size", [2], 3)
        try self.init(
            size: (size[0], size[1], size[2]), dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "size": ConfigValue([size.0, size.1, size.2]), "data_format": .string(dataFormat.rawValue),
        ])
    }
}

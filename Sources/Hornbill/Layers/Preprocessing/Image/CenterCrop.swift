import HornbillEngine

/// The middle of images, or batches of them. One that is too small is resized so that it covers the target, and cropped.
/// Follows Keras's [CenterCrop](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/).
public final class CenterCrop: ImageLayer {
    public let height: Int
    public let width: Int

    public init(
        _ height: Int, _ width: Int, dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.height = height
        self.width = width
        super.init(dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws { try checkTarget(height, width) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let image = x.cast(to: computeDtype)
        let (old, wide) = (x.shape[rowAxis(x)], x.shape[rowAxis(x) + 1])
        guard old >= height, wide >= width else { return covering(image, height, width) }
        return part(image, top: (old - height) / 2, left: (wide - width) / 2, height, width)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.int("height"), config.int("width"), dataFormat: config.dataFormat(), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "height": .int(height), "width": .int(width),
        ])
    }
}

import HornbillEngine

/// A part of the images, somewhere else at each step of training, the same for all images of a batch. Without training,
/// and for images that are too small, the largest part with the target's proportions is resized.
/// Follows Keras's [RandomCrop](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/).
public final class RandomCrop: RandomImageLayer {
    public let height: Int
    public let width: Int

    public init(
        _ height: Int, _ width: Int, seed: Int? = nil, dataFormat: DataFormat = .channelsLast,
        inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.height = height
        self.width = width
        super.init(seed: seed, dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws { try checkTarget(height, width) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let images = try super.call(x, context: context)
        return context.training ? images : covering(images, height, width)
    }

    override func transform(_ x: Tensor) throws -> Tensor {
        let row = rowAxis(x)
        let (old, wide) = (x.shape[row], x.shape[row + 1])
        guard old >= height, wide >= width else { return covering(x, height, width) }
        var size = x.shape.dimensions
        (size[row], size[row + 1]) = (height, width)
        let none = Tensor.zeros([1], dtype: .int32)
        var start = [Tensor](repeating: none, count: x.rank)
        start[row] = draw(below: old - height + 1)
        start[row + 1] = draw(below: wide - width + 1)
        return ops.slice(x, ops.concatenate(start), size)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.int("height"), config.int("width"), seed: config.optionalInt("seed"),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "height": .int(height), "width": .int(width), "seed": ConfigValue(seed),
        ])
    }
}

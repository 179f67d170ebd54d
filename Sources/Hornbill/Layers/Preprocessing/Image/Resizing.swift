import HornbillEngine

/// Images, or batches of them, in another height and width. Integers stay integers: they are rounded.
/// Follows Keras's [Resizing](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/).
public final class Resizing: ImageLayer {
    public let height: Int
    public let width: Int
    public let interpolation: ResizeInterpolation
    public let cropToAspectRatio: Bool
    public let padToAspectRatio: Bool
    public let fillMode: String
    public let fillValue: Double
    public let antialias: Bool

    /// - Parameters:
    ///   - cropToAspectRatio: whether the middle of the original that has the target's proportions is taken.
    ///   - padToAspectRatio: whether a border gives the original the target's proportions.
    ///   - fillValue: what the border is filled with.
    ///   - antialias: whether a smaller image is of weighted means over all of the original.
    public init(
        _ height: Int, _ width: Int, interpolation: ResizeInterpolation = .bilinear, cropToAspectRatio: Bool = false,
        padToAspectRatio: Bool = false, fillMode: String = "constant", fillValue: Double = 0, antialias: Bool = false,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.cropToAspectRatio = cropToAspectRatio
        self.padToAspectRatio = padToAspectRatio
        self.fillMode = fillMode
        self.fillValue = fillValue
        self.antialias = antialias
        super.init(dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws { try checkTarget(height, width) }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let resized = ops.image.resize(
            x, (height, width), interpolation: interpolation, antialias: antialias,
            cropToAspectRatio: cropToAspectRatio, padToAspectRatio: padToAspectRatio, fillMode: fillMode,
            fillValue: fillValue, dataFormat: dataFormat)
        if resized.dtype == x.dtype || resized.error != nil { return resized }
        return ops.saturateCast(x.dtype.isInteger ? ops.round(resized) : resized, x.dtype)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.int("height"), config.int("width"), interpolation: config.choice("interpolation", .bilinear),
            cropToAspectRatio: config.bool("crop_to_aspect_ratio", false),
            padToAspectRatio: config.bool("pad_to_aspect_ratio", false),
            fillMode: config.string("fill_mode", "constant"),
            fillValue: config.double("fill_value", 0), antialias: config.bool("antialias", false),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "height": .int(height), "width": .int(width), "interpolation": .string(interpolation.rawValue),
            "crop_to_aspect_ratio": .bool(cropToAspectRatio), "pad_to_aspect_ratio": .bool(padToAspectRatio),
            "fill_mode": .string(fillMode), "fill_value": .double(fillValue), "antialias": .bool(antialias),
        ])
    }
}

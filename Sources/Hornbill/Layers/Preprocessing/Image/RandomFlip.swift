import HornbillEngine

/// In which directions images are mirrored.
public enum FlipMode: String, Sendable, Hashable, CaseIterable {
    /// Left and right.
    case horizontal
    /// Top and bottom.
    case vertical
    /// Each on its own.
    case horizontalAndVertical = "horizontal_and_vertical"
}

/// Mirrors half of the images in training.
/// Follows Keras's [RandomFlip](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/).
public final class RandomFlip: RandomImageLayer {
    public let mode: FlipMode

    public init(
        _ mode: FlipMode = .horizontalAndVertical, seed: Int? = nil, dataFormat: DataFormat = .channelsLast,
        inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.mode = mode
        super.init(seed: seed, dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override func transform(_ x: Tensor) throws -> Tensor {
        let row = rowAxis(x)
        var result = x
        if mode != .vertical { result = flipped(result, axis: row + 1) }
        if mode != .horizontal { result = flipped(result, axis: row) }
        return result
    }

    private func flipped(_ x: Tensor, axis: Int) -> Tensor {
        ops.where(draw(FactorRange(0, 1), for: x) < 0.5, ops.flip(x, axis: Axes(axis)), x)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            config.choice("mode", .horizontalAndVertical), seed: config.optionalInt("seed"),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "seed": ConfigValue(seed), "mode": .string(mode.rawValue),
        ])
    }
}

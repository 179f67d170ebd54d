import HornbillEngine

/// Inputs times a number plus another: pixels of 0 … 255 become 0 … 1 by `Rescaling(1.0 / 255)`.
/// Follows Keras's [Rescaling](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/).
public final class Rescaling: Layer {
    /// One number, or one for each channel.
    public let scale: [Double]
    public let offset: [Double]

    /// - Parameters:
    ///   - scale: what the inputs are multiplied by.
    ///   - offset: what is added then.
    public convenience init(
        _ scale: Double, offset: Double = 0, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.init([scale], offset: [offset], inputShape: inputShape, name: name, dtype: dtype)
    }

    /// - Parameters:
    ///   - scale: what the inputs are multiplied by, a number for each element of the last axis, or one for all.
    ///   - offset: what is added then.
    public init(
        _ scale: [Double], offset: [Double] = [0], inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.scale = scale
        self.offset = offset
        super.init(name: name, dtype: dtype, inputShape: inputShape)
    }

    override public func build(inputShape: PartialShape) throws {
        for (numbers, what) in [(scale, "scale"), (offset, "offset")] {
            guard numbers.count == 1 || inputShape.last == nil || inputShape.last == numbers.count else {
                throw HornbillError(
                    .shape, "a \(what) of \(numbers.count) numbers does not fit the last axis of \(inputShape)")
            }
        }
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        func tensor(_ numbers: [Double]) -> Tensor {
            Tensor(numbers, shape: numbers.count == 1 ? [] : [numbers.count]).cast(to: computeDtype)
        }
        return x.cast(to: computeDtype) * tensor(scale) + tensor(offset)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            config.doubleOrDoubles("scale"), offset: config.doubleOrDoubles("offset", [0]), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        func value(_ numbers: [Double]) -> ConfigValue {
            numbers.count == 1 ? .double(numbers[0]) : .list(numbers.map(ConfigValue.double))
        }
        return super.getConfig().merging(["scale": value(scale), "offset": value(offset)])
    }
}

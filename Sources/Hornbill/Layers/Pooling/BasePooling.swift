import HornbillEngine

/// What the pooling layers share. Made by its subclasses only.
///
/// Input `(batch, spatial…, channels)`, output the same with fewer places; channels come second in the format
/// `.channelsFirst`.
public class BasePooling: Layer {
    /// The size of the window, and how far it moves, for each spatial axis.
    public let poolSize: [Int]
    public let strides: [Int]
    public let padding: Padding
    public let dataFormat: DataFormat

    /// The number of spatial axes.
    class var spatialRank: Int { 0 }
    class var kind: PoolKind { .max }

    /// - Parameters:
    ///   - poolSize: the size of the window, for all spatial axes or each.
    ///   - strides: how far it moves; the window's size if nil.
    ///   - padding: `.valid` or `.same`.
    ///   - dataFormat: where the channels stand.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        poolSize: any SpatialSizes = 2, strides: (any SpatialSizes)? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        let rank = Self.spatialRank
        func each(_ sizes: any SpatialSizes) -> [Int] {
            let sizes = sizes.spatialSizes
            return sizes.count == 1 ? [Int](repeating: sizes[0], count: rank) : sizes
        }
        self.poolSize = each(poolSize)
        self.strides = each(strides ?? poolSize)
        self.padding = padding
        self.dataFormat = dataFormat
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: rank + 2)
    }

    /// The same with the window's size first: `MaxPooling2D(2)`.
    public convenience init(
        _ poolSize: any SpatialSizes, strides: (any SpatialSizes)? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, inputShape: PartialShape? = nil, name: String? = nil,
        dtype: DTypePolicy? = nil
    ) {
        self.init(
            poolSize: poolSize, strides: strides, padding: padding, dataFormat: dataFormat, inputShape: inputShape,
            name: name, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        for (what, sizes) in [("poolSize", poolSize), ("strides", strides)] {
            _ = try sizes.expanded(Self.spatialRank, what)
            guard sizes.count == Self.spatialRank else {
                throw HornbillError(.argument, "\(what) must have \(Self.spatialRank) numbers, not \(sizes)")
            }
        }
        try padding.check(kerasClassName)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        try x.floating().channelsLast(from: dataFormat).pooled(Self.kind, poolSize, strides: strides, padding)
            .channels(to: dataFormat)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            poolSize: config.sizes("pool_size", [2]), strides: config.optionalSizes("strides"),
            padding: config.padding(),
            dataFormat: config.dataFormat(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "pool_size": ConfigValue(poolSize), "padding": .string(padding.name), "strides": ConfigValue(strides),
            "data_format": .string(dataFormat.rawValue),
        ])
    }
}

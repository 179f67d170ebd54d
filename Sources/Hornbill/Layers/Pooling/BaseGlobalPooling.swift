import HornbillEngine

/// What the layers share that pool over all places at once. Made by its subclasses only.
///
/// Input `(batch, spatial…, channels)`, output `(batch, channels)`; channels come second in the format
/// `.channelsFirst`.
public class BaseGlobalPooling: Layer {
    public let dataFormat: DataFormat
    public let keepDims: Bool

    /// The number of spatial axes.
    class var spatialRank: Int { 0 }
    class var reduction: Reduction { .max }

    /// - Parameters:
    ///   - dataFormat: where the channels stand.
    ///   - keepDims: whether the spatial axes stay, with size 1.
    ///   - inputShape: for a first layer, the shape of one sample.
    public required init(
        dataFormat: DataFormat = .channelsLast, keepDims: Bool = false, inputShape: PartialShape? = nil,
        name: String? = nil, dtype: DTypePolicy? = nil
    ) {
        self.dataFormat = dataFormat
        self.keepDims = keepDims
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: Self.spatialRank + 2)
    }

    /// The spatial axes.
    var axes: [Int] {
        let first = dataFormat == .channelsLast ? 1 : 2
        return Array(first..<(first + Self.spatialRank))
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        try Tensor.reduce(Self.reduction, x, axes: axes, keepDims: keepDims)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            dataFormat: config.dataFormat(), keepDims: config.bool("keepdims", false), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["data_format": .string(dataFormat.rawValue), "keepdims": .bool(keepDims)])
    }
}

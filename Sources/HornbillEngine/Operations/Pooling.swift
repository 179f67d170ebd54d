// Pools. What computes is channels-last; the other format is transposed to it and back.

extension TensorFunction {
    private static func pool(_ name: String, _ kind: PoolKind) -> TensorFunction {
        TensorFunction(
            name, module: "keras.src.ops.nn", ["inputs"], config: ["pool_size", "strides", "padding", "data_format"]
        ) { call in
            let (size, format, padding) = (try call.ints(1), try call.dataFormat(4), try call.padding(3))
            try padding.check(name)
            let x = try call.tensor(0).floating().channelsLast(from: format)
            return try x.pooled(kind, size, strides: call.axes(2), padding).channels(to: format)
        }
    }

    static let maxPool = pool("MaxPool", .max)
    static let averagePool = pool("AveragePool", .average)

    static let pools: [TensorFunction] = [maxPool, averagePool]
}

extension Tensor {
    /// Pooled over the spatial axes of a channels-last tensor.
    package func pooled(_ kind: PoolKind, _ size: [Int], strides: [Int]?, _ padding: Padding) throws -> Tensor {
        let spatial = try spatialRank("a pool")
        var form = PoolForm(
            kind: kind, window: try size.expanded(spatial, "poolSize"),
            strides: try (strides ?? size).expanded(spatial, "strides"), low: [], high: [])
        for axis in 0..<spatial {
            let (low, high) = padding.amounts(
                size: shape[axis + 1], extent: form.window[axis], stride: form.strides[axis])
            form.low.append(low)
            form.high.append(high)
        }
        return try .emit1(.pool(form), [self])
    }
}

extension ops {
    /// The largest element of each window of `inputs`, (batch, spatial…, channels).
    /// - Parameters:
    ///   - poolSize: the size of the window, for all axes or each.
    ///   - strides: how far it moves; the window's size if nil.
    ///   - padding: `.valid` or `.same`.
    ///   - dataFormat: where the channels stand.
    public static func maxPool<T: TensorLike>(
        _ inputs: T, _ poolSize: any SpatialSizes, strides: (any SpatialSizes)? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let options = [
            poolSize.argument, strides?.argument ?? .none, .string(padding.name), .string(dataFormat.rawValue),
        ]
        return T.one(.maxPool, inputs, options, file, line)
    }

    /// The mean of each window of `inputs`, (batch, spatial…, channels), in which padding does not count.
    public static func averagePool<T: TensorLike>(
        _ inputs: T, _ poolSize: any SpatialSizes, strides: (any SpatialSizes)? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let options = [
            poolSize.argument, strides?.argument ?? .none, .string(padding.name), .string(dataFormat.rawValue),
        ]
        return T.one(.averagePool, inputs, options, file, line)
    }
}

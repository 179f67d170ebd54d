import HornbillEngine

/// What the layers that add or take away borders share: how much before and after on each of their axes.
public class SpatialBorders: Layer {
    /// (before, after) for each axis of space or time.
    public let borders: [(Int, Int)]
    public let dataFormat: DataFormat
    private let key: String

    /// - Parameter key: Keras's name of the borders.
    init(
        _ borders: [(Int, Int)], key: String, dataFormat: DataFormat, inputShape: PartialShape?, name: String?,
        dtype: DTypePolicy?
    ) {
        self.borders = borders
        self.key = key
        self.dataFormat = dataFormat
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(rank: borders.count + 2)
    }

    override public final func build(inputShape: PartialShape) throws {
        guard borders.allSatisfy({ $0.0 >= 0 && $0.1 >= 0 }) else {
            throw HornbillError(.argument, "the \(key) cannot be negative: \(borders)")
        }
        guard borders.allSatisfy({ $0.0 < 1 << 31 && $0.1 < 1 << 31 }) else {
            throw HornbillError(.argument, "the \(key) must be below 2147483648: \(borders)")
        }
    }

    /// The first of the axes that have borders.
    final var firstAxis: Int { dataFormat == .channelsFirst ? 2 : 1 }

    override public func getConfig() -> Config {
        let pairs = borders.map { ConfigValue([$0.0, $0.1]) }
        return super.getConfig().merging([
            key: pairs.count == 1 ? pairs[0] : .list(pairs), "data_format": .string(dataFormat.rawValue),
        ])
    }
}

/// Layers with a border of zeros.
public class ZeroPadding: SpatialBorders {
    init(
        _ padding: [(Int, Int)], _ dataFormat: DataFormat, _ inputShape: PartialShape?, _ name: String?,
        _ dtype: DTypePolicy?
    ) {
        super.init(
            padding, key: "padding", dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public final func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var widths = [(Int, Int)](repeating: (0, 0), count: x.rank)
        widths.replaceSubrange(firstAxis..<(firstAxis + borders.count), with: borders)
        return ops.pad(x, widths)
    }
}

/// Layers that cut borders off.
public class Cropping: SpatialBorders {
    init(
        _ cropping: [(Int, Int)], _ dataFormat: DataFormat, _ inputShape: PartialShape?, _ name: String?,
        _ dtype: DTypePolicy?
    ) {
        super.init(
            cropping, key: "cropping", dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
    }

    override public final func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var (start, size) = ([Int](repeating: 0, count: x.rank), x.shape.dimensions)
        for (axis, (before, after)) in zip(firstAxis..., borders) {
            guard before + after < size[axis] else {
                throw HornbillError(
                    .shape,
                    "\(before) and \(after) cannot be cut off axis \(axis) of the shape \(x.shape): nothing would be left"
                )
            }
            (start[axis], size[axis]) = (before, size[axis] - before - after)
        }
        return ops.slice(x, start, size)
    }
}

/// What is done at the borders of spatial axes: `.same`, or `"same"`.
public struct Padding: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Keras's name for it, in lower case.
    public let name: String

    public init(_ name: String) { self.name = name.lowercased() }
    public init(stringLiteral value: String) { self.init(value) }

    /// None: only whole windows count.
    public static let valid = Padding("valid")
    /// As much on both sides (one more after than before, where it is odd) as gives an output of size ⌈size / stride⌉.
    public static let same = Padding("same")
    /// Before a sequence only, so that no step sees a later one.
    public static let causal = Padding("causal")

    public var description: String { name }

    /// - Throws: kind `unknownName` if it is none of `known`.
    package func check(_ what: String, among known: [Padding] = [.valid, .same]) throws {
        guard known.contains(self) else {
            let names = known.map { "'\($0)'" }.joined(separator: ", ")
            throw HornbillError(.unknownName, "\(what) knows the paddings \(names), not '\(name)'")
        }
    }

    /// How much comes before and after an axis of `size`, for windows that reach over `extent`.
    func amounts(size: Int, extent: Int, stride: Int) -> (low: Int, high: Int) {
        switch self {
        case .same:
            let reach = (size - 1) / Swift.max(stride, 1) * stride + extent
            let total = Swift.max(reach - size, 0)
            return (total / 2, total - total / 2)
        case .causal: return (extent - 1, 0)
        default: return (0, 0)
        }
    }
}

/// A number for each spatial axis: `3` for all of them, or `[3, 5]`.
public protocol SpatialSizes: Sendable {
    /// One number, or one for each axis.
    var spatialSizes: [Int] { get }
}

extension Int: SpatialSizes {
    public var spatialSizes: [Int] { [self] }
}

extension [Int]: SpatialSizes {
    public var spatialSizes: [Int] { self }
}

extension SpatialSizes {
    package var argument: Argument {
        let sizes = spatialSizes
        return sizes.count == 1 ? .int(sizes[0]) : .ints(sizes)
    }

    /// The number of each of `rank` axes.
    /// - Throws: kind `argument` if there are not as many, or one is below `least` or beyond all reason.
    package func expanded(_ rank: Int, _ what: String, least: Int = 1) throws -> [Int] {
        let sizes = spatialSizes
        guard sizes.count == rank || sizes.count == 1 else {
            throw HornbillError(.argument, "\(what) must be one number, or \(rank) of them, not \(sizes)")
        }
        guard sizes.allSatisfy({ $0 >= least && $0 < 1 << 31 }) else {
            throw HornbillError(.argument, "\(what) must be at least \(least), not \(sizes)")
        }
        return sizes.count == rank ? sizes : [Int](repeating: sizes[0], count: rank)
    }
}

extension Tensor {
    /// (batch, spatial…, channels) from either format.
    package func channelsLast(from format: DataFormat) throws -> Tensor {
        guard format == .channelsFirst, rank > 2 else { return try validated() }
        return try transpose([0] + Array(2..<rank) + [1])
    }

    /// Either format from (batch, spatial…, channels).
    package func channels(to format: DataFormat) throws -> Tensor {
        guard format == .channelsFirst, rank > 2 else { return try validated() }
        return try transpose([0, rank - 1] + Array(1..<(rank - 1)))
    }

    /// The number of spatial axes.
    /// - Throws: kind `shape` if there are none, or more than three.
    package func spatialRank(_ what: String) throws -> Int {
        guard (3...5).contains(try validated().rank) else {
            throw HornbillError(
                .shape,
                "\(what) takes a batch with one to three spatial axes and channels, so 3 to 5 axes, not the shape \(shape)"
            )
        }
        return rank - 2
    }
}

extension FunctionCall {
    package func padding(_ index: Int) throws -> Padding { Padding(try string(index)) }

    package func dataFormat(_ index: Int) throws -> DataFormat {
        guard let name = try optionalString(index) else { return .channelsLast }
        guard let format = DataFormat(rawValue: name.lowercased()) else {
            let known = DataFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw HornbillError(.unknownName, "\(function.name): the data format '\(name)' is none of \(known)")
        }
        return format
    }
}

import HornbillEngine

/// The size of an axis in each of several traces of one computation: one number where it does not depend on the sizes
/// that the model leaves open, and otherwise something that is computed when the exported model runs.
struct Extent: Hashable, CustomStringConvertible {
    var sizes: [Int]

    /// The size, if it is the same in all traces.
    var fixed: Int? { sizes.allSatisfy { $0 == sizes[0] } ? sizes[0] : nil }

    var description: String { fixed.map { "\($0)" } ?? "?" }

    /// As this one in the other traces, too.
    func repeating(_ size: Int) -> Extent { Extent(sizes: sizes.map { _ in size }) }

    /// `self` = `factor` × `other` + `offset` in all traces, if there is such a whole factor of at least 1.
    func line(over other: Extent) -> (factor: Int, offset: Int)? {
        guard let (a, b) = Self.step(other), case let rise = sizes[b] - sizes[a], rise != 0 else { return nil }
        let (factor, rest) = rise.quotientAndRemainder(dividingBy: other.sizes[b] - other.sizes[a])
        guard rest == 0, factor >= 1 else { return nil }
        let offset = sizes[0] - factor * other.sizes[0]
        return zip(sizes, other.sizes).allSatisfy { $0 == factor * $1 + offset } ? (factor, offset) : nil
    }

    /// `self` = (`other` + `offset`) / `divisor`, rounded down, in all traces, if there is such a divisor.
    func quotient(of other: Extent) -> (offset: Int, divisor: Int)? {
        guard let largest = other.sizes.indices.max(by: { other.sizes[$0] < other.sizes[$1] }), sizes[largest] > 0,
            case let ratio = other.sizes[largest] / sizes[largest], ratio >= 1
        else { return nil }
        for divisor in max(ratio - 1, 2)...(ratio + 2) {
            for offset in -divisor...divisor
            where zip(sizes, other.sizes).allSatisfy({ $1 + offset >= 0 && $0 == ($1 + offset) / divisor }) {
                return (offset, divisor)
            }
        }
        return nil
    }

    /// `self` / `other`, if that is whole in all traces.
    func divided(by other: Extent) -> Extent? {
        guard zip(sizes, other.sizes).allSatisfy({ $1 != 0 && $0 % $1 == 0 }) else { return nil }
        return Extent(sizes: zip(sizes, other.sizes).map { $0 / $1 })
    }

    /// Two traces in which the size differs.
    private static func step(_ extent: Extent) -> (Int, Int)? {
        extent.sizes.indices.dropFirst().first { extent.sizes[$0] != extent.sizes[0] }.map { (0, $0) }
    }
}

/// The type of a value in all traces.
struct ExtentType {
    var dtype: DType
    var extents: [Extent]

    /// - Throws: kind `graph` where the traces differ in the number of axes.
    init(_ types: [TensorType]) throws {
        dtype = types[0].dtype
        guard types.allSatisfy({ $0.dtype == types[0].dtype && $0.shape.rank == types[0].shape.rank }) else {
            throw HornbillError(
                .graph,
                "what is computed depends on the size of the input in more than its sizes: \(types.map(\.description).joined(separator: " against "))"
            )
        }
        extents = types[0].shape.indices.map { axis in Extent(sizes: types.map { $0.shape[axis] }) }
    }

    var rank: Int { extents.count }
    /// The shape, if all sizes are the same in all traces.
    var fixed: [Int]? {
        let sizes = extents.compactMap(\.fixed)
        return sizes.count == rank ? sizes : nil
    }
    var description: String { "\(dtype)(" + extents.map(\.description).joined(separator: ", ") + ")" }
}

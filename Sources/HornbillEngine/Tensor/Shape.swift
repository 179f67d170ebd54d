/// The sizes of a tensor's axes, outermost first; `[]` is a scalar. Every size is known and not negative.
///
/// A sequence of sizes, but no collection: ``count`` is the number of a tensor's elements, and what the standard library
/// does with collections would take it for the number of axes.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, Sequence, CustomStringConvertible {
    public var dimensions: [Int]

    public init(_ dimensions: [Int]) { self.dimensions = dimensions }
    public init(arrayLiteral elements: Int...) { dimensions = elements }

    public var rank: Int { dimensions.count }
    public var indices: Range<Int> { dimensions.indices }
    public var first: Int? { dimensions.first }
    public var last: Int? { dimensions.last }
    public var isEmpty: Bool { dimensions.isEmpty }
    public subscript(axis: Int) -> Int { dimensions[axis] }
    public func makeIterator() -> IndexingIterator<[Int]> { dimensions.makeIterator() }

    /// The number of elements. Only shapes that passed ``validated()`` exist in tensors, so it cannot overflow there.
    public var count: Int { dimensions.reduce(1, &*) }

    /// The shape, if all sizes are ≥ 0 and the number of bytes of any dtype fits into an Int.
    /// - Throws: ``HornbillError`` of kind `shape` or `memory`.
    public func validated() throws -> Shape {
        var count = 1
        for size in dimensions {
            guard size >= 0 else { throw HornbillError(.shape, "a shape cannot have a negative size: \(self)") }
            let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(size, 1))
            guard !overflow, product < Int.max / 16 else {
                throw HornbillError(.memory, "the shape \(self) has more elements than memory can hold")
            }
            count = product
        }
        return self
    }

    public var description: String {
        dimensions.count == 1 ? "(\(dimensions[0]),)" : "(" + dimensions.map(String.init).joined(separator: ", ") + ")"
    }

    /// Row-major strides in elements.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
        }
        return strides
    }

    /// The shape of both operands of an element-wise operation, by NumPy's broadcasting rules.
    package func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        let rank = Swift.max(self.rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for axis in 0..<rank {
            let a = axis - (rank - self.rank) >= 0 ? dimensions[axis - (rank - self.rank)] : 1
            let b = axis - (rank - other.rank) >= 0 ? other.dimensions[axis - (rank - other.rank)] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[axis] = a == 1 ? b : a
        }
        return Shape(result)
    }

    /// `axis` counted from the front; negative values count from the end.
    /// - Throws: ``HornbillError`` of kind `argument` if there is no such axis.
    package func axis(_ axis: Int, extra: Int = 0) throws -> Int {
        let rank = self.rank + extra
        let resolved = axis < 0 ? axis &+ rank : axis
        guard resolved >= 0, resolved < rank else {
            throw HornbillError(.argument, "axis \(axis) is out of range for the shape \(self) of rank \(self.rank)")
        }
        return resolved
    }

    /// Axes counted from the front, sorted and without repetition; `nil` means all.
    package func axes(_ axes: [Int]?) throws -> [Int] {
        guard let axes else { return Array(0..<rank) }
        let resolved = try axes.map { try axis($0) }
        guard Set(resolved).count == resolved.count else {
            throw HornbillError(.argument, "an axis is named twice in \(axes) for the shape \(self)")
        }
        return resolved.sorted()
    }

    /// The shape after a reduction over `axes` (resolved).
    package func reduced(_ axes: [Int], keepDims: Bool) -> Shape {
        var result: [Int] = []
        for (axis, size) in dimensions.enumerated() {
            if !axes.contains(axis) { result.append(size) } else if keepDims { result.append(1) }
        }
        return Shape(result)
    }

    package func replacing(_ axis: Int, with size: Int) -> Shape {
        var copy = self
        copy.dimensions[axis] = size
        return copy
    }
}

/// The dtype and shape of a value in a graph.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    public var dtype: DType
    public var shape: Shape

    public init(_ dtype: DType, _ shape: Shape) {
        self.dtype = dtype
        self.shape = shape
    }

    /// Bytes of the whole value.
    public var byteCount: Int { shape.count * dtype.byteCount }
    public var description: String { "\(dtype)\(shape)" }
}

/// A shape some of whose sizes are not known yet: `[nil, 3]` is any number of rows of three.
public struct PartialShape: Sendable, Hashable, ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    public var dimensions: [Int?]

    public init(_ dimensions: [Int?]) { self.dimensions = dimensions }
    public init(_ shape: Shape) { dimensions = shape.dimensions }
    public init(arrayLiteral elements: Int?...) { dimensions = elements }
    /// A bare number is a shape of one axis.
    public init(integerLiteral value: Int) { dimensions = [value] }

    public var rank: Int { dimensions.count }
    public var last: Int? { dimensions.last.flatMap { $0 } }

    /// The size of an axis; negative axes count from the end, and an axis that is not there is unknown.
    public subscript(axis: Int) -> Int? {
        let index = axis < 0 ? axis + rank : axis
        return dimensions.indices.contains(index) ? dimensions[index] : nil
    }

    /// Whether all sizes are known.
    public var isComplete: Bool { dimensions.allSatisfy { $0 != nil } }

    /// The shape with `size` in place of each unknown size.
    package func filled(with size: Int) -> Shape { Shape(dimensions.map { $0 ?? size }) }

    /// The shape with the sizes in which the two differ unknown; they have as many axes.
    package func merging(_ other: PartialShape) -> PartialShape {
        PartialShape(zip(dimensions, other.dimensions).map { $0 == $1 ? $0 : nil })
    }

    /// Whether a tensor of `shape` has this shape where it is known.
    package func accepts(_ shape: PartialShape) -> Bool {
        rank == shape.rank && zip(dimensions, shape.dimensions).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }

    /// As Keras prints it: `(None, 3)`.
    public var description: String {
        let sizes = dimensions.map { $0.map(String.init) ?? "None" }
        return sizes.count == 1 ? "(\(sizes[0]),)" : "(" + sizes.joined(separator: ", ") + ")"
    }
}

import HornbillEngine

/// How a layer that finds a number for each token gives it.
public struct OutputMode: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Keras's name.
    public let name: String

    public init(_ name: String) {
        // Keras's older names.
        self.name = ["binary": "multi_hot", "tf-idf": "tf_idf"][name] ?? name
    }
    public init(stringLiteral value: String) { self.init(value) }

    /// The numbers themselves.
    public static let int = OutputMode("int")
    /// A new axis with 1 at the number; an axis of size 1 at the end is replaced.
    public static let oneHot = OutputMode("one_hot")
    /// The last axis becomes 1 for each number that is in it.
    public static let multiHot = OutputMode("multi_hot")
    /// The last axis becomes how often each number is in it.
    public static let count = OutputMode("count")
    /// As `count`, weighted by how rare the tokens are among the samples that the layer was adapted to.
    public static let tfIdf = OutputMode("tf_idf")

    public var description: String { name }

    /// - Throws: kind `argument` unless it is one of `known`.
    func check(_ known: [OutputMode]) throws {
        guard !known.contains(self) else { return }
        let names = known.map(\.name).joined(separator: ", ")
        throw HornbillError(.argument, "the output mode must be one of \(names), not '\(name)'")
    }

    /// The shape of the output for numbers of `shape` in 0 ..< depth.
    func outputShape(_ shape: PartialShape, depth: Int) -> PartialShape {
        let sizes = shape.dimensions
        switch self {
        case .int: return shape
        case .oneHot:
            return PartialShape((sizes.count > 1 && shape.last == 1 ? sizes.dropLast() : sizes[...]) + [depth])
        default: return PartialShape(sizes.dropLast() + [depth])
        }
    }

    /// The numbers as float32, in this mode (any but `int`); those outside of 0 ..< depth are left out.
    func encode(_ numbers: [Int], _ shape: Shape, depth: Int) throws -> Tensor {
        let result = try outputShape(PartialShape(shape), depth: depth).filled(with: 0).validated()
        var values = [Float](repeating: 0, count: result.count)
        // As many numbers as one vector of the output is made of.
        let group = self == .oneHot ? 1 : max(shape.last ?? 1, 1)
        for (index, number) in numbers.enumerated() where number >= 0 && number < depth {
            let place = index / group * depth + number
            values[place] = self == .count || self == .tfIdf ? values[place] + 1 : 1
        }
        return Tensor(values, shape: result)
    }
}

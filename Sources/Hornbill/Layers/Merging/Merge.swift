import HornbillEngine

/// A layer that makes one tensor of several, element by element. Their shapes are broadcast, but not the batch axis;
/// where one has fewer axes, axes of size 1 are put after its batch axis.
public class Merge: Layer {
    public init(name: String? = nil, dtype: DTypePolicy? = nil) {
        super.init(name: name, dtype: dtype, inputShape: nil)
    }

    /// Makes one tensor of several of one rank.
    func merge(_ inputs: [Tensor]) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override merge(_:)")
    }

    /// - Throws: kind `shape` that names the two shapes that do not fit.
    func check(_ shapes: [PartialShape]) throws {
        guard let first = shapes.first else {
            throw HornbillError(.argument, "\(kerasClassName) needs a list of inputs: `\(kerasClassName)()([a, b])`")
        }
        var (merged, last) = (Array(first.dimensions.dropFirst()), first)
        for shape in shapes.dropFirst() {
            guard let together = Self.broadcast(merged, Array(shape.dimensions.dropFirst())) else {
                throw HornbillError(.shape, "\(kerasClassName) cannot merge inputs of the shapes \(last) and \(shape)")
            }
            if first.rank > 0, shape.rank > 0, let a = first[0], let b = shape[0], a != b {
                throw HornbillError(
                    .shape,
                    "\(kerasClassName) cannot merge batches of \(a) and \(b) samples: the shapes are \(first) and \(shape)"
                )
            }
            (merged, last) = (together, shape)
        }
    }

    private static func broadcast(_ a: [Int?], _ b: [Int?]) -> [Int?]? {
        if a.count < b.count { return broadcast(b, a) }
        var result = a
        for (offset, size) in b.enumerated() {
            let axis = a.count - b.count + offset
            guard let mine = a[axis], let size else {
                result[axis] = nil
                continue
            }
            guard mine == size || mine == 1 || size == 1 else { return nil }
            result[axis] = mine == 1 ? size : mine
        }
        return result
    }

    override public var supportsMasking: Bool { true }

    /// An element counts where it counts in any input; all do if an input has no mask.
    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        let known = masks.compactMap { $0 }
        guard let first = known.first, known.count == masks.count else { return [] }
        return [try known.dropFirst().reduce(first) { $0 .| $1 }.validated()]
    }

    override public final func build(inputShapes: Structure<PartialShape>) throws { try check(inputShapes.leaves) }

    override public final func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let tensors = inputs.leaves
        try check(tensors.map { PartialShape($0.shape) })
        return .tensor(try merge(aligned(tensors)))
    }

    /// The shape of the output for inputs of these shapes: unknown where an input's is.
    func outputShape(_ shapes: [PartialShape]) -> PartialShape? {
        guard let first = shapes.first, first.rank > 0 else { return nil }
        var merged: [Int?]? = Array(first.dimensions.dropFirst())
        for shape in shapes.dropFirst() {
            merged = merged.flatMap { Self.broadcast($0, Array(shape.dimensions.dropFirst())) }
        }
        let batches = Set(shapes.compactMap { $0[0] })
        return merged.map { PartialShape([batches.count == 1 ? batches.first : nil] + $0) }
    }

    override package final func promised(
        _ outputs: Structure<LayerNode.Output>, for shapes: [PartialShape]
    ) -> Structure<LayerNode.Output> {
        guard let output = outputs.single, let shape = outputShape(shapes), shape.rank == output.shape.rank else {
            return outputs
        }
        return .tensor(LayerNode.Output(shape: shape, dtype: output.dtype))
    }

    /// All with the same number of axes.
    func aligned(_ tensors: [Tensor]) -> [Tensor] {
        let rank = tensors.map(\.rank).max() ?? 0
        return tensors.map { x in
            guard x.rank < rank, x.rank > 0 else { return x }
            let missing = Array(repeating: 1, count: rank - x.rank)
            return ops.reshape(x, [x.shape[0]] + missing + x.shape.dropFirst())
        }
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(name: config.name, dtype: config.dtype)
    }
}

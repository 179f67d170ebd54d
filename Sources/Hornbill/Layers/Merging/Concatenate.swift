import HornbillEngine

/// Its inputs one after the other along an axis; the other axes must agree.
/// Follows Keras's [Concatenate](https://keras.io/api/layers/merging_layers/concatenate/).
public final class Concatenate: Merge {
    public let axis: Int

    public init(axis: Int = -1, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.axis = axis
        super.init(name: name, dtype: dtype)
    }

    override func check(_ shapes: [PartialShape]) throws {
        guard let first = shapes.first else {
            throw HornbillError(.argument, "Concatenate needs a list of inputs: `Concatenate()([a, b])`")
        }
        guard axis >= -first.rank, axis < first.rank else {
            throw HornbillError(.argument, "there is no axis \(axis) to concatenate along in the shape \(first)")
        }
        let along = axis < 0 ? axis + first.rank : axis
        for shape in shapes.dropFirst() {
            let fits =
                shape.rank == first.rank
                && (0..<first.rank).allSatisfy { index in
                    guard index != along, let a = first[index], let b = shape[index] else { return true }
                    return a == b
                }
            guard fits else {
                throw HornbillError(
                    .shape,
                    "Concatenate needs inputs whose shapes agree but for axis \(axis), got \(first) and \(shape)")
            }
        }
    }

    override func outputShape(_ shapes: [PartialShape]) -> PartialShape? {
        guard var shape = shapes.first, shape.rank > 0 else { return nil }
        let along = axis < 0 ? axis + shape.rank : axis
        let sizes = shapes.compactMap { $0[along] }
        shape.dimensions[along] = sizes.count == shapes.count ? sizes.reduce(0, +) : nil
        return shape
    }

    override func aligned(_ tensors: [Tensor]) -> [Tensor] { tensors }

    /// The masks side by side as the inputs are; along the last axis, an element counts where it counts in any input.
    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        if masks.allSatisfy({ $0 == nil }) { return [] }
        let full = zip(inputs.leaves, masks).map { input, mask in
            guard var mask = mask?.cast(to: .bool) else { return ops.onesLike(input, dtype: .bool) }
            while mask.rank < input.rank, mask.error == nil { mask = ops.expandDims(mask, axis: -1) }
            return ops.broadcastTo(mask, input.shape)
        }
        return [try ops.any(ops.concatenate(full, axis: axis), axis: -1).validated()]
    }

    override func merge(_ inputs: [Tensor]) throws -> Tensor { ops.concatenate(inputs, axis: axis) }

    public convenience init(config: ConfigReader) throws {
        try self.init(axis: config.int("axis", -1), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["axis": .int(axis)]) }
}

/// These one after the other along an axis. Short for `Concatenate(axis: axis)(inputs)`.
public func concatenate<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], axis: Int = -1, name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Concatenate(axis: axis, name: name)(inputs, file: file, line: line)
}

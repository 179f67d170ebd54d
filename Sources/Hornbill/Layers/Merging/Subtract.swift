import HornbillEngine

/// Its first input less its second. Element by element, with the shapes broadcast.
/// Follows Keras's [Subtract](https://keras.io/api/layers/merging_layers/subtract/).
public final class Subtract: Merge {
    override func check(_ shapes: [PartialShape]) throws {
        guard shapes.count == 2 else {
            throw HornbillError(.argument, "Subtract takes two inputs, not \(shapes.count)")
        }
        try super.check(shapes)
    }

    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs[0] - inputs[1] }
}

/// The first of two less the second. Short for `Subtract()(inputs)`.
public func subtract<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Subtract(name: name)(inputs, file: file, line: line)
}

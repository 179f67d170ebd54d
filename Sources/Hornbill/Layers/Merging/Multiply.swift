import HornbillEngine

/// The product of its inputs. Element by element, with the shapes broadcast.
/// Follows Keras's [Multiply](https://keras.io/api/layers/merging_layers/multiply/).
public final class Multiply: Merge {
    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs.dropFirst().reduce(inputs[0], *) }
}

/// The product of these. Short for `Multiply()(inputs)`.
public func multiply<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Multiply(name: name)(inputs, file: file, line: line)
}

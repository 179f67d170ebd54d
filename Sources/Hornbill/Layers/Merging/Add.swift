import HornbillEngine

/// The sum of its inputs. Element by element, with the shapes broadcast.
/// Follows Keras's [Add](https://keras.io/api/layers/merging_layers/add/).
public final class Add: Merge {
    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs.dropFirst().reduce(inputs[0], +) }
}

/// The sum of these. Short for `Add()(inputs)`.
public func add<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Add(name: name)(inputs, file: file, line: line)
}

import HornbillEngine

/// The mean of its inputs. Element by element, with the shapes broadcast.
/// Follows Keras's [Average](https://keras.io/api/layers/merging_layers/average/).
public final class Average: Merge {
    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs.dropFirst().reduce(inputs[0], +) / inputs.count }
}

/// The mean of these. Short for `Average()(inputs)`.
public func average<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Average(name: name)(inputs, file: file, line: line)
}

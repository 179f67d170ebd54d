import HornbillEngine

/// The largest of its inputs. Element by element, with the shapes broadcast.
/// Follows Keras's [Maximum](https://keras.io/api/layers/merging_layers/maximum/).
public final class Maximum: Merge {
    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        inputs.dropFirst().reduce(inputs[0]) { ops.maximum($0, $1) }
    }
}

/// The largest of these. Short for `Maximum()(inputs)`.
public func maximum<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Maximum(name: name)(inputs, file: file, line: line)
}

import HornbillEngine

/// The smallest of its inputs. Element by element, with the shapes broadcast.
/// Follows Keras's [Minimum](https://keras.io/api/layers/merging_layers/minimum/).
public final class Minimum: Merge {
    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        inputs.dropFirst().reduce(inputs[0]) { ops.minimum($0, $1) }
    }
}

/// The smallest of these. Short for `Minimum()(inputs)`.
public func minimum<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], name: String? = nil, file: String = #fileID, line: Int = #line
) -> T where T.Leaf == T {
    Minimum(name: name)(inputs, file: file, line: line)
}

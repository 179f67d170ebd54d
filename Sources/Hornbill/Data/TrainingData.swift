import HornbillEngine

/// What can be given as data: a tensor, Swift arrays of numbers or strings (nested ones become axes), arrays of tensors for several
/// inputs or outputs, dictionaries by name.
public protocol TrainingData {
    var data: TensorStructure { get }
    /// What an array of such is.
    static func data(of elements: [Self]) -> TensorStructure
}

extension Tensor: TrainingData {
    public var data: TensorStructure { .tensor(self) }
    public static func data(of elements: [Tensor]) -> TensorStructure { .list(elements.map(Structure.tensor)) }
}

extension Structure: TrainingData where Leaf == Tensor {
    public var data: TensorStructure { self }
    public static func data(of elements: [TensorStructure]) -> TensorStructure { .list(elements) }
}

extension Array: TrainingData where Element: TrainingData {
    public var data: TensorStructure { Element.data(of: self) }

    /// Arrays of numbers become the rows of one tensor; arrays of tensors stay a list.
    public static func data(of elements: [[Element]]) -> TensorStructure {
        let parts = elements.map { Element.data(of: $0) }
        let tensors = parts.compactMap { part in if case .tensor(let tensor) = part { tensor } else { nil } }
        guard tensors.count == parts.count, !(Element.self == Tensor.self) else { return .list(parts) }
        guard let first = tensors.first else { return .tensor(Tensor.zeros([0])) }
        if let ragged = tensors.firstIndex(where: { $0.shape != first.shape }) {
            return .tensor(
                Tensor(
                    error: HornbillError(
                        .data, "row \(ragged) has the shape \(tensors[ragged].shape), row 0 has \(first.shape)")))
        }
        return .tensor(ops.stack(tensors, axis: 0))
    }
}

extension Dictionary: TrainingData where Key == String, Value: TrainingData {
    public var data: TensorStructure { .dictionary(mapValues(\.data)) }
    public static func data(of elements: [[String: Value]]) -> TensorStructure { .list(elements.map(\.data)) }
}

/// A Swift number as data: an array of them is a tensor of rank 1.
public protocol NumericTrainingData: TrainingData, TensorScalar {}

extension NumericTrainingData {
    public var data: TensorStructure { .tensor(Tensor(scalar: self)) }
    public static func data(of elements: [Self]) -> TensorStructure { .tensor(Tensor(elements)) }
}

/// An array of strings is a tensor of rank 1.
extension String: TrainingData {
    public var data: TensorStructure { .tensor(Tensor(scalar: self)) }
    public static func data(of elements: [String]) -> TensorStructure { .tensor(Tensor(elements)) }
}

extension Float: NumericTrainingData {}
extension Double: NumericTrainingData {}
extension Int: NumericTrainingData {}
extension Int32: NumericTrainingData {}
extension Int64: NumericTrainingData {}
extension UInt8: NumericTrainingData {}
extension Bool: NumericTrainingData {}

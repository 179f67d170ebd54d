/// An operation that a user adds: its shape rule, its kernel, and its gradient.
///
/// ```swift
/// struct Clip01: CustomOperation {
///     let name = "clip01"
///     func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] { inputs }
///     func execute(_ inputs: [Tensor]) throws -> [Tensor] { [try Tensor(inputs[0].scalars(Float.self).map { min(max($0, 0), 1) }, shape: inputs[0].shape)] }
///     func gradient(_ inputs: [Tensor], _ outputs: [Tensor], _ outputGradients: [Tensor]) throws -> [Tensor?] {
///         [outputGradients[0] * (inputs[0] >= 0).cast(to: .float32) * (inputs[0] <= 1).cast(to: .float32)]
///     }
/// }
/// let y = Tensor.custom(Clip01(), [x])[0]
/// ```
public protocol CustomOperation: Sendable {
    /// What printed graphs and errors call it.
    var name: String { get }
    /// The types of the results for operands of these types.
    /// - Throws: an error that says which operand does not fit.
    func outputTypes(_ inputs: [TensorType]) throws -> [TensorType]
    /// Computes the results, of exactly the types that ``outputTypes(_:)`` gave. May run on any thread.
    func execute(_ inputs: [Tensor]) throws -> [Tensor]
    /// The gradient for each operand, written with tensor operations; `nil` where none flows.
    func gradient(_ inputs: [Tensor], _ outputs: [Tensor], _ outputGradients: [Tensor]) throws -> [Tensor?]
}

extension CustomOperation {
    public func gradient(_ inputs: [Tensor], _ outputs: [Tensor], _ outputGradients: [Tensor]) throws -> [Tensor?] {
        throw HornbillError(.argument, "the custom operation \(name) has no gradient")
    }
}

/// A custom operation in a graph: equal only to itself.
public final class CustomOperationBox: Sendable, Hashable {
    public let operation: any CustomOperation
    package init(_ operation: any CustomOperation) { self.operation = operation }
    public static func == (a: CustomOperationBox, b: CustomOperationBox) -> Bool { a === b }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// The naive kernels: generic over the element type, written for clarity. They are the float64 backend, the fallback
/// for types and shapes that no fast kernel covers, and the tests' oracle.
package enum Reference {
    package static func execute(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        throw HornbillError(.internal, "no reference kernel for \(operation)")
    }
}

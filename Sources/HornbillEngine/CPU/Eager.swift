/// Operations on concrete tensors, run at once.
package enum Eager {
    package static func execute(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        try Reference.execute(operation, inputs)
    }
}

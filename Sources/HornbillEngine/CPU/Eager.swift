import CKernels
import Synchronization

/// Operations on concrete tensors, run at once: by the kernels that plans use, which are kept by operation and types.
package enum Eager {
    private struct Key: Hashable {
        var operation: Operation
        var types: [TensorType]
    }

    private static let kernels = Mutex(BoundedCache<Key, EagerKernel>(capacity: 512))

    package static func execute(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        switch operation {
        case .constant(let constant): return [constant.tensor]
        case .stopGradient: return [inputs[0]]
        case .reshape(let shape):
            _ = try operation.outputTypes(inputs.map(\.type))
            return [inputs[0].hostReshaped(shape)]
        // They are not equal to others of their kind, or own what should not be kept.
        case .scan, .cond, .whileLoop:
            return try EagerKernel(operation, inputs.map(\.type)).run(inputs)
        case .custom: return try Reference.execute(operation, inputs)
        default: break
        }
        let key = Key(operation: operation, types: inputs.map(\.type))
        if let kernel = kernels.withLock({ $0[key] }) { return try kernel.run(inputs) }
        let kernel = try EagerKernel(operation, key.types)
        kernels.withLock { $0.insert(kernel, for: key) }
        return try kernel.run(inputs)
    }
}

/// A kernel with the types that it was chosen for. Many threads may run it at once, each its own executable.
private final class EagerKernel: @unchecked Sendable {
    private let kernel: Kernel
    private let outputs: [TensorType]
    private let checksOnly: Bool
    private let lock = Mutex(())
    /// Those that no thread is running.
    private var idle: [Instance] = []

    /// An executable in a box: a closure that goes through a generic function bare comes back wrapped in one more
    /// closure each time.
    private final class Instance {
        let execute: Executable
        init(_ execute: @escaping Executable) { self.execute = execute }
    }

    init(_ operation: Operation, _ inputs: [TensorType]) throws {
        outputs = try operation.outputTypes(inputs)
        kernel = try Lowering.kernel(
            for: operation, inputs, outputs, LoweringOptions(threads: ThreadTeam.defaultSize))
        checksOnly = if case .checkRange = operation { true } else { false }
    }

    func run(_ inputs: [Tensor]) throws -> [Tensor] {
        let operands = try inputs.map { try $0.requirePointer() }
        let results =
            checksOnly ? inputs : try outputs.map { Tensor(buffer: try HostBuffer(byteCount: $0.byteCount), $0) }
        let targets = checksOnly ? [] : try results.map { try $0.requirePointer() }
        let instance = try lock.withLock { _ in idle.popLast() } ?? Instance(kernel.instantiate())
        let mode = hk_flush_denormals()
        defer {
            hk_restore_denormals(mode)
            lock.withLock { _ in idle.append(instance) }
        }
        try withUnsafeTemporaryAllocation(byteCount: max(kernel.scratchBytes, 64), alignment: 64) { scratch in
            let pointers = operands + targets + (scratch.baseAddress.map { [$0] } ?? [])
            try pointers.withWindow { try instance.execute($0) }
        }
        withExtendedLifetime(inputs) {}
        return results
    }
}

/// The naive kernels: generic over the element type, written for clarity. They are the float64 backend, the fallback
/// for types and shapes that no fast kernel covers, and the tests' oracle.
///
/// Transcendental functions are computed and sums accumulated in double precision, whatever the element type. Integer
/// arithmetic wraps; dividing an integer by zero gives 0.
package enum Reference {
    /// The results of an operation on host tensors, in new memory unless they are an operand seen under another shape.
    /// - Throws: the shape rule's error, or one of kind `data` for an index out of range.
    package static func execute(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        switch operation {
        case .constant(let constant): return [constant.tensor]
        case .stopGradient: return [inputs[0]]
        case .scan(let body): return try scan(body, inputs)
        case .cond(let branches): return try cond(branches, inputs)
        case .whileLoop(let loop): return try whileLoop(loop, inputs)
        case .custom(let box): return try custom(box.operation, inputs)
        default: break
        }
        let inputTypes = inputs.map(\.type)
        let outputTypes = try operation.outputTypes(inputTypes)
        let pointers = try inputs.map { UnsafeRawPointer(try $0.requirePointer()) }
        if case .reshape(let shape) = operation { return [inputs[0].hostReshaped(shape)] }
        let buffers = try outputTypes.map { try HostBuffer(byteCount: $0.byteCount) }
        try withExtendedLifetime(inputs) {
            try run(
                operation, inputs: pointers, inputTypes: inputTypes, outputs: buffers.map(\.pointer),
                outputTypes: outputTypes)
        }
        return zip(buffers, outputTypes).map { Tensor(buffer: $0, $1) }
    }

    /// Computes an operation from and into given memory: row-major contiguous, of the given types, not overlapping.
    /// - Throws: kind `data` for an index out of range, or what custom code throws.
    package static func run(
        _ operation: Operation, inputs: [UnsafeRawPointer], inputTypes: [TensorType],
        outputs: [UnsafeMutableRawPointer], outputTypes: [TensorType]
    ) throws {
        let call = Call(inputs: inputs, inputTypes: inputTypes, outputs: outputs, outputTypes: outputTypes)
        if operation.computes, (inputTypes + outputTypes).contains(where: { $0.dtype.isHalf }) {
            try call.widened { try $0.run(operation) }
        } else {
            try call.run(operation)
        }
    }

    /// The operands and results of one operation in memory.
    struct Call {
        var inputs: [UnsafeRawPointer]
        var inputTypes: [TensorType]
        var outputs: [UnsafeMutableRawPointer]
        var outputTypes: [TensorType]

        var shape: Shape { inputTypes[0].shape }
        var count: Int { outputTypes[0].shape.count }

        func run(_ operation: Operation) throws {
            switch operation {
            case .input, .variable:
                throw HornbillError(.internal, "\(operation) has a value only within its graph")
            case .constant(let constant):
                outputs[0].copyMemory(from: try constant.tensor.requirePointer(), byteCount: outputTypes[0].byteCount)
            case .unary(let function): try unary(function)
            case .binary(let function): try binary(function)
            case .select: select()
            case .special(let function): try special(function)
            case .cast(let dtype):
                Reference.cast(inputTypes[0].dtype, inputs[0], to: dtype, outputs[0], count: count)
            case .stopGradient, .reshape: move()
            case .checkRange(let lower, let upper, let what):
                try checkRange(lower, upper, what)
                move()
            case .matmul(let transposeA, let transposeB): try matmul(transposeA, transposeB)
            case .convolution(let form): try convolution(form)
            case .fusedConvolution(let form):
                try convolution(form)
                try finish(bias: true, .none)
            case .convolutionInputGradient(let form, _): try convolutionInputGradient(form)
            case .convolutionKernelGradient(let form, _): try convolutionKernelGradient(form)
            case .fusedKernelGradient(let form, _):
                try convolutionKernelGradient(form)
                try biasGradient()
            case .pool(let form): try pool(form)
            case .poolGradient(let form, _): try poolGradient(form)
            case .poolPick(let form): try poolPick(form)
            case .linearAlgebra(let function): try linearAlgebra(function)
            case .reduce(let kind, let axes, _): try reduce(kind, axes)
            case .argReduce(let smallest, let axis): try argReduce(smallest, axis)
            case .cumulative(let kind, let axis, let reverse): try cumulative(kind, axis, reverse)
            case .softmax(let logarithm): try softmax(logarithm)
            case .softmaxGradient(let logarithm): try softmaxGradient(logarithm)
            case .normalization(let kind): try normalization(kind)
            case .attention(let form): try attention(form)
            case .attentionGradient(let form): try attentionGradient(form)
            case .topK(let count): try sort(count: count, descending: true)
            case .sort(let descending): try sort(count: shape[shape.rank - 1], descending: descending)
            case .transpose(let axes): transpose(axes)
            case .broadcast: broadcast()
            case .slice(let start, let size, let stride): slice(start, size, stride)
            case .pad(let low, _, let interior, let value): pad(low, interior, value)
            case .concatenate(let axis): concatenate(axis)
            case .gather(let axis): try gather(axis)
            case .scatterAdd(let axis, let size): try scatterAdd(axis, size)
            case .gatherElements: try gatherElements()
            case .scatterElements(let size): try scatterElements(size)
            case .segmentReduce(let kind, let size): try segmentReduce(kind, size)
            case .oneHot(let depth, let dtype): oneHot(depth, dtype)
            case .random(let distribution, _): random(distribution)
            case .scan, .cond, .whileLoop, .custom: try interpret(operation)
            case .fused(let program): try fused(program)
            case .fusedMatmul(let transposeA, let transposeB, let bias, let activation):
                try matmul(transposeA, transposeB)
                try finish(bias: bias, activation)
            }
        }

        /// Copies the operand.
        private func move() { outputs[0].copyMemory(from: inputs[0], byteCount: outputTypes[0].byteCount) }

        /// The elements of an operand.
        func input<T>(_ index: Int, as type: T.Type = T.self) -> UnsafePointer<T> {
            inputs[index].assumingMemoryBound(to: type)
        }

        /// The elements of a result.
        func output<T>(_ index: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
            outputs[index].assumingMemoryBound(to: type)
        }

        /// Runs `body` with operands and results of half precision replaced by float32 copies.
        func widened(_ body: (Call) throws -> Void) throws {
            var copy = self
            var buffers: [HostBuffer] = []
            func float32(_ type: inout TensorType) throws -> UnsafeMutableRawPointer {
                type.dtype = .float32
                buffers.append(try HostBuffer(byteCount: type.byteCount))
                return buffers[buffers.count - 1].pointer
            }
            for (index, type) in inputTypes.enumerated() where type.dtype.isHalf {
                let pointer = try float32(&copy.inputTypes[index])
                Reference.cast(type.dtype, inputs[index], to: .float32, pointer, count: type.shape.count)
                copy.inputs[index] = UnsafeRawPointer(pointer)
            }
            for (index, type) in outputTypes.enumerated() where type.dtype.isHalf {
                copy.outputs[index] = try float32(&copy.outputTypes[index])
            }
            try body(copy)
            for (index, type) in outputTypes.enumerated() where type.dtype.isHalf {
                Reference.cast(.float32, copy.outputs[index], to: type.dtype, outputs[index], count: type.shape.count)
            }
            withExtendedLifetime(buffers) {}
        }
    }
}

extension DType {
    /// Whether it is stored in 16 bits and computed in float32.
    var isHalf: Bool { self == .float16 || self == .bfloat16 }
    /// Whether arithmetic on it is float32 arithmetic.
    var isComputedInFloat32: Bool { self == .float32 || isHalf }
}

extension Operation {
    /// Whether its kernel does arithmetic on the elements, for which half precision is widened to float32 first. The
    /// others only move them.
    var computes: Bool {
        switch self {
        case .unary, .binary, .matmul, .convolution, .convolutionInputGradient, .convolutionKernelGradient, .pool,
            .poolGradient, .poolPick, .fusedConvolution, .fusedKernelGradient, .reduce, .argReduce, .cumulative,
            .softmax, .softmaxGradient, .normalization, .attention, .attentionGradient, .topK, .sort,
            .scatterAdd, .scatterElements, .fusedMatmul:
            true
        case .special, .linearAlgebra, .segmentReduce: true
        case .whileLoop: false
        case .input, .constant, .variable, .select, .cast, .stopGradient, .checkRange, .reshape, .transpose, .broadcast,
            .slice, .pad, .concatenate, .gather, .gatherElements, .oneHot, .random, .scan, .cond, .custom, .fused:
            false
        }
    }
}

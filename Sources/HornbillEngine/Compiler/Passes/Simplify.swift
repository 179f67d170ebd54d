/// Pass 1: the same numbers with fewer nodes. Equal nodes become one, constants are folded, what changes nothing goes,
/// transpositions move into products, and broadcasting moves towards the end, so that what is small is computed small.
package enum Simplify {
    package static func run(_ graph: Graph) throws -> Graph {
        var rewriter = GraphRewriter(graph.withoutDeadNodes())
        for (index, node) in rewriter.source.nodes.enumerated() {
            rewriter.map(
                index, to: try rewriter.simplified(node.operation, node.inputs.map(rewriter.mapped), like: node))
        }
        return rewriter.finish().withoutDeadNodes()
    }
}

extension GraphRewriter {
    /// What a rule makes of a node.
    enum Rewrite {
        case value(Value)
        case node(Operation, [Value])
    }

    /// Emits an operation on values of the new graph, simplified as far as the rules go.
    mutating func simplified(_ operation: Operation, _ inputs: [Value], like node: Node) throws -> [Value] {
        var (operation, inputs) = (operation, inputs)
        // Every rule makes the node or its operands simpler; the bound guards against a pair that undo each other.
        for _ in 0..<16 {
            switch try rewrite(operation, inputs, like: node) {
            case nil:
                if let folded = folded(operation, inputs) { return try emit(folded, [], like: node) }
                return try emit(operation, inputs, like: node)
            case .value(let value): return [value]
            case .node(let simpler, let operands): (operation, inputs) = (simpler, operands)
            }
        }
        return try emit(operation, inputs, like: node)
    }

    func operation(of value: Value) -> Operation { graph.nodes[value.node].operation }
    func inputs(of value: Value) -> [Value] { graph.nodes[value.node].inputs }
    func type(of value: Value) -> TensorType { graph.type(of: value) }

    private mutating func rewrite(_ operation: Operation, _ inputs: [Value], like node: Node) throws -> Rewrite? {
        switch operation {
        case .input, .constant, .variable: return nil
        case .unary(let function): return try simplifyUnary(function, inputs[0], like: node)
        case .binary(let function): return try simplifyBinary(function, inputs[0], inputs[1], like: node)
        case .select:
            if inputs[1] == inputs[2] { return .value(inputs[1]) }
            return try broadcastLast(.select, inputs, like: node)
        case .cast(let dtype): return try simplifyCast(dtype, inputs[0], like: node)
        case .stopGradient: return .value(inputs[0])
        case .matmul(let transposeA, let transposeB): return simplifyMatmul(transposeA, transposeB, inputs)
        case .reduce(_, let axes, _):
            let type = type(of: inputs[0])
            guard axes.allSatisfy({ type.shape[$0] == 1 }) else { return nil }
            return .node(.reshape(try graph.outputTypes(of: operation, [type])[0].shape), inputs)
        case .reshape(let shape): return simplifyReshape(shape, inputs[0])
        case .transpose(let axes): return simplifyTranspose(axes, inputs[0])
        case .broadcast(let shape): return simplifyBroadcast(shape, inputs[0])
        case .slice(let start, let size, let stride):
            let whole = size == type(of: inputs[0]).shape.dimensions && start.allSatisfy { $0 == 0 }
            return whole && stride.allSatisfy { $0 == 1 } ? .value(inputs[0]) : nil
        case .pad(let low, let high, let interior, _):
            return (low + high + interior).allSatisfy { $0 == 0 } ? .value(inputs[0]) : nil
        case .concatenate: return inputs.count == 1 ? .value(inputs[0]) : nil
        case .gather(let axis): return try simplifyGather(axis, inputs, like: node)
        case .special, .linearAlgebra, .segmentReduce, .whileLoop: return nil
        case .convolution(let form): return try simplifyConvolution(form, inputs, like: node)
        case .convolutionInputGradient(let form, let sizes):
            return try simplifyInputGradient(form, sizes, inputs, like: node)
        case .convolutionKernelGradient(let form, let window):
            return try simplifyKernelGradient(form, window, inputs, like: node)
        case .fusedConvolution, .fusedKernelGradient, .pool, .poolGradient, .poolPick, .checkRange, .argReduce,
            .cumulative, .softmax,
            .softmaxGradient, .normalization, .attention, .attentionGradient, .topK, .sort, .scatterAdd,
            .gatherElements, .scatterElements, .oneHot, .random, .scan, .cond, .custom, .fused, .fusedMatmul:
            return nil
        }
    }

    // MARK: Constants

    /// The value of a node of small constants, computed now.
    private func folded(_ operation: Operation, _ inputs: [Value]) -> Operation? {
        guard operation.isFoldable, !inputs.isEmpty else { return nil }
        var tensors: [Tensor] = []
        for input in inputs {
            guard case .constant(let constant) = self.operation(of: input) else { return nil }
            tensors.append(constant.tensor)
        }
        // What fails now fails again when the plan runs, where the failure belongs.
        guard let types = try? graph.outputTypes(of: operation, inputs.map(type(of:))), types.count == 1,
            types[0].byteCount <= 1024, let result = try? Reference.execute(operation, tensors)
        else { return nil }
        return .constant(ConstantTensor(result[0]))
    }

    /// The number that all elements of a value are, if that is known.
    func uniform(_ value: Value) -> Double? {
        switch operation(of: value) {
        case .constant(let constant): return constant.uniformValue
        case .broadcast, .reshape: return uniform(inputs(of: value)[0])
        default: return nil
        }
    }
}

extension Operation {
    /// Whether it is worth computing at compile time: not what makes much of little.
    fileprivate var isFoldable: Bool {
        switch self {
        case .unary, .binary, .select, .cast, .reduce, .reshape, .transpose, .slice, .concatenate, .pad, .softmax: true
        case .special, .linearAlgebra, .segmentReduce, .whileLoop: false
        case .input, .constant, .variable, .stopGradient, .checkRange, .matmul, .convolution,
            .convolutionInputGradient, .convolutionKernelGradient, .fusedConvolution, .fusedKernelGradient, .pool,
            .poolGradient, .poolPick, .argReduce, .cumulative,
            .softmaxGradient, .normalization, .attention, .attentionGradient,
            .topK, .sort, .broadcast, .gather, .scatterAdd, .gatherElements, .scatterElements, .oneHot, .random, .scan,
            .cond, .custom, .fused, .fusedMatmul:
            false
        }
    }
}

extension ConstantTensor {
    /// The number that all elements are, looked for in small tensors only.
    var uniformValue: Double? {
        guard tensor.count > 0, tensor.type.byteCount <= 4096, let pointer = tensor.hostPointer else { return nil }
        func uniform<T: Equatable & BitwiseCopyable>(_: T.Type, _ number: (T) -> Double) -> Double? {
            let elements = UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: T.self), count: tensor.count)
            return elements.allSatisfy { $0 == elements[0] } ? number(elements[0]) : nil
        }
        switch tensor.dtype {
        case .float32: return uniform(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: return uniform(UInt64.self) { Double(bitPattern: $0) }
        case .int32: return uniform(Int32.self) { Double($0) }
        // A double holds these exactly only up to 2⁵³.
        case .int64: return uniform(Int64.self) { Double($0) }.flatMap { abs($0) < 0x1p53 ? $0 : nil }
        case .uint8, .bool: return uniform(UInt8.self) { Double($0) }
        case .float16: return uniform(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .bfloat16: return uniform(UInt16.self) { Double(Float(BFloat16(bitPattern: $0))) }
        case .string: return nil
        }
    }
}

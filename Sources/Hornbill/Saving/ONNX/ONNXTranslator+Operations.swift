import HornbillEngine

extension ONNXTranslator {
    /// The table: what each operation becomes. Without a `default`, so that a new operation has to be thought of here.
    func translate() throws {
        try checkKind()
        switch node.operation {
        case .input(let number): try give(inputNames[number])
        case .constant: try constant()
        case .variable(let number): try giveVariable(number)

        case .unary(let function): try give(unary(function))
        case .binary(let function): try give(binary(function))
        case .select: try select()
        case .cast(let dtype): try give(cast(operand(0), from: operandType(0).dtype, to: dtype))
        // A runtime's own lookup refuses indices that are out of range.
        case .stopGradient, .checkRange: try give(operand(0))
        case .special(let function): try give(special(function))

        case .matmul(let transposeA, let transposeB): try give(matmul(transposeA, transposeB))
        case .linearAlgebra: throw refuse()

        case .convolution: try give(convolution())
        case .convolutionInputGradient: try give(transposedConvolution())
        case .pool: try give(pool())
        case .convolutionKernelGradient, .poolGradient, .poolPick, .softmaxGradient, .attentionGradient:
            throw refuse("it belongs to a gradient")

        case .reduce(let kind, let axes, let keepDims): try give(reduce(kind, axes, keepDims))
        case .argReduce(let smallest, let axis): try give(argReduce(smallest, axis))
        case .cumulative(let kind, let axis, let reverse): try give(cumulative(kind, axis, reverse))
        case .softmax(let logarithm): try give(emit(logarithm ? "LogSoftmax" : "Softmax", [operand(0)], [axis(-1)]))
        case .normalization(let form): try normalization(form)
        case .attention(let form): try attention(form)
        case .topK, .sort: try sort()

        case .reshape: try give(reshape())
        case .transpose(let axes): try give(transpose(operand(0), axes))
        case .broadcast: try giveBroadcast(of: 0)
        case .slice: try give(slice())
        case .pad: try give(pad())
        case .concatenate(let axis): try give(emit("Concat", operands(), [self.axis(axis)]))

        case .gather(let axis): try give(emit("Gather", operands(), [self.axis(axis)]))
        case .gatherElements: try give(emit("GatherElements", operands(), [axis(-1)]))
        case .scatterAdd(let axis, _): try give(scatterAdd(axis))
        case .scatterElements: try give(scatterElements())
        case .segmentReduce(let kind, _): try give(segmentReduce(kind))
        case .oneHot(_, let dtype): try give(oneHot(dtype))

        case .random: throw refuse("it draws random numbers, of a stream that only Hornbill has")

        case .scan: try scan()
        case .cond: try cond()
        case .whileLoop: try whileLoop()

        case .custom: throw refuse("it is an operation of your own")
        case .fused, .fusedMatmul, .fusedConvolution, .fusedKernelGradient:
            throw HornbillError(.internal, "\(node.operation) stands in a graph that was not compiled")
        }
    }

    func operands() throws -> [String] { try node.inputs.indices.map(operand) }

    func axis(_ axis: Int) -> (name: String, value: ONNXAttribute) { ("axis", .int(axis)) }

    /// - Throws: kind `graph` unless all traces have the same operation here, beside its sizes.
    private func checkKind() throws {
        let kinds = operations.map { $0.description.prefix { $0.isLetter } }
        guard kinds.allSatisfy({ $0 == kinds[0] }),
            graphs.allSatisfy({ $0.nodes[index].inputs == node.inputs })
        else {
            throw HornbillError(
                .graph,
                "what is computed depends on the size of the input: there is \(kinds.joined(separator: " or "))")
        }
    }
}

extension Operation {
    /// The types of the results for operands of these types.
    ///
    /// Public operations check their arguments and promote dtypes before they come here; the messages of this rule are
    /// what a user sees only when shapes themselves do not fit.
    /// - Throws: ``HornbillError`` of kind `shape`, `dtype` or `argument`.
    package func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
        try checkOperandCount(inputs.count)
        switch self {
        case .input, .variable: throw HornbillError(.internal, "\(self) has a type only within its graph")
        case .constant(let constant): return [constant.tensor.type]
        case .unary(let function): return [try function.outputType(inputs[0])]
        case .binary(let function): return [try function.outputType(inputs[0], inputs[1])]
        case .select: return [try Self.selectType(inputs)]
        case .special(let function): return [try function.outputType(inputs)]
        case .cast(let dtype): return [TensorType(dtype, inputs[0].shape)]
        case .stopGradient: return inputs
        case .checkRange:
            guard inputs[0].dtype.isInteger else {
                throw HornbillError(.dtype, "indices must be integers, not \(inputs[0].dtype)")
            }
            return inputs
        case .matmul(let transposeA, let transposeB):
            return [try Self.matmulType(inputs[0], inputs[1], transposeA, transposeB)]
        case .fusedMatmul(let transposeA, let transposeB, _, _):
            return [try Self.matmulType(inputs[0], inputs[1], transposeA, transposeB)]
        case .convolution(let form), .fusedConvolution(let form):
            return [try form.outputType(inputs[0], inputs[1])]
        case .convolutionInputGradient(let form, let sizes):
            return [try form.inputType(inputs[0], inputs[1], sizes)]
        case .convolutionKernelGradient(let form, let window):
            return [try form.kernelType(inputs[0], inputs[1], window)]
        case .fusedKernelGradient(let form, let window):
            let kernel = try form.kernelType(inputs[0], inputs[1], window)
            return [kernel, TensorType(kernel.dtype, [kernel.shape.last ?? 0])]
        case .pool(let form): return [try form.outputType(inputs[0])]
        case .poolGradient(let form, let sizes): return [try form.inputType(inputs, sizes)]
        case .poolPick(let form): return [try form.pickType(inputs[0], inputs[1])]
        case .linearAlgebra(let function): return try function.outputTypes(inputs)
        case .reduce(_, let axes, let keepDims):
            return [TensorType(inputs[0].dtype, inputs[0].shape.reduced(axes, keepDims: keepDims))]
        case .argReduce(_, let axis): return [try Self.argReduceType(inputs[0], axis)]
        case .cumulative: return inputs
        case .softmax: return [try Self.floating(inputs[0], minimumRank: 1)]
        case .softmaxGradient: return [try Self.floating(inputs[0], minimumRank: 1)]
        case .normalization(let kind): return try kind.outputTypes(inputs)
        case .attention(let form): return try Self.attentionTypes(form, inputs)
        case .attentionGradient: return Array(inputs.prefix(3))
        case .topK(let count): return try Self.topKTypes(inputs[0], count)
        case .sort: return try Self.topKTypes(inputs[0], inputs[0].shape.last ?? 0)
        case .reshape(let shape):
            guard shape.count == inputs[0].shape.count else {
                throw HornbillError(
                    .shape,
                    "cannot reshape \(inputs[0].shape) to \(shape): \(inputs[0].shape.count) elements against \(shape.count)"
                )
            }
            return [TensorType(inputs[0].dtype, shape)]
        case .transpose(let axes):
            guard axes.sorted() == Array(0..<inputs[0].shape.rank) else {
                throw HornbillError(.argument, "the axes \(axes) are no permutation of those of \(inputs[0].shape)")
            }
            return [TensorType(inputs[0].dtype, Shape(axes.map { inputs[0].shape[$0] }))]
        case .broadcast(let shape):
            guard inputs[0].shape.broadcast(with: shape) == shape else {
                throw HornbillError(.shape, "cannot broadcast \(inputs[0].shape) to \(shape)")
            }
            return [TensorType(inputs[0].dtype, try shape.validated())]
        case .slice(let start, let size, let stride): return [try Self.sliceType(inputs[0], start, size, stride)]
        case .pad(let low, let high, let interior, _): return [try Self.padType(inputs[0], low, high, interior)]
        case .concatenate(let axis): return [try Self.concatenateType(inputs, axis)]
        case .gather(let axis): return [try Self.gatherType(inputs[0], inputs[1], axis)]
        case .scatterAdd(let axis, let size): return [try Self.scatterType(inputs[0], inputs[1], axis, size)]
        case .segmentReduce(_, let size): return [try Self.segmentType(inputs[0], inputs[1], size)]
        case .gatherElements: return [try Self.gatherElementsType(inputs[0], inputs[1])]
        case .scatterElements(let size): return [try Self.scatterElementsType(inputs[0], inputs[1], size)]
        case .oneHot(let depth, let dtype):
            guard depth >= 0 else { throw HornbillError(.argument, "oneHot needs a depth ≥ 0, not \(depth)") }
            return [TensorType(dtype, try Shape(inputs[0].shape.dimensions + [depth]).validated())]
        case .random(let distribution, let shape):
            guard inputs[0] == TensorType(.int64, [2]) else {
                throw HornbillError(.argument, "a random stream is an int64 tensor of shape (2,), not \(inputs[0])")
            }
            return [TensorType(distribution == .bits ? .int64 : .float32, try shape.validated())]
        case .scan(let body): return try Self.scanTypes(body, inputs)
        case .cond(let branches): return try Self.condTypes(branches, inputs)
        case .whileLoop(let loop): return try Self.whileTypes(loop, inputs)
        case .custom(let box): return try box.operation.outputTypes(inputs)
        case .fused(let program): return program.outputs.map(\.type)
        }
    }

    private func checkOperandCount(_ count: Int) throws {
        let expected: ClosedRange<Int>
        switch self {
        case .input, .constant, .variable: expected = 0...0
        case .unary, .cast, .stopGradient, .checkRange, .reduce, .argReduce, .cumulative, .softmax, .topK, .sort,
            .reshape,
            .transpose, .broadcast, .slice, .pad, .oneHot, .random, .pool:
            expected = 1...1
        case .poolGradient(let form, _): expected = form.kind == .max ? 2...2 : 1...1
        case .convolution, .convolutionInputGradient, .convolutionKernelGradient, .fusedKernelGradient, .poolPick,
            .binary, .matmul, .softmaxGradient, .gather, .scatterAdd, .gatherElements, .scatterElements:
            expected = 2...2
        case .select, .fusedConvolution: expected = 3...3
        case .normalization(let kind): expected = kind.operandCount...kind.operandCount
        case .special(let function): expected = function.operandCount...function.operandCount
        case .linearAlgebra(let function): expected = function.operandCount...function.operandCount
        case .segmentReduce: expected = 2...2
        case .fusedMatmul(_, _, let bias, _): expected = bias ? 3...3 : 2...2
        case .attention(let form): expected = form.hasMask ? 4...4 : 3...3
        case .attentionGradient(let form): expected = form.hasMask ? 7...7 : 6...6
        case .concatenate: expected = 1...Int.max
        case .scan, .cond, .whileLoop, .custom, .fused: expected = 0...Int.max
        }
        guard expected.contains(count) else {
            throw HornbillError(.internal, "\(self) takes \(expected.lowerBound) operands, not \(count)")
        }
    }

    private static func floating(_ type: TensorType, minimumRank: Int) throws -> TensorType {
        guard type.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "softmax needs floating point, not \(type.dtype)")
        }
        guard type.shape.rank >= minimumRank else { throw HornbillError(.shape, "softmax needs at least one axis") }
        return type
    }

    private static func selectType(_ inputs: [TensorType]) throws -> TensorType {
        guard inputs[0].dtype == .bool, inputs[1] == inputs[2], inputs[0].shape == inputs[1].shape else {
            throw HornbillError(.internal, "select of \(inputs)")
        }
        return inputs[1]
    }
}

extension Unary {
    package func outputType(_ input: TensorType) throws -> TensorType {
        if isPredicate { return TensorType(.bool, input.shape) }
        switch self {
        case .negate, .abs, .sign, .square, .relu, .floor, .ceil, .round, .trunc: return input
        default:
            guard input.dtype.isFloatingPoint else {
                throw HornbillError(.dtype, "\(rawValue) needs floating point, not \(input.dtype)")
            }
            return input
        }
    }
}

extension Binary {
    func outputType(_ a: TensorType, _ b: TensorType) throws -> TensorType {
        guard a == b else {
            throw HornbillError(.internal, "\(rawValue) of \(a) and \(b): broadcast and promote first")
        }
        if isLogical, a.dtype != .bool { throw HornbillError(.dtype, "\(rawValue) needs bool, not \(a.dtype)") }
        return isComparison || isLogical ? TensorType(.bool, a.shape) : a
    }
}

// MARK: Products, reductions

extension Operation {
    static func matmulType(_ a: TensorType, _ b: TensorType, _ transposeA: Bool, _ transposeB: Bool) throws
        -> TensorType
    {
        guard a.dtype == b.dtype else { throw HornbillError(.internal, "matmul of \(a.dtype) and \(b.dtype)") }
        guard a.shape.rank >= 2, b.shape.rank >= 2 else {
            throw HornbillError(
                .shape, "a matrix product needs at least two axes on both sides, not \(a.shape) and \(b.shape)")
        }
        let (m, k) =
            transposeA
            ? (a.shape[a.shape.rank - 1], a.shape[a.shape.rank - 2])
            : (a.shape[a.shape.rank - 2], a.shape[a.shape.rank - 1])
        let (k2, n) =
            transposeB
            ? (b.shape[b.shape.rank - 1], b.shape[b.shape.rank - 2])
            : (b.shape[b.shape.rank - 2], b.shape[b.shape.rank - 1])
        guard k == k2 else {
            throw HornbillError(
                .shape,
                "a matrix product of \(a.shape)\(transposeA ? "ᵀ" : "") and \(b.shape)\(transposeB ? "ᵀ" : ""): the inner sizes \(k) and \(k2) differ"
            )
        }
        let batch = a.shape.dimensions.dropLast(2)
        guard b.shape.rank == 2 || batch == b.shape.dimensions.dropLast(2) else {
            throw HornbillError(
                .shape, "a batched matrix product of \(a.shape) and \(b.shape): the leading axes differ")
        }
        return TensorType(a.dtype, Shape(Array(batch) + [m, n]))
    }

    static func argReduceType(_ input: TensorType, _ axis: Int) throws -> TensorType {
        guard input.shape[axis] > 0 else { throw HornbillError(.shape, "argMax of an empty axis: \(input.shape)") }
        return TensorType(.int64, input.shape.reduced([axis], keepDims: false))
    }

    static func topKTypes(_ input: TensorType, _ count: Int) throws -> [TensorType] {
        guard let last = input.shape.last, count >= 0, count <= last else {
            throw HornbillError(.argument, "cannot take the \(count) largest along the last axis of \(input.shape)")
        }
        let shape = input.shape.replacing(input.shape.rank - 1, with: count)
        return [TensorType(input.dtype, shape), TensorType(.int64, shape)]
    }
}

// MARK: Parts

extension Operation {
    static func sliceType(_ input: TensorType, _ start: [Int], _ size: [Int], _ stride: [Int]) throws -> TensorType {
        let shape = input.shape
        guard start.count == shape.rank, size.count == shape.rank, stride.count == shape.rank else {
            throw HornbillError(.shape, "a slice of \(start.count) axes of the shape \(shape)")
        }
        for axis in 0..<shape.rank where size[axis] > 0 {
            let last = start[axis] + (size[axis] - 1) * stride[axis]
            guard start[axis] >= 0, start[axis] < shape[axis], last >= 0, last < shape[axis] else {
                throw HornbillError(
                    .shape,
                    "a slice from \(start[axis]), \(size[axis]) elements by \(stride[axis]), leaves axis \(axis) of \(shape)"
                )
            }
        }
        return TensorType(input.dtype, try Shape(size).validated())
    }

    static func padType(_ input: TensorType, _ low: [Int], _ high: [Int], _ interior: [Int]) throws -> TensorType {
        let shape = input.shape
        guard low.count == shape.rank, high.count == shape.rank, interior.count == shape.rank else {
            throw HornbillError(.shape, "a padding of \(low.count) axes for the shape \(shape)")
        }
        guard (low + high + interior).allSatisfy({ $0 >= 0 }) else {
            throw HornbillError(.argument, "a padding cannot be negative")
        }
        let sizes = shape.indices.map { low[$0] + shape[$0] + max(shape[$0] - 1, 0) * interior[$0] + high[$0] }
        return TensorType(input.dtype, try Shape(sizes).validated())
    }

    static func concatenateType(_ inputs: [TensorType], _ axis: Int) throws -> TensorType {
        let first = inputs[0]
        var total = 0
        for input in inputs {
            guard input.dtype == first.dtype, input.shape.rank == first.shape.rank,
                input.shape.indices.allSatisfy({ $0 == axis || input.shape[$0] == first.shape[$0] })
            else {
                throw HornbillError(
                    .shape,
                    "cannot concatenate \(inputs.map(\.shape.description).joined(separator: ", ")) along axis \(axis): the other axes must agree"
                )
            }
            total += input.shape[axis]
        }
        return TensorType(first.dtype, try first.shape.replacing(axis, with: total).validated())
    }

    static func gatherType(_ data: TensorType, _ indices: TensorType, _ axis: Int) throws -> TensorType {
        try checkIndices(indices)
        let sizes = data.shape.dimensions
        return TensorType(
            data.dtype, try Shape(sizes[..<axis] + indices.shape.dimensions + sizes[(axis + 1)...]).validated())
    }

    static func scatterType(_ updates: TensorType, _ indices: TensorType, _ axis: Int, _ size: Int) throws -> TensorType
    {
        try checkIndices(indices)
        let sizes = updates.shape.dimensions
        guard sizes.count >= axis + indices.shape.rank else {
            throw HornbillError(.internal, "scatterAdd of \(updates)")
        }
        return TensorType(updates.dtype, Shape(sizes[..<axis] + [size] + sizes[(axis + indices.shape.rank)...]))
    }

    static func gatherElementsType(_ data: TensorType, _ indices: TensorType) throws -> TensorType {
        try checkIndices(indices)
        guard data.shape.rank == indices.shape.rank, data.shape.rank > 0,
            data.shape.dimensions.dropLast() == indices.shape.dimensions.dropLast()
        else { throw HornbillError(.shape, "indices of shape \(indices.shape) do not fit data of shape \(data.shape)") }
        return TensorType(data.dtype, indices.shape)
    }

    static func scatterElementsType(_ updates: TensorType, _ indices: TensorType, _ size: Int) throws -> TensorType {
        try checkIndices(indices)
        guard updates.shape == indices.shape, updates.shape.rank > 0 else {
            throw HornbillError(.internal, "scatterElements of \(updates) by \(indices)")
        }
        return TensorType(updates.dtype, updates.shape.replacing(updates.shape.rank - 1, with: size))
    }

    static func segmentType(_ data: TensorType, _ indices: TensorType, _ size: Int) throws -> TensorType {
        try checkIndices(indices)
        guard data.shape.rank >= 1, indices.shape.dimensions == [data.shape[0]], size >= 0 else {
            throw HornbillError(.internal, "segmentReduce of \(data) by \(indices)")
        }
        return TensorType(data.dtype, try data.shape.replacing(0, with: size).validated())
    }

    private static func checkIndices(_ indices: TensorType) throws {
        guard indices.dtype == .int32 || indices.dtype == .int64 else {
            throw HornbillError(.dtype, "indices must be int32 or int64, not \(indices.dtype)")
        }
    }
}

// MARK: Control flow

extension Operation {
    static func scanTypes(_ body: ScanBody, _ inputs: [TensorType]) throws -> [TensorType] {
        let expected = body.graph.inputTypes
        guard inputs.count == expected.count else {
            throw HornbillError(.internal, "a scan of \(expected.count) operands got \(inputs.count)")
        }
        for (index, input) in inputs.enumerated() {
            let isSequence = index >= body.carryCount && index < body.carryCount + body.sequenceCount
            let wanted =
                isSequence
                ? TensorType(expected[index].dtype, Shape([body.length] + expected[index].shape.dimensions))
                : expected[index]
            guard input == wanted else {
                throw HornbillError(.shape, "operand \(index) of a scan is \(input), where its body wants \(wanted)")
            }
        }
        return body.graph.outputs.enumerated().map { index, value in
            let type = body.graph.type(of: value)
            return index < body.carryCount ? type : TensorType(type.dtype, Shape([body.length] + type.shape.dimensions))
        }
    }

    static func whileTypes(_ loop: WhileBody, _ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs == loop.body.inputTypes else {
            throw HornbillError(.internal, "a while loop of \(loop.body.inputTypes) got \(inputs)")
        }
        return Array(inputs.prefix(loop.carryCount))
    }

    static func condTypes(_ branches: Branches, _ inputs: [TensorType]) throws -> [TensorType] {
        guard inputs.first == TensorType(.bool, []), Array(inputs.dropFirst()) == branches.then.inputTypes else {
            throw HornbillError(
                .shape,
                "the predicate of a cond must be a bool scalar, not \(inputs.first.map(\.description) ?? "nothing")")
        }
        return branches.then.outputs.map(branches.then.type(of:))
    }
}

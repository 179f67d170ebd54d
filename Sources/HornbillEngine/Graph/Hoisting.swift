// What a loop's body computes anew in every step though it is always the same.

extension Graph {
    /// The body without the work that depends on captures alone: done once in `outer`, whose results are further inputs
    /// of the body, in order. A matrix by which every step multiplies transposed is transposed there too.
    ///
    /// - Parameter captured: what the inputs stand for that do not vary.
    package func hoisting(_ captured: [Int: Tensor], into outer: Trace) throws -> (graph: Graph, hoisted: [Tensor]) {
        var still = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            switch node.operation {
            case .input(let number): still[index] = captured[number] != nil
            case .constant: still[index] = true
            default: still[index] = node.operation.isPure && node.inputs.allSatisfy { still[$0.node] }
            }
        }
        // What makes much of little stays where it is used.
        let moves = nodes.indices.map { still[$0] && !nodes[$0].operation.isCheap }
        var wanted = Set(outputs.map(\.node))
        for (index, node) in nodes.enumerated() where !moves[index] { wanted.formUnion(node.inputs.map(\.node)) }

        var result = self
        result.nodes = []
        var hoisted: [Tensor] = []
        var places = [Int](repeating: -1, count: nodes.count)
        var outside: [Int: Tensor] = [:]
        func moved(_ node: Int) throws -> Tensor {
            if let known = outside[node] { return known }
            let tensor: Tensor
            switch nodes[node].operation {
            case .input(let number): tensor = captured[number] ?? Tensor(error: HornbillError(.internal, "no capture"))
            case .constant(let constant): tensor = constant.tensor
            case let operation: tensor = try outer.append(operation, nodes[node].inputs.map { try moved($0.node) })[0]
            }
            outside[node] = tensor
            return tensor
        }
        func input(_ tensor: Tensor) throws -> Value {
            hoisted.append(tensor)
            result.inputTypes.append(tensor.type)
            return Value(try result.append(.input(index: result.inputTypes.count - 1)))
        }
        var turned: [Value: Value] = [:]
        for (index, node) in nodes.enumerated() {
            if moves[index] {
                if wanted.contains(index) { places[index] = try input(moved(index)).node }
                continue
            }
            var node = node
            let origin = node.inputs
            if case .matmul(let transposeA, true) = node.operation, still[origin[1].node],
                type(of: origin[1]).shape.rank == 2
            {
                let known =
                    try turned[origin[1]] ?? input(outer.append(.transpose([1, 0]), [moved(origin[1].node)])[0])
                turned[origin[1]] = known
                node.operation = .matmul(transposeA: transposeA, transposeB: false)
                node.inputs = [Value(places[origin[0].node], origin[0].output), known]
            } else {
                node.inputs = origin.map { Value(places[$0.node], $0.output) }
            }
            places[index] = result.nodes.count
            result.nodes.append(node)
        }
        result.renumber { places[$0] }
        return (result, hoisted)
    }
}

extension Operation {
    /// Whether its one result depends on its operands alone, and computing it once too often does no harm.
    fileprivate var isPure: Bool {
        switch self {
        case .unary, .binary, .select, .cast, .stopGradient, .matmul, .reduce, .argReduce, .cumulative, .softmax,
            .softmaxGradient, .reshape, .transpose, .broadcast, .slice, .pad, .concatenate, .oneHot, .random:
            true
        default: false
        }
    }

    /// Whether it is no work where it is read.
    fileprivate var isCheap: Bool {
        switch self {
        case .input, .constant, .broadcast, .reshape, .stopGradient: true
        default: false
        }
    }
}

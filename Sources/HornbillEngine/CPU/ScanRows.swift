/// A loop's body in which every row of the carries and sequences (their first axis) goes its own way, so that it can be
/// computed for some of the rows.
struct ScanRows {
    /// The number of rows.
    let count: Int
    /// The inputs that have these rows; what is left is shared.
    private(set) var inputs: Set<Int> = []
    private let source: Graph
    private var kinds: [Kind]

    /// Floating-point operations of a step above which its kernels divide their work themselves.
    static let largest = 128 << 20

    private enum Kind {
        /// The first axis is the rows.
        case rows
        /// The same for all rows.
        case shared
        /// Either, as its readers want it.
        case open
    }

    /// nil where rows depend on each other, or that is not known.
    init?(_ graph: Graph, varying: Int) {
        guard varying > 0, let first = graph.inputTypes.first?.shape.first, first > 0 else { return nil }
        source = graph
        count = first
        kinds = Array(repeating: .open, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            if case .input(let number) = node.operation, number < varying {
                guard claim(index) else { return nil }
            } else if !visit(index, node) {
                return nil
            }
        }
        for output in graph.outputs where !demand(output) { return nil }
        for (node, kind) in zip(graph.nodes, kinds) where kind == .rows {
            if case .input(let number) = node.operation { inputs.insert(number) }
        }
    }

    private func shape(_ value: Value) -> Shape { source.type(of: value).shape }

    private mutating func claim(_ node: Int) -> Bool {
        guard kinds[node] != .shared, source.nodes[node].outputs.count == 1,
            source.nodes[node].outputs[0].shape.first == count
        else { return false }
        kinds[node] = .rows
        return true
    }

    /// Makes a value one of rows, if that is possible.
    private mutating func demand(_ value: Value) -> Bool {
        switch kinds[value.node] {
        case .rows: return value.output == 0
        case .shared: return false
        case .open: break
        }
        let node = source.nodes[value.node]
        guard claim(value.node) else { return false }
        switch node.operation {
        case .input: return true
        case .broadcast(let shape):
            let operand = node.inputs[0]
            guard self.shape(operand).rank == shape.rank, self.shape(operand).first == count else {
                return share(operand)
            }
            return count == 1 || demand(operand)
        case .unary, .binary, .select, .cast, .stopGradient: return node.inputs.allSatisfy { demand($0) }
        default: return false
        }
    }

    /// Makes a value one that all rows share.
    private mutating func share(_ value: Value) -> Bool {
        switch kinds[value.node] {
        case .rows: return false
        case .shared: return true
        case .open: break
        }
        kinds[value.node] = .shared
        return source.nodes[value.node].inputs.allSatisfy { share($0) }
    }

    private mutating func visit(_ index: Int, _ node: Node) -> Bool {
        guard node.inputs.contains(where: { kinds[$0.node] == .rows }) else { return true }
        let isRows = node.inputs.map { kinds[$0.node] == .rows }
        func demandAll() -> Bool { node.inputs.allSatisfy { demand($0) } }
        let whole: Bool
        switch node.operation {
        case .unary, .cast, .stopGradient: whole = true
        case .binary, .select: whole = demandAll()
        case .matmul(let transposeA, _):
            let rank = shape(node.inputs[0]).rank
            if shape(node.inputs[1]).rank == 2 {
                whole = isRows[0] && (rank > 2 || !transposeA) && share(node.inputs[1])
            } else {
                whole = rank > 2 && demandAll()
            }
        case .reduce(_, let axes, _): whole = !axes.contains(0)
        case .argReduce(_, let axis), .cumulative(_, let axis, _): whole = axis != 0
        case .softmax: whole = shape(node.inputs[0]).rank > 1
        case .softmaxGradient: whole = shape(node.inputs[0]).rank > 1 && demandAll()
        case .slice(let start, let size, let stride): whole = start[0] == 0 && size[0] == count && stride[0] == 1
        case .pad(let low, let high, let interior, _): whole = low[0] == 0 && high[0] == 0 && interior[0] == 0
        case .concatenate(let axis): whole = axis != 0 && demandAll()
        case .transpose(let axes): whole = axes[0] == 0
        case .reshape(let shape): whole = shape.first == count
        case .broadcast(let shape): whole = shape.rank == self.shape(node.inputs[0]).rank
        default: whole = false
        }
        return whole && claim(index)
    }

    /// Floating-point operations of a step, roughly.
    var work: Int {
        source.nodes.reduce(0) { sum, node in
            guard let elements = node.outputs.first?.shape.count else { return sum }
            switch node.operation {
            case .matmul(let transposeA, _):
                let a = shape(node.inputs[0])
                return sum + 2 * elements * a[transposeA ? a.rank - 2 : a.rank - 1]
            case .unary: return sum + 16 * elements
            case .input, .constant, .broadcast, .reshape: return sum
            default: return sum + 2 * elements
            }
        }
    }

    /// The body for so many rows.
    func graph(of rows: Int) throws -> Graph {
        var graph = Graph()
        graph.inputTypes = source.inputTypes.enumerated().map { number, type in
            inputs.contains(number) ? TensorType(type.dtype, resized(type.shape, rows)) : type
        }
        for (node, kind) in zip(source.nodes, kinds) {
            var operation = node.operation
            if kind == .rows {
                switch operation {
                case .broadcast(let shape): operation = .broadcast(resized(shape, rows))
                case .reshape(let shape): operation = .reshape(resized(shape, rows))
                case .slice(let start, var size, let stride):
                    size[0] = rows
                    operation = .slice(start: start, size: size, stride: stride)
                default: break
                }
            }
            try graph.append(operation, node.inputs, scope: node.scope, site: node.site)
        }
        graph.outputs = source.outputs
        return graph
    }

    private func resized(_ shape: Shape, _ rows: Int) -> Shape { Shape([rows] + shape.dimensions.dropFirst()) }
}

extension Trace {
    /// The sum of the gradients of two neighbouring parts of a tensor, each within a border of zeros: the parts side by
    /// side. nil where they are something else.
    func joined(_ a: Tensor, _ b: Tensor) throws -> Tensor? {
        guard let x = padded(a), let y = padded(b), x.axis == y.axis else { return nil }
        let axis = x.axis
        let (first, second) = x.low < y.low ? (x, y) : (y, x)
        guard second.low == first.low + first.size, first.high == second.size + second.high else { return nil }
        let whole = try existing(.concatenate(axis: axis), parts(of: first.part, axis) + parts(of: second.part, axis))
        if first.low == 0, second.high == 0 { return whole }
        var (low, high) = ([Int](repeating: 0, count: a.rank), [Int](repeating: 0, count: a.rank))
        low[axis] = first.low
        high[axis] = second.high
        let interior = [Int](repeating: 0, count: a.rank)
        return try existing(
            .pad(low: low, high: high, interior: interior, value: 0), [value(of: whole)])
    }

    private struct Padded {
        var part: Value
        var axis: Int
        var low: Int
        var size: Int
        var high: Int
    }

    private func padded(_ tensor: Tensor) -> Padded? {
        guard let value = tensor.value(in: self) else { return nil }
        let node = graph.nodes[value.node]
        guard case .pad(let low, let high, let interior, 0) = node.operation, interior.allSatisfy({ $0 == 0 }) else {
            return nil
        }
        let axes = low.indices.filter { low[$0] != 0 || high[$0] != 0 }
        guard axes.count == 1, min(low[axes[0]], high[axes[0]]) >= 0 else { return nil }
        let size = graph.type(of: node.inputs[0]).shape[axes[0]]
        return Padded(part: node.inputs[0], axis: axes[0], low: low[axes[0]], size: size, high: high[axes[0]])
    }

    private func parts(of value: Value, _ axis: Int) -> [Value] {
        let node = graph.nodes[value.node]
        return node.operation == .concatenate(axis: axis) ? node.inputs : [value]
    }

    /// The result of an operation: of the node that computes it already, if there is one among the last.
    private func existing(_ operation: Operation, _ operands: [Value]) throws -> Tensor {
        for index in graph.nodes.indices.suffix(256).reversed()
        where graph.nodes[index].inputs == operands && graph.nodes[index].operation == operation {
            return Tensor(.traced(self, Value(index)), graph.nodes[index].outputs[0])
        }
        return try append(operation, operands.map { Tensor(.traced(self, $0), graph.type(of: $0)) })[0]
    }
}

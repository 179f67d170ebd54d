extension Graph {
    /// The operand whose memory a node's only result is (a part of), and where in it the result begins, in bytes; nil
    /// for a node whose result has memory of its own.
    func aliased(_ node: Node) -> (operand: Int, offset: Int)? {
        switch node.operation {
        case .reshape, .stopGradient, .checkRange: return (0, 0)
        case .slice(let start, let size, let stride):
            let type = type(of: node.inputs[0])
            return type.shape.contiguousStart(start, size, stride).map { (0, $0 * type.dtype.byteCount) }
        default: return nil
        }
    }

    /// For each value, by node: the value in whose memory it lies.
    func bases() -> [Base] {
        var bases: [Base] = []
        bases.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            guard let (operand, offset) = aliased(node) else {
                bases.append(Base(value: Value(index), offset: 0))
                continue
            }
            let origin = node.inputs[operand]
            let below = bases[origin.node]
            // Only results number 0 are aliases, so a further result of a node is its own base.
            bases.append(
                origin.output == 0
                    ? Base(value: below.value, offset: below.offset + offset) : Base(value: origin, offset: offset))
        }
        return bases
    }

    struct Base: Hashable {
        var value: Value
        var offset: Int
    }

    func base(of value: Value, _ bases: [Base]) -> Base {
        value.output == 0 ? bases[value.node] : Base(value: value, offset: 0)
    }
}

extension Operation {
    /// Whether it is an argument, a constant or a variable: memory that is there before the run.
    var isSource: Bool {
        switch self {
        case .input, .constant, .variable: true
        default: false
        }
    }
}

extension Shape {
    /// The element at which a slice begins, if it is one contiguous part of the memory.
    fileprivate func contiguousStart(_ start: [Int], _ size: [Int], _ stride: [Int]) -> Int? {
        if size.contains(0) { return 0 }
        // One element of each outer axis, a run of one axis, and all of the inner axes.
        var axis = 0
        while axis < rank, size[axis] == 1 { axis += 1 }
        if axis < rank, stride[axis] != 1 { return nil }
        for inner in indices where inner > axis {
            guard size[inner] == self[inner], size[inner] == 1 || stride[inner] == 1 else { return nil }
        }
        return zip(start, strides).map { $0 * $1 }.reduce(0, +)
    }
}

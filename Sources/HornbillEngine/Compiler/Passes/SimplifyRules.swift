// The rules of pass 1, a family each. A rule never changes a number (x + 0 stays where x may be -0), but that one may
// leave out a rounding to half precision.

extension GraphRewriter {
    // MARK: Element by element

    mutating func simplifyUnary(_ function: Unary, _ x: Value, like node: Node) throws -> Rewrite? {
        if function == .negate || function == .logicalNot, case .unary(function) = operation(of: x) {
            return .value(inputs(of: x)[0])
        }
        return try broadcastLast(.unary(function), [x], like: node)
    }

    mutating func simplifyBinary(_ function: Binary, _ a: Value, _ b: Value, like node: Node) throws -> Rewrite? {
        let floating = type(of: a).dtype.isFloatingPoint
        if let number = uniform(b) {
            switch function {
            case .multiply, .divide:
                if number == 1 { return .value(a) }
            case .subtract:
                if number == 0, !floating || number.sign == .plus { return .value(a) }
            case .add:
                if number == 0, !floating || number.sign == .minus { return .value(a) }
            case .power:
                if number == 1 { return .value(a) }
                if number == 2, floating { return .node(.unary(.square), [a]) }
            default: break
            }
        }
        if let number = uniform(a) {
            switch function {
            case .multiply:
                if number == 1 { return .value(b) }
            case .add:
                if number == 0, !floating || number.sign == .minus { return .value(b) }
            default: break
            }
        }
        return try broadcastLast(.binary(function), [a, b], like: node)
    }

    mutating func simplifyCast(_ dtype: DType, _ x: Value, like node: Node) throws -> Rewrite? {
        if type(of: x).dtype == dtype { return .value(x) }
        switch operation(of: x) {
        case .cast(let middle):
            let origin = inputs(of: x)[0]
            if middle.holdsAll(of: type(of: origin).dtype) { return .node(.cast(dtype), [origin]) }
        case .scatterAdd where type(of: x).dtype.isHalf && dtype == .float32:
            // The gradient of an embedding in half precision is summed up in float32 in any case, and an update in
            // float32 reads it: it need not be rounded in between.
            let rows = try simplified(.cast(dtype), [inputs(of: x)[0]], like: node)
            return .node(operation(of: x), [rows[0], inputs(of: x)[1]])
        default: break
        }
        return try broadcastLast(.cast(dtype), [x], like: node)
    }

    /// f(broadcast(x), broadcast(y)) → broadcast(f(x', y')), with x' and y' broadcast only as far as they need each
    /// other.
    mutating func broadcastLast(_ operation: Operation, _ operands: [Value], like node: Node) throws -> Rewrite? {
        let shape = type(of: operands[0]).shape
        var sources: [Value] = []
        var joint = Shape([])
        for operand in operands {
            guard case .broadcast = self.operation(of: operand) else { return nil }
            let source = inputs(of: operand)[0]
            guard let next = joint.broadcast(with: type(of: source).shape) else { return nil }
            joint = next
            sources.append(source)
        }
        guard joint.count < shape.count else { return nil }
        let small = try sources.map { try simplified(.broadcast(joint), [$0], like: node)[0] }
        return .node(.broadcast(shape), [try simplified(operation, small, like: node)[0]])
    }

    // MARK: Products

    mutating func simplifyMatmul(_ transposeA: Bool, _ transposeB: Bool, _ operands: [Value]) -> Rewrite? {
        for (index, flag) in [transposeA, transposeB].enumerated() {
            guard case .transpose(let axes) = operation(of: operands[index]), axes.swapsLastTwo else { continue }
            var operands = operands
            operands[index] = inputs(of: operands[index])[0]
            return .node(
                .matmul(transposeA: index == 0 ? !flag : transposeA, transposeB: index == 1 ? !flag : transposeB),
                operands)
        }
        return nil
    }

    // MARK: By index

    /// Rows picked from a table that was cast: only they are cast, as of an embedding in half precision.
    mutating func simplifyGather(_ axis: Int, _ operands: [Value], like node: Node) throws -> Rewrite? {
        guard case .cast(let dtype) = operation(of: operands[0]),
            node.outputs[0].shape.count < type(of: operands[0]).shape.count
        else { return nil }
        let rows = try simplified(.gather(axis: axis), [inputs(of: operands[0])[0], operands[1]], like: node)
        return .node(.cast(dtype), rows)
    }

    // MARK: Shapes

    func simplifyReshape(_ shape: Shape, _ x: Value) -> Rewrite? {
        if type(of: x).shape == shape { return .value(x) }
        switch operation(of: x) {
        case .reshape: return .node(.reshape(shape), inputs(of: x))
        case .broadcast where type(of: inputs(of: x)[0]).shape.count == 1:
            let scalar = inputs(of: x)[0]
            return type(of: scalar).shape.rank <= shape.rank ? .node(.broadcast(shape), [scalar]) : nil
        default: return nil
        }
    }

    func simplifyTranspose(_ axes: [Int], _ x: Value) -> Rewrite? {
        if axes == Array(axes.indices) { return .value(x) }
        let type = type(of: x)
        // Only axes of one element change places: the memory stays as it is.
        let moved = axes.filter { type.shape[$0] != 1 }
        if moved == moved.sorted() { return .node(.reshape(Shape(axes.map { type.shape[$0] })), [x]) }
        switch operation(of: x) {
        case .transpose(let inner): return .node(.transpose(axes.map { inner[$0] }), inputs(of: x))
        case .broadcast where self.type(of: inputs(of: x)[0]).shape.count == 1:
            return .node(.broadcast(Shape(axes.map { type.shape[$0] })), inputs(of: x))
        default: return nil
        }
    }

    func simplifyBroadcast(_ shape: Shape, _ x: Value) -> Rewrite? {
        if type(of: x).shape == shape { return .value(x) }
        switch operation(of: x) {
        case .broadcast: return .node(.broadcast(shape), inputs(of: x))
        case .reshape:
            // A reshape that only adds leading axes of one element: broadcasting adds them by itself.
            let origin = inputs(of: x)[0]
            let (from, to) = (type(of: origin).shape.dimensions, type(of: x).shape.dimensions)
            guard from.count < to.count, Array(to.suffix(from.count)) == from else { return nil }
            return .node(.broadcast(shape), [origin])
        default: return nil
        }
    }
}

extension [Int] {
    /// Whether this permutation of axes exchanges the last two and nothing else.
    fileprivate var swapsLastTwo: Bool {
        count >= 2 && self[count - 1] == count - 2 && self[count - 2] == count - 1
            && prefix(count - 2).elementsEqual(0..<(count - 2))
    }
}

extension DType {
    /// Whether every value of `other` is a value of this type, so that a cast there and on is one cast.
    fileprivate func holdsAll(of other: DType) -> Bool {
        switch (other, self) {
        case (.bool, _): true
        case (.uint8, .int32), (.uint8, .int64), (.uint8, .float16), (.uint8, .bfloat16), (.uint8, .float32),
            (.uint8, .float64), (.int32, .int64), (.int32, .float64), (.float16, .float32), (.float16, .float64),
            (.bfloat16, .float32), (.bfloat16, .float64), (.float32, .float64):
            true
        default: false
        }
    }
}

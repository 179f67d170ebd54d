extension GradientContext {
    func reduce(_ kind: Reduction, _ axes: [Int]) throws -> Tensor {
        let kept = x.shape.reduced(axes, keepDims: true)
        func spread(_ tensor: Tensor) throws -> Tensor {
            try tensor.reshape(kept).broadcasted(to: x.shape, beside: x)
        }
        switch kind {
        case .sum: return try spread(g)
        case .mean:
            let count = axes.reduce(1) { $0 * x.shape[$1] }
            return try spread(g * (1 / Double(count)))
        case .max, .min:
            // Equal extremes share.
            let extreme = try Tensor.binary(.equal, x, spread(y))
            let count = try Tensor.reduce(.sum, extreme.casted(to: x.dtype), axes: axes, keepDims: true)
            return keep(try spread(g.reshape(kept) / count), where: extreme)
        case .prod: return try spread(g) * productOfOthers(axes)
        }
    }

    /// For each element the product of the others along the reduced axes: what comes before it times what comes after,
    /// which needs no division and so is right at zeros.
    private func productOfOthers(_ axes: [Int]) throws -> Tensor {
        let order = x.shape.indices.filter { !axes.contains($0) } + axes
        let sorted = try x.transpose(order)
        let count = axes.reduce(1) { $0 * x.shape[$1] }
        let rows = try sorted.reshape([x.count / max(count, 1), count])
        let before = try rows.exclusiveProduct(axis: 1, reverse: false)
        let after = try rows.exclusiveProduct(axis: 1, reverse: true)
        return try (before * after).reshape(sorted.shape).transpose(order.inversePermutation)
    }

    func cumulative(_ kind: Cumulative, _ axis: Int, _ reverse: Bool) throws -> Tensor {
        switch kind {
        case .sum: return try .emit1(.cumulative(.sum, axis: axis, reverse: !reverse), [g])
        case .prod:
            // yⱼ holds xᵢ times the product of what comes before i and of what comes between i and j.
            let weighted = try Tensor.recurrence(g, x, axis: axis, reverse: !reverse)
            return try x.exclusiveProduct(axis: axis, reverse: reverse) * weighted
        case .max, .min:
            // An element that sets a record has the gradients of all results until the next one.
            let size = x.shape[axis]
            guard size > 0 else { return g }
            let current = try x.slice(axis: axis, reverse ? 0..<(size - 1) : 1..<size)
            let previous = try y.slice(axis: axis, reverse ? 1..<size : 0..<(size - 1))
            let later = try Tensor.binary(kind == .max ? .greater : .less, current, previous)
            let record = try later.padded(axis: axis, reverse ? 0 : 1, reverse ? 1 : 0, value: 1)
            let holds = try Tensor.unary(.logicalNot, record).casted(to: x.dtype)
            return keep(try Tensor.recurrence(g, holds, axis: axis, reverse: !reverse), where: record)
        }
    }

    /// Of f(y, g): linear and symmetric in g, so that this part is the operation itself.
    func softmaxGradient(_ logarithm: Bool) throws -> [Tensor?] {
        let (y, inner, h) = (inputs[0], inputs[1], g)
        func total(_ x: Tensor) throws -> Tensor { try .reduce(.sum, x, axes: [-1], keepDims: true) }
        if logarithm {
            // f = g − exp(y) Σ g
            let p = try Tensor.unary(.exp, y)
            return try each({ try -h * p * total(inner) }, { try h - total(h * p) })
        }
        // f = y (g − Σ g y)
        return try each(
            { try h * (inner - total(inner * y)) - inner * total(h * y) },
            { try .emit1(.softmaxGradient(logarithm: false), [y, h]) })
    }
}

extension Tensor {
    /// At each place the product of the elements before it along `axis`; after it if `reverse`.
    fileprivate func exclusiveProduct(axis: Int, reverse: Bool) throws -> Tensor {
        let size = shape[axis]
        guard size > 0 else { return self }
        let others = try slice(axis: axis, reverse ? 1..<size : 0..<(size - 1))
        let shifted = try others.padded(axis: axis, reverse ? 0 : 1, reverse ? 1 : 0, value: 1)
        return try .emit1(.cumulative(.prod, axis: axis, reverse: reverse), [shifted])
    }

    fileprivate func padded(axis: Int, _ low: Int, _ high: Int, value: Double) throws -> Tensor {
        var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        (before[axis], after[axis]) = (low, high)
        return try .emit1(
            .pad(low: before, high: after, interior: [Int](repeating: 0, count: rank), value: value), [self])
    }

    /// rᵢ = bᵢ + aᵢ₋₁ rᵢ₋₁ along `axis`; rᵢ = bᵢ + aᵢ₊₁ rᵢ₊₁ if `reverse`.
    fileprivate static func recurrence(_ b: Tensor, _ a: Tensor, axis: Int, reverse: Bool) throws -> Tensor {
        let size = b.shape[axis]
        guard size > 0 else { return b }
        let order = [axis] + b.shape.indices.filter { $0 != axis }
        let neighbours = try a.slice(axis: axis, reverse ? 1..<size : 0..<(size - 1))
            .padded(axis: axis, reverse ? 0 : 1, reverse ? 1 : 0, value: 0)
        let sequences = [try b.transpose(order), try neighbours.transpose(order)]
        let start = Tensor.zeros(Shape(Array(sequences[0].shape.dropFirst())), dtype: b.dtype)
        let (_, results) = try ops.scan(
            { carries, rows in
                let next = rows[0] + rows[1] * carries[0]
                return ([next], [next])
            }, initial: [start], sequences: sequences, reverse: reverse)
        return try results[0].transpose(order.inversePermutation)
    }
}

extension Reference.Call {
    func reduce(_ kind: Reduction, _ axes: [Int]) throws {
        // Bytes that are 0 or 1: a sum means "any", a product "all".
        let isBool = inputTypes[0].dtype == .bool
        let kind: Reduction = isBool ? (kind == .sum ? .max : kind == .prod ? .min : kind) : kind
        if isBool, kind == .mean { throw HornbillError(.dtype, "the mean of bool") }
        if isBool, kind == .min, count > 0, shape.count == 0 {
            output(0, as: UInt8.self).update(repeating: 1, count: count)
            return
        }
        try inputTypes[0].dtype.number().reduce(kind, axes: axes, self)
    }

    func argReduce(_ smallest: Bool, _ axis: Int) throws {
        try inputTypes[0].dtype.number().argReduce(smallest: smallest, axis: axis, self)
    }

    func cumulative(_ kind: Cumulative, _ axis: Int, _ reverse: Bool) throws {
        let isBool = inputTypes[0].dtype == .bool
        let kind: Cumulative = isBool ? (kind == .sum ? .max : kind == .prod ? .min : kind) : kind
        try inputTypes[0].dtype.number().cumulative(kind, axis: axis, reverse: reverse, self)
    }
}

extension Shape {
    /// The shape as (axes before, the axis, axes after).
    func split(at axis: Int) -> (outer: Int, size: Int, inner: Int) {
        (dimensions[..<axis].reduce(1, *), dimensions[axis], dimensions[(axis + 1)...].reduce(1, *))
    }
}

extension ReferenceNumber {
    static func reduce(_ kind: Reduction, axes: [Int], _ call: Reference.Call) {
        let initial: Accumulator =
            switch kind {
            case .sum, .mean: .zero
            case .prod: .one
            case .max: Self.lowest.accumulator
            case .min: Self.highest.accumulator
            }
        // Each element goes to the result at Σ index × stride, where the strides of reduced axes are 0.
        let shape = call.shape
        let kept = shape.reduced(axes, keepDims: true).strides
        let strides = shape.indices.map { axes.contains($0) ? 0 : kept[$0] }
        var results = [Accumulator](repeating: initial, count: call.count)
        let x = call.input(0, as: Self.self)
        results.withUnsafeMutableBufferPointer { results in
            @inline(__always) func fold(_ combine: (Accumulator, Accumulator) -> Accumulator) {
                Reference.forEachRow(of: shape, strides: shape.strides, strides) {
                    first, target, count, step, targetStep in
                    for i in 0..<count {
                        let place = target + i * targetStep
                        results[place] = combine(results[place], x[first + i * step].accumulator)
                    }
                }
            }
            switch kind {
            case .sum, .mean: fold { .plus($0, $1) }
            case .prod: fold { .times($0, $1) }
            case .max: fold { .larger($0, $1) }
            case .min: fold { .smaller($0, $1) }
            }
        }
        let out = call.output(0, as: Self.self)
        let reduced = Accumulator(clamping: axes.reduce(1) { $0 * shape[$1] })
        for i in 0..<call.count {
            out[i] = Self(accumulator: kind == .mean ? .quotient(results[i], reduced) : results[i])
        }
    }

    static func argReduce(smallest: Bool, axis: Int, _ call: Reference.Call) {
        let (outer, size, inner) = call.shape.split(at: axis)
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Int64.self))
        for o in 0..<outer {
            for i in 0..<inner {
                let column = x + o * size * inner + i
                var best = 0
                for r in 1..<Swift.max(size, 1) where !column[best * inner].isNotANumber {
                    let (candidate, current) = (column[r * inner], column[best * inner])
                    if candidate.isNotANumber || (smallest ? candidate < current : candidate > current) { best = r }
                }
                out[o * inner + i] = Int64(best)
            }
        }
    }

    static func cumulative(_ kind: Cumulative, axis: Int, reverse: Bool, _ call: Reference.Call) {
        let (outer, size, inner) = call.shape.split(at: axis)
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Self.self))
        guard size > 0 else { return }
        for o in 0..<outer {
            for i in 0..<inner {
                let first = (o * size + (reverse ? size - 1 : 0)) * inner + i
                let step = reverse ? -inner : inner
                var total = x[first].accumulator
                out[first] = x[first]
                for r in 1..<size {
                    let next = x[first + r * step].accumulator
                    switch kind {
                    case .sum: total = .plus(total, next)
                    case .prod: total = .times(total, next)
                    case .max: total = .larger(total, next)
                    case .min: total = .smaller(total, next)
                    }
                    out[first + r * step] = Self(accumulator: total)
                }
            }
        }
    }
}

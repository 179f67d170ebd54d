import CKernels

// Reductions, softmax, and positions of extremes, in float32.

extension Lowering {
    /// The operand of a reduction seen as [outer, reduced, inner].
    private struct Stage {
        var outer: Int
        var reduced: Int
        var inner: Int
    }

    /// A reduction over any axes: neighbouring axes are one, and several groups of them are reduced one after the other,
    /// the last first.
    static func reduce(_ kind: Reduction, _ axes: [Int], _ input: TensorType, _ threads: Int) -> Kernel? {
        guard input.dtype == .float32 else { return nil }
        var stages: [Stage] = []
        var dimensions = input.shape.dimensions
        var axis = dimensions.count - 1
        while axis >= 0 {
            guard axes.contains(axis) else {
                axis -= 1
                continue
            }
            var first = axis
            // Axes of one element may count as reduced.
            while first > 0, axes.contains(first - 1) || (dimensions[first - 1] == 1) { first -= 1 }
            let reduced = dimensions[first...axis].reduce(1, *)
            stages.append(
                Stage(
                    outer: dimensions[..<first].reduce(1, *), reduced: reduced,
                    inner: dimensions[(axis + 1)...].reduce(1, *)))
            for d in first...axis { dimensions[d] = 1 }
            axis = first - 1
        }
        if stages.isEmpty { return copy(input, threads) }
        let (code, members) = (kind.code, Int32(threads))
        let name =
            "\(kind.rawValue) " + stages.map { "\($0.outer)×[\($0.reduced)]×\($0.inner)" }.joined(separator: ", ")
        if stages.count == 1 {
            let (outer, reduced, inner) = (Int64(stages[0].outer), Int64(stages[0].reduced), Int64(stages[0].inner))
            return Kernel(name) { window in
                hk_reduce(code, window[0].floats, window[1].floats, outer, reduced, inner, members)
            }
        }
        // Intermediate results go to and fro between two halves of the scratch memory.
        let half = ((stages.map { $0.outer * $0.inner }.max() ?? 0) * 4 + 63) & ~63
        let passes = stages
        return Kernel(name, scratchBytes: 2 * half) { window in
            var source = window[0]
            for (index, stage) in passes.enumerated() {
                let target = index == passes.count - 1 ? window[1] : window[2] + (index % 2) * half
                hk_reduce(
                    code, source.floats, target.floats, Int64(stage.outer), Int64(stage.reduced), Int64(stage.inner),
                    members)
                source = target
            }
        }
    }

    static func argReduce(_ smallest: Bool, _ axis: Int, _ input: TensorType, _ threads: Int) -> Kernel? {
        guard input.dtype == .float32 else { return nil }
        let dimensions = input.shape.dimensions
        let (outer, inner) = (Int64(dimensions[..<axis].reduce(1, *)), Int64(dimensions[(axis + 1)...].reduce(1, *)))
        let (reduced, members) = (Int64(dimensions[axis]), Int32(threads))
        return Kernel("\(smallest ? "argMin" : "argMax") \(outer)×[\(reduced)]×\(inner)") { window in
            hk_arg_reduce(
                smallest, window[0].floats, window[1].assumingMemoryBound(to: Int64.self), outer, reduced, inner,
                members)
        }
    }

    static func softmax(_ logarithm: Bool, _ input: TensorType, _ threads: Int) -> Kernel? {
        guard input.dtype == .float32, let last = input.shape.last else { return nil }
        let (rows, columns, members) = (Int64(input.shape.count / max(last, 1)), Int64(last), Int32(threads))
        let name = "\(logarithm ? "logSoftmax" : "softmax") \(rows)×\(columns)"
        return Kernel(name, inPlace: [.init(result: 0, operand: 0)]) { window in
            hk_softmax(window[0].floats, window[1].floats, rows, columns, logarithm, members)
        }
    }

    static func softmaxGradient(_ logarithm: Bool, _ input: TensorType, _ threads: Int) -> Kernel? {
        guard input.dtype == .float32, let last = input.shape.last else { return nil }
        let (rows, columns, members) = (Int64(input.shape.count / max(last, 1)), Int64(last), Int32(threads))
        let name = "\(logarithm ? "logSoftmax" : "softmax")Gradient \(rows)×\(columns)"
        return Kernel(name, inPlace: [.init(result: 0, operand: 1)]) { window in
            hk_softmax_gradient(window[0].floats, window[1].floats, window[2].floats, rows, columns, logarithm, members)
        }
    }
}

extension Reduction {
    fileprivate var code: hk_reduction {
        switch self {
        case .sum: HK_REDUCE_SUM
        case .mean: HK_REDUCE_MEAN
        case .max: HK_REDUCE_MAX
        case .min: HK_REDUCE_MIN
        case .prod: HK_REDUCE_PROD
        }
    }
}

extension UnsafeMutableRawPointer {
    /// The memory as float32.
    var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}

// Means, quantiles and counts.

extension TensorFunction {
    static let average = TensorFunction("Average", ["x", "weights"], config: ["axis"]) { call in
        var x = try call.tensor(0).floating()
        let axes = try call.axes(2)
        guard var weights = try call.optionalTensor(1) else {
            return try Tensor.reduce(.mean, x, axes: axes, keepDims: false)
        }
        weights = try weights.floating()
        let resolved = try x.shape.axes(axes)
        if weights.shape != x.shape {
            guard resolved.count == 1, weights.rank == 1, weights.count == x.shape[resolved[0]] else {
                throw HornbillError(
                    .shape, "average: weights of shape \(weights.shape) do not fit \(resolved.count) axes of \(x.shape)"
                )
            }
            var shape = [Int](repeating: 1, count: x.rank)
            shape[resolved[0]] = weights.count
            weights = try weights.reshape(Shape(shape))
        }
        (x, weights) = try Tensor.aligned(x, weights, for: "average")
        let total = try Tensor.reduce(.sum, x * weights, axes: resolved, keepDims: false)
        return try total / Tensor.reduce(.sum, weights, axes: resolved, keepDims: false)
    }
    static let ptp = TensorFunction("Ptp", ["x"], config: ["axis", "keepdims"]) { call in
        let (x, axes, keep) = (try call.tensor(0).validated(), try call.axes(1), try call.bool(2))
        return try Tensor.reduce(.max, x, axes: axes, keepDims: keep)
            - Tensor.reduce(.min, x, axes: axes, keepDims: keep)
    }

    private static func middle(_ name: String, ignoringNaN: Bool) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "keepdims"]) { call in
            let half = Tensor.scalar(0.5, .float64)
            return try call.tensor(0).floating().quantile(
                half, call.axes(1), method: "linear", keepDims: call.bool(2), ignoringNaN: ignoringNaN)
        }
    }

    private static func quantiles(_ name: String, _ scale: Double, ignoringNaN: Bool) -> TensorFunction {
        TensorFunction(name, ["x", "q"], config: ["axis", "method", "keepdims"]) { call in
            let x = try call.tensor(0).floating()
            let q = try call.operand(1, beside: .float64).casted(to: x.dtype)
            let share = scale == 1 ? q : q / scale
            return try x.quantile(
                share, call.axes(2), method: call.string(3), keepDims: call.bool(4), ignoringNaN: ignoringNaN)
        }
    }

    static let median = middle("Median", ignoringNaN: false)
    static let nanmedian = middle("Nanmedian", ignoringNaN: true)
    static let quantile = quantiles("Quantile", 1, ignoringNaN: false)
    static let percentile = quantiles("Percentile", 100, ignoringNaN: false)
    static let nanquantile = quantiles("Nanquantile", 1, ignoringNaN: true)
    static let nanpercentile = quantiles("Nanpercentile", 100, ignoringNaN: true)

    static let corrcoef = TensorFunction("Corrcoef", ["x"]) { call in
        var x = try call.tensor(0).floating()
        guard x.rank <= 2 else { throw HornbillError(.shape, "corrcoef needs one or two axes, not \(x.shape)") }
        let rank = x.rank
        if rank < 2 { x = try x.reshape([1, x.count]) }
        let centred = try x - Tensor.reduce(.mean, x, axes: [1], keepDims: true)
        let products = try Tensor.matmul(centred, centred, transposeB: true)
        let deviations = try Tensor.unary(.sqrt, products.diagonal(offset: 0, 0, 1))
        let n = deviations.count
        let ratio = try products / deviations.reshape([n, 1]) / deviations.reshape([1, n])
        let result = try Tensor.binary(
            .minimum, Tensor.binary(.maximum, ratio, .scalar(-1, x.dtype)), .scalar(1, x.dtype))
        return rank < 2 ? try result.reshape([]) : result
    }
    static let histogram = TensorFunction(results: "Histogram", ["x"], config: ["bins", "range"]) { call in
        let x = try call.tensor(0).validated()
        let values = try x.floating()
        let bins = try call.int(1)
        guard bins > 0, bins <= 1 << 30 else {
            throw HornbillError(.argument, "histogram needs a positive number of bins, not \(bins)")
        }
        let flat = try values.reshape([values.count])
        var (low, high): (Tensor, Tensor)
        if case .list(let bounds) = call.argument(2), bounds.count == 2 {
            (low, high) = (try bounds[0].number(values.dtype), try bounds[1].number(values.dtype))
        } else if flat.count == 0 {
            (low, high) = (.scalar(0, values.dtype), .scalar(1, values.dtype))
        } else {
            low = try Tensor.reduce(.min, flat, axes: nil, keepDims: false)
            high = try Tensor.reduce(.max, flat, axes: nil, keepDims: false)
        }
        // A range of nothing is widened, as NumPy does.
        let isPoint = low .== high
        (low, high) = (try .select(isPoint, low - 0.5, low), try .select(isPoint, high + 0.5, high))
        let steps = try Tensor.linspace(0, 1, count: bins + 1, dtype: .float64).casted(to: values.dtype)
        let edges = try (low * (1 - steps) + high * steps).validated()
        // The last bin has both of its edges.
        let right = try edges.countBelow(flat, side: "right") - 1
        let inside = (flat >= low) .& (flat <= high)
        let bin = try Tensor.select(flat .== high, .scalar(Double(bins - 1), .int32), right)
        let index = try Tensor.select(inside, bin, .scalar(0, .int32))
        let counts = try Tensor.emit1(.scatterAdd(axis: 0, size: bins), [inside.casted(to: .float32), index])
        return [counts, edges]
    }

    static let statistics: [TensorFunction] = [
        average, ptp, median, nanmedian, quantile, percentile, nanquantile, nanpercentile, corrcoef, histogram,
    ]
}

extension Argument {
    fileprivate func number(_ dtype: DType) throws -> Tensor {
        switch self {
        case .int(let value): .scalar(Double(value), dtype)
        case .double(let value): .scalar(value, dtype)
        default: throw HornbillError(.argument, "a range needs two numbers, not \(self)")
        }
    }
}

extension Tensor {
    /// Quantiles along axes taken together: the place q (n − 1) among the n elements in order, between two of them by
    /// the method. Several q become the first axis.
    fileprivate func quantile(
        _ q: Tensor, _ axes: [Int]?, method: String, keepDims: Bool, ignoringNaN: Bool
    ) throws -> Tensor {
        let resolved = try shape.axes(axes)
        guard q.rank <= 1 else {
            throw HornbillError(.shape, "quantile: q has at most one axis, not the shape \(q.shape)")
        }
        let kept = (0..<rank).filter { !resolved.contains($0) }
        let lead = kept.map { shape[$0] }
        let size = resolved.reduce(1) { $0 * shape[$1] }
        guard size > 0 else { throw HornbillError(.shape, "the quantile of an empty axis of \(shape)") }
        let rows = try transpose(kept + resolved).reshape(Shape(lead + [size]))
        let sorted = try Tensor.emit(.sort(descending: false), [rows])[0]
        let isNaN = try Tensor.unary(.isNaN, rows)
        let wide = Shape([Int](repeating: 1, count: kept.count) + [q.count])
        var last = Tensor.scalar(Double(size - 1), dtype)
        if ignoringNaN {
            let numbers = try Tensor.unary(.logicalNot, isNaN).casted(to: dtype)
            last = try Tensor.reduce(.sum, numbers, axes: [rows.rank - 1], keepDims: true) - 1
        }
        let place = try q.casted(to: dtype).reshape(wide) * last
        let bounded = try Tensor.binary(.maximum, Tensor.binary(.minimum, place, last), .scalar(0, dtype))
        let target = Shape(lead + [q.count])
        func element(_ place: Tensor) throws -> Tensor {
            let index = try place.casted(to: .int32).broadcasted(to: target, beside: sorted)
            return try .emit1(.gatherElements, [sorted, index])
        }
        let (low, high) = (try Tensor.unary(.floor, bounded), try Tensor.unary(.ceil, bounded))
        var result: Tensor
        switch method {
        case "linear":
            let share = try (bounded - low).broadcasted(to: target, beside: sorted)
            result = try element(low) * (1 - share) + element(high) * share
        case "lower": result = try element(low)
        case "higher": result = try element(high)
        case "midpoint": result = try (element(low) + element(high)) / 2
        case "nearest": result = try element(Tensor.unary(.ceil, bounded - 0.5))  // the lower of two as near
        default:
            throw HornbillError(
                .unknownName,
                "quantile: the method is 'linear', 'lower', 'higher', 'midpoint' or 'nearest', not '\(method)'")
        }
        if ignoringNaN {
            result = try .select(last < 0, .scalar(.nan, dtype), result)
        } else {
            let spoilt = try Tensor.reduce(.max, isNaN, axes: [kept.count], keepDims: true)
            result = try .select(spoilt, .scalar(.nan, dtype), result)
        }
        // (…, q) → (q, …), with the axes of one element where they are kept.
        let moved = try result.transpose([kept.count] + Array(0..<kept.count))
        return try moved.reshape(
            Shape((q.rank == 0 ? [] : [q.count]) + shape.reduced(resolved, keepDims: keepDims).dimensions))
    }

}

extension ops {
    /// The mean along axes, or the weighted mean.
    public static func average<T: TensorLike>(
        _ x: T, axis: Axes = .all, weights: T? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [.tensor(0), weights == nil ? .none : .tensor(1), axis.argument]
        return T.apply(.average, [x] + (weights.map { [$0] } ?? []), arguments, file, line)
    }

    /// The largest element less the smallest, along axes.
    public static func ptp<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.ptp, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The middle element in order along axes, or the mean of the two in the middle.
    public static func median<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.median, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// What a share `q` (0 … 1) of the elements along axes lies below. Several shares become the first axis.
    /// - Parameter method: what lies between two elements: `linear`, `lower`, `higher`, `midpoint` or `nearest`.
    public static func quantile<T: TensorLike>(
        _ x: T, _ q: T, axis: Axes = .all, method: String = "linear", keepDims: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.apply(
            .quantile, [x, q], [.tensor(0), .tensor(1), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// What a share `q` (0 … 1) of the elements along axes lies below.
    public static func quantile<T: TensorLike>(
        _ x: T, _ q: Double, axis: Axes = .all, method: String = "linear", keepDims: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.quantile, x, [.double(q), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// What `q` per cent of the elements along axes lie below. Several numbers become the first axis.
    public static func percentile<T: TensorLike>(
        _ x: T, _ q: T, axis: Axes = .all, method: String = "linear", keepDims: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.apply(
            .percentile, [x, q], [.tensor(0), .tensor(1), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// What `q` per cent of the elements along axes lie below.
    public static func percentile<T: TensorLike>(
        _ x: T, _ q: Double, axis: Axes = .all, method: String = "linear", keepDims: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.percentile, x, [.double(q), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// How the rows of a matrix go together: Pearson's correlation of each pair.
    public static func corrcoef<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.corrcoef, x, [], file, line)
    }

    /// How many elements lie in each of `bins` equal parts of a range (by default from the smallest to the largest
    /// element), and the edges of the parts.
    public static func histogram<T: TensorLike>(
        _ x: T, bins: Int = 10, range: (Double, Double)? = nil, file: String = #fileID, line: Int = #line
    ) -> (counts: T, edges: T) {
        let bounds: Argument = range.map { .list([.double($0.0), .double($0.1)]) } ?? .none
        let results = T.apply(.histogram, [x], [.tensor(0), .int(bins), bounds], site: CallSite(file, line))
        return (results[0], results[1])
    }
}

// The public forms of the reductions.

extension ops {
    /// The sum along axes. Sums of bool and uint8 are int32.
    public static func sum<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.sum, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The mean along axes; of integers in float32.
    public static func mean<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.mean, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The largest element along axes.
    public static func amax<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.amax, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The smallest element along axes.
    public static func amin<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.amin, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The variance along axes: the mean squared distance from the mean.
    public static func `var`<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.variance, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The standard deviation along axes.
    public static func std<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.std, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// Whether any element along axes is true (not zero).
    public static func any<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.anyTrue, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// Whether all elements along axes are true (not zero).
    public static func all<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.allTrue, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// log Σ exp(x) along axes, computed without overflow.
    public static func logsumexp<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.logsumexp, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The largest element along axes, and at least `initial`.
    public static func max<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, initial: Double? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.max, x, [axis.argument, .bool(keepDims), .optional(initial)], file, line)
    }

    /// The smallest element along axes, and at most `initial`.
    public static func min<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, initial: Double? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.min, x, [axis.argument, .bool(keepDims), .optional(initial)], file, line)
    }

    /// The product along axes.
    public static func prod<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, dtype: DType? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.prod, x, [axis.argument, .bool(keepDims), .optional(dtype)], file, line)
    }

    /// The position (int32) of the largest element along `axis`, or in the flattened tensor; the first of equals.
    public static func argmax<T: TensorLike>(
        _ x: T, axis: Int? = nil, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.argmax, x, [.optional(axis), .bool(keepDims)], file, line)
    }

    /// The position (int32) of the smallest element along `axis`, or in the flattened tensor; the first of equals.
    public static func argmin<T: TensorLike>(
        _ x: T, axis: Int? = nil, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.argmin, x, [.optional(axis), .bool(keepDims)], file, line)
    }

    /// How many elements along axes are not zero (int32).
    public static func countNonzero<T: TensorLike>(
        _ x: T, axis: Axes = .all, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.countNonzero, x, [axis.argument], file, line)
    }

    /// Mean and variance along axes.
    public static func moments<T: TensorLike>(
        _ x: T, axes: Axes, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> (mean: T, variance: T) {
        let results = T.apply(
            .moments, [x], [.tensor(0), axes.argument, .bool(keepDims), .bool(false)], site: CallSite(file, line))
        return (results[0], results[1])
    }
}

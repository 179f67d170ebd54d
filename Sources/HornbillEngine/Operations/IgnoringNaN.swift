// Summaries that leave out what is not a number.

extension TensorFunction {
    private static func reduction(
        _ name: String, _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "keepdims"]) { call in
            try body(call.tensor(0).validated(), call.axes(1), call.bool(2))
        }
    }

    static let nansum = reduction("Nansum") { x, axes, keep in
        try Tensor.reduce(.sum, x.replacingNaN(0), axes: axes, keepDims: keep)
    }
    static let nanprod = reduction("Nanprod") { x, axes, keep in
        try Tensor.reduce(.prod, x.replacingNaN(1), axes: axes, keepDims: keep)
    }
    static let nanmean = reduction("Nanmean") { x, axes, keep in
        try x.floating().momentsOfNumbers(axes, keepDims: keep, squares: false)
    }
    static let nanvar = reduction("Nanvar") { x, axes, keep in
        try x.floating().momentsOfNumbers(axes, keepDims: keep, squares: true)
    }
    static let nanstd = reduction("Nanstd") { x, axes, keep in
        try Tensor.unary(.sqrt, x.floating().momentsOfNumbers(axes, keepDims: keep, squares: true))
    }
    static let nanmax = reduction("Nanmax") { try $0.extremeOfNumbers(.max, $1, keepDims: $2) }
    static let nanmin = reduction("Nanmin") { try $0.extremeOfNumbers(.min, $1, keepDims: $2) }

    private static func position(_ name: String, smallest: Bool) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "keepdims"]) { call in
            let x = try call.tensor(0).validated()
            let function = smallest ? argmin : argmax
            let safe = try x.replacingNaN(smallest ? .infinity : -.infinity)
            let index = try function.body(FunctionCall(function: function, inputs: [safe], arguments: call.arguments))[
                0]
            guard x.dtype.isFloatingPoint else { return index }
            // Where there is no number at all, −1.
            let axes = try call.optionalInt(1).map { [$0] }
            let none = try Tensor.reduce(.min, Tensor.unary(.isNaN, x), axes: axes, keepDims: call.bool(2))
            return try .select(none, .scalar(-1, .int32), index)
        }
    }

    static let nanargmax = position("Nanargmax", smallest: false)
    static let nanargmin = position("Nanargmin", smallest: true)

    private static func cumulative(_ name: String, _ function: TensorFunction, _ neutral: Double) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "dtype"]) { call in
            let safe = try call.tensor(0).validated().replacingNaN(neutral)
            return try function.body(FunctionCall(function: function, inputs: [safe], arguments: call.arguments))[0]
        }
    }

    static let nancumsum = cumulative("Nancumsum", cumsum, 0)
    static let nancumprod = cumulative("Nancumprod", cumprod, 1)

    static let ignoringNaN: [TensorFunction] = [
        nansum, nanprod, nanmean, nanvar, nanstd, nanmax, nanmin, nanargmax, nanargmin, nancumsum, nancumprod,
    ]
}

extension Tensor {
    fileprivate func replacingNaN(_ value: Double) throws -> Tensor {
        guard dtype.isFloatingPoint else { return self }
        return try .select(Tensor.unary(.isNaN, self), .scalar(value, dtype), self)
    }

    /// The mean, or the variance, of those that are numbers.
    fileprivate func momentsOfNumbers(_ axes: [Int]?, keepDims: Bool, squares: Bool) throws -> Tensor {
        let isNumber = try Tensor.unary(.logicalNot, Tensor.unary(.isNaN, self))
        let count = try Tensor.reduce(.sum, isNumber.casted(to: dtype), axes: axes, keepDims: true)
        let mean = try Tensor.reduce(.sum, replacingNaN(0), axes: axes, keepDims: true) / count
        var result = mean
        if squares {
            let distance = try Tensor.select(isNumber, self - mean, .scalar(0, dtype))
            result = try Tensor.reduce(.sum, Tensor.unary(.square, distance), axes: axes, keepDims: true) / count
        }
        return keepDims ? result : try result.reshape(shape.reduced(shape.axes(axes), keepDims: false))
    }

    /// NaN only where there is nothing else.
    fileprivate func extremeOfNumbers(_ kind: Reduction, _ axes: [Int]?, keepDims: Bool) throws -> Tensor {
        guard dtype.isFloatingPoint else { return try .reduce(kind, self, axes: axes, keepDims: keepDims) }
        let safe = try replacingNaN(kind == .max ? -.infinity : .infinity)
        let extreme = try Tensor.reduce(kind, safe, axes: axes, keepDims: keepDims)
        let none = try Tensor.reduce(.min, Tensor.unary(.isNaN, self), axes: axes, keepDims: keepDims)
        return try .select(none, .scalar(.nan, dtype), extreme)
    }
}

extension ops {
    /// The sum along axes, without what is not a number.
    public static func nansum<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nansum, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The product along axes, without what is not a number.
    public static func nanprod<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanprod, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The mean along axes, without what is not a number.
    public static func nanmean<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanmean, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The variance along axes, without what is not a number.
    public static func nanvar<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanvar, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The standard deviation along axes, without what is not a number.
    public static func nanstd<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanstd, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The largest element along axes, without what is not a number.
    public static func nanmax<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanmax, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The smallest element along axes, without what is not a number.
    public static func nanmin<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanmin, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The median along axes, without what is not a number.
    public static func nanmedian<T: TensorLike>(
        _ x: T, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanmedian, x, [axis.argument, .bool(keepDims)], file, line)
    }

    /// The position (int32) of the largest element along `axis`, or in the flattened tensor, without what is not a number;
    /// −1 where nothing else is there.
    public static func nanargmax<T: TensorLike>(
        _ x: T, axis: Int? = nil, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanargmax, x, [.optional(axis), .bool(keepDims)], file, line)
    }

    /// The position (int32) of the smallest element along `axis`, or in the flattened tensor, without what is not a number;
    /// −1 where nothing else is there.
    public static func nanargmin<T: TensorLike>(
        _ x: T, axis: Int? = nil, keepDims: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanargmin, x, [.optional(axis), .bool(keepDims)], file, line)
    }

    /// The running sum along `axis`, or in the flattened tensor, without what is not a number.
    public static func nancumsum<T: TensorLike>(
        _ x: T, axis: Int? = nil, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nancumsum, x, [.optional(axis), .optional(dtype)], file, line)
    }

    /// The running product along `axis`, or in the flattened tensor, without what is not a number.
    public static func nancumprod<T: TensorLike>(
        _ x: T, axis: Int? = nil, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nancumprod, x, [.optional(axis), .optional(dtype)], file, line)
    }

    /// What a share `q` (0 … 1) of the elements along axes lies below, without what is not a number.
    public static func nanquantile<T: TensorLike>(
        _ x: T, _ q: T, axis: Axes = .all, method: String = "linear", keepDims: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.apply(
            .nanquantile, [x, q], [.tensor(0), .tensor(1), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// What a share `q` (0 … 1) of the elements along axes lies below, without what is not a number.
    public static func nanquantile<T: TensorLike>(
        _ x: T, _ q: Double, axis: Axes = .all, method: String = "linear", keepDims: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanquantile, x, [.double(q), axis.argument, .string(method), .bool(keepDims)], file, line)
    }

    /// What `q` per cent of the elements along axes lie below, without what is not a number.
    public static func nanpercentile<T: TensorLike>(
        _ x: T, _ q: T, axis: Axes = .all, method: String = "linear", keepDims: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.apply(
            .nanpercentile, [x, q], [.tensor(0), .tensor(1), axis.argument, .string(method), .bool(keepDims)], file,
            line)
    }

    /// What `q` per cent of the elements along axes lie below, without what is not a number.
    public static func nanpercentile<T: TensorLike>(
        _ x: T, _ q: Double, axis: Axes = .all, method: String = "linear", keepDims: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.nanpercentile, x, [.double(q), axis.argument, .string(method), .bool(keepDims)], file, line)
    }
}

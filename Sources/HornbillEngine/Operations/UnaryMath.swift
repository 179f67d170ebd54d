// Element-wise functions of one tensor: Keras's `ops.exp` and its kin. Integers become float32 where a fraction can
// come out, as in Keras.

extension TensorFunction {
    private static func unary(_ name: String, module: String = "numpy", _ function: Unary) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.\(module)", ["x"]) { try Tensor.unary(function, $0.tensor(0)) }
    }

    private static func composed(
        _ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, ["x"]) { try body($0.tensor(0).floating()) }
    }

    static let exp = unary("Exp", .exp)
    static let expm1 = unary("Expm1", .expm1)
    static let log = unary("Log", .log)
    static let log1p = unary("Log1p", .log1p)
    static let sqrt = unary("Sqrt", .sqrt)
    static let rsqrt = unary("Rsqrt", module: "math", .rsqrt)
    static let square = unary("Square", .square)
    static let reciprocal = unary("Reciprocal", .reciprocal)
    static let sin = unary("Sin", .sin)
    static let cos = unary("Cos", .cos)
    static let tan = unary("Tan", .tan)
    static let arcsin = unary("Arcsin", .asin)
    static let arccos = unary("Arccos", .acos)
    static let arctan = unary("Arctan", .atan)
    static let sinh = unary("Sinh", .sinh)
    static let cosh = unary("Cosh", .cosh)
    static let tanh = unary("Tanh", .tanh)
    static let erf = unary("Erf", module: "math", .erf)
    static let sign = unary("Sign", .sign)
    static let floor = unary("Floor", .floor)
    static let ceil = unary("Ceil", .ceil)
    static let trunc = unary("Trunc", .trunc)
    static let isnan = unary("Isnan", .isNaN)
    static let isfinite = unary("Isfinite", .isFinite)
    static let isinf = unary("Isinf", .isInfinite)
    static let logicalNot = unary("LogicalNot", .logicalNot)
    static let negative = unary("Negative", .negate)
    static let absolute = unary("Absolute", .abs)
    static let abs = unary("Abs", .abs)
    static let log2 = composed("Log2") { try Tensor.unary(.log, $0) / 0.6931471805599453 }
    static let log10 = composed("Log10") { try Tensor.unary(.log, $0) / 2.302585092994046 }
    static let arcsinh = composed("Arcsinh") { try $0.arcsinh() }
    static let arccosh = composed("Arccosh") { try $0.arccosh() }
    static let arctanh = composed("Arctanh") { x in
        try 0.5 * (Tensor.unary(.log1p, x) - Tensor.unary(.log1p, -x))
    }
    static let round = TensorFunction("Round", ["x"], config: ["decimals"]) { call in
        let (x, decimals) = (try call.tensor(0), try call.int(1))
        if decimals == 0 { return try Tensor.unary(.round, x) }
        if !x.dtype.isFloatingPoint, decimals > 0 { return x }
        // A factor of its own for each sign: 10⁻² is no exact number, 10² is.
        var factor = 1.0
        for _ in 0..<Swift.min(Swift.abs(decimals), 400) { factor *= 10 }
        let exact = try x.floating()
        let rounded =
            decimals > 0
            ? try Tensor.unary(.round, exact * factor) / factor : try Tensor.unary(.round, exact / factor) * factor
        return try rounded.casted(to: x.dtype)
    }
    static let clip = TensorFunction("Clip", ["x"], config: ["x_min", "x_max"]) { call in
        let x = try call.tensor(0)
        let (low, high) = (try call.operand(1, beside: x.dtype), try call.operand(2, beside: x.dtype))
        return try Tensor.binary(.minimum, Tensor.binary(.maximum, x, low), high)
    }
    static let nanToNum = TensorFunction("NanToNum", ["x"], config: ["nan", "posinf", "neginf"]) { call in
        let x = try call.tensor(0)
        guard x.dtype.isFloatingPoint else { return x }
        let largest = x.dtype.largestFiniteValue
        let (nan, positive, negative) = (
            try call.double(1), try call.optionalDouble(2) ?? largest, try call.optionalDouble(3) ?? -largest
        )
        let finite = try Tensor.select(
            x .== Double.infinity, .scalar(positive, x.dtype),
            Tensor.select(x .== -Double.infinity, .scalar(negative, x.dtype), x))
        return try Tensor.select(Tensor.unary(.isNaN, x), .scalar(nan, x.dtype), finite)
    }

    static let unaryMath: [TensorFunction] = [
        exp, expm1, log, log1p, sqrt, rsqrt, square, reciprocal, sin, cos, tan, arcsin, arccos, arctan, sinh,
        cosh, tanh, erf, sign, floor, ceil, trunc, isnan, isfinite, isinf, logicalNot, negative, absolute,
        abs, log2, log10, arcsinh, arccosh, arctanh, round, clip, nanToNum,
    ]
}

extension DType {
    /// The largest finite number of a floating-point type.
    var largestFiniteValue: Double {
        switch self {
        case .float64: .greatestFiniteMagnitude
        case .float16: 65504
        case .bfloat16: Double(Float(BFloat16(bitPattern: 0x7F7F)))
        case .float32, .int32, .int64, .uint8, .bool, .string: Double(Float.greatestFiniteMagnitude)
        }
    }
}

extension Tensor {
    /// A scalar constant.
    static func scalar(_ value: Double, _ dtype: DType) -> Tensor { Tensor(repeating: value, shape: [], dtype: dtype) }

    /// Itself, or as float32 where it holds integers.
    package func floating() throws -> Tensor { try dtype.isFloatingPoint ? validated() : casted(to: .float32) }

    /// log(x + √(x² + 1)), without the cancellation for negative x and with a gradient at 0. Each of the two formulas
    /// is kept within its range, since an infinity in the one not chosen would spoil the gradient.
    fileprivate func arcsinh() throws -> Tensor {
        let negative = self < 0
        let y = try Tensor.select(negative, -self, self)
        let small = try Tensor.binary(.minimum, y, .scalar(1e4, dtype))
        let square = try Tensor.unary(.square, small)
        let near = try Tensor.unary(.log1p, small + square / (Tensor.unary(.sqrt, square + 1) + 1))
        let far = try Tensor.unary(.log, Tensor.binary(.maximum, y, .scalar(1, dtype))) + 0.6931471805599453
        let magnitude = try Tensor.select(y > 1e4, far, near)
        return try Tensor.select(negative, -magnitude, magnitude)
    }

    /// log(x + √(x² − 1)), precise near 1.
    fileprivate func arccosh() throws -> Tensor {
        let excess = try Tensor.binary(.minimum, self, .scalar(1e4, dtype)) - 1
        let near = try Tensor.unary(.log1p, excess + Tensor.unary(.sqrt, excess * (excess + 2)))
        let far = try Tensor.unary(.log, Tensor.binary(.maximum, self, .scalar(1, dtype))) + 0.6931471805599453
        return try Tensor.select(self > 1e4, far, near)
    }
}

extension ops {
    /// e to the power of x.
    public static func exp<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.exp, x, [], file, line)
    }

    /// exp(x) − 1, precise near 0.
    public static func expm1<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.expm1, x, [], file, line)
    }

    /// The natural logarithm.
    public static func log<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.log, x, [], file, line)
    }

    /// log(1 + x), precise near 0.
    public static func log1p<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.log1p, x, [], file, line)
    }

    /// The square root.
    public static func sqrt<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sqrt, x, [], file, line)
    }

    /// 1 / √x.
    public static func rsqrt<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.rsqrt, x, [], file, line)
    }

    /// x².
    public static func square<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.square, x, [], file, line)
    }

    /// 1 / x.
    public static func reciprocal<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.reciprocal, x, [], file, line)
    }

    /// The sine of x in radians.
    public static func sin<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sin, x, [], file, line)
    }

    /// The cosine of x in radians.
    public static func cos<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.cos, x, [], file, line)
    }

    /// The tangent of x in radians.
    public static func tan<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.tan, x, [], file, line)
    }

    /// The angle in [−π/2, π/2] whose sine is x.
    public static func arcsin<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arcsin, x, [], file, line)
    }

    /// The angle in [0, π] whose cosine is x.
    public static func arccos<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arccos, x, [], file, line)
    }

    /// The angle in (−π/2, π/2) whose tangent is x.
    public static func arctan<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arctan, x, [], file, line)
    }

    /// The hyperbolic sine.
    public static func sinh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sinh, x, [], file, line)
    }

    /// The hyperbolic cosine.
    public static func cosh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.cosh, x, [], file, line)
    }

    /// The hyperbolic tangent.
    public static func tanh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.tanh, x, [], file, line)
    }

    /// The error function.
    public static func erf<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.erf, x, [], file, line)
    }

    /// −1, 0 or 1.
    public static func sign<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sign, x, [], file, line)
    }

    /// The largest whole number that is not above x, in floating point.
    public static func floor<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.floor, x, [], file, line)
    }

    /// The smallest whole number that is not below x, in floating point.
    public static func ceil<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.ceil, x, [], file, line)
    }

    /// The whole number next to x towards zero.
    public static func trunc<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.trunc, x, [], file, line)
    }

    /// Whether x is not a number.
    public static func isnan<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isnan, x, [], file, line)
    }

    /// Whether x is neither infinite nor NaN.
    public static func isfinite<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isfinite, x, [], file, line)
    }

    /// Whether x is infinite.
    public static func isinf<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isinf, x, [], file, line)
    }

    /// Whether x is zero or false.
    public static func logicalNot<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.logicalNot, x, [], file, line)
    }

    /// −x.
    public static func negative<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.negative, x, [], file, line)
    }

    /// The absolute value.
    public static func absolute<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.absolute, x, [], file, line)
    }

    /// The absolute value.
    public static func abs<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.abs, x, [], file, line)
    }

    /// The logarithm to the base 2.
    public static func log2<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.log2, x, [], file, line)
    }

    /// The logarithm to the base 10.
    public static func log10<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.log10, x, [], file, line)
    }

    /// The inverse of the hyperbolic sine.
    public static func arcsinh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arcsinh, x, [], file, line)
    }

    /// The inverse of the hyperbolic cosine; NaN below 1.
    public static func arccosh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arccosh, x, [], file, line)
    }

    /// The inverse of the hyperbolic tangent.
    public static func arctanh<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.arctanh, x, [], file, line)
    }

    /// Rounded to `decimals` places after the point, halves to even.
    public static func round<T: TensorLike>(
        _ x: T, decimals: Int = 0, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.round, x, [.int(decimals)], file, line)
    }

    /// x, but not below `xMin` and not above `xMax`.
    public static func clip<T: TensorLike>(
        _ x: T, _ xMin: some ScalarOperand, _ xMax: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.clip, x, [xMin.argument, xMax.argument], file, line)
    }

    /// x with NaN replaced by `nan`, and the infinities by `posinf` and `neginf`: by default the largest finite numbers.
    public static func nanToNum<T: TensorLike>(
        _ x: T, nan: Double = 0, posinf: Double? = nil, neginf: Double? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.nanToNum, x, [.double(nan), .optional(posinf), .optional(neginf)], file, line)
    }
}

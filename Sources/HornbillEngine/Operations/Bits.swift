// Integers: their bits, their divisors.

extension TensorFunction {
    private static func bits(_ name: String, _ function: Special) -> TensorFunction {
        TensorFunction(name, ["x", "y"]) { call in
            let (a, b) = try call.operands()
            return try Tensor.integers(function, a, b)
        }
    }

    private static func complement(_ name: String) -> TensorFunction {
        TensorFunction(name, ["x"]) { call in
            let x = try call.tensor(0).validated()
            if x.dtype == .bool { return try Tensor.unary(.logicalNot, x) }
            let ones: Tensor = x.dtype == .uint8 ? .scalar(255, .uint8) : .scalar(-1, x.dtype)
            return try Tensor.integers(.bitwiseXor, x, ones)
        }
    }

    static let bitwiseAnd = bits("BitwiseAnd", .bitwiseAnd)
    static let bitwiseOr = bits("BitwiseOr", .bitwiseOr)
    static let bitwiseXor = bits("BitwiseXor", .bitwiseXor)
    static let bitwiseLeftShift = bits("BitwiseLeftShift", .shiftLeft)
    static let leftShift = bits("LeftShift", .shiftLeft)
    static let bitwiseRightShift = bits("BitwiseRightShift", .shiftRight)
    static let rightShift = bits("RightShift", .shiftRight)
    static let bitwiseNot = complement("BitwiseNot")
    static let bitwiseInvert = complement("BitwiseInvert")
    static let gcd = TensorFunction("Gcd", ["x1", "x2"]) { call in
        let (a, b) = try call.operands()
        return try Tensor.integers(.gcd, a, b)
    }
    static let lcm = TensorFunction("Lcm", ["x1", "x2"]) { call in
        let (a, b) = try call.operands()
        let (x, y) = try Tensor.aligned(a, b, for: "lcm")
        let divisor = try Tensor.integers(.gcd, x, y)
        let safe = try Tensor.binary(.maximum, divisor, .scalar(1, divisor.dtype))
        return try Tensor.unary(.abs, Tensor.binary(.multiply, Tensor.binary(.floorDivide, x, safe), y))
    }

    static let bitwise: [TensorFunction] = [
        bitwiseAnd, bitwiseOr, bitwiseXor, bitwiseLeftShift, leftShift, bitwiseRightShift, rightShift, bitwiseNot,
        bitwiseInvert, gcd, lcm,
    ]
}

extension Tensor {
    /// A function of integers, after promotion and broadcasting.
    fileprivate static func integers(_ function: Special, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        let (x, y) = try aligned(a, b, for: function.rawValue)
        guard !x.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "\(function.rawValue) needs integers, not \(a.dtype) and \(b.dtype)")
        }
        return try .emit1(.special(function), [x, y])
    }
}

extension ops {
    /// The bits that are set in both.
    public static func bitwiseAnd<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseAnd, x, y, file, line)
    }

    /// The bits that are set in both.
    public static func bitwiseAnd<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseAnd, x, y, file, line)
    }

    /// The bits that are set in either.
    public static func bitwiseOr<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseOr, x, y, file, line)
    }

    /// The bits that are set in either.
    public static func bitwiseOr<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseOr, x, y, file, line)
    }

    /// The bits that are set in one of the two.
    public static func bitwiseXor<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseXor, x, y, file, line)
    }

    /// The bits that are set in one of the two.
    public static func bitwiseXor<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseXor, x, y, file, line)
    }

    /// x with its bits moved to the left by y places.
    public static func bitwiseLeftShift<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.bitwiseLeftShift, x, y, file, line)
    }

    /// x with its bits moved to the left by y places.
    public static func bitwiseLeftShift<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T
    {
        T.two(.bitwiseLeftShift, x, y, file, line)
    }

    /// x with its bits moved to the left by y places.
    public static func leftShift<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.leftShift, x, y, file, line)
    }

    /// x with its bits moved to the left by y places.
    public static func leftShift<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.leftShift, x, y, file, line)
    }

    /// x with its bits moved to the right by y places; the sign stays.
    public static func bitwiseRightShift<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T
    {
        T.two(.bitwiseRightShift, x, y, file, line)
    }

    /// x with its bits moved to the right by y places; the sign stays.
    public static func bitwiseRightShift<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.bitwiseRightShift, x, y, file, line)
    }

    /// x with its bits moved to the right by y places; the sign stays.
    public static func rightShift<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.rightShift, x, y, file, line)
    }

    /// x with its bits moved to the right by y places; the sign stays.
    public static func rightShift<T: TensorLike>(_ x: T, _ y: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.rightShift, x, y, file, line)
    }

    /// The greatest common divisor of integers.
    public static func gcd<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.gcd, x1, x2, file, line)
    }

    /// The greatest common divisor of integers.
    public static func gcd<T: TensorLike>(_ x1: T, _ x2: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.gcd, x1, x2, file, line)
    }

    /// The least common multiple of integers.
    public static func lcm<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.lcm, x1, x2, file, line)
    }

    /// The least common multiple of integers.
    public static func lcm<T: TensorLike>(_ x1: T, _ x2: Int, file: String = #fileID, line: Int = #line) -> T {
        T.two(.lcm, x1, x2, file, line)
    }

    /// All bits turned over.
    public static func bitwiseNot<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.bitwiseNot, x, [], file, line)
    }

    /// All bits turned over.
    public static func bitwiseInvert<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.bitwiseInvert, x, [], file, line)
    }
}

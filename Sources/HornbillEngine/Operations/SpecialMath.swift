// Rarer element-wise functions.

extension TensorFunction {
    private static func composed(
        _ name: String, module: String = "numpy", _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.\(module)", ["x"]) { try body($0.tensor(0).floating()) }
    }

    private static func pair(
        _ name: String, _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, ["x1", "x2"]) { call in
            let (a, b) = try call.operands()
            return try body(a, b)
        }
    }

    static let exp2 = composed("Exp2") { try Tensor.unary(.exp, $0 * 0.6931471805599453) }
    static let cbrt = composed("Cbrt") { x in
        let magnitude = try Tensor.binary(.power, Tensor.unary(.abs, x), .scalar(1 / 3, x.dtype))
        return try Tensor.select(x < 0, -magnitude, magnitude)
    }
    static let deg2rad = composed("Deg2rad") { try ($0 * (Double.pi / 180)).validated() }
    static let rad2deg = composed("Rad2deg") { try ($0 * (180 / Double.pi)).validated() }
    static let fabs = composed("Fabs") { try Tensor.unary(.abs, $0) }
    static let sinc = composed("Sinc") { x in
        let isZero = try Tensor.binary(.equal, x, .scalar(0, x.dtype))
        let angle = try Tensor.select(isZero, .scalar(1, x.dtype), x) * Double.pi
        return try Tensor.select(isZero, .scalar(1, x.dtype), Tensor.unary(.sin, angle) / angle)
    }
    static let erfc = composed("Erfc", module: "math") { try .emit1(.special(.erfc), [$0]) }
    static let erfinv = composed("Erfinv", module: "math") { try .emit1(.special(.erfinv), [$0]) }
    static let i0 = composed("I0") { try .emit1(.special(.besselI0), [$0]) }
    static let isposinf = composed("Isposinf") { try ($0 .== Double.infinity).validated() }
    static let isneginf = composed("Isneginf") { try ($0 .== -Double.infinity).validated() }
    static let signbit = TensorFunction("Signbit", ["x"]) { call in
        let x = try call.tensor(0).validated()
        guard x.dtype.isFloatingPoint else { return try (x < 0).validated() }
        return try ((x < 0) .| ((x .== 0) .& (Tensor.unary(.reciprocal, x) < 0))).validated()
    }

    static let hypot = pair("Hypot") { a, b in
        let (x, y) = (try Tensor.unary(.abs, a.floating()), try Tensor.unary(.abs, b.floating()))
        // Scaled by the larger, so that no square overflows.
        let (large, small) = (try Tensor.binary(.maximum, x, y), try Tensor.binary(.minimum, x, y))
        let safe = try Tensor.select(large .== 0, .scalar(1, large.dtype), large)
        let ratio = small / safe
        let result = try large * Tensor.unary(.sqrt, Tensor.unary(.square, ratio) + 1)
        // An infinite side makes the whole infinite, whatever the other is.
        let isInfinite = try Tensor.unary(.isInfinite, x) .| Tensor.unary(.isInfinite, y)
        return try Tensor.select(isInfinite, .scalar(.infinity, result.dtype), result)
    }
    static let logaddexp = pair("Logaddexp") { try Tensor.logAddExp($0, $1, base: nil) }
    static let logaddexp2 = pair("Logaddexp2") { try Tensor.logAddExp($0, $1, base: 0.6931471805599453) }
    static let heaviside = pair("Heaviside") { a, b in
        let (x, atZero) = try Tensor.aligned(a.floating(), b.floating(), for: "heaviside")
        let step = try Tensor.select(x > 0, .scalar(1, x.dtype), .scalar(0, x.dtype))
        let known = try Tensor.select(Tensor.unary(.isNaN, x), x, step)
        return try Tensor.select(x .== 0, atZero, known)
    }
    static let fmod = pair("Fmod") { a, b in
        let (x, y) = try Tensor.aligned(a, b, for: "fmod")
        let size = try Tensor.binary(.floorMod, Tensor.unary(.abs, x), Tensor.unary(.abs, y))
        return try Tensor.select(x < 0, -size, size)
    }
    static let fmax = pair("Fmax") { try Tensor.ignoringNaN(.maximum, $0, $1) }
    static let fmin = pair("Fmin") { try Tensor.ignoringNaN(.minimum, $0, $1) }
    static let trueDivide = pair("TrueDivide") { try Tensor.binary(.divide, $0, $1) }
    static let divideNoNan = pair("DivideNoNan") { a, b in
        let isZero = b .== 0
        let safe = try Tensor.select(isZero, .scalar(1, b.dtype), b)
        let quotient = try Tensor.binary(.divide, a, safe)
        return try Tensor.select(isZero, .scalar(0, quotient.dtype), quotient)
    }
    static let ldexp = pair("Ldexp") { a, b in
        guard try b.validated().dtype.isInteger else {
            throw HornbillError(.dtype, "ldexp: the exponents must be integers, not \(b.dtype)")
        }
        let x = try a.floating()
        // In two halves, since a power that is a number may have a factor that is none.
        let half = try Tensor.binary(.floorDivide, b, .scalar(2, b.dtype))
        func power(_ exponent: Tensor) throws -> Tensor {
            try Tensor.binary(.power, .scalar(2, x.dtype), exponent.casted(to: x.dtype))
        }
        return try Tensor.binary(.multiply, Tensor.binary(.multiply, x, power(half)), power(b - half))
    }
    static let nextafter = pair("Nextafter") { a, b in
        let (x, y) = try Tensor.aligned(a.floating(), b.floating(), for: "nextafter")
        return try .emit1(.special(.nextAfter), [x, y])
    }

    // What is left of complex numbers, which there are none of: what they give for real ones.
    static let real = TensorFunction("Real", ["x"]) { try $0.tensor(0).validated() }
    static let imag = TensorFunction("Imag", ["x"]) { try ($0.tensor(0).validated() * 0).validated() }
    static let conj = TensorFunction("Conj", ["x"]) { try $0.tensor(0).validated() }
    static let conjugate = TensorFunction("Conjugate", ["x"]) { try $0.tensor(0).validated() }
    static let isreal = TensorFunction("Isreal", ["x"]) { call in
        let x = try call.tensor(0).validated()
        return try Tensor.scalar(1, .bool).broadcasted(to: x.shape, beside: x)
    }
    static let angle = composed("Angle") { x in
        let turned = try Tensor.select(x < 0, .scalar(Double.pi, x.dtype), .scalar(0, x.dtype))
        return try Tensor.select(Tensor.unary(.isNaN, x), x, turned)
    }

    static let specialMath: [TensorFunction] = [
        exp2, cbrt, deg2rad, rad2deg, fabs, sinc, erfc, erfinv, i0, isposinf, isneginf, signbit, hypot, logaddexp,
        logaddexp2, heaviside, fmod, fmax, fmin, trueDivide, divideNoNan, ldexp, nextafter, real, imag, conj, conjugate,
        isreal, angle,
    ]
}

extension Tensor {
    /// log(bᵃ + bᶜ) to the base b, for infinities too.
    fileprivate static func logAddExp(_ a: Tensor, _ b: Tensor, base: Double?) throws -> Tensor {
        let (x, y) = try aligned(a.floating(), b.floating(), for: "logaddexp")
        let large = try binary(.maximum, x, y)
        // Of two equal infinities the difference is no number.
        let distance = try select(x .== y, .scalar(0, x.dtype), unary(.abs, x - y))
        guard let base else { return try large + unary(.log1p, unary(.exp, -distance)) }
        return try large + unary(.log1p, unary(.exp, -distance * base)) / base
    }

    /// The larger or smaller of two; of a number and NaN the number.
    fileprivate static func ignoringNaN(_ function: Binary, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        let (x, y) = try aligned(a, b, for: function.rawValue)
        guard x.dtype.isFloatingPoint else { return try binary(function, x, y) }
        return try select(unary(.isNaN, x), y, select(unary(.isNaN, y), x, binary(function, x, y)))
    }
}

// The public forms of the rarer element-wise functions.

extension ops {
    /// 2 to the power of x.
    public static func exp2<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.exp2, x, [], file, line)
    }

    /// The cube root, negative for negative x.
    public static func cbrt<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.cbrt, x, [], file, line)
    }

    /// Degrees as radians.
    public static func deg2rad<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.deg2rad, x, [], file, line)
    }

    /// Radians as degrees.
    public static func rad2deg<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.rad2deg, x, [], file, line)
    }

    /// The absolute value, in floating point.
    public static func fabs<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.fabs, x, [], file, line)
    }

    /// sin(πx) / πx, 1 at 0.
    public static func sinc<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.sinc, x, [], file, line)
    }

    /// 1 − erf(x), precise where that is small.
    public static func erfc<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.erfc, x, [], file, line)
    }

    /// The inverse of the error function; infinite at ±1, NaN beyond.
    public static func erfinv<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.erfinv, x, [], file, line)
    }

    /// The modified Bessel function of the first kind of order 0.
    public static func i0<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.i0, x, [], file, line)
    }

    /// Whether x is +∞.
    public static func isposinf<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isposinf, x, [], file, line)
    }

    /// Whether x is −∞.
    public static func isneginf<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isneginf, x, [], file, line)
    }

    /// Whether x is negative, −0 included.
    public static func signbit<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.signbit, x, [], file, line)
    }

    /// The real part: x itself.
    public static func real<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.real, x, [], file, line)
    }

    /// The imaginary part: zeros.
    public static func imag<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.imag, x, [], file, line)
    }

    /// The complex conjugate: x itself.
    public static func conj<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.conj, x, [], file, line)
    }

    /// The complex conjugate: x itself.
    public static func conjugate<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.conjugate, x, [], file, line)
    }

    /// Whether x has no imaginary part: true.
    public static func isreal<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.isreal, x, [], file, line)
    }

    /// The angle in the complex plane: π for negative x, else 0.
    public static func angle<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.angle, x, [], file, line)
    }

    /// √(x1² + x2²), without overflow.
    public static func hypot<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.hypot, x1, x2, file, line)
    }

    /// √(x1² + x2²), without overflow.
    public static func hypot<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.hypot, x1, x2, file, line)
    }

    /// log(exp(x1) + exp(x2)), without overflow.
    public static func logaddexp<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.logaddexp, x1, x2, file, line)
    }

    /// log(exp(x1) + exp(x2)), without overflow.
    public static func logaddexp<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logaddexp, x1, x2, file, line)
    }

    /// log2(2^x1 + 2^x2), without overflow.
    public static func logaddexp2<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.logaddexp2, x1, x2, file, line)
    }

    /// log2(2^x1 + 2^x2), without overflow.
    public static func logaddexp2<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logaddexp2, x1, x2, file, line)
    }

    /// 0 for negative x1, 1 for positive, x2 at 0.
    public static func heaviside<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.heaviside, x1, x2, file, line)
    }

    /// 0 for negative x1, 1 for positive, x2 at 0.
    public static func heaviside<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.heaviside, x1, x2, file, line)
    }

    /// The remainder of x1 / x2, with the sign of x1.
    public static func fmod<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.fmod, x1, x2, file, line)
    }

    /// The remainder of x1 / x2, with the sign of x1.
    public static func fmod<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.fmod, x1, x2, file, line)
    }

    /// The larger of two; of a number and NaN the number.
    public static func fmax<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.fmax, x1, x2, file, line)
    }

    /// The larger of two; of a number and NaN the number.
    public static func fmax<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.fmax, x1, x2, file, line)
    }

    /// The smaller of two; of a number and NaN the number.
    public static func fmin<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.fmin, x1, x2, file, line)
    }

    /// The smaller of two; of a number and NaN the number.
    public static func fmin<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.fmin, x1, x2, file, line)
    }

    /// x1 / x2, in floating point.
    public static func trueDivide<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.trueDivide, x1, x2, file, line)
    }

    /// x1 / x2, in floating point.
    public static func trueDivide<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.trueDivide, x1, x2, file, line)
    }

    /// x1 / x2, and 0 where x2 is 0.
    public static func divideNoNan<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.divideNoNan, x1, x2, file, line)
    }

    /// x1 / x2, and 0 where x2 is 0.
    public static func divideNoNan<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.divideNoNan, x1, x2, file, line)
    }

    /// x1 times 2 to the power of the integers x2.
    public static func ldexp<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.ldexp, x1, x2, file, line)
    }

    /// The next number after x1 in the direction of x2.
    public static func nextafter<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.nextafter, x1, x2, file, line)
    }
}

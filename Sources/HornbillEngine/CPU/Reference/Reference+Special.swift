import Foundation

extension Reference.Call {
    func special(_ function: Special) throws {
        switch inputTypes[0].dtype {
        case .float32: floating(function, Float.self) { Foundation.nextafter($0, $1) }
        case .float64: floating(function, Double.self) { Foundation.nextafter($0, $1) }
        case .int32: integers(function, Int32.self)
        case .int64: integers(function, Int64.self)
        case .uint8, .bool: integers(function, UInt8.self)
        case .float16, .bfloat16, .string:
            throw HornbillError(.internal, "\(inputTypes[0].dtype) reached a kernel without being widened")
        }
    }

    private func floating<T: BinaryFloatingPoint>(_ function: Special, _: T.Type, _ next: (T, T) -> T) {
        let (x, out) = (input(0, as: T.self), output(0, as: T.self))
        func math(_ body: (Double) -> Double) { for i in 0..<count { out[i] = T(body(Double(x[i]))) } }
        switch function {
        case .erfc: math { Foundation.erfc($0) }
        case .erfinv: math { Reference.erfinv($0) }
        case .besselI0: math { Reference.bessel(order: 0, $0) }
        case .besselI1: math { Reference.bessel(order: 1, $0) }
        case .nextAfter:
            let y = input(1, as: T.self)
            for i in 0..<count { out[i] = next(x[i], y[i]) }
        case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight, .gcd: break  // refused by the shape rule
        }
    }

    private func integers<T: FixedWidthInteger>(_ function: Special, _: T.Type) {
        let (a, b, out) = (input(0, as: T.self), input(1, as: T.self), output(0, as: T.self))
        func map(_ body: (T, T) -> T) { for i in 0..<count { out[i] = body(a[i], b[i]) } }
        switch function {
        case .bitwiseAnd: map { $0 & $1 }
        case .bitwiseOr: map { $0 | $1 }
        case .bitwiseXor: map { $0 ^ $1 }
        case .shiftLeft: map { $0 << $1 }
        case .shiftRight: map { $0 >> $1 }
        case .gcd: map { Reference.gcd($0, $1) }
        case .erfc, .erfinv, .besselI0, .besselI1, .nextAfter: break  // refused by the shape rule
        }
    }
}

extension Reference {
    /// The inverse of the error function: a first guess (Winitzki, 2008), then Newton's steps of third order.
    static func erfinv(_ x: Double) -> Double {
        guard x > -1, x < 1 else { return x == 1 ? .infinity : x == -1 ? -.infinity : .nan }
        if x == 0 { return x }
        let logarithm = Foundation.log1p(-x * x)
        let half = 2 / (Double.pi * 0.147) + logarithm / 2
        var y = (half * half - logarithm / 0.147).squareRoot() - half
        y = x < 0 ? -y.squareRoot() : y.squareRoot()
        for _ in 0..<4 {
            // Near 1 the complement is the precise one.
            let magnitude = Swift.abs(x)
            let miss =
                magnitude < 0.5
                ? Foundation.erf(y) - x : (x < 0 ? 1 : -1) * (Foundation.erfc(Swift.abs(y)) - (1 - magnitude))
            let step = miss * Double.pi.squareRoot() / 2 * Foundation.exp(y * y)
            y -= step / (1 + y * step)
        }
        return y
    }

    /// The modified Bessel function of the first kind: its power series, or its asymptotic one for large x.
    static func bessel(order: Int, _ x: Double) -> Double {
        let magnitude = Swift.abs(x)
        let sign: Double = order == 1 && x < 0 ? -1 : 1
        if magnitude.isNaN { return x }
        if magnitude == .infinity { return sign * .infinity }
        if magnitude <= 30 {
            let quarter = magnitude * magnitude / 4
            var term = order == 0 ? 1 : magnitude / 2
            var sum = term
            for k in 1..<200 {
                term *= quarter / Double(k * (k + order))
                sum += term
                if term < sum * 1e-17 { break }
            }
            return sign * sum
        }
        let mu = Double(4 * order * order)
        var (term, sum) = (1.0, 1.0)
        for k in 1..<30 {
            let odd = Double(2 * k - 1)
            let next = -term * (mu - odd * odd) / (Double(k) * 8 * magnitude)
            if Swift.abs(next) >= Swift.abs(term) { break }
            term = next
            sum += term
        }
        // Half of the exponent at a time, which overflows later.
        let root = Foundation.exp(magnitude / 2)
        return sign * root * (sum / (2 * Double.pi * magnitude).squareRoot()) * root
    }

    static func power(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
    static func exponential(_ x: Double) -> Double { Foundation.exp(x) }
    static func sine(_ x: Double) -> Double { Foundation.sin(x) }
    static func cosine(_ x: Double) -> Double { Foundation.cos(x) }

    /// Euclid's algorithm on magnitudes; that of the smallest number wraps.
    static func gcd<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
        var (x, y) = (a.magnitude, b.magnitude)
        while y != 0 { (x, y) = (y, x % y) }
        return T(truncatingIfNeeded: x)
    }
}

import Foundation

extension Reference.Call {
    func unary(_ function: Unary) throws { try inputTypes[0].dtype.number().unary(function, self) }

    func binary(_ function: Binary) throws {
        guard inputTypes[0].dtype == .bool, !function.isComparison, !function.isLogical else {
            return try inputTypes[0].dtype.number().binary(function, self)
        }
        // Bytes that are 0 or 1 stay so under these.
        switch function {
        case .add, .maximum: UInt8.binary(.maximum, self)
        case .multiply, .minimum: UInt8.binary(.minimum, self)
        default: throw HornbillError(.dtype, "\(function.rawValue) is not defined for bool")
        }
    }

    func select() {
        func choose<Word>(_: Word.Type) {
            let (test, a, b) = (input(0, as: UInt8.self), input(1, as: Word.self), input(2, as: Word.self))
            let out = output(0, as: Word.self)
            for i in 0..<count { out[i] = test[i] != 0 ? a[i] : b[i] }
        }
        switch outputTypes[0].dtype.byteCount {
        case 1: choose(UInt8.self)
        case 2: choose(UInt16.self)
        case 4: choose(UInt32.self)
        default: choose(UInt64.self)
        }
    }

    // The result type is named and not inferred: an integer literal in the closure would make it Int.

    @inline(__always)
    fileprivate func map<T>(_ type: T.Type, _ function: (T) -> T) {
        let (x, out) = (input(0, as: T.self), output(0, as: T.self))
        for i in 0..<count { out[i] = function(x[i]) }
    }

    @inline(__always)
    fileprivate func map2<T>(_ type: T.Type, _ function: (T, T) -> T) {
        let (a, b, out) = (input(0, as: T.self), input(1, as: T.self), output(0, as: T.self))
        for i in 0..<count { out[i] = function(a[i], b[i]) }
    }

    @inline(__always)
    fileprivate func test<T>(_ type: T.Type, _ function: (T) -> Bool) {
        let (x, out) = (input(0, as: T.self), output(0, as: UInt8.self))
        for i in 0..<count { out[i] = function(x[i]) ? 1 : 0 }
    }

    @inline(__always)
    fileprivate func test2<T>(_ type: T.Type, _ function: (T, T) -> Bool) {
        let (a, b, out) = (input(0, as: T.self), input(1, as: T.self), output(0, as: UInt8.self))
        for i in 0..<count { out[i] = function(a[i], b[i]) ? 1 : 0 }
    }
}

extension ReferenceFloat {
    static func unary(_ function: Unary, _ call: Reference.Call) throws {
        /// A function computed in double precision.
        @inline(__always) func math(_ function: (Double) -> Double) {
            call.map(Self.self) { Self(function(Double($0))) }
        }
        switch function {
        case .negate: call.map(Self.self) { -$0 }
        case .abs: call.map(Self.self) { Swift.abs($0) }
        case .sign: call.map(Self.self) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        case .exp: math { Foundation.exp($0) }
        case .expm1: math { Foundation.expm1($0) }
        case .log: math { Foundation.log($0) }
        case .log1p: math { Foundation.log1p($0) }
        case .sqrt: math { $0.squareRoot() }
        case .rsqrt: math { 1 / $0.squareRoot() }
        case .square: call.map(Self.self) { $0 * $0 }
        case .reciprocal: call.map(Self.self) { 1 / $0 }
        case .sin: math { Foundation.sin($0) }
        case .cos: math { Foundation.cos($0) }
        case .tan: math { Foundation.tan($0) }
        case .asin: math { Foundation.asin($0) }
        case .acos: math { Foundation.acos($0) }
        case .atan: math { Foundation.atan($0) }
        case .sinh: math { Foundation.sinh($0) }
        case .cosh: math { Foundation.cosh($0) }
        case .tanh: math { Foundation.tanh($0) }
        case .sigmoid: math { Reference.sigmoid($0) }
        case .erf: math { Foundation.erf($0) }
        case .relu: call.map(Self.self) { $0 > 0 || $0.isNaN ? $0 : 0 }
        case .softplus: math { Swift.max($0, 0) + Foundation.log1p(Foundation.exp(-Swift.abs($0))) }
        case .floor: call.map(Self.self) { $0.rounded(.down) }
        case .ceil: call.map(Self.self) { $0.rounded(.up) }
        case .round: call.map(Self.self) { $0.rounded(.toNearestOrEven) }
        case .trunc: call.map(Self.self) { $0.rounded(.towardZero) }
        case .logicalNot: call.test(Self.self) { $0 == 0 }
        case .isNaN: call.test(Self.self) { $0.isNaN }
        case .isFinite: call.test(Self.self) { $0.isFinite }
        case .isInfinite: call.test(Self.self) { $0.isInfinite }
        }
    }
}

extension ReferenceInteger {
    static func unary(_ function: Unary, _ call: Reference.Call) throws {
        switch function {
        case .negate: call.map(Self.self) { 0 &- $0 }
        case .abs: call.map(Self.self) { $0 < 0 ? 0 &- $0 : $0 }
        case .sign: call.map(Self.self) { $0 > 0 ? Self(1) : $0 < 0 ? 0 &- Self(1) : Self(0) }
        case .square: call.map(Self.self) { $0 &* $0 }
        case .relu: call.map(Self.self) { Swift.max($0, 0) }
        case .floor, .ceil, .round, .trunc: call.map(Self.self) { $0 }
        case .logicalNot: call.test(Self.self) { $0 == 0 }
        case .isNaN, .isInfinite: call.test(Self.self) { _ in false }
        case .isFinite: call.test(Self.self) { _ in true }
        case .exp, .expm1, .log, .log1p, .sqrt, .rsqrt, .reciprocal, .sin, .cos, .tan, .asin, .acos, .atan, .sinh,
            .cosh,
            .tanh, .sigmoid, .erf, .softplus:
            throw HornbillError(.dtype, "\(function.rawValue) needs floating point, not \(call.inputTypes[0].dtype)")
        }
    }
}

extension ReferenceNumber {
    static func binary(_ function: Binary, _ call: Reference.Call) {
        switch function {
        case .add: call.map2(Self.self) { plus($0, $1) }
        case .subtract: call.map2(Self.self) { minus($0, $1) }
        case .multiply: call.map2(Self.self) { times($0, $1) }
        case .divide: call.map2(Self.self) { quotient($0, $1) }
        case .maximum: call.map2(Self.self) { larger($0, $1) }
        case .minimum: call.map2(Self.self) { smaller($0, $1) }
        case .power: call.map2(Self.self) { power($0, $1) }
        case .floorMod: call.map2(Self.self) { floorMod($0, $1) }
        case .floorDivide: call.map2(Self.self) { floorQuotient($0, $1) }
        case .atan2: call.map2(Self.self) { atan2($0, $1) }
        case .equal: call.test2(Self.self) { $0 == $1 }
        case .notEqual: call.test2(Self.self) { $0 != $1 }
        case .less: call.test2(Self.self) { $0 < $1 }
        case .lessEqual: call.test2(Self.self) { $0 <= $1 }
        case .greater: call.test2(Self.self) { $0 > $1 }
        case .greaterEqual: call.test2(Self.self) { $0 >= $1 }
        case .logicalAnd: call.test2(Self.self) { $0 != zero && $1 != zero }
        case .logicalOr: call.test2(Self.self) { $0 != zero || $1 != zero }
        case .logicalXor: call.test2(Self.self) { ($0 != zero) != ($1 != zero) }
        }
    }
}

extension Reference {
    /// Without overflow on either side.
    static func sigmoid(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + Foundation.exp(-x)) }
        let e = Foundation.exp(x)
        return e / (1 + e)
    }
}

import Foundation

/// Arithmetic that never traps.
protocol ReferenceArithmetic: Comparable, Sendable {
    static var zero: Self { get }
    static var one: Self { get }
    /// What no element is below, and what none is above.
    static var lowest: Self { get }
    static var highest: Self { get }
    var isNotANumber: Bool { get }
    init(clamping count: Int)

    static func plus(_ a: Self, _ b: Self) -> Self
    static func minus(_ a: Self, _ b: Self) -> Self
    static func times(_ a: Self, _ b: Self) -> Self
    static func quotient(_ a: Self, _ b: Self) -> Self
    static func power(_ a: Self, _ b: Self) -> Self
    static func floorMod(_ a: Self, _ b: Self) -> Self
    static func floorQuotient(_ a: Self, _ b: Self) -> Self
    static func atan2(_ a: Self, _ b: Self) -> Self
}

extension ReferenceArithmetic {
    /// The larger; NaN if either is.
    static func larger(_ a: Self, _ b: Self) -> Self { a.isNotANumber || a > b ? a : b }
    /// The smaller; NaN if either is.
    static func smaller(_ a: Self, _ b: Self) -> Self { a.isNotANumber || a < b ? a : b }
}

/// The element types that kernels with arithmetic are compiled for. Half precisions are widened to `Float` first, and
/// bool is seen as `UInt8`.
///
/// The kernels are requirements with default implementations, so that a call through `any ReferenceNumber.Type` lands
/// in code that is specialised for the type.
protocol ReferenceNumber: ReferenceArithmetic {
    /// What sums and products are accumulated in.
    associatedtype Accumulator: ReferenceArithmetic
    init(accumulator: Accumulator)
    var accumulator: Accumulator { get }

    static func unary(_ function: Unary, _ call: Reference.Call) throws
    static func binary(_ function: Binary, _ call: Reference.Call)
    static func matmul(_ sizes: Reference.MatMulSizes, _ call: Reference.Call)
    static func reduce(_ kind: Reduction, axes: [Int], _ call: Reference.Call)
    static func argReduce(smallest: Bool, axis: Int, _ call: Reference.Call)
    static func cumulative(_ kind: Cumulative, axis: Int, reverse: Bool, _ call: Reference.Call)
    static func sort(count: Int, descending: Bool, _ call: Reference.Call)
    static func scatterAdd(_ indices: [Int], outer: Int, size: Int, inner: Int, _ call: Reference.Call)
    static func scatterElements(_ indices: [Int], columns: Int, size: Int, _ call: Reference.Call)
    static func segmentReduce(_ kind: Reduction, _ ids: [Int], _ call: Reference.Call)
}

protocol ReferenceFloat: ReferenceNumber, BinaryFloatingPoint where Accumulator == Double {
    init(_ value: Double)
    static func softmax(logarithm: Bool, _ call: Reference.Call)
    static func softmaxGradient(logarithm: Bool, _ call: Reference.Call)
    static func batchNormalization(_ epsilon: Double, _ call: Reference.Call)
    static func batchNormalizationGradient(_ epsilon: Double, _ call: Reference.Call)
    static func layerNormalization(_ epsilon: Double, centered: Bool, _ call: Reference.Call)
    static func layerNormalizationGradient(centered: Bool, _ call: Reference.Call)
    static func attention(_ form: AttentionForm, _ call: Reference.Call)
    static func attentionGradient(_ form: AttentionForm, _ call: Reference.Call)
    static func finish(bias: Bool, _ activation: FusedActivation, _ call: Reference.Call)
    static func convolution(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call)
    static func convolutionInputGradient(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call)
    static func convolutionKernelGradient(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call)
    static func biasGradient(_ call: Reference.Call)
    static func pool(_ kind: PoolKind, _ walk: Reference.WindowWalk, _ call: Reference.Call)
    static func poolGradient(_ kind: PoolKind, _ walk: Reference.WindowWalk, _ call: Reference.Call)
    static func poolPick(_ walk: Reference.WindowWalk, _ call: Reference.Call)
}

extension Float: ReferenceFloat {}
extension Double: ReferenceFloat {}

extension ReferenceFloat {
    init(accumulator: Double) { self.init(accumulator) }
    var accumulator: Double { Double(self) }
    static var one: Self { 1 }
    static var lowest: Self { -.infinity }
    static var highest: Self { .infinity }
    var isNotANumber: Bool { isNaN }
    init(clamping count: Int) { self.init(count) }

    static func plus(_ a: Self, _ b: Self) -> Self { a + b }
    static func minus(_ a: Self, _ b: Self) -> Self { a - b }
    static func times(_ a: Self, _ b: Self) -> Self { a * b }
    static func quotient(_ a: Self, _ b: Self) -> Self { a / b }
    static func power(_ a: Self, _ b: Self) -> Self { Self(Foundation.pow(Double(a), Double(b))) }
    static func atan2(_ a: Self, _ b: Self) -> Self { Self(Foundation.atan2(Double(a), Double(b))) }

    static func floorMod(_ a: Self, _ b: Self) -> Self {
        let remainder = a.truncatingRemainder(dividingBy: b)
        if remainder == 0 { return b < 0 ? -0.0 : 0 }
        return (remainder < 0) != (b < 0) ? remainder + b : remainder
    }

    static func floorQuotient(_ a: Self, _ b: Self) -> Self {
        b == 0 ? a / b : ((a - floorMod(a, b)) / b).rounded()
    }
}

protocol ReferenceInteger: ReferenceNumber, FixedWidthInteger where Accumulator == Self {}

extension Int32: ReferenceInteger {}
extension Int64: ReferenceInteger {}
extension UInt8: ReferenceInteger {}

extension ReferenceInteger {
    init(accumulator: Self) { self = accumulator }
    var accumulator: Self { self }
    static var one: Self { 1 }
    static var lowest: Self { .min }
    static var highest: Self { .max }
    var isNotANumber: Bool { false }

    static func plus(_ a: Self, _ b: Self) -> Self { a &+ b }
    static func minus(_ a: Self, _ b: Self) -> Self { a &- b }
    static func times(_ a: Self, _ b: Self) -> Self { a &* b }
    static func quotient(_ a: Self, _ b: Self) -> Self { b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue }
    static func atan2(_ a: Self, _ b: Self) -> Self { Self(Foundation.atan2(Double(a), Double(b))) }

    /// By repeated squaring, modulo 2 to the number of bits; the reciprocal of an integer is 0 unless it is ±1.
    static func power(_ a: Self, _ b: Self) -> Self {
        if b < 0 {
            if a == 1 { return 1 }
            return Self.isSigned && a == 0 &- 1 ? (b & 1 == 0 ? 1 : a) : 0
        }
        var (result, base, exponent) = (Self(1), a, b)
        while exponent > 0 {
            if exponent & 1 == 1 { result = result &* base }
            base = base &* base
            exponent >>= 1
        }
        return result
    }

    static func floorMod(_ a: Self, _ b: Self) -> Self {
        if b == 0 { return 0 }
        let remainder = a.remainderReportingOverflow(dividingBy: b).partialValue
        return remainder != 0 && (remainder < 0) != (b < 0) ? remainder &+ b : remainder
    }

    static func floorQuotient(_ a: Self, _ b: Self) -> Self {
        let truncated = quotient(a, b)
        return b != 0 && floorMod(a, b) != a &- truncated &* b ? truncated &- 1 : truncated
    }
}

extension DType {
    /// The type whose kernels compute on elements of this one.
    func number() throws -> any ReferenceNumber.Type {
        switch self {
        case .float32: Float.self
        case .float64: Double.self
        case .int32: Int32.self
        case .int64: Int64.self
        case .uint8, .bool: UInt8.self
        case .float16, .bfloat16, .string:
            throw HornbillError(.internal, "\(self) reached a kernel without being widened")
        }
    }

    func float() throws -> any ReferenceFloat.Type {
        switch self {
        case .float32: Float.self
        case .float64: Double.self
        case .int32, .int64, .uint8, .bool, .float16, .bfloat16, .string:
            throw HornbillError(.dtype, "a function of floating-point numbers was applied to \(self)")
        }
    }
}

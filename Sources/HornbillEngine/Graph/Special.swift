/// Element-wise functions that are too rare for the fused programs: computed by the reference kernels alone.
public enum Special: String, Sendable, Hashable, CaseIterable {
    /// 1 − erf x, precise where that is small; the inverse of erf; the modified Bessel function of order 0 (and 1).
    case erfc, erfinv, besselI0, besselI1
    /// The next number after the first operand in the direction of the second.
    case nextAfter
    case bitwiseAnd, bitwiseOr, bitwiseXor
    /// The first operand's bits moved by as many places as the second says; the sign stays when they move right.
    case shiftLeft, shiftRight
    /// The greatest common divisor, never negative.
    case gcd

    package var operandCount: Int {
        switch self {
        case .erfc, .erfinv, .besselI0, .besselI1: 1
        case .nextAfter, .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight, .gcd: 2
        }
    }

    /// Whether it is for floating point; the others are for integers, those of bits for bool, too.
    package var isFloating: Bool {
        switch self {
        case .erfc, .erfinv, .besselI0, .besselI1, .nextAfter: true
        case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight, .gcd: false
        }
    }

    package func outputType(_ inputs: [TensorType]) throws -> TensorType {
        guard inputs.allSatisfy({ $0 == inputs[0] }) else {
            throw HornbillError(.internal, "\(rawValue) of \(inputs): broadcast and promote first")
        }
        guard inputs[0].dtype.isFloatingPoint == isFloating else {
            throw HornbillError(
                .dtype, "\(rawValue) needs \(isFloating ? "floating point" : "integers"), not \(inputs[0].dtype)")
        }
        return inputs[0]
    }
}

import Foundation
import HornbillEngine

// Element by element: of one operand, of two, of three.

extension ONNXTranslator {
    func unary(_ function: Unary) throws -> String {
        let (x, dtype) = (try operand(0), try operandType(0).dtype)
        guard dtype.isFloatingPoint else { return try integral(function, x, dtype) }
        func one() -> String { scalar(1, dtype) }
        switch function {
        case .negate: return emit("Neg", [x])
        case .abs: return emit("Abs", [x])
        case .sign: return emit("Sign", [x])
        case .exp: return emit("Exp", [x])
        case .expm1: return emit("Sub", [emit("Exp", [x]), one()])
        case .log: return emit("Log", [x])
        case .log1p: return emit("Log", [emit("Add", [x, one()])])
        case .sqrt: return emit("Sqrt", [x])
        case .rsqrt: return emit("Reciprocal", [emit("Sqrt", [x])])
        case .square: return emit("Mul", [x, x])
        case .reciprocal: return emit("Reciprocal", [x])
        case .sin: return emit("Sin", [x])
        case .cos: return emit("Cos", [x])
        case .tan: return emit("Tan", [x])
        case .asin: return emit("Asin", [x])
        case .acos: return emit("Acos", [x])
        case .atan: return emit("Atan", [x])
        case .sinh: return emit("Sinh", [x])
        case .cosh: return emit("Cosh", [x])
        case .tanh: return emit("Tanh", [x])
        case .sigmoid: return emit("Sigmoid", [x])
        case .erf: return emit("Erf", [x])
        case .relu: return emit("Relu", [x])
        case .softplus: return emit("Softplus", [x])
        case .floor: return emit("Floor", [x])
        case .ceil: return emit("Ceil", [x])
        case .round: return emit("Round", [x])
        case .trunc: return emit("Mul", [emit("Sign", [x]), emit("Floor", [emit("Abs", [x])])])
        case .logicalNot: return emit("Equal", [x, scalar(0, dtype)])
        case .isNaN: return emit("IsNaN", [x])
        case .isInfinite: return emit("IsInf", [x])
        case .isFinite: return emit("Not", [emit("Or", [emit("IsNaN", [x]), emit("IsInf", [x])])])
        }
    }

    private func integral(_ function: Unary, _ x: String, _ dtype: DType) throws -> String {
        switch function {
        case .logicalNot where dtype == .bool: return emit("Not", [x])
        case .floor, .ceil, .round, .trunc: return x
        case .isNaN, .isInfinite, .isFinite:
            // No integer is NaN: what is compared gives the result its shape.
            let same = emit("Equal", [x, x])
            return function == .isFinite ? same : emit("Not", [same])
        default: break
        }
        let (wide, type) = try widened(x, dtype)
        let result: String
        switch function {
        case .negate: result = emit("Neg", [wide])
        case .abs: result = emit("Abs", [wide])
        case .sign: result = emit("Sign", [wide])
        case .square: result = emit("Mul", [wide, wide])
        case .relu: result = emit("Max", [wide, scalar(0, type)])
        case .logicalNot: return emit("Equal", [wide, scalar(0, type)])
        default: throw refuse("it is applied to \(dtype)")
        }
        return try cast(result, from: type, to: dtype)
    }

    /// As a type that runtimes compute with: they have few kernels for bytes and truth values.
    func widened(_ value: String, _ dtype: DType) throws -> (value: String, dtype: DType) {
        guard dtype == .uint8 || dtype == .bool else { return (value, dtype) }
        return (try cast(value, from: dtype, to: .int32), .int32)
    }

    func binary(_ function: Binary) throws -> String {
        var operands = try broadcastingOperands()
        var dtype = try operandType(0).dtype
        if dtype == .bool {
            // Bytes that are 0 or 1 stay so under these.
            switch function {
            case .add, .maximum, .logicalOr: return emit("Or", operands)
            case .multiply, .minimum, .logicalAnd: return emit("And", operands)
            case .logicalXor, .notEqual: return emit("Xor", operands)
            case .equal: return emit("Equal", operands)
            default: break
            }
        }
        let original = dtype
        for index in operands.indices { operands[index] = try widened(operands[index], original).value }
        if original == .uint8 || original == .bool { dtype = .int32 }
        func arithmetic(_ value: String) throws -> String { try cast(value, from: dtype, to: original) }
        switch function {
        case .add: return try arithmetic(emit("Add", operands))
        case .subtract: return try arithmetic(emit("Sub", operands))
        case .multiply: return try arithmetic(emit("Mul", operands))
        case .divide: return try arithmetic(emit("Div", operands))
        case .maximum: return try arithmetic(emit("Max", operands))
        case .minimum: return try arithmetic(emit("Min", operands))
        case .power: return try arithmetic(emit("Pow", operands))
        case .floorMod: return try arithmetic(floorMod(operands, dtype))
        case .floorDivide: return try arithmetic(floorDivide(operands, dtype))
        case .atan2: return atan2(operands, dtype)
        case .equal: return emit("Equal", operands)
        case .notEqual: return emit("Not", [emit("Equal", operands)])
        case .less: return emit("Less", operands)
        case .lessEqual: return emit("LessOrEqual", operands)
        case .greater: return emit("Greater", operands)
        case .greaterEqual: return emit("GreaterOrEqual", operands)
        case .logicalAnd, .logicalOr, .logicalXor: throw refuse("it is applied to \(dtype)")
        }
    }

    private func floorMod(_ operands: [String], _ dtype: DType) -> String {
        guard dtype.isFloatingPoint else {
            return byNonzero(operands, dtype) { emit("Mod", $0) }
        }
        // ONNX's remainder of floating point has the sign of the dividend.
        let (rest, zero) = (emit("Mod", operands, [("fmod", .int(1))]), scalar(0, dtype))
        let differs = emit("Xor", [emit("Less", [rest, zero]), emit("Less", [operands[1], zero])])
        let isWhole = emit("Equal", [rest, zero])
        let corrects = emit("And", [differs, emit("Not", [isWhole])])
        return emit("Where", [corrects, emit("Add", [rest, operands[1]]), rest])
    }

    private func floorDivide(_ operands: [String], _ dtype: DType) -> String {
        guard dtype.isFloatingPoint else {
            return byNonzero(operands, dtype) { emit("Div", [emit("Sub", [$0[0], emit("Mod", $0)]), $0[1]]) }
        }
        let whole = emit("Sub", [operands[0], floorMod(operands, dtype)])
        let quotient = emit("Round", [emit("Div", [whole, operands[1]])])
        let byZero = emit("Equal", [operands[1], scalar(0, dtype)])
        return emit("Where", [byZero, emit("Div", operands), quotient])
    }

    /// A quotient of integers, 0 where the divisor is: a runtime stops the process there.
    private func byNonzero(_ operands: [String], _ dtype: DType, _ divide: ([String]) -> String) -> String {
        let byZero = emit("Equal", [operands[1], scalar(0, dtype)])
        let divisor = emit("Where", [byZero, scalar(1, dtype), operands[1]])
        return emit("Where", [byZero, scalar(0, dtype), divide([operands[0], divisor])])
    }

    /// The angle of a point: ONNX knows that of a slope only.
    private func atan2(_ operands: [String], _ dtype: DType) -> String {
        let (y, x, zero) = (operands[0], operands[1], scalar(0, dtype))
        func signed(_ angle: Double) -> String {
            emit("Where", [emit("Less", [y, zero]), scalar(-angle, dtype), scalar(angle, dtype)])
        }
        let slope = emit("Atan", [emit("Div", [y, x])])
        let behind = emit("Where", [emit("Less", [x, zero]), emit("Add", [slope, signed(.pi)]), slope])
        let upright = emit("Where", [emit("Equal", [y, zero]), zero, signed(.pi / 2)])
        return emit("Where", [emit("Equal", [x, zero]), upright, behind])
    }

    func special(_ function: Special) throws -> String {
        let (operands, dtype) = (try broadcastingOperands(), try operandType(0).dtype)
        switch function {
        case .erfc: return emit("Sub", [scalar(1, dtype), emit("Erf", operands)])
        case .bitwiseAnd: return emit(dtype == .bool ? "And" : "BitwiseAnd", operands)
        case .bitwiseOr: return emit(dtype == .bool ? "Or" : "BitwiseOr", operands)
        case .bitwiseXor: return emit(dtype == .bool ? "Xor" : "BitwiseXor", operands)
        case .shiftLeft, .shiftRight:
            guard dtype != .uint8 else {
                return emit("BitShift", operands, [("direction", .text(function == .shiftLeft ? "LEFT" : "RIGHT"))])
            }
            // ONNX moves the bits of unsigned numbers only.
            let power = emit("Pow", [scalar(2, dtype), operands[1]])
            return function == .shiftLeft
                ? emit("Mul", [operands[0], power]) : floorDivide([operands[0], power], dtype)
        case .erfinv, .besselI0, .besselI1, .nextAfter, .gcd: throw refuse()
        }
    }

    func select() throws {
        let (operands, dtype) = (try broadcastingOperands(), try operandType(1).dtype)
        let (a, wide) = try widened(operands[1], dtype)
        let chosen = emit("Where", [operands[0], a, try widened(operands[2], dtype).value])
        try give(cast(chosen, from: wide, to: dtype))
    }
}

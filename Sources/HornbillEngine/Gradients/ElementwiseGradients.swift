import Foundation

extension Unary {
    /// From the result where that is cheaper than from the operand.
    func gradient(_ context: GradientContext) throws -> Tensor? {
        let (x, y, g) = (context.x, context.y, context.g)
        return switch self {
        case .negate: -g
        // 0 at 0, where every number from -1 to 1 would do.
        case .abs: g * unary(.sign, x)
        case .exp: g * y
        case .expm1: g * (y + 1)
        case .log: g / x
        case .log1p: g / (x + 1)
        case .sqrt: g * (0.5 / y)
        case .rsqrt: g * (y * unary(.square, y) * -0.5)
        case .square: g * (x * 2)
        case .reciprocal: -g * unary(.square, y)
        case .sin: g * unary(.cos, x)
        case .cos: -g * unary(.sin, x)
        case .tan: g * (unary(.square, y) + 1)
        case .asin: g * unary(.rsqrt, 1 - unary(.square, x))
        case .acos: -g * unary(.rsqrt, 1 - unary(.square, x))
        case .atan: g / (unary(.square, x) + 1)
        case .sinh: g * unary(.cosh, x)
        case .cosh: g * unary(.sinh, x)
        case .tanh: g * (1 - unary(.square, y))
        case .sigmoid: g * (y * (1 - y))
        case .erf: g * (unary(.exp, -unary(.square, x)) * (2 / Double.pi.squareRoot()))
        case .relu: context.keep(g, where: y > 0)
        case .softplus: g * unary(.sigmoid, x)
        // Constant wherever they have a derivative.
        case .sign, .floor, .ceil, .round, .trunc, .logicalNot, .isNaN, .isFinite, .isInfinite: nil
        }
    }
}

extension Binary {
    func gradient(_ context: GradientContext) throws -> [Tensor?] {
        let (a, b, y, g) = (context.inputs[0], context.inputs[1], context.y, context.g)
        switch self {
        case .add: return try context.each({ g }, { g })
        case .subtract: return try context.each({ g }, { -g })
        case .multiply: return try context.each({ g * b }, { g * a })
        case .divide:
            let quotient = g / b
            return try context.each({ quotient }, { -quotient * y })
        case .maximum: return try context.extremum(a, b, wins: .greater)
        case .minimum: return try context.extremum(a, b, wins: .less)
        case .power: return try context.each({ try context.powerOfBase() }, { g * (y * (try context.keptLog(a))) })
        case .floorMod: return try context.each({ g }, { try -g * .binary(.floorDivide, a, b) })
        case .atan2:
            let scaled = g / (unary(.square, a) + unary(.square, b))
            return try context.each({ scaled * b }, { -scaled * a })
        // Constant wherever they have a derivative.
        case .floorDivide, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .logicalAnd, .logicalOr,
            .logicalXor:
            return [nil, nil]
        }
    }
}

extension GradientContext {
    func select() throws -> [Tensor?] {
        [nil, wanted[1] ? keep(g, where: inputs[0]) : nil, wanted[2] ? drop(g, where: inputs[0]) : nil]
    }

    /// All of the gradient to the operand that wins, half of it to each of two equal ones.
    fileprivate func extremum(_ a: Tensor, _ b: Tensor, wins: Binary) throws -> [Tensor?] {
        func share(_ x: Tensor, _ other: Tensor) throws -> Tensor {
            try .select(.binary(wins, x, other), g, keep(g * 0.5, where: .binary(.equal, x, other)))
        }
        if wanted == [true, true] {
            let first = try share(a, b)
            return [first, g - first]
        }
        return try each({ try share(a, b) }, { try share(b, a) })
    }

    /// p xᵖ⁻¹, simpler for the exponents that are known and common.
    fileprivate func powerOfBase() throws -> Tensor {
        let (x, p) = (inputs[0], inputs[1])
        switch try number(1) {
        case 0: return try trace.filled(0, x.type)
        case 1: return g
        case 2: return g * (x * 2)
        case 3: return g * (unary(.square, x) * 3)
        case .some(let exponent): return g * (try .binary(.power, x, constant(exponent - 1)) * exponent)
        case nil: return g * (p * (try .binary(.power, x, p - 1)))
        }
    }

    /// log x, and 0 at 0, where xᵖ does not change with p (for p > 0).
    fileprivate func keptLog(_ x: Tensor) throws -> Tensor {
        unary(.log, try .select(try .binary(.equal, x, constant(0)), constant(1), x))
    }

    /// A number of the operands' dtype.
    private func constant(_ value: Double) -> Tensor { Tensor(repeating: value, shape: [], dtype: x.dtype) }
}

private func unary(_ function: Unary, _ x: Tensor) -> Tensor { Tensor.deferring { try .unary(function, x) } }

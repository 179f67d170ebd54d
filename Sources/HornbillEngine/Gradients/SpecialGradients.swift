extension Special {
    func gradient(_ context: GradientContext) throws -> [Tensor?] {
        let (x, y, g) = (context.x, context.y, context.g)
        switch self {
        case .erfc: return [try g * (Tensor.unary(.exp, -Tensor.unary(.square, x)) * (-2 / Double.pi.squareRoot()))]
        case .erfinv: return [try g * (Tensor.unary(.exp, Tensor.unary(.square, y)) * (Double.pi.squareRoot() / 2))]
        case .besselI0: return [try g * Tensor.emit1(.special(.besselI1), [x])]
        case .besselI1:
            // I₁' = I₀ − I₁ / x, and 1/2 at 0.
            let atZero = try Tensor.binary(.equal, x, .scalar(0, x.dtype))
            let safe = try Tensor.select(atZero, .scalar(1, x.dtype), x)
            let ratio = try Tensor.select(atZero, .scalar(0.5, x.dtype), y / safe)
            return [try g * (Tensor.emit1(.special(.besselI0), [x]) - ratio)]
        // The next number moves as the number does.
        case .nextAfter: return [g, nil]
        case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .shiftLeft, .shiftRight, .gcd: return [nil, nil]
        }
    }
}

extension GradientContext {
    /// Equal extremes of a segment share its gradient; of a product each row has that of the others.
    func segmentReduce(_ kind: Reduction, _ size: Int) throws -> [Tensor?] {
        let ids = inputs[1]
        func spread(_ tensor: Tensor) throws -> Tensor { try .emit1(.gather(axis: 0), [tensor, ids]) }
        func total(_ tensor: Tensor) throws -> Tensor { try .emit1(.scatterAdd(axis: 0, size: size), [tensor, ids]) }
        guard kind == .prod else {
            let extreme = try Tensor.binary(.equal, x, spread(y))
            let count = try total(extreme.casted(to: x.dtype))
            return [keep(try spread(g) / spread(count), where: extreme), nil]
        }
        let isZero = try Tensor.binary(.equal, x, .scalar(0, x.dtype))
        let zeros = try spread(total(isZero.casted(to: x.dtype))) - isZero.casted(to: x.dtype)
        let factors = try Tensor.select(isZero, .scalar(1, x.dtype), x)
        let product = try spread(Tensor.emit1(.segmentReduce(.prod, size: size), [factors, ids]))
        let others = keep(product / factors, where: try .binary(.equal, zeros, .scalar(0, x.dtype)))
        return [try spread(g) * others, nil]
    }
}

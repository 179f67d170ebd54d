// Choosing by a condition, and the operators that compare and combine conditions.

extension TensorFunction {
    static let choose = TensorFunction("Where", ["condition", "x1", "x2"]) { call in
        let condition = try call.tensor(0)
        let (a, b) = try call.operands(1, 2)
        return try Tensor.select(condition, a, b)
    }

    static let logic: [TensorFunction] = [choose]
}

extension FunctionCall {
    /// Two arguments of which each may be a number; two numbers are int32, or float32 if one has a fraction.
    func operands(_ first: Int, _ second: Int) throws -> (Tensor, Tensor) {
        func isNumber(_ index: Int) -> Bool {
            switch argument(index) {
            case .int, .double, .bool: true
            default: false
            }
        }
        switch (isNumber(first), isNumber(second)) {
        case (false, _):
            let a = try tensor(first)
            return (a, try operand(second, beside: a.dtype))
        case (true, false):
            let b = try tensor(second)
            return (try operand(first, beside: b.dtype), b)
        case (true, true): return (try operand(first, beside: .int32), try operand(second, beside: .int32))
        }
    }
}

extension ops {
    /// `x1` where the condition holds, else `x2`; the three are broadcast together.
    public static func `where`<T: TensorLike>(
        _ condition: T, _ x1: T, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.choose, [condition, x1, x2], [.tensor(0), .tensor(1), .tensor(2)], file, line)
    }

    /// `x1` where the condition holds, else the number `x2`.
    public static func `where`<T: TensorLike>(
        _ condition: T, _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.choose, [condition, x1], [.tensor(0), .tensor(1), x2.argument], file, line)
    }

    /// The number `x1` where the condition holds, else `x2`.
    public static func `where`<T: TensorLike>(
        _ condition: T, _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.choose, [condition, x2], [.tensor(0), x1.argument, .tensor(1)], file, line)
    }

    /// The number `x1` where the condition holds, else the number `x2`.
    public static func `where`<T: TensorLike>(
        _ condition: T, _ x1: some ScalarOperand, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.choose, [condition], [.tensor(0), x1.argument, x2.argument], file, line)
    }
}

extension TensorLike {
    /// Where both are equal, element by element (bool).
    public static func .== (a: Self, b: Self) -> Self { two(.equal, a, b) }
    public static func .== (a: Self, b: some ScalarOperand) -> Self { two(.equal, a, b) }
    public static func .== (a: some ScalarOperand, b: Self) -> Self { two(.equal, a, b) }
    /// Where they differ, element by element (bool).
    public static func .!= (a: Self, b: Self) -> Self { two(.notEqual, a, b) }
    public static func .!= (a: Self, b: some ScalarOperand) -> Self { two(.notEqual, a, b) }
    public static func .!= (a: some ScalarOperand, b: Self) -> Self { two(.notEqual, a, b) }
    /// Where both hold.
    public static func .& (a: Self, b: Self) -> Self { two(.logicalAnd, a, b) }
    /// Where at least one holds.
    public static func .| (a: Self, b: Self) -> Self { two(.logicalOr, a, b) }
    /// Where exactly one holds.
    public static func .^ (a: Self, b: Self) -> Self { two(.logicalXor, a, b) }
    /// Where it does not hold.
    public static prefix func .! (a: Self) -> Self { one(.logicalNot, a, [], "", 0) }
}

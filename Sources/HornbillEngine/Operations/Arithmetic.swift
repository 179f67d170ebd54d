// Arithmetic and comparison with broadcasting: Keras's `ops.add` and its kin, and the operators.

extension TensorFunction {
    private static func binary(_ name: String, _ function: Binary) -> TensorFunction {
        TensorFunction(name, ["x1", "x2"]) { call in
            let (a, b) = try call.operands()
            return try Tensor.binary(function, a, b)
        }
    }

    static let add = binary("Add", .add)
    static let subtract = binary("Subtract", .subtract)
    static let multiply = binary("Multiply", .multiply)
    static let divide = binary("Divide", .divide)
    static let power = binary("Power", .power)
    static let floorDivide = binary("FloorDivide", .floorDivide)
    static let mod = binary("Mod", .floorMod)
    static let maximum = binary("Maximum", .maximum)
    static let minimum = binary("Minimum", .minimum)
    static let arctan2 = binary("Arctan2", .atan2)
    static let equal = binary("Equal", .equal)
    static let notEqual = binary("NotEqual", .notEqual)
    static let less = binary("Less", .less)
    static let lessEqual = binary("LessEqual", .lessEqual)
    static let greater = binary("Greater", .greater)
    static let greaterEqual = binary("GreaterEqual", .greaterEqual)
    static let logicalAnd = binary("LogicalAnd", .logicalAnd)
    static let logicalOr = binary("LogicalOr", .logicalOr)
    static let logicalXor = binary("LogicalXor", .logicalXor)
    static let arithmetic: [TensorFunction] = [
        add, subtract, multiply, divide, power, floorDivide, mod, maximum, minimum, arctan2, equal, notEqual, less,
        lessEqual, greater, greaterEqual, logicalAnd, logicalOr, logicalXor,
    ]
}

/// A Swift number beside a tensor: it takes the tensor's dtype, as a Python number does in Keras.
public protocol ScalarOperand: Sendable {
    var argument: Argument { get }
}

extension Int: ScalarOperand { public var argument: Argument { .int(self) } }
extension Double: ScalarOperand { public var argument: Argument { .double(self) } }
extension Float: ScalarOperand { public var argument: Argument { .double(Double(self)) } }

extension TensorLike {
    static func two(_ f: TensorFunction, _ a: Self, _ b: Self, _ file: String = "", _ line: Int = 0) -> Self {
        apply(f, [a, b], [.tensor(0), .tensor(1)], file, line)
    }
    static func two(_ f: TensorFunction, _ a: Self, _ b: some ScalarOperand, _ file: String = "", _ line: Int = 0)
        -> Self
    {
        apply(f, [a], [.tensor(0), b.argument], file, line)
    }
    static func two(_ f: TensorFunction, _ a: some ScalarOperand, _ b: Self, _ file: String = "", _ line: Int = 0)
        -> Self
    {
        apply(f, [b], [a.argument, .tensor(0)], file, line)
    }
}

extension TensorLike {
    public static func + (a: Self, b: Self) -> Self { two(.add, a, b) }
    public static func + (a: Self, b: some ScalarOperand) -> Self { two(.add, a, b) }
    public static func + (a: some ScalarOperand, b: Self) -> Self { two(.add, a, b) }
    public static func - (a: Self, b: Self) -> Self { two(.subtract, a, b) }
    public static func - (a: Self, b: some ScalarOperand) -> Self { two(.subtract, a, b) }
    public static func - (a: some ScalarOperand, b: Self) -> Self { two(.subtract, a, b) }
    public static func * (a: Self, b: Self) -> Self { two(.multiply, a, b) }
    public static func * (a: Self, b: some ScalarOperand) -> Self { two(.multiply, a, b) }
    public static func * (a: some ScalarOperand, b: Self) -> Self { two(.multiply, a, b) }
    public static func / (a: Self, b: Self) -> Self { two(.divide, a, b) }
    public static func / (a: Self, b: some ScalarOperand) -> Self { two(.divide, a, b) }
    public static func / (a: some ScalarOperand, b: Self) -> Self { two(.divide, a, b) }
    public static func % (a: Self, b: Self) -> Self { two(.mod, a, b) }
    public static func % (a: Self, b: some ScalarOperand) -> Self { two(.mod, a, b) }
    public static func % (a: some ScalarOperand, b: Self) -> Self { two(.mod, a, b) }
    public static func < (a: Self, b: Self) -> Self { two(.less, a, b) }
    public static func < (a: Self, b: some ScalarOperand) -> Self { two(.less, a, b) }
    public static func < (a: some ScalarOperand, b: Self) -> Self { two(.less, a, b) }
    public static func <= (a: Self, b: Self) -> Self { two(.lessEqual, a, b) }
    public static func <= (a: Self, b: some ScalarOperand) -> Self { two(.lessEqual, a, b) }
    public static func <= (a: some ScalarOperand, b: Self) -> Self { two(.lessEqual, a, b) }
    public static func > (a: Self, b: Self) -> Self { two(.greater, a, b) }
    public static func > (a: Self, b: some ScalarOperand) -> Self { two(.greater, a, b) }
    public static func > (a: some ScalarOperand, b: Self) -> Self { two(.greater, a, b) }
    public static func >= (a: Self, b: Self) -> Self { two(.greaterEqual, a, b) }
    public static func >= (a: Self, b: some ScalarOperand) -> Self { two(.greaterEqual, a, b) }
    public static func >= (a: some ScalarOperand, b: Self) -> Self { two(.greaterEqual, a, b) }
    public static prefix func - (a: Self) -> Self { one(.negative, a, [], "", 0) }
    public static func += (a: inout Self, b: Self) { a = a + b }
    public static func -= (a: inout Self, b: Self) { a = a - b }
    public static func *= (a: inout Self, b: Self) { a = a * b }
    public static func /= (a: inout Self, b: Self) { a = a / b }
}

// Not generic: where several types may stand, as in `fit(x, ops.sum(x) * 3)`, the compiler takes a whole number for an
// Int on both sides unless there is an operator for just this.
extension Tensor {
    public static func + (a: Tensor, b: Int) -> Tensor { two(.add, a, b) }
    public static func + (a: Int, b: Tensor) -> Tensor { two(.add, a, b) }
    public static func - (a: Tensor, b: Int) -> Tensor { two(.subtract, a, b) }
    public static func - (a: Int, b: Tensor) -> Tensor { two(.subtract, a, b) }
    public static func * (a: Tensor, b: Int) -> Tensor { two(.multiply, a, b) }
    public static func * (a: Int, b: Tensor) -> Tensor { two(.multiply, a, b) }
    public static func / (a: Tensor, b: Int) -> Tensor { two(.divide, a, b) }
    public static func / (a: Int, b: Tensor) -> Tensor { two(.divide, a, b) }
}

extension ops {
    public static func add<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.add, x1, x2, file, line)
    }
    public static func add<T: TensorLike>(_ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.add, x1, x2, file, line)
    }
    public static func add<T: TensorLike>(_ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.add, x1, x2, file, line)
    }
    public static func subtract<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.subtract, x1, x2, file, line)
    }
    public static func subtract<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.subtract, x1, x2, file, line)
    }
    public static func subtract<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.subtract, x1, x2, file, line)
    }
    public static func multiply<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.multiply, x1, x2, file, line)
    }
    public static func multiply<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.multiply, x1, x2, file, line)
    }
    public static func multiply<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.multiply, x1, x2, file, line)
    }
    public static func divide<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.divide, x1, x2, file, line)
    }
    public static func divide<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.divide, x1, x2, file, line)
    }
    public static func divide<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.divide, x1, x2, file, line)
    }
    public static func power<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.power, x1, x2, file, line)
    }
    public static func power<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.power, x1, x2, file, line)
    }
    public static func power<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.power, x1, x2, file, line)
    }
    public static func floorDivide<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.floorDivide, x1, x2, file, line)
    }
    public static func floorDivide<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.floorDivide, x1, x2, file, line)
    }
    public static func floorDivide<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.floorDivide, x1, x2, file, line)
    }
    public static func mod<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.mod, x1, x2, file, line)
    }
    public static func mod<T: TensorLike>(_ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.mod, x1, x2, file, line)
    }
    public static func mod<T: TensorLike>(_ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.mod, x1, x2, file, line)
    }
    public static func maximum<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.maximum, x1, x2, file, line)
    }
    public static func maximum<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.maximum, x1, x2, file, line)
    }
    public static func maximum<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.maximum, x1, x2, file, line)
    }
    public static func minimum<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.minimum, x1, x2, file, line)
    }
    public static func minimum<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.minimum, x1, x2, file, line)
    }
    public static func minimum<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.minimum, x1, x2, file, line)
    }
    public static func arctan2<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.arctan2, x1, x2, file, line)
    }
    public static func arctan2<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.arctan2, x1, x2, file, line)
    }
    public static func arctan2<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.arctan2, x1, x2, file, line)
    }
    public static func equal<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.equal, x1, x2, file, line)
    }
    public static func equal<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.equal, x1, x2, file, line)
    }
    public static func equal<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.equal, x1, x2, file, line)
    }
    public static func notEqual<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.notEqual, x1, x2, file, line)
    }
    public static func notEqual<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.notEqual, x1, x2, file, line)
    }
    public static func notEqual<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.notEqual, x1, x2, file, line)
    }
    public static func less<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.less, x1, x2, file, line)
    }
    public static func less<T: TensorLike>(_ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.less, x1, x2, file, line)
    }
    public static func less<T: TensorLike>(_ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line)
        -> T
    {
        T.two(.less, x1, x2, file, line)
    }
    public static func lessEqual<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.lessEqual, x1, x2, file, line)
    }
    public static func lessEqual<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.lessEqual, x1, x2, file, line)
    }
    public static func lessEqual<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.lessEqual, x1, x2, file, line)
    }
    public static func greater<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.greater, x1, x2, file, line)
    }
    public static func greater<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.greater, x1, x2, file, line)
    }
    public static func greater<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.greater, x1, x2, file, line)
    }
    public static func greaterEqual<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.greaterEqual, x1, x2, file, line)
    }
    public static func greaterEqual<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.greaterEqual, x1, x2, file, line)
    }
    public static func greaterEqual<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.greaterEqual, x1, x2, file, line)
    }
    public static func logicalAnd<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.logicalAnd, x1, x2, file, line)
    }
    public static func logicalAnd<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalAnd, x1, x2, file, line)
    }
    public static func logicalAnd<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalAnd, x1, x2, file, line)
    }
    public static func logicalOr<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.logicalOr, x1, x2, file, line)
    }
    public static func logicalOr<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalOr, x1, x2, file, line)
    }
    public static func logicalOr<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalOr, x1, x2, file, line)
    }
    public static func logicalXor<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.logicalXor, x1, x2, file, line)
    }
    public static func logicalXor<T: TensorLike>(
        _ x1: T, _ x2: some ScalarOperand, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalXor, x1, x2, file, line)
    }
    public static func logicalXor<T: TensorLike>(
        _ x1: some ScalarOperand, _ x2: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.two(.logicalXor, x1, x2, file, line)
    }
}

import Foundation
import HornbillEngine
import Testing

@Suite struct ElementwiseReferenceTests {
    private func unary(_ function: Unary, _ x: Tensor) throws -> Tensor {
        try Reference.execute(.unary(function), [x])[0]
    }
    private func binary(_ function: Binary, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        try Reference.execute(.binary(function), [a, b])[0]
    }

    @Test(arguments: Unary.allCases)
    func `every unary function matches the C library in both precisions`(_ function: Unary) throws {
        let xs = [-2.5, -1, -0.5, -0.0, 0, 0.25, 0.5, 1, 1.5, 2.5, 30, -.infinity, .infinity, .nan]
        let expected: (Double) -> Double =
            switch function {
            case .negate: { -$0 }
            case .abs: { abs($0) }
            case .sign: { $0.isNaN ? .nan : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
            case .exp: { exp($0) }
            case .expm1: { expm1($0) }
            case .log: { log($0) }
            case .log1p: { log1p($0) }
            case .sqrt: { sqrt($0) }
            case .rsqrt: { 1 / sqrt($0) }
            case .square: { $0 * $0 }
            case .reciprocal: { 1 / $0 }
            case .sin: { sin($0) }
            case .cos: { cos($0) }
            case .tan: { tan($0) }
            case .asin: { asin($0) }
            case .acos: { acos($0) }
            case .atan: { atan($0) }
            case .sinh: { sinh($0) }
            case .cosh: { cosh($0) }
            case .tanh: { tanh($0) }
            case .sigmoid: { 1 / (1 + exp(-$0)) }
            case .erf: { erf($0) }
            case .relu: { $0.isNaN ? .nan : max($0, 0) }
            case .softplus: { $0 > 20 ? $0 : log1p(exp($0)) }
            case .floor: { floor($0) }
            case .ceil: { ceil($0) }
            case .round: { rint($0) }
            case .trunc: { trunc($0) }
            case .logicalNot: { $0 == 0 ? 1 : 0 }
            case .isNaN: { $0.isNaN ? 1 : 0 }
            case .isFinite: { $0.isFinite ? 1 : 0 }
            case .isInfinite: { $0.isInfinite ? 1 : 0 }
            }
        for (dtype, tolerance) in [(DType.float64, 1e-12), (.float32, 1e-6), (.float16, 1e-3), (.bfloat16, 1e-2)] {
            let x = Tensor(xs).cast(to: dtype)
            let y = try unary(function, x)
            #expect(y.dtype == (function.isPredicate ? .bool : dtype))
            for (got, want) in zip(try y.doubles(), try x.doubles().map(expected)) {
                let rounded = try Tensor([want]).cast(to: y.dtype).doubles()[0]
                #expect(
                    got == rounded || (got.isNaN && want.isNaN) || abs(got - want) <= tolerance * max(1, abs(want)),
                    "\(function) gives \(got), not \(want), in \(dtype)")
            }
        }
    }

    @Test(arguments: Unary.allCases.filter { (try? $0.outputType(TensorType(.int32, []))) != nil })
    func `every unary function of integers gives what it gives for floats, in their own dtype`(_ function: Unary) throws
    {
        let xs = [-3.0, -1, 0, 1, 5, 2]
        for dtype in function == .negate ? [DType.int32, .int64] : [.int32, .int64, .uint8] {
            let x = Tensor(dtype == .uint8 ? xs.map { abs($0) } : xs).cast(to: dtype)
            let y = try unary(function, x)
            #expect(y.type == TensorType(function.isPredicate ? .bool : dtype, [6]))
            let wanted = try unary(function, x.cast(to: .float64)).cast(to: y.dtype).doubles()
            #expect(try y.doubles() == wanted, "\(function) of \(dtype)")
        }
    }

    @Test func `maximum and minimum let NaN win on either side`() throws {
        let (a, b) = (Tensor([1.0, .nan, 1, 3]), Tensor([2.0, 1, .nan, 2]))
        let larger = try binary(.maximum, a, b).scalars(Double.self)
        #expect(larger[0] == 2 && larger[1].isNaN && larger[2].isNaN && larger[3] == 3)
        let smaller = try binary(.minimum, a, b).scalars(Double.self)
        #expect(smaller[0] == 1 && smaller[1].isNaN && smaller[2].isNaN && smaller[3] == 2)
    }

    @Test func `remainders take the sign of the divisor and quotients round down`() throws {
        let (a, b) = (Tensor([7.0, -7, 7, -7, 6, 5.5]), Tensor([3.0, 3, -3, -3, -3, 2]))
        #expect(try binary(.floorMod, a, b).scalars(Double.self) == [1, 2, -2, -1, 0, 1.5])
        #expect(try binary(.floorDivide, a, b).scalars(Double.self) == [2, -3, -3, 2, -2, 2])
        let (i, j) = (Tensor([Int32(7), -7, 7, -7, 6]), Tensor([Int32(3), 3, -3, -3, -3]))
        #expect(try binary(.floorMod, i, j).scalars(Int32.self) == [1, 2, -2, -1, 0])
        #expect(try binary(.floorDivide, i, j).scalars(Int32.self) == [2, -3, -3, 2, -2])
    }

    @Test(arguments: [Binary.divide, .floorDivide, .floorMod])
    func `integer division by zero gives 0 and the smallest integer by -1 wraps`(_ function: Binary) throws {
        let a = Tensor([Int32(5), .min, 0])
        #expect(try binary(function, a, Tensor([Int32(0), 0, 0])).scalars(Int32.self) == [0, 0, 0])
        let wrapped = try binary(function, Tensor([Int64.min]), Tensor([Int64(-1)])).scalars(Int64.self)
        #expect(wrapped == [function == .floorMod ? 0 : .min])
    }

    @Test func `integer arithmetic wraps`() throws {
        let top = Tensor([Int32.max])
        #expect(try binary(.add, top, top).scalars(Int32.self) == [-2])
        #expect(try binary(.multiply, top, top).scalars(Int32.self) == [1])
        #expect(try binary(.subtract, Tensor([UInt8(1)]), Tensor([UInt8(3)])).scalars(UInt8.self) == [254])
        #expect(try unary(.negate, Tensor([Int64.min])).scalars(Int64.self) == [.min])
        #expect(try unary(.abs, Tensor([Int64.min])).scalars(Int64.self) == [.min])
        #expect(try unary(.square, Tensor([Int32(1) << 20])).scalars(Int32.self) == [0])
    }

    @Test func `integer powers are exact, and 0 or a sign for negative exponents`() throws {
        let (a, b) = (Tensor([3, -2, 2, 1, -1, -1, 0, 0]), Tensor([4, 3, -1, -5, -3, -2, 0, -1]))
        #expect(try binary(.power, a, b).scalars(Int64.self) == [81, -8, 0, 1, -1, 1, 1, 0])
    }

    @Test func `comparisons of NaN are false but for notEqual`() throws {
        let nan = Tensor([Float.nan])
        for function in [Binary.equal, .less, .lessEqual, .greater, .greaterEqual] {
            #expect(try binary(function, nan, nan).scalars(Bool.self) == [false])
        }
        #expect(try binary(.notEqual, nan, nan).scalars(Bool.self) == [true])
    }

    @Test func `logic works on bools, and their sum and product are or and and`() throws {
        let (a, b) = (Tensor([false, false, true, true]), Tensor([false, true, false, true]))
        #expect(try binary(.logicalAnd, a, b).scalars(Bool.self) == [false, false, false, true])
        #expect(try binary(.logicalOr, a, b).scalars(Bool.self) == [false, true, true, true])
        #expect(try binary(.logicalXor, a, b).scalars(Bool.self) == [false, true, true, false])
        #expect(try binary(.add, a, b).scalars(Bool.self) == [false, true, true, true])
        #expect(try binary(.multiply, a, b).scalars(Bool.self) == [false, false, false, true])
        #expect(throws: HornbillError.self) { try binary(.power, a, b) }
    }

    @Test(arguments: DType.allCases)
    func `select picks element by element in every dtype`(_ dtype: DType) throws {
        let test = Tensor([true, false, true])
        let (a, b) = (Tensor([1.0, 0, 1]).cast(to: dtype), Tensor([0.0, 1, 0]).cast(to: dtype))
        #expect(try Reference.execute(.select, [test, a, b])[0].doubles() == [1, 1, 1])
    }

    @Test(arguments: DType.allCases, DType.allCases)
    func `casts keep 0 and 1 between all dtypes`(_ from: DType, _ to: DType) throws {
        let x = Tensor([0.0, 1, 1]).cast(to: from)
        let y = try Reference.execute(.cast(to), [x])[0]
        #expect(y.dtype == to)
        #expect(try y.doubles() == [0, 1, 1])
    }

    @Test func `casts to integers cut towards zero and saturate, NaN gives 0`() throws {
        let x = Tensor([1.9, -1.9, 1e30, -1e30, .nan, .infinity, -.infinity])
        #expect(try x.cast(to: .int32).scalars(Int32.self) == [1, -1, .max, .min, 0, .max, .min])
        #expect(try x.cast(to: .int64).scalars(Int64.self) == [1, -1, .max, .min, 0, .max, .min])
        #expect(try x.cast(to: .uint8).scalars(UInt8.self) == [1, 0, 255, 0, 0, 255, 0])
        #expect(try x.cast(to: .bool).scalars(Bool.self) == [true, true, true, true, true, true, true])
        #expect(try Tensor([-1, 256 + 7]).cast(to: .uint8).scalars(UInt8.self) == [255, 7])
        #expect(try Tensor([Int64.max]).cast(to: .float32).scalars(Float.self) == [Float(Int64.max)])
    }

    @Test func `bfloat16 rounds to nearest even`() throws {
        let x = Tensor([Float(1), 1.0 + 1.0 / 256, 1.0 + 3.0 / 256, 3.14159, .nan])
        let y = try x.cast(to: .bfloat16).cast(to: .float32).scalars(Float.self)
        #expect(y[0] == 1 && y[1] == 1 && y[2] == 1.015625 && y[3] == 3.140625 && y[4].isNaN)
    }
}

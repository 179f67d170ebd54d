import HornbillEngine
import Testing

/// Element-wise programs on the interpreter against the reference, which runs one instruction after the other.
@Suite struct ProgramKernelTests {
    private static let functions: [FusedProgram.Function] = [
        .copy, .unary(.negate), .unary(.abs), .unary(.sign), .unary(.square), .unary(.relu), .unary(.sigmoid),
        .unary(.tanh), .unary(.erf), .unary(.round), .unary(.isNaN), .binary(.add), .binary(.subtract),
        .binary(.multiply), .binary(.maximum), .binary(.minimum), .binary(.less), .binary(.greaterEqual),
        .binary(.floorMod), .select, .multiplyAdd, .rounded(.bfloat16),
    ]

    private static func arity(_ function: FusedProgram.Function) -> Int {
        switch function {
        case .copy, .unary, .rounded: 1
        case .binary, .divideByRoot: 2
        case .select, .multiplyAdd: 3
        }
    }

    /// An input of any type and layout over rows × columns elements.
    private func input(_ numbers: inout Numbers, _ rows: Int, _ columns: Int) -> (FusedProgram.Input, Tensor) {
        let dtype = numbers.below(3) > 0 ? DType.float32 : numbers.pick([.bool, .uint8, .float16, .bfloat16])
        let (layout, shape): (FusedProgram.Layout, Shape)
        switch numbers.below(9) {
        case 0: (layout, shape) = (.scalar, [])
        case 1: (layout, shape) = (.row(inner: columns), [columns])
        case 2: (layout, shape) = (.column(inner: columns), [rows])
        case 3 where columns % 4 == 0: (layout, shape) = (.middle(inner: 4, outer: columns / 4), [columns / 4])
        case 4, 5:
            let stride = columns * (1 + numbers.below(3)) + numbers.below(3)
            let offset = numbers.below(stride - columns + 1)
            (layout, shape) = (.window(inner: columns, stride: stride, offset: offset), [rows, stride])
        default: (layout, shape) = (.full, [rows, columns])
        }
        let range = dtype == .uint8 ? 0...9 : dtype == .bool ? 0...1 : -2.0...2.0
        return (.init(dtype: dtype, layout: layout), numbers.tensor(shape, range, dtype: dtype))
    }

    private func program(
        _ numbers: inout Numbers, _ inputs: [FusedProgram.Input], _ rows: Int, _ columns: Int, length: Int
    ) -> FusedProgram {
        let instructions = (0..<length).map { place in
            let function = numbers.pick(Self.functions)
            return FusedProgram.Instruction(
                function: function,
                operands: (0..<Self.arity(function)).map { _ in
                    switch numbers.below(6) {
                    case 0: .constant(numbers.pick([0, -0.5, 3]))
                    case 1, 2: .input(numbers.below(inputs.count))
                    case 3 where place > 0: .result(numbers.below(place))
                    default: place > 0 ? .result(place - 1) : .input(numbers.below(inputs.count))
                    }
                })
        }
        let outputs = (0...numbers.below(3)).map { number in
            // The last result, and any of the others.
            let last = number == 0 ? length - 1 : numbers.below(length)
            let dtype = numbers.below(3) > 0 ? DType.float32 : numbers.pick([.bool, .bfloat16])
            if numbers.below(3) > 0 {
                return FusedProgram.Output(instruction: last, type: TensorType(dtype, [rows, columns]))
            }
            return FusedProgram.Output(
                instructions: [last, numbers.below(length)], inner: columns,
                type: TensorType(dtype, [rows, 2 * columns]))
        }
        return FusedProgram(inputs: inputs, instructions: instructions, outputs: outputs)
    }

    @Test(arguments: [1, 3, 16, 17, 64, 100, 128, 1040])
    func `programs of any length, layout and type are the reference's`(_ columns: Int) throws {
        var numbers = Numbers(columns)
        for round in 0..<40 {
            let rows = numbers.pick([1, 2, 5, 40])
            let inputs = (0...numbers.below(4)).map { _ in input(&numbers, rows, columns) }
            let program = program(
                &numbers, inputs.map(\.0), rows, columns, length: round < 8 ? 1 : 2 + numbers.below(12))
            try checkKernel(.fused(program), inputs.map(\.1), tolerance: 1e-2)
        }
    }

    /// The reciprocal of a divisor above 2^126 is a denormal number, which a plan flushes to zero: the quotient is none.
    @Test func `quotients of numbers near the ends of the range`() throws {
        let ends: [Float] = [3.4e38, 1.8e38, 8.6e37, 8.5e37, 1e37, 1, 1e-30, 2e-38]
        let pairs = ends.flatMap { a in ends.flatMap { b in [(a, b), (-a, b), (Float(0), b)] } }
        let (a, b) = (Tensor(pairs.map(\.0)), Tensor(pairs.map(\.1)))
        let graph = try trace([a.type, b.type]) { [$0[0] / $0[1]] }
        let quotients = try Plan.compile(graph, CompileOptions(threads: 1)).run([a, b])[0].floats()
        for ((a, b), quotient) in zip(pairs, quotients) {
            let expected = a / b
            // What is below the normal numbers is flushed.
            guard expected == 0 || abs(expected) >= Float.leastNormalMagnitude else { continue }
            #expect(quotient == expected || abs(quotient - expected) <= expected.ulp, "\(a) / \(b)")
        }
    }

    @Test func `quotients by roots`() throws {
        let ends: [Float] = [3.4e38, 1.8e38, 1, 0.3, 1e-7, 1e-30, 2e-38, 0, .infinity, .nan]
        let pairs = ends.flatMap { a in ends.flatMap { b in [(a, b), (-a, b), (a, -b)] } }
        let (a, b) = (Tensor(pairs.map(\.0)), Tensor(pairs.map(\.1)))
        let graph = try trace([a.type, b.type]) { [$0[0] / ops.sqrt($0[1])] }
        let plan = try Plan.compile(graph, CompileOptions(threads: 1))
        #expect("\(plan)".contains("divideByRoot"))
        for ((a, b), quotient) in zip(pairs, try plan.run([a, b])[0].floats()) {
            let expected = a / b.squareRoot()
            guard expected == 0 || expected.isNaN || abs(expected) >= Float.leastNormalMagnitude else { continue }
            #expect(
                quotient == expected || abs(quotient - expected) <= 2 * expected.ulp
                    || (quotient.isNaN && expected.isNaN), "\(a) / √\(b): \(quotient)")
        }
    }

    /// Both results could be written where the variables are as soon as they are there, were their old values not read
    /// afterwards.
    @Test(arguments: [5, 16, 70, 3000])
    func `a variable's old value is read before the new one is written in its place`(_ count: Int) throws {
        var numbers = Numbers(count)
        let a = try Variable(numbers.tensor([count]), name: "a")
        let b = try Variable(numbers.tensor([count]), name: "b")
        let slope = numbers.tensor([count])
        let graph = try trace([slope.type]) { inputs in
            let (old, other) = (a.value, b.value)
            let next = old * 0.5 + inputs[0]
            try a.assign(next)
            try b.assign(other - next * old)
            return []
        }
        for threads in [1, 3] { try checkPlan(graph, [slope], CompileOptions(threads: threads)) }
    }
}

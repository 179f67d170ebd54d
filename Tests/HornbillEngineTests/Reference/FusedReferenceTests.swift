import HornbillEngine
import Testing

@Suite struct FusedReferenceTests {
    @Test func `columns of a wider matrix are read, and written side by side`() throws {
        let whole = Tensor((0..<20).map(Float.init), shape: [4, 5])
        let program = FusedProgram(
            inputs: [
                .init(dtype: .float32, layout: .window(inner: 2, stride: 5, offset: 1)),
                .init(dtype: .float32, layout: .window(inner: 2, stride: 5, offset: 3)),
            ],
            instructions: [
                .init(function: .binary(.add), operands: [.input(0), .input(1)]),
                .init(function: .unary(.negate), operands: [.input(0)]),
            ],
            outputs: [
                .init(instructions: [0, 1], inner: 2, type: TensorType(.float32, [4, 4])),
                .init(instruction: 0, type: TensorType(.float32, [4, 2])),
            ])
        let outputs = try Reference.execute(.fused(program), [whole, whole])
        let sums: [Float] = [4, 6, 14, 16, 24, 26, 34, 36]
        let joined: [Float] = [4, 6, -1, -2, 14, 16, -6, -7, 24, 26, -11, -12, 34, 36, -16, -17]
        #expect(try outputs[0].scalars(Float.self) == joined)
        #expect(try outputs[1].scalars(Float.self) == sums)
    }

    @Test func `a fused program is its instructions over inputs of every layout`() throws {
        let shape: Shape = [2, 3, 2]
        let inputs = [
            Tensor((0..<12).map(Float.init), shape: shape), Tensor(scalar: Float(10)), Tensor([Float(1), 2]),
            Tensor([Float(0), 1, 2, 3, 4, 5]), Tensor([Float(100), 200, 300]),
            Tensor((0..<12).map { $0 % 3 == 0 }, shape: shape),
        ]
        let program = FusedProgram(
            inputs: [
                .init(dtype: .float32, layout: .full), .init(dtype: .float32, layout: .scalar),
                .init(dtype: .float32, layout: .row(inner: 2)), .init(dtype: .float32, layout: .column(inner: 2)),
                .init(dtype: .float32, layout: .middle(inner: 2, outer: 3)), .init(dtype: .bool, layout: .full),
            ],
            instructions: [
                .init(function: .multiplyAdd, operands: [.input(0), .input(1), .input(2)]),
                .init(function: .binary(.add), operands: [.result(0), .input(3)]),
                .init(function: .binary(.add), operands: [.result(1), .input(4)]),
                .init(function: .select, operands: [.input(5), .result(2), .constant(-1)]),
                .init(function: .binary(.greater), operands: [.result(3), .constant(0)]),
                .init(function: .unary(.negate), operands: [.result(3)]),
            ],
            outputs: [
                .init(instruction: 3, type: TensorType(.float32, shape)),
                .init(instruction: 4, type: TensorType(.bool, shape)),
                .init(instruction: 5, type: TensorType(.float16, shape)),
                .init(instruction: 4, type: TensorType(.float32, shape)),
            ])
        let outputs = try Reference.execute(.fused(program), inputs)
        let wanted = (0..<12).map { i -> Float in
            guard i % 3 == 0 else { return -1 }
            let (row, column, middle) = (i % 2 + 1, i / 2, (i / 2 % 3 + 1) * 100)
            return Float(i * 10 + row + column + middle)
        }
        #expect(outputs.map(\.type) == program.outputs.map(\.type))
        #expect(try outputs[0].scalars(Float.self) == wanted)
        #expect(try outputs[1].scalars(Bool.self) == wanted.map { $0 > 0 })
        #expect(try outputs[2].floats() == wanted.map { -$0 })
        #expect(try outputs[3].scalars(Float.self) == wanted.map { $0 > 0 ? 1 : 0 })
    }

    @Test(arguments: FusedActivation.allCases, [DType.float32, .float64, .float16])
    func `a fused product is product, bias and activation`(_ activation: FusedActivation, _ dtype: DType) throws {
        let a = Tensor(rows: [[1.0, -2, 0.5], [0, 1, -1]]).cast(to: dtype)
        let b = Tensor(rows: [[1.0, 0.5, -1], [2, 0, 0.25]]).cast(to: dtype)
        let bias = Tensor([0.5, -0.25]).cast(to: dtype)
        for hasBias in [false, true] {
            let fused = try Reference.execute(
                .fusedMatmul(transposeA: false, transposeB: true, bias: hasBias, activation: activation),
                hasBias ? [a, b, bias] : [a, b])[0]
            var wanted = try Reference.execute(.matmul(transposeA: false, transposeB: true), [a, b])[0]
            if hasBias { wanted = wanted + bias }
            let function: Unary? =
                switch activation {
                case .none: nil
                case .relu: .relu
                case .sigmoid: .sigmoid
                case .tanh: .tanh
                }
            if let function { wanted = try Reference.execute(.unary(function), [wanted])[0] }
            for (got, want) in zip(try fused.doubles(), try wanted.doubles()) {
                #expect(abs(got - want) <= (dtype == .float16 ? 1e-3 : 1e-7))
            }
        }
    }
}

import HornbillEngine
import Testing

/// Kernels on half precision against the reference, over odd sizes. What both round once from float32 may differ by one
/// unit in the last place, as sums are made in another order.
@Suite struct HalfKernelTests {
    static let halves: [(DType, Double)] = [(.bfloat16, 0x1p-7), (.float16, 0x1p-10)]

    private func check(
        _ operation: Operation, _ inputs: [Tensor], _ tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let graph = try checkKernel(operation, inputs, tolerance: tolerance, sourceLocation: sourceLocation)
        let plan = try Plan.compile(graph, CompileOptions(threads: 1, optimize: false))
        #expect(!plan.description.contains("reference"), "\(plan)", sourceLocation: sourceLocation)
        let (eager, expected) = (try Eager.execute(operation, inputs), try Reference.execute(operation, inputs))
        #expect(eager.map(\.type) == expected.map(\.type), sourceLocation: sourceLocation)
        for (x, y) in zip(eager, expected) {
            let close = zip(try x.doubles(), try y.doubles()).allSatisfy {
                $0 == $1 || abs($0 - $1) <= tolerance * max(1, abs($1))
            }
            #expect(close, "eager \(operation)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: halves)
    func `element-wise functions`(_ dtype: DType, _ tolerance: Double) throws {
        var numbers = Numbers(70)
        for size in [1, 2, 3, 7, 17, 1025] {
            let a = numbers.tensor([size], 0.1...0.9, dtype: dtype)
            let b = numbers.tensor([size], 0.2...2, dtype: dtype)
            for function in Unary.allCases where function != .logicalNot { try check(.unary(function), [a], tolerance) }
            for function in Binary.allCases where !function.isLogical {
                try check(.binary(function), [a, b], tolerance)
            }
            try check(.select, [a > 0.5, a, b], tolerance)
        }
    }

    @Test(arguments: halves)
    func `reductions, positions and softmax`(_ dtype: DType, _ tolerance: Double) throws {
        var numbers = Numbers(71)
        for shape in [[1, 1, 1], [2, 3, 7], [17, 1, 3], [3, 17, 40]] as [Shape] {
            let x = numbers.tensor(shape, 0.5...1.5, dtype: dtype)
            for kind in Reduction.allCases {
                for axes in [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]] {
                    try check(.reduce(kind, axes: axes, keepDims: false), [x], tolerance)
                }
            }
            for axis in 0..<3 { try check(.argReduce(smallest: axis == 1, axis: axis), [x], 0) }
            for logarithm in [true, false] {
                try check(.softmax(logarithm: logarithm), [x], tolerance)
                let y = try Reference.execute(.softmax(logarithm: logarithm), [x])[0]
                try check(
                    .softmaxGradient(logarithm: logarithm), [y, numbers.tensor(shape, dtype: dtype)], tolerance)
            }
        }
    }

    @Test(arguments: halves)
    func `a long sum does not lose its small parts`(_ dtype: DType, _ tolerance: Double) throws {
        let x = Tensor(repeating: 1, shape: [1000], dtype: dtype)
        #expect(try ops.sum(x).item() == 1000)
        #expect(try ops.mean(x * 0.5).item() == 0.5)
    }

    @Test(arguments: halves)
    func `moves by index and additions by index`(_ dtype: DType, _ tolerance: Double) throws {
        var numbers = Numbers(72)
        for width in [1, 3, 17] {
            let rows = numbers.tensor([5, width], dtype: dtype)
            let indices = Tensor([Int32(2), 0, -1, 2])
            try check(.gather(axis: 0), [rows, indices], 0)
            let updates = numbers.tensor([4, width], dtype: dtype)
            try check(.scatterAdd(axis: 0, size: 3), [updates, indices], tolerance)
            try check(.gatherElements, [rows, Tensor([Int64](repeating: 0, count: 10), shape: [5, 2])], 0)
            try check(
                .scatterElements(size: 3), [numbers.tensor([1, 3], dtype: dtype), Tensor(rows: [[Int32(0), 2, 0]])],
                tolerance)
        }
    }

    @Test(arguments: halves)
    func `products of any size and orientation`(_ dtype: DType, _ tolerance: Double) throws {
        var numbers = Numbers(73)
        for (m, n, k) in [(1, 1, 1), (3, 5, 7), (17, 33, 2), (1, 70, 9), (40, 70, 96), (66, 129, 300)] {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                // So that results stay about 1.
                let scale = 1 / Double(k).squareRoot()
                let a = numbers.tensor(transposeA ? [k, m] : [m, k], -1...1, dtype: dtype)
                let b = numbers.tensor(transposeB ? [n, k] : [k, n], -scale...scale, dtype: dtype)
                try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, b], tolerance)
                guard m < 66 else { continue }
                for activation in FusedActivation.allCases {
                    try check(
                        .fusedMatmul(
                            transposeA: transposeA, transposeB: transposeB, bias: true, activation: activation),
                        [a, b, numbers.tensor([n], dtype: dtype)], tolerance)
                }
            }
        }
        // Long sums, which are cut into parts.
        for (m, n, k) in [(9, 40, 1650), (33, 17, 4001)] {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let scale = 1 / Double(k).squareRoot()
                let a = numbers.tensor(transposeA ? [k, m] : [m, k], -1...1, dtype: dtype)
                let b = numbers.tensor(transposeB ? [n, k] : [k, n], -scale...scale, dtype: dtype)
                try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, b], tolerance)
            }
        }
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            for size in [5, 90] {
                let a = numbers.tensor([2, 3, size, size + 1].shape(transposeA), -0.3...0.3, dtype: dtype)
                let b = numbers.tensor([2, 3, size + 1, size + 2].shape(transposeB), -0.3...0.3, dtype: dtype)
                try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, b], tolerance)
            }
        }
    }

    @Test(arguments: halves)
    func `attention of any size`(_ dtype: DType, _ tolerance: Double) throws {
        var numbers = Numbers(76)
        for (targets, sources, size, valueSize) in [
            (1, 1, 1, 1), (3, 7, 17, 3), (16, 16, 16, 16), (33, 130, 16, 16), (40, 33, 5, 2), (70, 45, 64, 80),
        ] {
            for (heads, shared) in [(1, 1), (4, 2)] {
                let inputs = [
                    numbers.tensor([2, targets, heads, size], dtype: dtype),
                    numbers.tensor([2, sources, shared, size], dtype: dtype),
                    numbers.tensor([2, sources, shared, valueSize], dtype: dtype),
                ]
                let slope = numbers.tensor([2, targets, heads, valueSize], -0.1...0.1, dtype: dtype)
                for maskShape in [nil, [2, 1, 1, sources], [1, heads, targets, sources]] as [Shape?] {
                    for isCausal in [false, true] {
                        let scale = 1 / Double(size).squareRoot()
                        let form = AttentionForm(scale: scale, isCausal: isCausal, hasMask: maskShape != nil)
                        let mask = maskShape.map { [(numbers.tensor($0) > 0)] } ?? []
                        try check(.attention(form), inputs + mask, tolerance)
                        let results = try Reference.execute(.attention(form), inputs + mask)
                        try check(.attentionGradient(form), inputs + mask + results + [slope], tolerance)
                    }
                }
            }
        }
    }

    @Test(arguments: [(5, 640, 2000), (640, 5, 2000), (16, 16, 9000), (400, 300, 200), (1, 2048, 600)])
    func `the bits of a product do not depend on the number of threads`(_ m: Int, _ n: Int, _ k: Int) throws {
        var numbers = Numbers(75)
        let inputs = [numbers.tensor([m, k], dtype: .bfloat16), numbers.tensor([k, n], dtype: .bfloat16)]
        let graph = try trace(inputs.map(\.type)) { [ops.matmul($0[0], $0[1])] }
        let bits = try [1, 2, 3, 5].map { threads in
            try Plan.compile(graph, CompileOptions(threads: threads)).run(inputs)[0].floats()
        }
        #expect(bits.allSatisfy { $0 == bits[0] })
    }

    @Test(arguments: halves)
    func `a chain with casts is one program that rounds where it is told to`(_ dtype: DType, _ tolerance: Double) throws
    {
        let types = [TensorType(.float32, [7, 6]), TensorType(dtype, [6]), TensorType(dtype, [7, 6])]
        let graph = try trace(types) { x in
            let narrow = x[0].cast(to: dtype)
            let y = narrow * x[1] + x[2]
            return [ops.tanh(y), y.cast(to: .float32) + x[0], narrow.cast(to: .float32)]
        }
        var numbers = Numbers(74)
        let inputs = [
            numbers.tensor([7, 6]), numbers.tensor([6], dtype: dtype), numbers.tensor([7, 6], dtype: dtype),
        ]
        try checkPlan(graph, inputs, tolerance: tolerance)
        let plan = try Plan.compile(graph, CompileOptions(threads: 1))
        #expect(plan.steps.count == 1, "\(plan)")
        // The explicit cast loses what the type cannot hold, though no memory holds its result.
        let rounded = try plan.run(inputs)[2].floats()
        #expect(rounded == (try inputs[0].cast(to: dtype).floats()))
    }

    @Test func `rounding keeps infinities, and NaN stays NaN`() throws {
        let x = Tensor([Float.infinity, -.infinity, .nan, 3.4e38, 1e-30, -0.0, 1.00390625, 65519, 65520])
        for (dtype, _) in Self.halves {
            let graph = try trace([x.type]) { [$0[0].cast(to: dtype).cast(to: .float32) * 2] }
            let got = try Plan.compile(graph, CompileOptions(threads: 1)).run([x])[0].floats()
            let wanted = try x.cast(to: dtype).floats().map { $0 * 2 }
            for (a, b) in zip(got, wanted) { #expect(a == b || (a.isNaN && b.isNaN), "\(dtype)") }
        }
    }
}

extension [Int] {
    /// A shape, with the last two sizes exchanged if it is `transposed`.
    fileprivate func shape(_ transposed: Bool) -> Shape {
        Shape(transposed ? dropLast(2) + [self[count - 1], self[count - 2]] : self)
    }
}

import HornbillEngine
import Testing

@Suite struct PoolKernelTests {
    private struct Sizes: Sendable {
        var input: Shape
        var window: [Int]
        var strides: [Int]
        var low: [Int]
        var high: [Int]
    }

    private static let sizes: [Sizes] = [
        Sizes(input: [2, 17, 3], window: [2], strides: [2], low: [0], high: [0]),
        Sizes(input: [2, 7, 17], window: [3], strides: [1], low: [1], high: [1]),
        Sizes(input: [1, 3, 1], window: [2], strides: [5], low: [0], high: [0]),
        Sizes(input: [5, 8, 8, 16], window: [2, 2], strides: [2, 2], low: [0, 0], high: [0, 0]),
        Sizes(input: [3, 7, 9, 32], window: [2, 2], strides: [2, 2], low: [0, 0], high: [0, 0]),
        Sizes(input: [2, 7, 9, 33], window: [3, 2], strides: [2, 1], low: [1, 0], high: [1, 1]),
        Sizes(input: [1, 7, 7, 70], window: [3, 3], strides: [1, 1], low: [1, 1], high: [1, 1]),
        Sizes(input: [3, 5, 5, 1], window: [5, 5], strides: [1, 1], low: [0, 0], high: [0, 0]),
        Sizes(input: [2, 4, 3, 5, 7], window: [2, 3, 2], strides: [2, 1, 3], low: [0, 1, 0], high: [0, 1, 1]),
        Sizes(input: [1, 1, 1, 1, 2], window: [1, 1, 1], strides: [1, 1, 1], low: [0, 0, 0], high: [0, 0, 0]),
    ]

    private func check(_ operation: HornbillEngine.Operation, _ inputs: [Tensor], tolerance: Double) throws {
        let graph = try trace(inputs.map(\.type)) { try Tensor.emit(operation, $0) }
        for threads in [1, 3] {
            try checkPlan(
                graph, inputs, tolerance: tolerance, CompileOptions(threads: threads, optimize: false), "\(operation)")
        }
        let types = inputs.map(\.type)
        let kernel = try Lowering.kernel(
            for: operation, types, operation.outputTypes(types), LoweringOptions(threads: 2))
        #expect(!kernel.name.contains("reference"))
    }

    @Test(arguments: PoolKind.allCases, [DType.float32, .bfloat16])
    func `pools and their gradients are the reference's`(_ kind: PoolKind, _ dtype: DType) throws {
        var numbers = Numbers(80)
        let tolerance = dtype == .float32 ? 1e-5 : 2e-2
        for sizes in Self.sizes {
            let form = PoolForm(
                kind: kind, window: sizes.window, strides: sizes.strides, low: sizes.low, high: sizes.high)
            let x = numbers.tensor(sizes.input, dtype: dtype)
            try check(.pool(form), [x], tolerance: tolerance)
            let output = try HornbillEngine.Operation.pool(form).outputTypes([x.type])[0].shape
            let g = numbers.tensor(output, dtype: dtype)
            let spatial = Array(sizes.input.dimensions.dropFirst().dropLast())
            try check(.poolGradient(form, sizes: spatial), kind == .max ? [x, g] : [g], tolerance: tolerance)
            if kind == .max {
                try check(.poolPick(form), [x, numbers.tensor(sizes.input, dtype: dtype)], tolerance: tolerance)
            }
        }
    }

    @Test func `of equal elements the first has the gradient, and not-a-number is the largest`() throws {
        let form = PoolForm(kind: .max, window: [3], strides: [3], low: [0], high: [0])
        let x = Tensor([Float(1), 4, 4, 0, .nan, 7], shape: [1, 6, 1])
        let y = try Eager.execute(.pool(form), [x])[0].floats()
        #expect(y[0] == 4 && y[1].isNaN)
        let slope = try Eager.execute(.poolGradient(form, sizes: [6]), [x, Tensor([Float(2), 3], shape: [1, 2, 1])])
        #expect(try slope[0].floats() == [0, 2, 0, 0, 3, 0])
        try check(.poolGradient(form, sizes: [6]), [x, Tensor([Float(2), 3], shape: [1, 2, 1])], tolerance: 0)
    }

    @Test func `pools of whole vectors treat equal elements and not-a-number alike`() throws {
        let form = PoolForm(kind: .max, window: [2, 2], strides: [2, 2], low: [0, 0], high: [0, 0])
        // One window for each order of a few values, side by side.
        let values: [Float] = [0, 1, 1, .nan, -.infinity]
        let windows = (0..<625).map { n in [n % 5, n / 5 % 5, n / 25 % 5, n / 125].map { values[$0] } }
        for channels in [3, 16] {
            let x = Tensor(
                (0..<2).flatMap { row in
                    windows.flatMap { window in
                        (0..<2).flatMap { Array(repeating: window[2 * row + $0], count: channels) }
                    }
                }, shape: [1, 2, 1250, channels])
            let g = Tensor((0..<625 * channels).map { Float($0 + 1) }, shape: [1, 1, 625, channels])
            let graph = try trace([x.type, g.type]) { operands in
                [
                    try Tensor.emit1(.pool(form), [operands[0]]),
                    try Tensor.emit1(.poolGradient(form, sizes: [2, 1250]), operands),
                ]
            }
            let results = try Plan.compile(graph).run([x, g])
            let expected = try Reference.execute(.pool(form), [x])[0].floats()
            #expect(zip(try results[0].floats(), expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            let slopes = try Reference.execute(.poolGradient(form, sizes: [2, 1250]), [x, g])[0].floats()
            #expect(try results[1].floats() == slopes)
        }
    }

    @Test func `an empty batch has an empty result`() throws {
        let form = PoolForm(kind: .max, window: [2, 2], strides: [2, 2], low: [0, 0], high: [0, 0])
        #expect(try Eager.execute(.pool(form), [Tensor.zeros([0, 4, 4, 3])])[0].shape == [0, 2, 2, 3])
    }
}

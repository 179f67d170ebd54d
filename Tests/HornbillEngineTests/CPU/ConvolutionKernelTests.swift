import HornbillEngine
import Testing

/// A convolution's sizes, and how it moves.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    var batch: Int
    var sizes: [Int]
    var channels: Int
    var window: [Int]
    var filters: Int
    var form: ConvolutionForm

    init(
        _ sizes: [Int], _ channels: Int, _ window: [Int], _ filters: Int, batch: Int = 2, strides: Int = 1,
        dilation: Int = 1, groups: Int = 1, padding: Int = 0
    ) {
        let rank = sizes.count
        self.batch = batch
        self.sizes = sizes
        self.channels = channels
        self.window = window
        self.filters = filters
        // Uneven: one more after than before.
        form = ConvolutionForm(
            strides: Array(repeating: strides, count: rank), dilation: Array(repeating: dilation, count: rank),
            low: Array(repeating: padding / 2, count: rank), high: Array(repeating: padding - padding / 2, count: rank),
            groups: groups)
    }

    var testDescription: String { "\(batch) × \(sizes) × \(channels) by \(window) × \(filters), \(form)" }

    /// Input, kernel, and the gradient of the output.
    func tensors(_ numbers: inout Numbers, dtype: DType = .float32) throws -> (x: Tensor, kernel: Tensor, g: Tensor) {
        let x = numbers.tensor(Shape([batch] + sizes + [channels]), dtype: dtype)
        let kernel = numbers.tensor(Shape(window + [channels / groups, filters]), dtype: dtype)
        let type = try HornbillEngine.Operation.convolution(form).outputTypes([x.type, kernel.type])[0]
        return (x, kernel, numbers.tensor(type.shape, dtype: dtype))
    }

    private var groups: Int { form.groups }

    /// Whether bfloat16 is computed as it is, not in float32.
    var isPlain: Bool {
        sizes.indices.allSatisfy {
            form.strides[$0] == 1 && form.dilation[$0] == 1
                && sizes[$0] + min(form.low[$0], form.high[$0]) >= window[$0]
        }
    }

    static let all: [ConvolutionCase] = ones + lines + planes + unpadded + spaces

    /// What own kernels compute: rows that are cut into threes or not, filters that fill vectors or not, many images.
    static let unpadded: [ConvolutionCase] = [
        ConvolutionCase([13, 13], 32, [3, 3], 64, batch: 3), ConvolutionCase([5, 5], 64, [3, 3], 128, batch: 40),
        ConvolutionCase([28, 28], 1, [3, 3], 32, batch: 17), ConvolutionCase([6, 15], 5, [4, 5], 40, batch: 5),
        ConvolutionCase([9, 19], 7, [3, 2], 33, strides: 2, dilation: 2), ConvolutionCase([31], 5, [4], 17, batch: 7),
        ConvolutionCase([12, 12], 16, [1, 1], 48, strides: 3), ConvolutionCase([1, 40], 3, [1, 7], 16, dilation: 3),
    ]

    static let ones: [ConvolutionCase] = [
        ConvolutionCase([1], 1, [1], 1, batch: 1), ConvolutionCase([1, 1], 3, [1, 1], 2),
        ConvolutionCase([7, 7], 17, [1, 1], 17), ConvolutionCase([4, 4], 16, [1, 1], 32, strides: 2),
        ConvolutionCase([3, 3], 2, [3, 3], 7), ConvolutionCase([1, 1, 1], 1, [1, 1, 1], 1),
    ]

    static let lines: [ConvolutionCase] = [
        ConvolutionCase([17], 3, [3], 7), ConvolutionCase([17], 7, [2], 17, strides: 3, padding: 1),
        ConvolutionCase([17], 16, [3], 16, dilation: 4, padding: 8), ConvolutionCase([7], 4, [3], 8, groups: 2),
        // Dilation beyond the size, strides beyond the size.
        ConvolutionCase([3], 2, [3], 2, dilation: 5, padding: 10), ConvolutionCase([3], 2, [2], 3, strides: 7),
        ConvolutionCase([17], 17, [7], 17, groups: 17), ConvolutionCase([40], 16, [5], 32, batch: 3, padding: 4),
    ]

    static let planes: [ConvolutionCase] = [
        ConvolutionCase([7, 17], 1, [3, 3], 17, padding: 2), ConvolutionCase([7, 7], 3, [3, 2], 7, strides: 2),
        ConvolutionCase([8, 8], 16, [3, 3], 16, padding: 2), ConvolutionCase([8, 8], 32, [3, 3], 64, padding: 2),
        ConvolutionCase([8, 8], 16, [3, 3], 32, strides: 2, padding: 1),
        ConvolutionCase([9, 9], 16, [2, 2], 16, strides: 3), ConvolutionCase([9, 7], 17, [3, 3], 7, dilation: 2),
        ConvolutionCase([7, 7], 16, [3, 3], 16, groups: 16, padding: 2),
        ConvolutionCase([7, 7], 17, [3, 3], 17, strides: 2, groups: 17, padding: 2),
        ConvolutionCase([7, 7], 4, [3, 3], 12, groups: 4, padding: 2),
        ConvolutionCase([7, 7], 6, [3, 3], 9, groups: 3), ConvolutionCase([7, 7], 32, [3, 3], 32, groups: 4),
        ConvolutionCase([7, 7], 8, [3, 3], 8, dilation: 2, groups: 8, padding: 4),
        ConvolutionCase([2, 2], 3, [3, 3], 4, dilation: 3, padding: 6), ConvolutionCase([5, 5], 1, [5, 5], 1),
        ConvolutionCase([11, 11], 3, [7, 7], 16, strides: 2, padding: 5),
        ConvolutionCase([3, 3], 2, [2, 2], 3, strides: 7),
    ]

    static let spaces: [ConvolutionCase] = [
        ConvolutionCase([3, 7, 2], 3, [2, 3, 1], 7), ConvolutionCase([4, 4, 4], 16, [3, 3, 3], 16, padding: 2),
        ConvolutionCase([5, 4, 3], 4, [2, 2, 2], 8, strides: 2, groups: 4),
        ConvolutionCase([4, 4, 4], 7, [3, 3, 3], 2, dilation: 2, padding: 4),
    ]
}

@Suite struct ConvolutionKernelTests {
    private func check(
        _ operation: HornbillEngine.Operation, _ inputs: [Tensor], tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let graph = try trace(inputs.map(\.type)) { try Tensor.emit(operation, $0) }
        for threads in [1, 2, 3] {
            try checkPlan(
                graph, inputs, tolerance: tolerance, CompileOptions(threads: threads, optimize: false), "\(operation)",
                sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: ConvolutionCase.all)
    func `convolutions and their gradients are the reference's`(_ test: ConvolutionCase) throws {
        var numbers = Numbers(70)
        let (x, kernel, g) = try test.tensors(&numbers)
        let bias = numbers.tensor([test.filters])
        try check(.convolution(test.form), [x, kernel], tolerance: 1e-4)
        try check(.fusedConvolution(test.form), [x, kernel, bias], tolerance: 1e-4)
        try check(.convolutionInputGradient(test.form, sizes: test.sizes), [g, kernel], tolerance: 1e-4)
        try check(.convolutionKernelGradient(test.form, window: test.window), [x, g], tolerance: 1e-4)
        try check(.fusedKernelGradient(test.form, window: test.window), [x, g], tolerance: 1e-4)
    }

    @Test(arguments: ConvolutionCase.unpadded)
    func `convolutions without padding have the same bits on any number of threads`(_ test: ConvolutionCase) throws {
        var numbers = Numbers(74)
        let (x, kernel, g) = try test.tensors(&numbers)
        for (operation, inputs) in [
            (.convolution(test.form), [x, kernel]),
            (.convolutionInputGradient(test.form, sizes: test.sizes), [g, kernel]),
            (.fusedKernelGradient(test.form, window: test.window), [x, g]),
        ] as [(HornbillEngine.Operation, [Tensor])] {
            let graph = try trace(inputs.map(\.type)) { try Tensor.emit(operation, $0) }
            let results = try [1, 2, 5].map { threads in
                try Plan.compile(graph, CompileOptions(threads: threads)).run(inputs).map { try $0.floats() }
            }
            #expect(results[0] == results[1] && results[0] == results[2], "\(operation)")
        }
    }

    @Test(arguments: ConvolutionCase.all)
    func `float32 and bfloat16 convolutions run on the library`(_ test: ConvolutionCase) throws {
        var numbers = Numbers(71)
        for dtype in [DType.float32, .bfloat16] {
            let (x, kernel, g) = try test.tensors(&numbers, dtype: dtype)
            for (operation, inputs) in [
                (.convolution(test.form), [x, kernel]),
                (.convolutionInputGradient(test.form, sizes: test.sizes), [g, kernel]),
                (.convolutionKernelGradient(test.form, window: test.window), [x, g]),
            ] as [(HornbillEngine.Operation, [Tensor])] {
                let types = inputs.map(\.type)
                let kernel = try Lowering.kernel(
                    for: operation, types, operation.outputTypes(types), LoweringOptions(threads: 2))
                #expect(!kernel.name.contains("reference"), "\(dtype) \(kernel.name)")
                #expect(!kernel.name.contains(": ref"), "\(kernel.name)")
                #expect(
                    kernel.name.contains("half precision") == (dtype == .bfloat16 && !test.isPlain), "\(kernel.name)")
                if dtype == .bfloat16 { try check(operation, inputs, tolerance: 4e-2) }
            }
        }
    }

    @Test func `an empty batch has an empty result, and gradients of zero`() throws {
        let form = ConvolutionForm(strides: [1, 1], dilation: [1, 1], low: [1, 1], high: [1, 1])
        let (x, kernel) = (Tensor.zeros([0, 5, 5, 3]), Tensor.ones([3, 3, 3, 4]))
        try check(.convolution(form), [x, kernel], tolerance: 0)
        let slopes = try Eager.execute(
            .convolutionKernelGradient(form, window: [3, 3]), [x, Tensor.zeros([0, 5, 5, 4])])
        #expect(try slopes[0].doubles().allSatisfy { $0 == 0 })
        #expect(slopes[0].shape == kernel.shape)
    }

    @Test func `a plan's workspaces can be run again and beside each other`() async throws {
        var numbers = Numbers(72)
        let (x, kernel, _) = try ConvolutionCase([8, 8], 16, [3, 3], 16, padding: 2).tensors(&numbers)
        let graph = try trace([x.type, kernel.type]) { [ops.relu(ops.conv($0[0], $0[1], padding: .same))] }
        let plan = try Plan.compile(graph, CompileOptions(threads: 2))
        let expected = try plan.run([x, kernel])[0].floats()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    (0..<20).allSatisfy { _ in (try? plan.run([x, kernel])[0].floats()) == expected }
                }
            }
            for await same in group { #expect(same) }
        }
    }

    /// oneDNN keeps a number of the convolution that it prepares where all threads see it, and results once prepared: so
    /// each size is prepared once, and beside the other type's.
    @Test func `convolutions of both types may be compiled at the same time`() async throws {
        await withTaskGroup(of: [String].self) { group in
            for task in 0..<4 {
                group.addTask {
                    var wrong: [String] = []
                    for size in stride(from: 20 + task, to: 260, by: 4) {
                        do {
                            if try !self.agree(ConvolutionCase([size], 3, [3], 7)) { wrong.append("\(size)") }
                        } catch {
                            wrong.append("\(size): \(error)")
                        }
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong.isEmpty) }
        }
    }

    /// Whether a case gives the same in bfloat16 as in float32, but for the digits.
    private func agree(_ test: ConvolutionCase) throws -> Bool {
        var numbers = Numbers(73)
        let (x, kernel, _) = try test.tensors(&numbers, dtype: .bfloat16)
        func run(_ inputs: [Tensor]) throws -> [Double] {
            let graph = try trace(inputs.map(\.type)) { try Tensor.emit(.convolution(test.form), $0) }
            return try Plan.compile(graph, CompileOptions(threads: 1)).run(inputs)[0].doubles()
        }
        let short = try run([x, kernel])
        let long = try run([x.cast(to: .float32), kernel.cast(to: .float32)])
        return zip(short, long).allSatisfy { abs($0 - $1) <= 4e-2 * max(1, abs($1)) }
    }

    @Test func `not-a-number goes through a convolution and the rectifier that follows`() throws {
        let x = Tensor([Float.nan, -1, 2], shape: [1, 3, 1])
        let graph = try trace([x.type]) { [ops.relu(ops.conv($0[0], Tensor.ones([1, 1, 1])) + Tensor([Float(0)]))] }
        let values = try Plan.compile(graph, CompileOptions(threads: 2)).run([x])[0].floats()
        #expect(values[0].isNaN && values[1] == 0 && values[2] == 2)
    }
}

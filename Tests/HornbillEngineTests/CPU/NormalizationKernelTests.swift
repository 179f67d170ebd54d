import HornbillEngine
import Testing

/// The normalizing kernels against the reference, over odd shapes, with any number of threads.
@Suite struct NormalizationKernelTests {
    typealias Case = (rows: Int, columns: Int)

    /// Rows that make pieces and rests of them, few and many channels, whole and cut vectors.
    private static let shapes: [Case] = [
        (1, 1), (2, 1), (3, 2), (7, 3), (17, 17), (1, 64), (2, 65), (130, 7), (300, 16), (65, 63), (64, 128),
        (5, 600), (4100, 3), (2111, 33), (1, 5000), (3, 9001),
    ]

    private func compare(_ kind: NormalizationForm, _ operands: [Tensor], _ tolerance: Double) throws {
        let expected = try Reference.execute(.normalization(kind), operands)
        var bits: [[UInt64]] = []
        for threads in [1, 2, 3] {
            let graph = try trace(operands.map(\.type)) { try Tensor.emit(.normalization(kind), $0) }
            let plan = try Plan.compile(graph, CompileOptions(threads: threads, optimize: false))
            let found = try plan.run(operands)
            #expect(found.map(\.type) == expected.map(\.type))
            for (x, y) in zip(found, expected) {
                // Numbers on the border between two of half precision may be rounded to either.
                let allowed = x.dtype == .bfloat16 ? max(tolerance, 0x1p-7) : tolerance
                let close = zip(try x.doubles(), try y.doubles()).allSatisfy {
                    ($0.isNaN && $1.isNaN) || abs($0 - $1) <= allowed * max(1, abs($1))
                }
                #expect(close, "\(kind) of \(operands[0].shape) with \(threads) threads")
            }
            bits.append(try found.flatMap { try $0.doubles().map(\.bitPattern) })
        }
        #expect(bits[0] == bits[1] && bits[0] == bits[2], "\(kind): the bits depend on the threads")
    }

    @Test(arguments: shapes)
    func `batch normalization is the reference's`(_ size: Case) throws {
        var numbers = Numbers(80)
        let shape = Shape([size.rows, size.columns])
        // A mean far from zero: what cancels would show.
        let x = numbers.tensor(shape, 99...101)
        let (gamma, beta) = (numbers.tensor([size.columns], 0.5...1.5), numbers.tensor([size.columns]))
        try compare(.batch(epsilon: 1e-3), [x, gamma, beta], 2e-4)
        let small = numbers.tensor(shape, -1...1)
        try compare(.batch(epsilon: 1e-3), [small, gamma, beta], 1e-5)
        let statistics = try Reference.execute(.normalization(.batch(epsilon: 1e-3)), [small, gamma, beta])
        try compare(
            .batchGradient(epsilon: 1e-3), [small, gamma, statistics[1], statistics[2], numbers.tensor(shape)], 1e-4)
    }

    @Test(arguments: shapes)
    func `layer normalization is the reference's`(_ size: Case) throws {
        var numbers = Numbers(81)
        let shape = Shape([size.rows, size.columns])
        let x = numbers.tensor(shape, -1...2)
        let (gamma, beta) = (numbers.tensor([size.columns], 0.5...1.5), numbers.tensor([size.columns]))
        for centered in [true, false] {
            let kind = NormalizationForm.layer(epsilon: 1e-3, centered: centered)
            try compare(kind, [x, gamma, beta], 1e-5)
            let results = try Reference.execute(.normalization(kind), [x, gamma, beta])
            try compare(
                .layerGradient(centered: centered), [x, gamma, results[1], results[2], numbers.tensor(shape)], 1e-4)
        }
    }

    @Test(arguments: shapes)
    func `half precision is normalized with parameters and statistics of float32`(_ size: Case) throws {
        var numbers = Numbers(83)
        let shape = Shape([size.rows, size.columns])
        let (x, slope) = (numbers.tensor(shape, dtype: .bfloat16), numbers.tensor(shape, dtype: .bfloat16))
        let (gamma, beta) = (numbers.tensor([size.columns], 0.5...1.5), numbers.tensor([size.columns]))
        for (kind, gradient) in [
            (NormalizationForm.batch(epsilon: 1e-3), NormalizationForm.batchGradient(epsilon: 1e-3)),
            (.layer(epsilon: 1e-3, centered: true), .layerGradient(centered: true)),
            (.layer(epsilon: 1e-3, centered: false), .layerGradient(centered: false)),
        ] {
            try compare(kind, [x, gamma, beta], 1e-5)
            let results = try Reference.execute(.normalization(kind), [x, gamma, beta])
            #expect(results.map(\.dtype) == [.bfloat16, .float32, .float32])
            try compare(gradient, [x, gamma, results[1], results[2], slope], 1e-4)
        }
    }

    @Test func `nothing to normalize has no statistics, and no gradient`() throws {
        let (x, channels) = (Tensor.zeros([0, 3]), Tensor.ones([3]))
        try compare(.batch(epsilon: 1e-3), [x, channels, channels], 0)
        try compare(.batchGradient(epsilon: 1e-3), [x, channels, channels, channels, x], 0)
        try compare(.layer(epsilon: 1e-3, centered: true), [x, channels, channels], 0)
        try compare(.layerGradient(centered: true), [x, channels, Tensor.zeros([0]), Tensor.zeros([0]), x], 0)
        let empty = Tensor.zeros([2, 0])
        try compare(.batch(epsilon: 1e-3), [empty, Tensor.zeros([0]), Tensor.zeros([0])], 0)
    }

    @Test func `ranks above two are rows`() throws {
        var numbers = Numbers(82)
        let x = numbers.tensor([2, 3, 5, 7])
        let channels = numbers.tensor([7], 0.5...1.5)
        try compare(.batch(epsilon: 1e-3), [x, channels, channels], 1e-5)
        try compare(.layer(epsilon: 1e-3, centered: true), [x, channels, channels], 1e-5)
    }

    @Test func `parameters that do not fit are named`() {
        let error = #expect(throws: HornbillError.self) {
            try ops.layerNormalization(Tensor.ones([2, 3]), gamma: Tensor.ones([4])).validated()
        }
        #expect(error?.kind == .shape && error?.message.contains("3 elements") == true)
        #expect(throws: HornbillError.self) {
            try ops.batchNormalization(
                Tensor.ones([2, 3]), mean: Tensor.ones([3]), variance: Tensor.ones([2]), axis: -1
            ).validated()
        }
    }
}

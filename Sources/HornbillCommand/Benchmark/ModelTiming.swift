import Hornbill

/// How long the steps of a model take.
struct ModelTiming {
    /// Medians, in seconds a step; nil for a model that is not compiled.
    private(set) var train: Double?
    private(set) var predict = 0.0
    /// From the start of the process to the end of the first step.
    let firstStep: Double
    /// In bytes.
    let peakMemory: Int
    let batchSize: Int

    /// Runs `fit` and `predict` as users do.
    /// - Parameter steps: of each; nil for as many as fit into a second, at least three times through the data.
    init(_ model: Model, _ data: RandomData, batchSize: Int, steps: Int?) throws {
        self.batchSize = batchSize
        let first = data.first(batchSize)
        if let y = first.y {
            try model.fit(first.x, y, batchSize: batchSize, verbose: .silent)
        } else {
            let _: [Tensor] = try model.predict(first.x, batchSize: batchSize)
        }
        firstStep = Stopwatch.sinceStart
        let each = data.rows / batchSize

        /// How often to go through the data when once takes so many seconds.
        func passes(_ seconds: Double) -> Int {
            steps.map { ($0 + each - 1) / each } ?? min(2000, max(3, Int((1 / seconds).rounded())))
        }
        if let y = data.y {
            func epochs(_ count: Int) throws -> [Double] {
                var ends: [Double] = []
                let clock = LambdaCallback(onEpochEnd: { _, _ in ends.append(Stopwatch.now) })
                try model.fit(
                    data.x, y, epochs: count + 1, batchSize: batchSize, verbose: .silent, callbacks: [clock])
                return zip(ends.dropFirst(), ends).map { ($0 - $1) / Double(each) }
            }
            let once = try epochs(1)
            train = Stopwatch.median(try epochs(passes(once[0] * Double(each))))
        }
        func pass() throws -> Double {
            let start = Stopwatch.now
            let _: [Tensor] = try model.predict(data.x, batchSize: batchSize)
            return (Stopwatch.now - start) / Double(each)
        }
        _ = try pass()
        let once = try pass()
        predict = Stopwatch.median(try (0..<passes(once * Double(each))).map { _ in try pass() })
        peakMemory = Stopwatch.peakMemory
    }
}

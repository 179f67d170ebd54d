import HornbillEngine
import Testing

@Suite struct RandomTests {
    private func expectMoments(_ x: Tensor, _ mean: Double, _ deviation: Double, within tolerance: Double) throws {
        #expect(abs(try ops.mean(x).item() - mean) < tolerance)
        #expect(abs(try ops.std(x).item() - deviation) < tolerance)
    }

    @Test func `a number as seed gives the same numbers each time, a generator others`() throws {
        let a = try random.normal([5], seed: 7).floats()
        #expect(try random.normal([5], seed: 7).floats() == a)
        #expect(try random.normal([5], seed: 8).floats() != a)
        let generator = SeedGenerator(7)
        let (first, second) = (
            try random.normal([5], seed: generator).floats(), try random.normal([5], seed: generator).floats()
        )
        #expect(first == a)
        #expect(second != a)
        #expect(try generator.state.value.scalars(Int64.self) == [7, 2])
    }

    @Test func `elements depend on their place alone, not on how many are drawn`() throws {
        let long = try random.uniform([1000], seed: 3).floats()
        #expect(try random.uniform([10], seed: 3).floats() == Array(long.prefix(10)))
    }

    @Test func `distributions have their mean, spread and range`() throws {
        let uniform = random.uniform([20_000], minval: -1, maxval: 3, seed: 1)
        #expect(try uniform.floats().allSatisfy { $0 >= -1 && $0 <= 3 })
        try expectMoments(uniform, 1, 4 / 12.0.squareRoot(), within: 0.03)
        let normal = random.normal([20_000], mean: 2, stddev: 0.5, seed: 1)
        try expectMoments(normal, 2, 0.5, within: 0.02)
        let truncated = random.truncatedNormal([20_000], stddev: 2, seed: 1)
        #expect(try truncated.floats().allSatisfy { abs($0) <= 4 })
        try expectMoments(truncated, 0, 2 * 0.8796, within: 0.04)
        let flags = random.bernoulli([20_000], p: 0.3, seed: 1)
        #expect(flags.dtype == .bool)
        try expectMoments(flags, 0.3, 0.21.squareRoot(), within: 0.02)
        #expect(random.normal([2], dtype: .float64, seed: 1).dtype == .float64)
    }

    @Test(arguments: [(0, 6), (-3, 2), (0, 100_000), (-1_000_000_000, 1_000_000_000)])
    func `integers fill their range evenly`(_ low: Int, _ high: Int) throws {
        let draw = random.randint([30_000], minval: low, maxval: high, seed: 5)
        #expect(draw.dtype == .int32)
        let values = try draw.doubles()
        #expect(values.allSatisfy { $0 >= Double(low) && $0 < Double(high) })
        var bins = [Int](repeating: 0, count: 5)
        for value in values { bins[Int((value - Double(low)) / Double(high - low) * 5)] += 1 }
        if (high - low) % 5 == 0 { #expect(bins.allSatisfy { abs($0 - 6000) < 350 }) }
    }

    @Test func `categories follow their probabilities`() throws {
        let logits = ops.log(Tensor(rows: [[Float(0.1), 0.2, 0.7], [1, 0, 0]]))
        let draw = random.categorical(logits, numSamples: 5000, seed: 2)
        #expect(draw.shape == [2, 5000] && draw.dtype == .int32)
        let counts = try ops.bincount(draw, minLength: 3).doubles()
        #expect(abs(counts[0] - 500) < 80 && abs(counts[1] - 1000) < 110 && counts[3] == 5000)
    }

    @Test func `shuffling moves whole slices and loses none`() throws {
        let x = Tensor(Array(0..<200), shape: [100, 2])
        let shuffled = random.shuffle(x, seed: 4)
        let rows = try shuffled[.all, 0].scalars(Int64.self)
        #expect(try shuffled[.all, 1].scalars(Int64.self) == rows.map { $0 + 1 })
        #expect(rows.sorted() == (0..<100).map { Int64($0) * 2 } && rows != rows.sorted())
        #expect(try random.permutation(50, seed: 1).scalars(Int64.self).sorted() == Array(0..<50))
    }

    @Test func `dropout keeps the expected sum and can drop whole rows`() throws {
        let x = Tensor.ones([100, 100])
        let y = try random.dropout(x, rate: 0.25, seed: 1).floats()
        #expect(y.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
        #expect(abs(Double(y.count { $0 == 0 }) / 10_000 - 0.25) < 0.02)
        let rows = random.dropout(x, rate: 0.5, noiseShape: [nil, 1], seed: 1)
        #expect(try ops.var(rows, axis: 1).floats().allSatisfy { $0 == 0 })
        #expect(try random.dropout(x, rate: 0, seed: 1).floats().allSatisfy { $0 == 1 })
        #expect(try random.dropout(x, rate: 1, seed: 1).floats().allSatisfy { $0 == 0 })
        #expect(random.dropout(x, rate: 1.5).error?.message.contains("from 0 to 1") == true)
        #expect(random.dropout(x, rate: 0.5, noiseShape: [3, 1]).error?.message.contains("noise shape (3, 1)") == true)
    }

    @Test func `each run of a compiled draw takes the next stream`() throws {
        let generator = SeedGenerator(11)
        let trace = Trace()
        let graph = try trace.run {
            try trace.finish([random.uniform([4], seed: generator), random.uniform([4], seed: generator)])
        }
        let (first, second) = (try GraphRunner.run(graph, []), try GraphRunner.run(graph, []))
        let eager = SeedGenerator(11)
        for tensor in first + second { #expect(try tensor.floats() == random.uniform([4], seed: eager).floats()) }
        #expect(try generator.state.value.scalars(Int64.self) == [11, 4])
    }
}

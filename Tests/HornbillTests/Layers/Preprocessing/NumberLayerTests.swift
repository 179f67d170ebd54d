import Hornbill
import Testing

/// Normalization, Discretization and CategoryEncoding beyond Keras's numbers.
@Suite struct NumberLayerTests {
    @Test func `they conform`() throws {
        try checkLayer(
            { Normalization(mean: [1, 2, 3], variance: [1, 4, 9]) }, inputs: [[3]], output: [3],
            config: ["axis", "invert", "mean", "variance"])
        try checkLayer(
            { Normalization() }, inputs: [[2, 3]], output: [2, 3], parameters: 7,
            config: ["axis", "invert", "mean", "variance"], trainable: false)
    }

    @Test func `adapted in batches is adapted to all`() throws {
        let x = random.normal([50, 3], seed: 1) * 3 + 7
        let (whole, batches) = (Normalization(), Normalization())
        try whole.adapt(x)
        try batches.adapt(Dataset(x).batch(7))
        for (a, b) in zip(try whole(x).floats(), try batches(x).floats()) { #expect(abs(a - b) < 1e-4) }
        let normalized = whole(x)
        #expect(try ops.max(ops.abs(ops.mean(normalized, axis: 0))).item() < 1e-5)
        let back = Normalization(invert: true)
        try back.adapt(x)
        for (a, b) in zip(try back(normalized).floats(), try x.floats()) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func `adapting again takes effect in a model that has run`() throws {
        let layer = Normalization()
        let model = try Model.of(layer, shape: [1])
        try layer.adapt(Tensor(rows: [[Float(0)], [2]]))
        let first: Tensor = try model.predict(Tensor(rows: [[Float(2)]]))
        #expect(try first.item() == 1)
        try layer.adapt(Tensor(rows: [[Float(0)], [4]]))
        let second: Tensor = try model.predict(Tensor(rows: [[Float(4)]]))
        #expect(try second.item() == 1)
        let ranges = Discretization(numBins: 2)
        try ranges.adapt([Float(0), 1, 2, 3])
        let ranged = try Model.of(ranges, shape: [1])
        let third: Tensor = try ranged.predict(Tensor(rows: [[Float(5)]]))
        try ranges.adapt([Float(10), 11, 12, 13])
        let fourth: Tensor = try ranged.predict(Tensor(rows: [[Float(5)]]))
        #expect(try third.item() == 1 && fourth.item() == 0)
    }

    @Test func `a number that is none is in the last range`() throws {
        let layer = Discretization(binBoundaries: [0, 1])
        #expect(try layer(Tensor([-Float.infinity, .infinity, .nan])).scalars(Int32.self) == [0, 2, 2])
    }

    @Test func `integers out of range are left out`() throws {
        let layer = CategoryEncoding(numTokens: 2, outputMode: .count)
        #expect(try layer(Tensor(rows: [[0, 1, 1, 5, -1]])).floats() == [1, 2])
    }

    @Test func `bad arguments and data are named`() throws {
        func check(_ layer: Layer) throws { try layer(Tensor(rows: [[Float(1), 2]])).validated() }
        expectError(.argument, "given together") { try check(Normalization(mean: [1, 2])) }
        expectError(.shape, "one shape, not (2,) and (1,)") { try check(Normalization(mean: [1, 2], variance: [1])) }
        expectError(.shape, "more axes") { try check(Normalization(axis: [], mean: [1, 2], variance: [1, 2])) }
        expectError(.argument, "axis 2 is out of range") { try check(Normalization(axis: 2)) }
        expectError(.state, "cannot be adapted") { try Normalization(mean: 1, variance: 1).adapt([Float(1)]) }
        expectError(.shape, "(1, 2)", "(3, 4)") {
            let layer = Normalization()
            _ = layer(Tensor.ones([1, 2]))
            try layer.adapt(Tensor.ones([3, 4]))
        }
        expectError(.shape, "must be known") { _ = try Model.of(Normalization(), shape: [nil]) }
        expectError(.dtype, "strings") { try Normalization().adapt(["a"]) }
        expectError(.argument, "either binBoundaries or numBins") { try check(Discretization()) }
        expectError(.argument, "cannot both be given") { try check(Discretization(binBoundaries: [1], numBins: 2)) }
        expectError(.argument, "must rise") { try check(Discretization(binBoundaries: [2, 1])) }
        expectError(.argument, "numBins must be at least 1") { try check(Discretization(numBins: 0)) }
        expectError(.argument, "epsilon") { try check(Discretization(numBins: 2, epsilon: 0)) }
        expectError(.state, "call adapt") { try check(Discretization(numBins: 3)) }
        expectError(.state, "so it cannot be adapted") { try Discretization(binBoundaries: [1]).adapt([Float(1)]) }
        expectError(.data, "empty") { try Discretization(numBins: 3).adapt([Float]()) }
        expectError(.dtype) { try Discretization(binBoundaries: [1])(Tensor(["a"])).validated() }
        expectError(.argument, "numTokens must be at least 1") { try check(CategoryEncoding(numTokens: 0)) }
        expectError(.argument, "one of one_hot, multi_hot, count, not 'int'") {
            try check(CategoryEncoding(numTokens: 2, outputMode: .int))
        }
        expectError(.argument, "countWeights are for the output mode count") {
            let layer = CategoryEncoding(numTokens: 2)
            try layer(Tensor(rows: [[1]]), countWeights: Tensor(rows: [[Float(1)]])).validated()
        }
        expectError(.shape, "countWeights of shape (1, 1)") {
            let layer = CategoryEncoding(numTokens: 2, outputMode: .count)
            try layer(Tensor(rows: [[1, 0]]), countWeights: Tensor(rows: [[Float(1)]])).validated()
        }
    }
}

import Foundation
import Testing

import Hornbill

@Suite struct InitializerGoldenTests {
    static let cases = Golden.cases("initializers")

    @Test(arguments: cases)
    func `draws from Keras's distribution`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 7) {
            let shape = Shape(golden.fields["shape"]?.ints ?? [])
            switch golden.fields["kind"]?.string {
            case "exact":
                try expectClose(initializer(golden)(shape), golden.require("value"), "value")
            case "random": try checkDistribution(golden, shape)
            case "orthogonal": try checkOrthogonal(golden, shape)
            default: throw GoldenError("unknown kind")
            }
        }
    }

    /// Draws as many numbers as Keras did, and compares moments, bounds and quantiles within what chance allows.
    private func checkDistribution(_ golden: GoldenCase, _ shape: Shape) throws {
        let distribution = try #require(golden.fields["distribution"])
        var values: [Double] = []
        while values.count < 40_000 { values += try initializer(golden)(shape).doubles() }
        let (low, high) = (distribution["low"]?.double ?? -.infinity, distribution["high"]?.double ?? .infinity)
        let (mean, std) = (try #require(distribution["mean"]?.double), try #require(distribution["std"]?.double))
        let count = Double(values.count)
        #expect(values.allSatisfy { $0 >= low - 1e-6 && $0 <= high + 1e-6 })
        let average = values.reduce(0, +) / count
        let deviation = (values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / count).squareRoot()
        // Five standard errors: one test in a million fails by chance, and the seed is fixed.
        #expect(abs(average - mean) <= 5 * std / count.squareRoot())
        #expect(abs(deviation - std) <= 5 * std / count.squareRoot())
        let sorted = values.sorted()
        for pair in golden.fields["sample"]?["quantiles"]?.list ?? [] {
            guard let numbers = pair.doubles, numbers.count == 2 else { continue }
            let mine = sorted[Int((numbers[0] * (count - 1)).rounded())]
            #expect(abs(mine - numbers[1]) <= 0.06 * std, "quantile \(numbers[0]): \(mine), Keras drew \(numbers[1])")
        }
    }

    private func checkOrthogonal(_ golden: GoldenCase, _ shape: Shape) throws {
        let sizes = try #require(golden.fields["matrix_shape"]?.ints)
        let matrix = ops.reshape(try initializer(golden)(shape, dtype: .float64), Shape(sizes))
        let rows = golden.fields["gram"]?.string == "rows" ? matrix : ops.transpose(matrix)
        let diagonal = try #require(golden.fields["gram_diagonal"]?.double)
        let gram = ops.matmul(rows, ops.transpose(rows))
        try expectClose(gram, ops.eye(gram.shape[0], dtype: .float64) * diagonal, "Gram matrix")
    }

    @Test func `every initializer has golden data`() throws {
        let covered = Set(try Self.cases.map { String(describing: type(of: try initializer($0))) })
        let known = Set(Initializers.known.values.map { String(describing: type(of: $0())) })
        #expect(known.subtracting(covered).sorted() == [])
        #expect(Self.cases.count >= 74)
    }

    private func initializer(_ golden: GoldenCase) throws -> Initializer {
        let config = golden.config
        func number(_ key: String) -> Double? { config[key]?.double }
        let (inputs, outputs) = (config["input_axes"]?.ints, config["output_axes"]?.ints)
        if config == .object([:]) { return try golden.className.asInitializer() }
        switch golden.className {
        case "Constant":
            if let list = config["value"]?.list { return Initializers.Constant(Tensor(list.compactMap(\.double))) }
            return Initializers.Constant(number("value") ?? 0)
        case "Identity", "IdentityInitializer": return Initializers.Identity(gain: number("gain") ?? 1)
        case "Orthogonal", "OrthogonalInitializer": return Initializers.Orthogonal(gain: number("gain") ?? 1)
        case "RandomNormal":
            return Initializers.RandomNormal(mean: number("mean") ?? 0, stddev: number("stddev") ?? 0.05)
        case "TruncatedNormal":
            return Initializers.TruncatedNormal(mean: number("mean") ?? 0, stddev: number("stddev") ?? 0.05)
        case "RandomUniform":
            return Initializers.RandomUniform(minval: number("minval") ?? -0.05, maxval: number("maxval") ?? 0.05)
        case "GlorotNormal": return Initializers.GlorotNormal(inputAxes: inputs, outputAxes: outputs)
        case "HeUniform": return Initializers.HeUniform(inputAxes: inputs, outputAxes: outputs)
        case "VarianceScaling":
            return Initializers.VarianceScaling(
                scale: number("scale") ?? 1, mode: config["mode"]?.string.flatMap { .init(rawValue: $0) } ?? .fanIn,
                distribution: config["distribution"]?.string.flatMap { .init(rawValue: $0) } ?? .truncatedNormal,
                inputAxes: inputs, outputAxes: outputs)
        default: throw GoldenError("no Swift form of \(golden.className)(\(config))")
        }
    }
}

import Hornbill
import Testing

@Suite struct ImageLayerTests {
    /// Images in which every pixel has its own value.
    private static func images(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.count).map { Float($0 * 7919 % 1009) / 4 }, shape: shape)
    }

    private static let changing: [(String, @Sendable (DataFormat) -> Layer)] = [
        ("flip", { RandomFlip(seed: 1, dataFormat: $0) }),
        ("rotation", { RandomRotation(0.3, seed: 1, dataFormat: $0) }),
        ("zoom", { RandomZoom(0.3, 0.2, seed: 1, dataFormat: $0) }),
        ("translation", { RandomTranslation(0.3, 0.2, seed: 1, dataFormat: $0) }),
        ("contrast", { RandomContrast(0.5, seed: 1, dataFormat: $0) }),
        ("brightness", { RandomBrightness(0.3, seed: 1, dataFormat: $0) }),
        ("crop", { RandomCrop(5, 4, seed: 1, dataFormat: $0) }),
    ]

    @Test func `they conform`() throws {
        let affine = ["fill_mode", "interpolation", "seed", "fill_value", "data_format"]
        try checkLayer({ Rescaling(0.5, offset: 1) }, inputs: [[4, 3]], output: [4, 3], config: ["scale", "offset"])
        try checkLayer(
            { Resizing(3, 5) }, inputs: [[4, 4, 2]], output: [3, 5, 2],
            config: [
                "height", "width", "interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode",
                "fill_value", "antialias", "data_format",
            ])
        try checkLayer(
            { CenterCrop(2, 3) }, inputs: [[4, 4, 2]], output: [2, 3, 2], config: ["height", "width", "data_format"])
        try checkLayer(
            { RandomFlip() }, inputs: [[4, 3, 2]], output: [4, 3, 2], config: ["mode", "seed", "data_format"])
        try checkLayer(
            { RandomRotation(0.1) }, inputs: [[4, 3, 2]], output: [4, 3, 2], config: ["factor"] + affine)
        try checkLayer(
            { RandomZoom(0.1) }, inputs: [[4, 3, 2]], output: [4, 3, 2],
            config: ["height_factor", "width_factor"] + affine)
        try checkLayer(
            { RandomTranslation(0.1, 0.2) }, inputs: [[4, 3, 2]], output: [4, 3, 2],
            config: ["height_factor", "width_factor"] + affine)
        try checkLayer(
            { RandomContrast(0.1, valueRange: (-9, 9)) }, inputs: [[4, 3, 2]], output: [4, 3, 2],
            config: ["factor", "value_range", "seed", "data_format"])
        try checkLayer(
            { RandomBrightness(0.1, valueRange: (-9, 9)) }, inputs: [[4, 3, 2]], output: [4, 3, 2],
            config: ["factor", "value_range", "seed", "data_format"])
        try checkLayer(
            { RandomCrop(2, 3) }, inputs: [[4, 4, 2]], output: [2, 3, 2],
            config: ["height", "width", "seed", "data_format"])
    }

    @Test(arguments: changing.indices)
    func `random ones do nothing without training, and something with it`(_ number: Int) throws {
        let (name, make) = Self.changing[number]
        let layer = make(.channelsLast)
        let x = Self.images([8, 6, 5, 3])
        let (quiet, first, second) = (layer(x), layer(x, training: true), layer(x, training: true))
        if name != "crop" { #expect(try quiet.doubles() == x.doubles()) }
        #expect(try first.doubles() != quiet.doubles())
        #expect(try first.doubles() != second.doubles(), "each call draws anew")
        let again = make(.channelsLast)
        #expect(try again(x, training: true).doubles() == first.doubles(), "a seed gives the same numbers")
    }

    @Test(arguments: changing.indices)
    func `both data formats and single images are changed alike`(_ number: Int) throws {
        let make = Self.changing[number].1
        let x = Self.images([4, 6, 5, 3])
        let last = make(.channelsLast)(x, training: true)
        let first = make(.channelsFirst)(ops.transpose(x, axes: [0, 3, 1, 2]), training: true)
        let back = ops.transpose(first, axes: [0, 2, 3, 1])
        for (a, b) in zip(try last.doubles(), try back.doubles()) { #expect(abs(a - b) < 1e-3) }
        let one = make(.channelsLast)(x[0..<1], training: true)
        let single = make(.channelsLast)(x[0], training: true)
        #expect(single.shape.dimensions == Array(one.shape.dimensions.dropFirst()))
        for (a, b) in zip(try one.doubles(), try single.doubles()) { #expect(abs(a - b) < 1e-3) }
    }

    @Test func `images are mirrored half of the time, in each direction on its own`() throws {
        let x = ops.tile(Self.images([1, 2, 2, 1]), [4000, 1, 1, 1])
        let y = RandomFlip(seed: 3)(x, training: true)
        let original = try Self.images([1, 2, 2, 1]).doubles()
        var seen: [[Double]: Int] = [:]
        let values = try y.doubles()
        for image in 0..<4000 { seen[Array(values[(4 * image)..<(4 * image + 4)]), default: 0] += 1 }
        let (a, b, c, d) = (original[0], original[1], original[2], original[3])
        for kind in [[a, b, c, d], [b, a, d, c], [c, d, a, b], [d, c, b, a]] {
            // A thousand expected, with a deviation of 27.
            #expect(abs((seen[kind] ?? 0) - 1000) < 140)
        }
        let sideways = RandomFlip(.horizontal, seed: 3)(x, training: true)
        let rows = try ops.sum(sideways, axis: 2)[0..., 0].doubles()
        #expect(rows.allSatisfy { $0 == rows[0] }, "the upper row stays above")
    }

    @Test func `a quarter turn moves each pixel to its place`() throws {
        let x = Self.images([1, 5, 5, 2])
        let turned = RandomRotation(FactorRange(0.25, 0.25))(x, training: true)
        for (a, b) in zip(try turned.doubles(), try ops.rot90(x, k: 1, axes: (1, 2)).doubles()) {
            #expect(abs(a - b) < 1e-2)
        }
    }

    @Test func `a shift by whole pixels moves them, and the border is what was asked for`() throws {
        let x = Self.images([1, 4, 5, 1])
        let moved = RandomTranslation(
            FactorRange(0.25, 0.25), FactorRange(-0.2, -0.2), fillMode: .constant, fillValue: 9)(x, training: true)
        let expected = ops.pad(x[0..., 0..<3, 1..<5], [(0, 0), (1, 0), (0, 1), (0, 0)], constantValues: 9)
        for (a, b) in zip(try moved.doubles(), try expected.doubles()) { #expect(abs(a - b) < 1e-3) }
    }

    @Test func `brightness is spread evenly over its range, an image as a whole`() throws {
        let x = Tensor.ones([2000, 2, 2, 1]) * 100
        let y = RandomBrightness(0.2, seed: 5)(x, training: true)
        let change = try (y[0..., 0, 0, 0] - 100).doubles()
        #expect(change.allSatisfy { abs($0) <= 51 })
        #expect(abs(change.reduce(0, +) / 2000) < 3.3)
        let spread = change.map { $0 * $0 }.reduce(0, +) / 2000
        #expect(abs(spread - 51 * 51 / 3) < 60)
        #expect(try ops.ptp(y, axis: [1, 2]).doubles().allSatisfy { $0 == 0 })
    }

    @Test func `contrast keeps the means, and stays within the range of values`() throws {
        let x = Self.images([16, 6, 6, 3]) * 0.2 + 100
        let y = RandomContrast(FactorRange(0.9, 0.5), seed: 5)(x, training: true)
        let (before, after) = (ops.mean(x, axis: [1, 2]), ops.mean(y, axis: [1, 2]))
        for (a, b) in zip(try before.doubles(), try after.doubles()) { #expect(abs(a - b) < 1e-2) }
        let ratio = try (ops.std(y, axis: [1, 2]) / ops.std(x, axis: [1, 2]))[0..., 0].doubles()
        #expect(ratio.allSatisfy { $0 > 0.09 && $0 < 1.91 } && Set(ratio).count == 16)
        let narrow = RandomContrast(FactorRange(0, 1), valueRange: (105, 120), seed: 5)(x, training: true)
        #expect(try narrow.doubles().allSatisfy { $0 >= 105 && $0 <= 120 })
    }

    @Test func `a crop is a part of the images, the same of all, and every place comes`() throws {
        let x = ops.stack([Self.images([4, 4, 1]), Self.images([4, 4, 1]) + 1000])
        let layer = RandomCrop(3, 3, seed: 2)
        var seen: Set<Double> = []
        for _ in 0..<60 {
            let y = try layer(x, training: true).doubles()
            #expect(zip(y[..<9], y[9...]).allSatisfy { $1 - $0 == 1000 })
            seen.insert(y[0])
        }
        let corners = try x[0, 0..<2, 0..<2].doubles()
        #expect(seen == Set(corners))
        // Without training the middle, resized to fit.
        let quiet: Tensor = layer(Self.images([1, 6, 8, 1]))
        let small: Tensor = layer(Self.images([1, 2, 8, 1]), training: true)
        #expect(quiet.shape == [1, 3, 3, 1] && small.shape == [1, 3, 3, 1])
    }

    @Test func `in a model they work in fit and rest in predict`() throws {
        try Session.withNew(seed: 4) {
            let x = Self.images([12, 8, 8, 1])
            let model = Sequential([
                Rescaling(1.0 / 255, inputShape: [8, 8, 1]), RandomFlip(), RandomRotation(0.1), RandomZoom(0.1),
                RandomTranslation(0.1, 0.1), RandomContrast(0.1, valueRange: (0, 1)),
                RandomBrightness(0.1, valueRange: (0, 1)), RandomCrop(6, 6), Flatten(), Dense(1),
            ])
            try model.compile(optimizer: .sgd(learningRate: 0.01), loss: .mse)
            let history = try model.fit(x, Tensor.ones([12, 1]), epochs: 2, batchSize: 5, verbose: 0)
            #expect(!history["loss"].contains { !$0.isFinite })
            let (a, b): (Tensor, Tensor) = (try model.predict(x), try model.predict(x))
            #expect(try a.doubles() == b.doubles())
        }
    }
}

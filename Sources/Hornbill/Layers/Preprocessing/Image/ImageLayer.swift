import HornbillEngine

/// What layers for an image (height, width, channels) or a batch of them share.
public class ImageLayer: Layer {
    public let dataFormat: DataFormat

    init(dataFormat: DataFormat, inputShape: PartialShape?, name: String?, dtype: DTypePolicy?) {
        self.dataFormat = dataFormat
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(minimumRank: 3)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["data_format": .string(dataFormat.rawValue)])
    }

    /// The axis of the rows; that of the columns follows it.
    final func rowAxis(_ x: Tensor) -> Int { dataFormat == .channelsLast ? x.rank - 3 : x.rank - 2 }

    /// A part of each image.
    final func part(_ x: Tensor, top: Int, left: Int, _ height: Int, _ width: Int) -> Tensor {
        var (start, size) = ([Int](repeating: 0, count: x.rank), x.shape.dimensions)
        let row = rowAxis(x)
        (start[row], size[row], start[row + 1], size[row + 1]) = (top, height, left, width)
        return ops.slice(x, start, size)
    }

    /// Images resized so that they cover a target, which is cut out of the middle.
    final func covering(_ x: Tensor, _ height: Int, _ width: Int) -> Tensor {
        ops.image.resize(x, (height, width), cropToAspectRatio: true, dataFormat: dataFormat)
    }

    /// - Throws: kind `argument` unless both are positive.
    final func checkTarget(_ height: Int, _ width: Int) throws {
        try height.checkSize("height")
        try width.checkSize("width")
    }
}

/// What layers that change images at random share. They do so in training only, each image of a batch in its own way.
public class RandomImageLayer: ImageLayer {
    public let seed: Int?
    private var generator: SeedGenerator?

    init(
        seed: Int?, dataFormat: DataFormat, inputShape: PartialShape?, name: String?, dtype: DTypePolicy?
    ) {
        self.seed = seed
        super.init(dataFormat: dataFormat, inputShape: inputShape, name: name, dtype: dtype)
        generator = addSeedGenerator(seed: seed)
    }

    /// Changes images of floating point, in training.
    func transform(_ x: Tensor) throws -> Tensor { x }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard x.rank <= 4 else {
            throw HornbillError(.shape, "expected an image of three axes or a batch of four, got the shape \(x.shape)")
        }
        let images = x.cast(to: computeDtype)
        return context.training ? try transform(images) : images
    }

    /// A number of a range for each image, in a shape that multiplies it.
    final func draw(_ range: FactorRange, for x: Tensor) -> Tensor {
        let count = x.rank == 4 ? x.shape[0] : 1
        return random.uniform(
            Shape([count] + [Int](repeating: 1, count: x.rank == 4 ? 3 : 2)), minval: range.lower, maxval: range.upper,
            seed: generator)
    }

    /// A number below `count` for all images.
    final func draw(below count: Int) -> Tensor {
        random.randint([1], minval: 0, maxval: count, seed: generator)
    }
}

/// A range of numbers to draw from: `0.2` stands for −0.2 … 0.2, `0.1...0.3` for itself.
public struct FactorRange: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public let lower: Double
    public let upper: Double
    /// What was given: one number, or two.
    let given: [Double]

    /// Numbers between these two.
    public init(_ lower: Double, _ upper: Double) {
        (self.lower, self.upper) = (Swift.min(lower, upper), Swift.max(lower, upper))
        given = [lower, upper]
    }

    /// Numbers as far from 0 as this one.
    public init(_ factor: Double) {
        (lower, upper) = (-Swift.abs(factor), Swift.abs(factor))
        given = [factor]
    }

    public init(_ range: ClosedRange<Double>) { self.init(range.lowerBound, range.upperBound) }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    /// With every number moved.
    func shifted(by offset: Double) -> FactorRange { FactorRange(lower + offset, upper + offset) }

    /// The range with no number below 0.
    var fromZero: FactorRange { given.count == 1 ? FactorRange(0, upper) : self }

    /// - Parameter bounds: what each number must be within; where it is `loose`, a pair need only overlap it, as in Keras.
    /// - Throws: kind `argument` that names the factor.
    func check(_ name: String, within bounds: ClosedRange<Double>, loose: Bool = false) throws {
        let fits =
            loose && given.count == 2
            ? lower <= bounds.upperBound && upper >= bounds.lowerBound : given.allSatisfy(bounds.contains)
        guard fits else {
            let text = given.map { "\($0)" }.joined(separator: " … ")
            throw HornbillError(
                .argument, "the \(name) must be within \(bounds.lowerBound) … \(bounds.upperBound), not \(text)")
        }
    }

    /// As Keras keeps it: two numbers.
    var pair: ConfigValue { .list([.double(lower), .double(upper)]) }
    /// As it was given.
    var value: ConfigValue { given.count == 1 ? .double(given[0]) : .list(given.map(ConfigValue.double)) }
}

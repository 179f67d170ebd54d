import HornbillEngine

/// Numbers to the numbers of the ranges in which they lie.
///
/// Range i holds what is at least boundary i − 1 and less than boundary i. The boundaries are given, or learnt by `adapt`
/// so that the ranges hold about equally many values. Input: `(…)`; output: int32 `(…)`, or vectors in the other output
/// modes.
/// Follows Keras's
/// [Discretization](https://keras.io/api/layers/preprocessing_layers/numerical/discretization/).
public final class Discretization: Layer, AdaptableLayer {
    /// The boundaries, rising; nil before they are known.
    public private(set) var binBoundaries: [Double]?
    /// How many ranges `adapt` makes.
    public let numBins: Int?
    /// How exact the learnt boundaries are: the share of the values by which a range may be off.
    public let epsilon: Double
    public let outputMode: OutputMode

    /// - Parameters:
    ///   - binBoundaries: the boundaries, rising; there is one range more.
    ///   - numBins: how many ranges `adapt` shall make. Either it or `binBoundaries` is given.
    ///   - epsilon: the error that learnt boundaries may have; smaller takes longer.
    public init(
        binBoundaries: [Double]? = nil, numBins: Int? = nil, epsilon: Double = 0.01, outputMode: OutputMode = .int,
        dtype: DTypePolicy? = nil, name: String? = nil
    ) {
        self.binBoundaries = binBoundaries
        self.numBins = numBins
        self.epsilon = epsilon
        self.outputMode = outputMode
        super.init(name: name, dtype: dtype)
    }

    public var isGiven: Bool { numBins == nil }

    private func checkArguments() throws {
        try outputMode.check([.int, .oneHot, .multiHot, .count])
        guard numBins != nil || binBoundaries != nil else {
            throw HornbillError(.argument, "either binBoundaries or numBins must be given", layer: label)
        }
        if let numBins {
            guard numBins > 0 else {
                throw HornbillError(.argument, "numBins must be at least 1, not \(numBins)", layer: label)
            }
            guard isAdapted || binBoundaries == nil else {
                throw HornbillError(.argument, "binBoundaries and numBins cannot both be given", layer: label)
            }
        }
        guard epsilon > 0, epsilon < 1 else {
            throw HornbillError(.argument, "epsilon must be between 0 and 1, not \(epsilon)", layer: label)
        }
        if let bounds = binBoundaries, !zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }) {
            throw HornbillError(.argument, "binBoundaries must rise, not \(bounds)", layer: label)
        }
    }

    private var isAdapted = false

    /// Learns the boundaries of an array. What was learnt before is forgotten.
    /// - Throws: kind `state` if the boundaries were given, `data` for data that is empty.
    public func adapt(_ data: any TrainingData) throws { try learn { try $0(data.data.adaptationTensor()) } }

    /// Learns the boundaries from a data set, of which `steps` batches are read, or all.
    public func adapt(_ data: Dataset, steps: Int? = nil) throws { try learn { try data.adapt(steps: steps, $0) } }

    private func learn(_ batches: ((Tensor) throws -> Void) throws -> Void) throws {
        try checkArguments()
        guard let numBins else {
            throw HornbillError(
                .state, "binBoundaries were given when the layer was made, so it cannot be adapted: give numBins",
                layer: label)
        }
        var summary = QuantileSummary()
        try batches { batch in
            summary = QuantileSummary(try batch.floats(), epsilon).merged(with: summary, epsilon)
        }
        guard !summary.values.isEmpty else {
            throw HornbillError(.data, "the data is empty: there is nothing to adapt to", layer: label)
        }
        binBoundaries = summary.boundaries(numBins)
        isAdapted = true
        adaptations += 1
    }

    override public func build(inputShape: PartialShape) throws { try checkArguments() }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard let boundaries = binBoundaries else {
            throw HornbillError(
                .state, "the layer has no boundaries yet: call adapt with data, or give it binBoundaries")
        }
        guard x.dtype != .string else { throw HornbillError(.dtype, "strings cannot be put into ranges of numbers") }
        // NaN is below nothing, and comes into the last range as in NumPy.
        let bounds = Tensor(boundaries).cast(to: x.dtype.isFloatingPoint ? x.dtype : .float32)
        let isBelow = ops.expandDims(x, axis: -1) < bounds
        let number = ops.sum(ops.logicalNot(isBelow).cast(to: .int32), axis: -1)
        if outputMode == .int { return number }
        return try number.encoded(outputMode, depth: boundaries.count + 1, dtype: computeDtype)
    }

    override public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        let (boundaries, bins) = (try config.optionalDoubles("bin_boundaries"), try config.optionalInt("num_bins"))
        try self.init(
            binBoundaries: bins == nil ? boundaries : nil, numBins: bins, epsilon: config.double("epsilon", 0.01),
            outputMode: config.outputMode(), dtype: config.dtype, name: config.name)
        // Both are there once boundaries were learnt.
        if bins != nil, let boundaries { (binBoundaries, isAdapted) = (boundaries, true) }
    }

    override public func getConfig() -> Config {
        [
            "bin_boundaries": ConfigValue(doubles: binBoundaries), "num_bins": ConfigValue(numBins),
            "epsilon": .double(epsilon), "output_mode": .string(outputMode.name), "sparse": false,
            "name": .string(name), "dtype": .string(dtypePolicy.name),
        ]
    }
}

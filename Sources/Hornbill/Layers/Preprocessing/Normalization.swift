import HornbillEngine

/// Shifts and scales so that each feature has mean 0 and variance 1: `(x − mean) / √variance`.
///
/// Mean and variance are given, or learnt by `adapt`; they are weights that no optimizer changes. Input and output have
/// one shape. A variance of 0 counts as the smallest number that may be divided by.
/// Follows Keras's
/// [Normalization](https://keras.io/api/layers/preprocessing_layers/numerical/normalization/).
public final class Normalization: Layer, AdaptableLayer {
    /// The axes that have means and variances of their own.
    public let axis: Axes
    public let invert: Bool
    private let inputMean: Tensor?
    private let inputVariance: Tensor?
    private var keptAxes: [Int] = []
    private var builtShape: PartialShape = []
    /// Learnt, one value for each place on the kept axes.
    private var adaptedMean: Variable?
    private var adaptedVariance: Variable?
    private var count: Variable?

    /// - Parameters:
    ///   - axis: the axes whose places are normalized each by itself; `[]` for one mean of everything.
    ///   - mean: the means, if they are known; as many as there are features, or one.
    ///   - variance: the variances, if they are known; given together with `mean`.
    ///   - invert: whether normalized data is turned back.
    public init(
        axis: Axes = -1, mean: (any TrainingData)? = nil, variance: (any TrainingData)? = nil, invert: Bool = false,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil, inputShape: PartialShape? = nil
    ) {
        // Keras writes None for one mean of everything.
        self.axis = Axes(axis.axes ?? [])
        self.invert = invert
        inputMean = mean.map { $0.data.tensor }
        inputVariance = variance.map { $0.data.tensor }
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    public var isGiven: Bool { inputMean != nil }

    override public var supportsMasking: Bool { true }

    private func checkArguments() throws {
        guard let mean = inputMean, let variance = inputVariance else {
            guard inputMean == nil, inputVariance == nil else {
                throw HornbillError(.argument, "mean and variance must be given together", layer: label)
            }
            return
        }
        try mean.validated()
        try variance.validated()
        guard mean.shape == variance.shape else {
            throw HornbillError(
                .shape, "mean and variance must have one shape, not \(mean.shape) and \(variance.shape)", layer: label)
        }
        guard mean.rank <= (axis.axes ?? []).count else {
            throw HornbillError(
                .shape,
                "a mean of shape \(mean.shape) has more axes than are normalized by themselves: \(axis.axes ?? [])",
                layer: label)
        }
    }

    override public func build(inputShape: PartialShape) throws {
        try checkArguments()
        let rank = inputShape.rank
        keptAxes = try (axis.axes ?? []).map { axis in
            guard axis >= -rank, axis < rank else {
                throw HornbillError(.argument, "axis \(axis) is out of range for the input's shape \(inputShape)")
            }
            return axis < 0 ? axis + rank : axis
        }.sorted()
        let sizes = try keptAxes.map { axis in
            guard let size = inputShape[axis] else {
                throw HornbillError(
                    .shape, "axis \(axis) is normalized place by place and must be known, got the shape \(inputShape)")
            }
            return size
        }
        builtShape = inputShape
        guard inputMean == nil else { return }
        adaptedMean = try addWeight(name: "mean", shape: Shape(sizes), initializer: "zeros", trainable: false)
        adaptedVariance = try addWeight(name: "variance", shape: Shape(sizes), initializer: "ones", trainable: false)
        // Keras's files have it; nothing reads it.
        count = try addWeight(name: "count", shape: [], initializer: "zeros", dtype: .int32, trainable: false)
    }

    // MARK: Adapting

    /// Learns mean and variance of an array.
    /// - Throws: kind `state` if they were given; `shape` for data that does not fit the layer as it is built; `data` for
    ///   data that is empty.
    public func adapt(_ data: any TrainingData) throws {
        let x = try data.data.adaptationTensor()
        try learn { try $0(x) }
    }

    /// Learns mean and variance from a data set, of which `steps` batches are read, or all.
    public func adapt(_ data: Dataset, steps: Int? = nil) throws { try learn { try data.adapt(steps: steps, $0) } }

    private func learn(_ batches: ((Tensor) throws -> Void) throws -> Void) throws {
        guard inputMean == nil, inputVariance == nil else {
            throw HornbillError(
                .state, "mean and variance were given when the layer was made, so they cannot be adapted", layer: label)
        }
        var moments: (mean: Tensor, variance: Tensor, count: Double)?
        try batches { batch in
            guard batch.dtype != .string else {
                throw HornbillError(.dtype, "strings cannot be normalized", layer: label)
            }
            let shape = PartialShape([nil] + batch.shape.dimensions.dropFirst().map { $0 })
            try ensureBuilt(.tensor(keptFirst(batch) ? PartialShape(batch.shape) : shape))
            guard batch.rank == builtShape.rank, keptAxes.allSatisfy({ batch.shape[$0] == builtShape[$0] }) else {
                throw HornbillError(
                    .shape, "the layer is built for the shape \(builtShape), but adapt was given \(batch.shape)",
                    layer: label)
            }
            let reduced = (0..<batch.rank).filter { !keptAxes.contains($0) }
            let x = batch.cast(to: .float64)
            let (mean, variance) = (ops.mean(x, axis: Axes(reduced)), ops.`var`(x, axis: Axes(reduced)))
            let count = Double(reduced.reduce(1) { $0 * batch.shape[$1] })
            moments = Self.merged(moments, (try mean.validated(), try variance.validated(), count))
        }
        guard let moments else { return }
        try adaptedMean?.assign(moments.mean)
        try adaptedVariance?.assign(moments.variance)
    }

    /// Whether the axis of samples is one of those kept.
    private func keptFirst(_ batch: Tensor) -> Bool { (axis.axes ?? []).contains { $0 == 0 || $0 == -batch.rank } }

    /// Mean and variance of two groups together.
    private static func merged(
        _ old: (mean: Tensor, variance: Tensor, count: Double)?, _ new: (mean: Tensor, variance: Tensor, count: Double)
    ) -> (mean: Tensor, variance: Tensor, count: Double) {
        guard let old else { return new }
        let count = old.count + new.count
        let share = new.count / count
        let mean = old.mean * (1 - share) + new.mean * share
        let before = (old.variance + ops.square(old.mean - mean)) * (1 - share)
        return (mean, before + (new.variance + ops.square(new.mean - mean)) * share, count)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let x = x.cast(to: computeDtype)
        let (mean, variance) = (try statistic(inputMean, adaptedMean), try statistic(inputVariance, adaptedVariance))
        let scale = ops.maximum(ops.sqrt(variance), 1e-7)
        return invert ? mean + x * scale : (x - mean) / scale
    }

    /// A given or learnt statistic, its axes where they are in the input.
    private func statistic(_ given: Tensor?, _ learnt: Variable?) throws -> Tensor {
        let value = try given?.cast(to: computeDtype) ?? learnt.required()
        if value.rank == 0 { return value }
        var sizes = [Int](repeating: 1, count: builtShape.rank)
        for (axis, size) in zip(keptAxes.suffix(value.rank), value.shape) { sizes[axis] = size }
        return ops.reshape(value, sizes)
    }

    override public convenience init(config: ConfigReader) throws {
        let axis = try config.has("axis") ? config.optionalIntOrInts("axis") ?? [] : [-1]
        try self.init(
            axis: Axes(axis), mean: config.numbers("mean"), variance: config.numbers("variance"),
            invert: config.bool("invert", false), name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "axis": ConfigValue(axis.axes), "invert": .bool(invert),
            "mean": ConfigValue(nested: inputMean), "variance": ConfigValue(nested: inputVariance),
        ])
    }
}

extension ConfigValue {
    /// The elements of a tensor in nested lists.
    init(nested tensor: Tensor?) {
        guard let tensor, let values = try? tensor.doubles() else {
            self = .null
            return
        }
        func list(_ axis: Int, _ offset: Int) -> ConfigValue {
            if axis == tensor.rank { return .double(values[offset]) }
            let stride = tensor.shape.dimensions.dropFirst(axis + 1).reduce(1, *)
            return .list((0..<tensor.shape[axis]).map { list(axis + 1, offset + $0 * stride) })
        }
        self = list(0, 0)
    }
}

import HornbillEngine

extension Metrics {
    /// The mean of values, weighted if wanted: `Σ w v / Σ w`, where v is the mean of each sample's values.
    /// Follows Keras's [Mean](https://keras.io/api/metrics/reduction_metrics/#mean-class).
    public class Mean: Metric {
        public private(set) lazy var total = addWeight(name: "total")
        public private(set) lazy var count = addWeight(name: "count")

        /// Takes values into the mean.
        /// - Parameters:
        ///   - values: a value for each sample, or several, or one scalar.
        ///   - sampleWeight: a weight for each sample, or one that broadcasts over the values.
        public final func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
            let part = try samplewise(values, sampleWeight, dtype: dtype, mean: true)
            try total.assignAdd(part.sum)
            try count.assignAdd(part.weight)
        }

        /// Takes a value that is already the mean of `count` samples into the mean.
        public final func updateState(_ mean: Tensor, count samples: Double) throws {
            try total.assignAdd(mean.cast(to: dtype) * samples)
            try count.assignAdd(Tensor(repeating: samples, shape: [], dtype: dtype))
        }

        override public func result() throws -> Tensor { dividingNoNaN(total.value, count.value) }
    }

    /// The sum of values, weighted if wanted.
    /// Follows Keras's [Sum](https://keras.io/api/metrics/reduction_metrics/#sum-class).
    public final class Sum: Metric {
        public private(set) lazy var total = addWeight(name: "total")

        /// Takes values into the sum.
        public func updateState(_ values: Tensor, sampleWeight: Tensor? = nil) throws {
            try total.assignAdd(samplewise(values, sampleWeight, dtype: dtype, mean: false).sum)
        }

        override public func result() throws -> Tensor { total.value }
    }

    /// The mean of a function of targets and outputs: what makes a metric of a loss, or of a function of your own:
    /// `Metrics.MeanOf("within_1") { ops.abs($0 - $1) <= 1 }`.
    /// Follows Keras's [MeanMetricWrapper](https://keras.io/api/metrics/reduction_metrics/#meanmetricwrapper-class).
    public class MeanOf: Mean {
        private let function: (Tensor, Tensor) throws -> Tensor

        /// - Parameter function: of targets and outputs; gives a value for each sample, or several.
        public init(
            _ name: String, dtype: DType = .float32,
            _ function: @escaping (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
        ) {
            self.function = function
            super.init(name: name, dtype: dtype)
        }

        override public final func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            let values = try function(yTrue, yPred)
            var sampleWeight = sampleWeight
            if respectsMask, let mask = yPred.mask {
                // What the mask of the outputs leaves out has no weight.
                let counts = mask.cast(to: dtype)
                sampleWeight =
                    sampleWeight.map { weight in
                        let (a, b) = matchRanks(counts, weight.cast(to: dtype))
                        return a * b
                    } ?? counts
            }
            guard let sampleWeight, let mask = try mask(yTrue, values.validated()) else {
                return try updateState(values, sampleWeight: sampleWeight)
            }
            let (counts, weights) = matchRanks(mask.cast(to: dtype), sampleWeight.cast(to: dtype))
            try updateState(values, sampleWeight: counts * weights)
        }

        /// Whether what the mask of the outputs leaves out does not count.
        var respectsMask: Bool { true }

        /// Which weights count, for a function that leaves values out; all, if it is nil.
        func mask(_ yTrue: Tensor, _ values: Tensor) -> Tensor? { nil }
    }
}

/// The sum of one (weighted) value a sample, which is the mean or the sum of the sample's values, and the sum of the
/// samples' weights. Without weights it is one reduction over all.
func samplewise(
    _ values: Tensor, _ sampleWeight: Tensor?, dtype: DType, mean: Bool
) throws -> (sum: Tensor, weight: Tensor) {
    var values = try values.validated().cast(to: dtype)
    guard let sampleWeight else {
        let samples = values.rank == 0 ? 1 : values.shape[0]
        let each = values.shape.dropFirst().reduce(1, *)
        let total = ops.sum(values)
        let scaled = mean && each > 1 ? total * (1 / Double(each)) : total
        return (scaled, Tensor(repeating: Double(samples), shape: [], dtype: dtype))
    }
    func reduce(_ x: Tensor, from axis: Int) -> Tensor {
        if x.rank <= axis { return x }
        let axes = Axes(Array(axis..<x.rank))
        return mean ? ops.mean(x, axis: axes) : ops.sum(x, axis: axes)
    }
    var weights: Tensor
    (values, weights) = matchRanks(values, try sampleWeight.validated().cast(to: dtype))
    values = reduce(values, from: weights.rank)
    // The broadcast does not change the product, but the sum of the weights.
    weights = ops.broadcastTo(weights, values.shape)
    return (ops.sum(reduce(values * weights, from: 1)), ops.sum(reduce(weights, from: 1)))
}

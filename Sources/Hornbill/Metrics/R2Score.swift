import HornbillEngine

extension Metrics {
    /// The share of the targets' variance that the outputs explain: `1 − Σ(yTrue − yPred)² / Σ(yTrue − mean)²`. Targets
    /// and outputs have the shape `(batch, outputs)`. Follows Keras's
    /// [R2Score](https://keras.io/api/metrics/regression_metrics/#r2score-class).
    public final class R2Score: Metric {
        /// How the scores of several outputs become one.
        public enum Aggregation: String, Sendable, Hashable, CaseIterable {
            case uniformAverage = "uniform_average"
            case varianceWeightedAverage = "variance_weighted_average"
        }

        public let classAggregation: Aggregation?
        public let numRegressors: Int
        private lazy var numSamples = addWeight(name: "num_samples")
        private var states: [Variable] = []

        /// - Parameters:
        ///   - classAggregation: how the outputs' scores become one; nil gives one for each.
        ///   - numRegressors: the number of inputs of the model, for the adjusted score; 0 gives the plain one.
        public init(
            classAggregation: Aggregation? = .uniformAverage, numRegressors: Int = 0, name: String = "r2_score",
            dtype: DType = .float32
        ) {
            self.classAggregation = classAggregation
            self.numRegressors = numRegressors
            super.init(name: name, dtype: dtype)
        }

        override public func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            guard numRegressors >= 0 else {
                throw HornbillError(.argument, "numRegressors must not be negative, but is \(numRegressors)")
            }
            let (truth, prediction) = matchRanks(
                try yTrue.validated().cast(to: dtype), try yPred.validated().cast(to: dtype))
            guard truth.rank == 2, truth.shape == prediction.shape else {
                throw HornbillError(
                    .shape,
                    "R2Score needs targets and outputs of the shape (batch, outputs), not \(yTrue.shape) and \(yPred.shape)"
                )
            }
            _ = numSamples
            if states.isEmpty {
                states = ["squared_sum", "sum", "residual", "count"].map {
                    addWeight(name: $0, shape: [truth.shape[1]])
                }
            }
            var weights = sampleWeight?.cast(to: dtype) ?? Tensor(repeating: 1, shape: [], dtype: dtype)
            if weights.rank == 1 { weights = ops.expandDims(weights, axis: 1) }
            weights = ops.broadcastTo(weights, truth.shape)
            let weighted = truth * weights
            try states[0].assignAdd(ops.sum(truth * weighted, axis: 0))
            try states[1].assignAdd(ops.sum(weighted, axis: 0))
            try states[2].assignAdd(ops.sum(ops.square(truth - prediction) * weights, axis: 0))
            try states[3].assignAdd(ops.sum(weights, axis: 0))
            try numSamples.assignAdd(Tensor(repeating: Double(truth.count), shape: [], dtype: dtype))
        }

        override public func result() throws -> Tensor {
            guard states.count == 4 else {
                throw HornbillError(.state, "R2Score has no result before its first update")
            }
            let (squares, sum, residual, count) = (states[0].value, states[1].value, states[2].value, states[3].value)
            let total = squares - sum * (sum / count)
            let raw = 1.0 - residual / total
            let scores = ops.where(ops.isinf(raw), 0.0, raw)
            let score: Tensor =
                switch classAggregation {
                case nil: scores
                case .uniformAverage: ops.mean(scores)
                case .varianceWeightedAverage: ops.sum(total * scores) / ops.sum(total)
                }
            guard numRegressors > 0 else { return score }
            let n = numSamples.value
            let adjusted = 1.0 - (1.0 - score) * (n - 1.0) / (n - Double(numRegressors) - 1.0)
            // With no more samples than inputs there is no adjusted score.
            return ops.where(n - 1.0 > Double(numRegressors), adjusted, score)
        }

        override public convenience init(config: ConfigReader) throws {
            let given = config.has("class_aggregation")
            try self.init(
                classAggregation: given ? config.optionalChoice("class_aggregation") : .uniformAverage,
                numRegressors: config.int("num_regressors", 0), name: config.string("name", "r2_score"),
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "class_aggregation": ConfigValue(classAggregation?.rawValue), "num_regressors": .int(numRegressors),
            ])
        }
    }
}

extension MetricConvertible where Self == Metrics.R2Score {
    /// The share of the targets' variance that the outputs explain.
    public static var r2Score: Self { Self() }
}

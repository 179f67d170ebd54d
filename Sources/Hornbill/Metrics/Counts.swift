import HornbillEngine

extension Metrics {
    /// What the four counts of right and wrong answers share.
    public class ConfusionCount: Metric {
        public let thresholds: [Double]?
        private let limits: Thresholds
        private let choose: (ConfusionCounts) -> Tensor
        private lazy var accumulator = addWeight(name: "accumulator", shape: [limits.values.count])

        init(
            _ base: String, _ thresholds: [Double]?, _ name: String?, _ dtype: DType,
            _ choose: @escaping (ConfusionCounts) -> Tensor
        ) {
            self.thresholds = thresholds
            limits = Thresholds(thresholds ?? [0.5])
            self.choose = choose
            super.init(name: name ?? Session.current.uniqueName(base), dtype: dtype)
        }

        override public final func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            try checkThresholds(limits.values)
            try accumulator.assignAdd(
                choose(ConfusionCounts(yTrue, yPred, limits, sampleWeight: sampleWeight, dtype: dtype)))
        }

        /// The (weighted) number: a scalar, or one for each threshold.
        override public final func result() throws -> Tensor {
            limits.values.count == 1 ? accumulator.value[0] : accumulator.value
        }

        override public final func getConfig() -> Config {
            super.getConfig().merging(["thresholds": Metrics.config(thresholds)])
        }
    }

    /// How many outputs are above the threshold where targets are 1.
    /// Follows Keras's [TruePositives](https://keras.io/api/metrics/classification_metrics/#truepositives-class).
    public final class TruePositives: ConfusionCount {
        public init(thresholds: [Double]? = nil, name: String? = nil, dtype: DType = .float32) {
            super.init("true_positives", thresholds, name, dtype) { $0.truePositives }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), name: config.name, dtype: config.elementType("dtype", .float32))
        }
    }

    /// How many outputs are above the threshold where targets are 0.
    /// Follows Keras's [FalsePositives](https://keras.io/api/metrics/classification_metrics/#falsepositives-class).
    public final class FalsePositives: ConfusionCount {
        public init(thresholds: [Double]? = nil, name: String? = nil, dtype: DType = .float32) {
            super.init("false_positives", thresholds, name, dtype) { $0.falsePositives }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), name: config.name, dtype: config.elementType("dtype", .float32))
        }
    }

    /// How many outputs are not above the threshold where targets are 0.
    /// Follows Keras's [TrueNegatives](https://keras.io/api/metrics/classification_metrics/#truenegatives-class).
    public final class TrueNegatives: ConfusionCount {
        public init(thresholds: [Double]? = nil, name: String? = nil, dtype: DType = .float32) {
            super.init("true_negatives", thresholds, name, dtype) { $0.trueNegatives }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), name: config.name, dtype: config.elementType("dtype", .float32))
        }
    }

    /// How many outputs are not above the threshold where targets are 1.
    /// Follows Keras's [FalseNegatives](https://keras.io/api/metrics/classification_metrics/#falsenegatives-class).
    public final class FalseNegatives: ConfusionCount {
        public init(thresholds: [Double]? = nil, name: String? = nil, dtype: DType = .float32) {
            super.init("false_negatives", thresholds, name, dtype) { $0.falseNegatives }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), name: config.name, dtype: config.elementType("dtype", .float32))
        }
    }
}

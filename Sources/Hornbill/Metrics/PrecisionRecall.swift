import HornbillEngine

extension Metrics {
    /// What Precision and Recall share: the share of the true positives in them and one kind of errors.
    public class ConfusionRate: Metric {
        public let thresholds: [Double]?
        public let topK: Int?
        public let classId: Int?
        private let limits: Thresholds
        private let errorName: String
        private let errors: (ConfusionCounts) -> Tensor
        private lazy var truePositives = addWeight(name: "true_positives", shape: [limits.values.count])
        private lazy var falseAnswers = addWeight(name: errorName, shape: [limits.values.count])

        init(
            _ base: String, _ thresholds: [Double]?, _ topK: Int?, _ classId: Int?, _ name: String?, _ dtype: DType,
            errorName: String, _ errors: @escaping (ConfusionCounts) -> Tensor
        ) {
            self.thresholds = thresholds
            self.topK = topK
            self.classId = classId
            self.errorName = errorName
            self.errors = errors
            limits = Thresholds(thresholds ?? [topK == nil ? 0.5 : farBelow])
            super.init(name: name ?? Session.current.uniqueName(base), dtype: dtype)
        }

        override public final func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            if let thresholds { try checkThresholds(thresholds) }
            let counts = try ConfusionCounts(
                yTrue, yPred, limits, topK: topK, classId: classId, sampleWeight: sampleWeight, dtype: dtype)
            try truePositives.assignAdd(counts.truePositives)
            try falseAnswers.assignAdd(errors(counts))
        }

        /// The share: a scalar, or one for each threshold.
        override public final func result() throws -> Tensor {
            let share = dividingNoNaN(truePositives.value, truePositives.value + falseAnswers.value)
            return limits.values.count == 1 ? share[0] : share
        }

        override public final func getConfig() -> Config {
            super.getConfig().merging([
                "thresholds": Metrics.config(thresholds), "top_k": ConfigValue(topK), "class_id": ConfigValue(classId),
            ])
        }
    }

    /// The share of the outputs above the threshold whose targets are 1.
    /// Follows Keras's [Precision](https://keras.io/api/metrics/classification_metrics/#precision-class).
    public final class Precision: ConfusionRate {
        /// - Parameters:
        ///   - thresholds: above which an output says yes, within 0 … 1; 0.5 if nil.
        ///   - topK: outputs that are not among the k largest of their row say no; all others say yes.
        ///   - classId: the only class that counts.
        public init(
            thresholds: [Double]? = nil, topK: Int? = nil, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("precision", thresholds, topK, classId, name, dtype, errorName: "false_positives") {
                $0.falsePositives
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), topK: config.optionalInt("top_k"),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }

    /// The share of the targets of 1 whose outputs are above the threshold.
    /// Follows Keras's [Recall](https://keras.io/api/metrics/classification_metrics/#recall-class).
    public final class Recall: ConfusionRate {
        /// - Parameters:
        ///   - thresholds: above which an output says yes, within 0 … 1; 0.5 if nil.
        ///   - topK: outputs that are not among the k largest of their row say no; all others say yes.
        ///   - classId: the only class that counts.
        public init(
            thresholds: [Double]? = nil, topK: Int? = nil, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("recall", thresholds, topK, classId, name, dtype, errorName: "false_negatives") {
                $0.falseNegatives
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                thresholds: config.thresholds(), topK: config.optionalInt("top_k"),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }
}

extension MetricConvertible where Self == Metrics.Precision {
    /// The share of the outputs above 0.5 whose targets are 1.
    public static var precision: Self { Self() }
}

extension MetricConvertible where Self == Metrics.Recall {
    /// The share of the targets of 1 whose outputs are above 0.5.
    public static var recall: Self { Self() }
}

import HornbillEngine

extension Metrics {
    /// What the metrics share that choose a threshold: the best of one rate where another reaches a bound.
    public class Tradeoff: Metric {
        public let numThresholds: Int
        public let classId: Int?
        let bound: Double
        private let boundName: String
        private let limits: Thresholds
        /// True and false positives, true and false negatives.
        private lazy var states = ["true_positives", "false_positives", "true_negatives", "false_negatives"].map {
            addWeight(name: $0, shape: [limits.values.count])
        }

        init(
            _ base: String, _ boundName: String, _ bound: Double, _ numThresholds: Int, _ classId: Int?,
            _ name: String?,
            _ dtype: DType
        ) {
            self.numThresholds = numThresholds
            self.classId = classId
            self.bound = bound
            self.boundName = boundName
            limits = Thresholds(Thresholds.even(numThresholds))
            super.init(name: name ?? Session.current.uniqueName(base), dtype: dtype)
        }

        override public final func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            guard (1...Thresholds.most).contains(numThresholds) else {
                throw HornbillError(
                    .argument, "numThresholds must be within 1 … \(Thresholds.most), not \(numThresholds)")
            }
            try checkRate(bound, boundName)
            let counts = try ConfusionCounts(
                yTrue, yPred, limits, classId: classId, sampleWeight: sampleWeight, dtype: dtype)
            try states[0].assignAdd(counts.truePositives)
            try states[1].assignAdd(counts.falsePositives)
            try states[2].assignAdd(counts.trueNegatives)
            try states[3].assignAdd(counts.falseNegatives)
        }

        /// The share of the one state in it and the other.
        private func share(_ state: Int, beside other: Int) -> Tensor {
            dividingNoNaN(states[state].value, states[state].value + states[other].value)
        }

        var sensitivities: Tensor { share(0, beside: 3) }
        var specificities: Tensor { share(2, beside: 1) }
        var precisions: Tensor { share(0, beside: 1) }

        /// The largest of `rates` where `constrained` reaches the bound; 0 if it does nowhere.
        func best(_ rates: Tensor, where constrained: Tensor) -> Tensor {
            ops.max(ops.where(constrained >= bound, rates, 0.0), initial: 0)
        }

        override public final func getConfig() -> Config {
            super.getConfig().merging([
                "class_id": ConfigValue(classId), "num_thresholds": .int(numThresholds), boundName: .double(bound),
            ])
        }
    }

    /// The best sensitivity (recall) at a threshold whose specificity reaches a bound. Follows Keras's
    /// [SensitivityAtSpecificity](https://keras.io/api/metrics/classification_metrics/#sensitivityatspecificity-class).
    public final class SensitivityAtSpecificity: Tradeoff {
        public init(
            _ specificity: Double, numThresholds: Int = 200, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("sensitivity_at_specificity", "specificity", specificity, numThresholds, classId, name, dtype)
        }

        override public func result() throws -> Tensor { best(sensitivities, where: specificities) }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                config.double("specificity"), numThresholds: config.int("num_thresholds", 200),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }

    /// The best specificity at a threshold whose sensitivity (recall) reaches a bound. Follows Keras's
    /// [SpecificityAtSensitivity](https://keras.io/api/metrics/classification_metrics/#specificityatsensitivity-class).
    public final class SpecificityAtSensitivity: Tradeoff {
        public init(
            _ sensitivity: Double, numThresholds: Int = 200, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("specificity_at_sensitivity", "sensitivity", sensitivity, numThresholds, classId, name, dtype)
        }

        override public func result() throws -> Tensor { best(specificities, where: sensitivities) }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                config.double("sensitivity"), numThresholds: config.int("num_thresholds", 200),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }

    /// The best precision at a threshold whose recall reaches a bound. Follows Keras's
    /// [PrecisionAtRecall](https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class).
    public final class PrecisionAtRecall: Tradeoff {
        public init(
            _ recall: Double, numThresholds: Int = 200, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("precision_at_recall", "recall", recall, numThresholds, classId, name, dtype)
        }

        override public func result() throws -> Tensor { best(precisions, where: sensitivities) }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                config.double("recall"), numThresholds: config.int("num_thresholds", 200),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }

    /// The best recall at a threshold whose precision reaches a bound. Follows Keras's
    /// [RecallAtPrecision](https://keras.io/api/metrics/classification_metrics/#recallatprecision-class).
    public final class RecallAtPrecision: Tradeoff {
        public init(
            _ precision: Double, numThresholds: Int = 200, classId: Int? = nil, name: String? = nil,
            dtype: DType = .float32
        ) {
            super.init("recall_at_precision", "precision", precision, numThresholds, classId, name, dtype)
        }

        override public func result() throws -> Tensor { best(sensitivities, where: precisions) }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                config.double("precision"), numThresholds: config.int("num_thresholds", 200),
                classId: config.optionalInt("class_id"), name: config.name, dtype: config.elementType("dtype", .float32)
            )
        }
    }
}

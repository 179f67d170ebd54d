import HornbillEngine

extension Metrics {
    /// The area under a curve of rates, approximated at thresholds: with `.roc` the probability that a sample of class
    /// 1 gets a higher output than one of class 0.
    ///
    /// Targets (0 or 1) and outputs (0 … 1) of one shape, or `(batch,)` beside `(batch, 1)`.
    /// Follows Keras's [AUC](https://keras.io/api/metrics/classification_metrics/#auc-class).
    public final class AUC: Metric {
        public enum Curve: String, Sendable, Hashable, CaseIterable {
            /// True positive rate over false positive rate.
            case roc = "ROC"
            /// Precision over recall.
            case pr = "PR"
            /// Precision gain over recall gain (Flach and Kull, 2015).
            case prGain = "PRGAIN"
        }

        /// What stands for the curve between two thresholds.
        public enum SummationMethod: String, Sendable, Hashable, CaseIterable {
            /// The mean of both ends; for `.pr` the true interpolation (Davis and Goadrich, 2006).
            case interpolation
            /// The lower end.
            case minoring
            /// The higher end.
            case majoring
        }

        public let curve: Curve
        public let summationMethod: SummationMethod
        public let multiLabel: Bool
        public let labelWeights: [Double]?
        public let fromLogits: Bool
        private let numLabels: Int?
        private let given: [Double]?
        private let requested: Int
        private let limits: Thresholds
        private var labels: Int?
        private var states: [Variable] = []

        /// - Parameters:
        ///   - numThresholds: how many thresholds, evenly spaced; at least 2.
        ///   - thresholds: thresholds within 0 … 1, in place of those; 0 and 1 are added.
        ///   - multiLabel: whether there is a curve for each label (the second axis), of whose areas the mean is taken.
        ///   - numLabels: the number of labels, for `multiLabel`; taken from the outputs if nil.
        ///   - labelWeights: a weight for each label.
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        public init(
            numThresholds: Int = 200, curve: Curve = .roc, summationMethod: SummationMethod = .interpolation,
            name: String? = nil, dtype: DType = .float32, thresholds: [Double]? = nil, multiLabel: Bool = false,
            numLabels: Int? = nil, labelWeights: [Double]? = nil, fromLogits: Bool = false
        ) {
            self.curve = curve
            self.summationMethod = summationMethod
            self.multiLabel = multiLabel
            self.numLabels = numLabels
            self.labelWeights = labelWeights
            self.fromLogits = fromLogits
            given = thresholds?.sorted()
            requested = numThresholds
            let inner = given ?? Array(Thresholds.even(max(numThresholds, 2)).dropFirst().dropLast())
            // The ends lie a little outside, so that all outputs are within.
            limits = Thresholds([-1e-7] + inner + [1 + 1e-7])
            super.init(name: name ?? Session.current.uniqueName("auc"), dtype: dtype)
        }

        /// Makes the state: true and false positives, true and false negatives.
        private func build(labels count: Int?) throws {
            guard given != nil || (2...Thresholds.most).contains(requested) else {
                throw HornbillError(
                    .argument, "numThresholds must be within 2 … \(Thresholds.most), not \(requested)")
            }
            if let given { try given.isEmpty ? () : checkThresholds(given) }
            guard multiLabel || numLabels == nil else {
                throw HornbillError(.argument, "numLabels is for multiLabel only")
            }
            if let numLabels, let count, numLabels != count {
                throw HornbillError(.shape, "numLabels is \(numLabels), but the outputs have \(count) labels")
            }
            let shape: Shape = multiLabel ? [limits.values.count, count ?? 1] : [limits.values.count]
            if states.isEmpty {
                labels = count
                states = ["true_positives", "false_positives", "true_negatives", "false_negatives"].map {
                    addWeight(name: $0, shape: shape)
                }
            } else if labels != count {
                throw HornbillError(.shape, "the outputs had \(labels ?? 1) labels before, and now \(count ?? 1)")
            }
        }

        override public func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            try yPred.validated()
            try build(labels: multiLabel && yPred.rank == 2 ? yPred.shape[1] : nil)
            let weights = labelWeights.map { Tensor($0).cast(to: dtype) }
            let counts = try ConfusionCounts(
                yTrue, fromLogits ? ops.sigmoid(yPred) : yPred, limits, sampleWeight: sampleWeight,
                labelWeights: multiLabel ? nil : weights, byLabel: multiLabel, dtype: dtype)
            try states[0].assignAdd(counts.truePositives)
            try states[1].assignAdd(counts.falsePositives)
            try states[2].assignAdd(counts.trueNegatives)
            try states[3].assignAdd(counts.falseNegatives)
        }

        override public func result() throws -> Tensor {
            if states.isEmpty { try build(labels: multiLabel ? numLabels : nil) }
            let (tp, fp, tn, fn) = (states[0].value, states[1].value, states[2].value, states[3].value)
            let areas: Tensor
            if curve == .pr, summationMethod == .interpolation {
                areas = try Self.interpolated(tp, fp, fn)
            } else {
                let (x, y) = points(tp, fp, tn, fn)
                let (left, right) = (try Self.head(y), try Self.tail(y))
                let heights =
                    switch summationMethod {
                    case .interpolation: (left + right) / 2.0
                    case .minoring: ops.minimum(left, right)
                    case .majoring: ops.maximum(left, right)
                    }
                areas = try (Self.head(x) - Self.tail(x)) * heights
            }
            guard multiLabel else { return ops.sum(areas) }
            let byLabel = ops.sum(areas, axis: 0)
            guard let labelWeights else { return ops.mean(byLabel) }
            let weights = Tensor(labelWeights).cast(to: dtype)
            return dividingNoNaN(ops.sum(byLabel * weights), ops.sum(weights))
        }

        /// The curve at each threshold.
        private func points(_ tp: Tensor, _ fp: Tensor, _ tn: Tensor, _ fn: Tensor) -> (x: Tensor, y: Tensor) {
            switch curve {
            case .roc: return (dividingNoNaN(fp, fp + tn), dividingNoNaN(tp, tp + fn))
            case .pr: return (dividingNoNaN(tp, tp + fn), dividingNoNaN(tp, tp + fp))
            case .prGain:
                let odds = dividingNoNaN(tp + fn, tn + fp)
                let none = tp .== 0.0
                let recall = ops.where(none, 0.0, 1.0 - odds * dividingNoNaN(fn, tp))
                let precision = ops.where(none, 1.0, 1.0 - odds * dividingNoNaN(fp, tp))
                return (ops.maximum(recall, 0.0), precision)
            }
        }

        /// Areas under the precision-recall curve, on which precision between two points is no line.
        private static func interpolated(_ tp: Tensor, _ fp: Tensor, _ fn: Tensor) throws -> Tensor {
            let p = tp + fp
            let (p0, p1) = (try head(p), try tail(p))
            let (tp0, tp1) = (try head(tp), try tail(tp))
            let slope = dividingNoNaN(tp0 - tp1, ops.maximum(p0 - p1, 0.0))
            let intercept = tp1 - slope * p1
            let ratio = ops.where((p0 > 0.0) .& (p1 > 0.0), dividingNoNaN(p0, ops.maximum(p1, 0.0)), 1.0)
            let area = slope * (tp0 - tp1 + intercept * ops.log(ratio))
            return try dividingNoNaN(area, ops.maximum(tp1 + tail(fn), 0.0))
        }

        private static func head(_ x: Tensor) throws -> Tensor { try x.validated().slice(axis: 0, 0..<x.shape[0] - 1) }
        private static func tail(_ x: Tensor) throws -> Tensor { try x.validated().slice(axis: 0, 1..<x.shape[0]) }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                numThresholds: config.int("num_thresholds", 200), curve: config.choice("curve", .roc),
                summationMethod: config.choice("summation_method", .interpolation), name: config.name,
                dtype: config.elementType("dtype", .float32), thresholds: config.thresholds(),
                multiLabel: config.bool("multi_label", false),
                numLabels: config.optionalInt("num_labels"), labelWeights: config.optionalDoubles("label_weights"),
                fromLogits: config.bool("from_logits", false))
        }

        override public func getConfig() -> Config {
            var config = super.getConfig().merging([
                "num_thresholds": .int(limits.values.count), "curve": .string(curve.rawValue),
                "summation_method": .string(summationMethod.rawValue), "multi_label": .bool(multiLabel),
                "num_labels": ConfigValue(numLabels),
                "label_weights": labelWeights.map { .list($0.map(ConfigValue.double)) } ?? .null,
                "from_logits": .bool(fromLogits),
            ])
            if let given { config["thresholds"] = .list(given.map(ConfigValue.double)) }
            return config
        }
    }
}

extension MetricConvertible where Self == Metrics.AUC {
    /// The area under the receiver operating characteristic.
    public static var auc: Self { Self() }
}

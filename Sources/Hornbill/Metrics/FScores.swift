import HornbillEngine

extension Metrics {
    /// How scores of classes become one.
    public enum Averaging: String, Sendable, Hashable, CaseIterable {
        /// All classes are counted together.
        case micro
        /// The mean of the classes' scores.
        case macro
        /// Their mean weighted by how often the classes occur.
        case weighted
    }

    /// The weighted harmonic mean of precision and recall, in which recall counts `beta` times as much:
    /// `(1 + beta²) · p · r / (beta² · p + r)`. Targets (0 or 1) and outputs have the shape `(batch, classes)`.
    /// Follows Keras's [FBetaScore](https://keras.io/api/metrics/classification_metrics/#fbetascore-class).
    public class FBetaScore: Metric {
        public let average: Averaging?
        public let beta: Double
        public let threshold: Double?
        private var states: [Variable] = []

        /// - Parameters:
        ///   - average: how the classes' scores become one; nil gives one for each class.
        ///   - beta: how much more recall counts than precision; positive.
        ///   - threshold: above which an output says yes, above 0 and up to 1; if nil, the largest of a row does.
        public init(
            average: Averaging? = nil, beta: Double = 1, threshold: Double? = nil, name: String = "fbeta_score",
            dtype: DType = .float32
        ) {
            self.average = average
            self.beta = beta
            self.threshold = threshold
            super.init(name: name, dtype: dtype)
        }

        private func build(_ truth: Tensor, _ prediction: Tensor) throws {
            guard beta > 0 else { throw HornbillError(.argument, "beta must be positive, not \(beta)") }
            if let threshold, !(threshold > 0 && threshold <= 1) {
                throw HornbillError(.argument, "the threshold must be above 0 and not above 1, but is \(threshold)")
            }
            guard truth.rank == 2, prediction.rank == 2, truth.shape == prediction.shape else {
                throw HornbillError(
                    .shape,
                    "\(kerasClassName) needs targets and outputs of the shape (batch, classes), not \(truth.shape) and \(prediction.shape)"
                )
            }
            guard states.isEmpty else { return }
            let shape: Shape = average == .micro ? [] : [prediction.shape[1]]
            states = ["true_positives", "false_positives", "false_negatives", "intermediate_weights"].map {
                addWeight(name: $0, shape: shape)
            }
        }

        override public final func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
            let (truth, scores) = (try yTrue.validated().cast(to: dtype), try yPred.validated().cast(to: dtype))
            try build(truth, scores)
            let says: Tensor
            if let threshold {
                says = (scores > threshold).cast(to: dtype)
            } else {
                // A row of zeros says no everywhere.
                let largest = ops.max(scores, axis: -1, keepDims: true)
                says = ((scores >= largest) .& (ops.abs(scores) > 1e-9)).cast(to: dtype)
            }
            let weights = sampleWeight.map { ops.expandDims($0.cast(to: dtype), axis: 1) }
            func sum(_ values: Tensor) -> Tensor {
                ops.sum(weights.map { values * $0 } ?? values, axis: average == .micro ? .all : 0)
            }
            try states[0].assignAdd(sum(says * truth))
            try states[1].assignAdd(sum(says * (1.0 - truth)))
            try states[2].assignAdd(sum((1.0 - says) * truth))
            try states[3].assignAdd(sum(truth))
        }

        /// The score: a scalar, or one for each class.
        override public final func result() throws -> Tensor {
            guard states.count == 4 else {
                throw HornbillError(.state, "\(kerasClassName) has no result before its first update")
            }
            let (tp, fp, fn, occurrences) = (states[0].value, states[1].value, states[2].value, states[3].value)
            let epsilon = Losses.epsilon
            let (precision, recall) = (tp / (tp + fp + epsilon), tp / (tp + fn + epsilon))
            let square = beta * beta
            let scores = precision * recall / (square * precision + recall + epsilon) * (1 + square)
            switch average {
            case nil: return scores
            case .weighted: return ops.sum(scores * (occurrences / (ops.sum(occurrences) + epsilon)))
            case .micro, .macro: return ops.mean(scores)
            }
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                average: config.optionalChoice("average"), beta: config.double("beta", 1),
                threshold: config.optionalDouble("threshold"), name: config.string("name", "fbeta_score"),
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "average": ConfigValue(average?.rawValue), "beta": .double(beta), "threshold": ConfigValue(threshold),
            ])
        }
    }

    /// The harmonic mean of precision and recall. Targets (0 or 1) and outputs have the shape `(batch, classes)`.
    /// Follows Keras's [F1Score](https://keras.io/api/metrics/classification_metrics/#f1score-class).
    public final class F1Score: FBetaScore {
        public init(
            average: Averaging? = nil, threshold: Double? = nil, name: String = "f1_score", dtype: DType = .float32
        ) {
            super.init(average: average, beta: 1, threshold: threshold, name: name, dtype: dtype)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                average: config.optionalChoice("average"), threshold: config.optionalDouble("threshold"),
                name: config.string("name", "f1_score"), dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            var config = super.getConfig()
            config["beta"] = nil
            return config
        }
    }
}

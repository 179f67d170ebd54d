import Hornbill
import Testing

/// The functions of Keras's losses and metrics, called by themselves.
@Suite struct FunctionGoldenTests {
    static let cases = Golden.cases("functions")

    private struct Arguments {
        let values: GoldenValue
        func number(_ key: String, _ standard: Double) -> Double { values[key]?.double ?? standard }
        func flag(_ key: String, _ standard: Bool = false) -> Bool { values[key]?.bool ?? standard }
        var axis: Int { values["axis"]?.int ?? -1 }
        var axes: [Int]? { values["axis"]?.ints }
        var fromLogits: Bool { flag("from_logits") }
        var labelSmoothing: Double { number("label_smoothing", 0) }
        var k: Int { values["k"]?.int ?? 5 }
    }

    private func regression(_ name: String, _ arguments: Arguments, _ t: Tensor, _ p: Tensor) throws -> Tensor? {
        switch name {
        case "mean_squared_error": Losses.meanSquaredError(t, p)
        case "mean_absolute_error": Losses.meanAbsoluteError(t, p)
        case "mean_absolute_percentage_error": Losses.meanAbsolutePercentageError(t, p)
        case "mean_squared_logarithmic_error": Losses.meanSquaredLogarithmicError(t, p)
        case "cosine_similarity": Losses.cosineSimilarity(t, p, axis: arguments.axis)
        case "huber": Losses.huber(t, p, delta: arguments.number("delta", 1))
        case "log_cosh": Losses.logCosh(t, p)
        case "poisson": Losses.poisson(t, p)
        case "hinge": Losses.hinge(t, p)
        case "squared_hinge": Losses.squaredHinge(t, p)
        case "categorical_hinge": Losses.categoricalHinge(t, p)
        case "dice": Losses.dice(t, p, axis: arguments.axes)
        case "tversky":
            Losses.tversky(
                t, p, alpha: arguments.number("alpha", 0.5), beta: arguments.number("beta", 0.5), axis: arguments.axes)
        case "circle":
            Losses.circle(
                t, p, gamma: arguments.number("gamma", 80), margin: arguments.number("margin", 0.4),
                removeDiagonal: arguments.flag("remove_diagonal", true))
        case "ctc": Losses.ctc(t, p)
        default: nil
        }
    }

    private func probability(_ name: String, _ arguments: Arguments, _ t: Tensor, _ p: Tensor) throws -> Tensor? {
        switch name {
        case "kl_divergence": return Losses.klDivergence(t, p)
        case "binary_crossentropy":
            return Losses.binaryCrossentropy(
                t, p, fromLogits: arguments.fromLogits, labelSmoothing: arguments.labelSmoothing)
        case "binary_focal_crossentropy":
            return Losses.binaryFocalCrossentropy(
                t, p, applyClassBalancing: arguments.flag("apply_class_balancing"),
                alpha: arguments.number("alpha", 0.25), gamma: arguments.number("gamma", 2),
                fromLogits: arguments.fromLogits)
        case "categorical_crossentropy":
            return Losses.categoricalCrossentropy(
                t, p, fromLogits: arguments.fromLogits, labelSmoothing: arguments.labelSmoothing)
        case "categorical_focal_crossentropy":
            return Losses.categoricalFocalCrossentropy(
                t, p, alpha: arguments.number("alpha", 0.25), gamma: arguments.number("gamma", 2),
                fromLogits: arguments.fromLogits)
        case "sparse_categorical_crossentropy":
            return Losses.sparseCategoricalCrossentropy(
                t, p, fromLogits: arguments.fromLogits, ignoreClass: arguments.values["ignore_class"]?.int)
        case "categorical_generalized_cross_entropy":
            return Losses.categoricalGeneralizedCrossEntropy(t, p, q: arguments.number("q", 0.5))
        case "binary_accuracy": return Metrics.binaryAccuracy(t, p, threshold: arguments.number("threshold", 0.5))
        case "categorical_accuracy": return try Metrics.categoricalAccuracy(t, p)
        case "sparse_categorical_accuracy": return try Metrics.sparseCategoricalAccuracy(t, p)
        case "top_k_categorical_accuracy": return Metrics.topKCategoricalAccuracy(t, p, k: arguments.k)
        case "sparse_top_k_categorical_accuracy":
            return try Metrics.sparseTopKCategoricalAccuracy(t, p, k: arguments.k)
        case "pearson_correlation": return Metrics.pearsonCorrelation(t, p, axis: arguments.axis)
        case "concordance_correlation": return Metrics.concordanceCorrelation(t, p, axis: arguments.axis)
        default: return nil
        }
    }

    @Test(arguments: cases)
    func `a function gives Keras's value for each sample`(_ golden: GoldenCase) throws {
        let (truth, prediction) = (try golden.require("y_true"), try golden.require("y_pred"))
        let arguments = Arguments(values: golden.config)
        let value =
            try regression(golden.className, arguments, truth, prediction)
            ?? probability(golden.className, arguments, truth, prediction)
        try expectClose(try #require(value, "no Swift form"), golden.require("value"), "value")
    }
}

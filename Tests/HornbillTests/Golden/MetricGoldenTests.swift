import Hornbill
import Testing

@Suite struct MetricGoldenTests {
    static let cases = Golden.cases("metrics")

    @Test(arguments: cases)
    func `gives Keras's results and state after each update`(_ golden: GoldenCase) throws {
        try Session.withNew {
            let metric = try metric(golden)
            let weighted = golden.fields["weighted"]?.bool == true
            if let initial = golden.array("initial_result") {
                try expectClose(metric.result(), initial, "result before any update")
            }
            for update in 0..<(golden.fields["updates"]?.int ?? 0) {
                let weights = weighted ? try golden.require("sample_weight")[update] : nil
                if let values = golden.array("values") {
                    switch metric {
                    case let mean as Metrics.Mean: try mean.updateState(values[update], sampleWeight: weights)
                    case let sum as Metrics.Sum: try sum.updateState(values[update], sampleWeight: weights)
                    default: throw GoldenError("\(golden.className) does not take values alone")
                    }
                } else {
                    let (yTrue, yPred) = (try golden.require("y_true"), try golden.require("y_pred"))
                    try metric.updateState(yTrue[update], yPred[update], sampleWeight: weights)
                }
                try expectClose(metric.result(), golden.require("result")[update], "result after update \(update)")
                for (index, variable) in metric.variables.enumerated() {
                    let wanted = try golden.require("variable_\(index)")[update]
                    try expectClose(variable.value, wanted, "\(variable.name) after update \(update)")
                }
            }
            let wanted = golden.fields["variables"]?.list ?? []
            #expect(metric.variables.map(\.path) == wanted.compactMap { $0["path"]?.string })
            try metric.resetState()
            #expect(try metric.variables.allSatisfy { try $0.value.doubles().allSatisfy { $0 == 0 } })
        }
    }

    @Test(arguments: cases)
    func `an update is the same when it is compiled`(_ golden: GoldenCase) throws {
        guard let yTrue = golden.array("y_true"), let yPred = golden.array("y_pred") else { return }
        let weights = golden.fields["weighted"]?.bool == true ? try golden.require("sample_weight")[0] : nil
        try Session.withNew {
            let (eager, traced) = (try metric(golden), try metric(golden))
            try eager.updateState(yTrue[0], yPred[0], sampleWeight: weights)
            let trace = Trace()
            let inputs = [yTrue[0], yPred[0]] + [weights].compactMap { $0 }
            let graph = try trace.run {
                let symbols = try inputs.map { try trace.input($0.type) }
                try traced.updateState(symbols[0], symbols[1], sampleWeight: symbols.count > 2 ? symbols[2] : nil)
                return try trace.finish([])
            }
            _ = try GraphRunner.run(graph, inputs)
            for (a, b) in zip(traced.variables, eager.variables) { try expectClose(a.value, b.value, a.path) }
            #expect(traced.variables.count == eager.variables.count)
        }
    }

    @Test(arguments: cases)
    func `the configuration is Keras's`(_ golden: GoldenCase) throws {
        let config = try Session.withNew { try metric(golden).getConfig() }
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        for (key, value) in wanted {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).unwrapped.isNear(value.unwrapped), "\(key)")
        }
        #expect(config.keys.count == wanted.count)
    }

    @Test func `every metric has golden data`() {
        let covered = Set(Self.cases.map(\.className))
        let known = Set(Metrics.known.values.map { $0().kerasClassName })
        #expect(known.subtracting(covered).sorted() == [])
        #expect(Self.cases.count >= 332)
    }

    private func metric(_ golden: GoldenCase) throws -> Metric {
        if golden.config == .object([:]), let make = Metrics.known[golden.className] { return make() }
        return try confusionMetric(golden) ?? overlapMetric(golden) ?? meanMetric(golden)
    }

    private func meanMetric(_ golden: GoldenCase) throws -> Metric {
        let config = golden.config
        let (axis, k) = (config["axis"]?.int ?? -1, config["k"]?.int ?? 5)
        let logits = config["from_logits"]?.bool ?? false
        let smoothing = config["label_smoothing"]?.double ?? 0
        switch golden.className {
        case "Mean": return Metrics.Mean()
        case "Sum": return Metrics.Sum()
        case "BinaryAccuracy": return Metrics.BinaryAccuracy(threshold: config["threshold"]?.double ?? 0.5)
        case "TopKCategoricalAccuracy": return Metrics.TopKCategoricalAccuracy(k: k)
        case "SparseTopKCategoricalAccuracy":
            return Metrics.SparseTopKCategoricalAccuracy(k: k, fromSortedIds: config["from_sorted_ids"]?.bool ?? false)
        case "CosineSimilarity": return Metrics.CosineSimilarity(axis: axis)
        case "BinaryCrossentropy":
            return Metrics.BinaryCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
        case "CategoricalCrossentropy":
            return Metrics.CategoricalCrossentropy(fromLogits: logits, labelSmoothing: smoothing, axis: axis)
        case "SparseCategoricalCrossentropy":
            return Metrics.SparseCategoricalCrossentropy(
                fromLogits: logits, ignoreClass: config["ignore_class"]?.int, axis: axis)
        case "PearsonCorrelation": return Metrics.PearsonCorrelation(axis: axis)
        case "ConcordanceCorrelation": return Metrics.ConcordanceCorrelation(axis: axis)
        case "R2Score":
            let aggregation: Metrics.R2Score.Aggregation? =
                switch config {
                case .object(let entries) where entries["class_aggregation"] == .null: nil
                default:
                    config["class_aggregation"]?.string.flatMap { .init(rawValue: $0) } ?? .uniformAverage
                }
            return Metrics.R2Score(
                classAggregation: aggregation, numRegressors: config["num_regressors"]?.int ?? 0)
        case "F1Score":
            return Metrics.F1Score(
                average: config["average"]?.string.flatMap { .init(rawValue: $0) },
                threshold: config["threshold"]?.double)
        case "FBetaScore":
            return Metrics.FBetaScore(
                average: config["average"]?.string.flatMap { .init(rawValue: $0) }, beta: config["beta"]?.double ?? 1,
                threshold: config["threshold"]?.double)
        default: throw GoldenError("no Swift form of \(golden.className)(\(config))")
        }
    }

    private func confusionMetric(_ golden: GoldenCase) -> Metric? {
        let config = golden.config
        let (thresholds, classId) = (config["thresholds"]?.doubles, config["class_id"]?.int)
        let count = config["num_thresholds"]?.int ?? 200
        func number(_ key: String) -> Double { config[key]?.double ?? .nan }
        switch golden.className {
        case "TruePositives": return Metrics.TruePositives(thresholds: thresholds)
        case "FalsePositives": return Metrics.FalsePositives(thresholds: thresholds)
        case "TrueNegatives": return Metrics.TrueNegatives(thresholds: thresholds)
        case "FalseNegatives": return Metrics.FalseNegatives(thresholds: thresholds)
        case "Precision":
            return Metrics.Precision(thresholds: thresholds, topK: config["top_k"]?.int, classId: classId)
        case "Recall": return Metrics.Recall(thresholds: thresholds, topK: config["top_k"]?.int, classId: classId)
        case "SensitivityAtSpecificity":
            return Metrics.SensitivityAtSpecificity(number("specificity"), numThresholds: count, classId: classId)
        case "SpecificityAtSensitivity":
            return Metrics.SpecificityAtSensitivity(number("sensitivity"), numThresholds: count, classId: classId)
        case "PrecisionAtRecall":
            return Metrics.PrecisionAtRecall(number("recall"), numThresholds: count, classId: classId)
        case "RecallAtPrecision":
            return Metrics.RecallAtPrecision(number("precision"), numThresholds: count, classId: classId)
        case "AUC":
            return Metrics.AUC(
                numThresholds: count, curve: config["curve"]?.string.flatMap { .init(rawValue: $0) } ?? .roc,
                summationMethod: config["summation_method"]?.string.flatMap { .init(rawValue: $0) } ?? .interpolation,
                thresholds: thresholds, multiLabel: config["multi_label"]?.bool ?? false,
                numLabels: config["num_labels"]?.int, labelWeights: config["label_weights"]?.doubles,
                fromLogits: config["from_logits"]?.bool ?? false)
        default: return nil
        }
    }

    private func overlapMetric(_ golden: GoldenCase) -> Metric? {
        let config = golden.config
        let (classes, ignored) = (config["num_classes"]?.int ?? 0, config["ignore_class"]?.int)
        let targets = config["target_class_ids"]?.ints
        func flag(_ key: String, _ standard: Bool) -> Bool { config[key]?.bool ?? standard }
        switch golden.className {
        case "IoU":
            return Metrics.IoU(
                numClasses: classes, targetClassIds: targets ?? [], ignoreClass: ignored,
                sparseYTrue: flag("sparse_y_true", true), sparseYPred: flag("sparse_y_pred", true))
        case "BinaryIoU":
            return Metrics.BinaryIoU(targetClassIds: targets ?? [0, 1], threshold: config["threshold"]?.double ?? 0.5)
        case "MeanIoU":
            return Metrics.MeanIoU(
                numClasses: classes, ignoreClass: ignored, sparseYTrue: flag("sparse_y_true", true),
                sparseYPred: flag("sparse_y_pred", true))
        case "OneHotIoU":
            return Metrics.OneHotIoU(
                numClasses: classes, targetClassIds: targets ?? [], ignoreClass: ignored,
                sparseYPred: flag("sparse_y_pred", false))
        case "OneHotMeanIoU":
            return Metrics.OneHotMeanIoU(
                numClasses: classes, ignoreClass: ignored, sparseYPred: flag("sparse_y_pred", false))
        default: return nil
        }
    }
}

extension GoldenValue {
    /// The only element of a list of one: Keras writes thresholds as they were given.
    var unwrapped: GoldenValue {
        if case .list(let values) = self, values.count == 1 { return values[0] }
        return self
    }
}

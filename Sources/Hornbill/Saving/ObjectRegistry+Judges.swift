// The losses and metrics that files can name.
extension ObjectRegistry {
    static let losses = ObjectKind<Loss>(
        name: "loss", modules: ["losses"],
        table: [
            "MeanSquaredError": { try Losses.MeanSquaredError(config: $0) },
            "MeanAbsoluteError": { try Losses.MeanAbsoluteError(config: $0) },
            "MeanAbsolutePercentageError": { try Losses.MeanAbsolutePercentageError(config: $0) },
            "MeanSquaredLogarithmicError": { try Losses.MeanSquaredLogarithmicError(config: $0) },
            "CosineSimilarity": { try Losses.CosineSimilarity(config: $0) }, "Huber": { try Losses.Huber(config: $0) },
            "LogCosh": { try Losses.LogCosh(config: $0) }, "Hinge": { try Losses.Hinge(config: $0) },
            "SquaredHinge": { try Losses.SquaredHinge(config: $0) },
            "CategoricalHinge": { try Losses.CategoricalHinge(config: $0) },
            "KLDivergence": { try Losses.KLDivergence(config: $0) }, "Poisson": { try Losses.Poisson(config: $0) },
            "BinaryCrossentropy": { try Losses.BinaryCrossentropy(config: $0) },
            "BinaryFocalCrossentropy": { try Losses.BinaryFocalCrossentropy(config: $0) },
            "CategoricalCrossentropy": { try Losses.CategoricalCrossentropy(config: $0) },
            "CategoricalFocalCrossentropy": { try Losses.CategoricalFocalCrossentropy(config: $0) },
            "SparseCategoricalCrossentropy": { try Losses.SparseCategoricalCrossentropy(config: $0) },
            "CategoricalGeneralizedCrossEntropy": { try Losses.CategoricalGeneralizedCrossEntropy(config: $0) },
            "Dice": { try Losses.Dice(config: $0) }, "Tversky": { try Losses.Tversky(config: $0) },
            "Circle": { try Losses.Circle(config: $0) }, "CTC": { try Losses.CTC(config: $0) },
        ], named: { try Lookup.find($0, in: Losses.known, "loss")() })

    static let metrics = ObjectKind<Metric>(
        name: "metric", modules: ["metrics"], table: meanMetrics.merging(countMetrics) { $1 },
        named: { try Lookup.find($0, in: Metrics.known, "metric")() })

    private static let meanMetrics: [String: ObjectKind<Metric>.Maker] = [
        "Mean": { try Metrics.Mean(config: $0) }, "Sum": { try Metrics.Sum(config: $0) },
        "MeanSquaredError": { try Metrics.MeanSquaredError(config: $0) },
        "RootMeanSquaredError": { try Metrics.RootMeanSquaredError(config: $0) },
        "MeanAbsoluteError": { try Metrics.MeanAbsoluteError(config: $0) },
        "MeanAbsolutePercentageError": { try Metrics.MeanAbsolutePercentageError(config: $0) },
        "MeanSquaredLogarithmicError": { try Metrics.MeanSquaredLogarithmicError(config: $0) },
        "CosineSimilarity": { try Metrics.CosineSimilarity(config: $0) },
        "LogCoshError": { try Metrics.LogCoshError(config: $0) }, "Accuracy": { try Metrics.Accuracy(config: $0) },
        "BinaryAccuracy": { try Metrics.BinaryAccuracy(config: $0) },
        "CategoricalAccuracy": { try Metrics.CategoricalAccuracy(config: $0) },
        "SparseCategoricalAccuracy": { try Metrics.SparseCategoricalAccuracy(config: $0) },
        "TopKCategoricalAccuracy": { try Metrics.TopKCategoricalAccuracy(config: $0) },
        "SparseTopKCategoricalAccuracy": { try Metrics.SparseTopKCategoricalAccuracy(config: $0) },
        "KLDivergence": { try Metrics.KLDivergence(config: $0) }, "Poisson": { try Metrics.Poisson(config: $0) },
        "BinaryCrossentropy": { try Metrics.BinaryCrossentropy(config: $0) },
        "CategoricalCrossentropy": { try Metrics.CategoricalCrossentropy(config: $0) },
        "SparseCategoricalCrossentropy": { try Metrics.SparseCategoricalCrossentropy(config: $0) },
        "Hinge": { try Metrics.Hinge(config: $0) }, "SquaredHinge": { try Metrics.SquaredHinge(config: $0) },
        "CategoricalHinge": { try Metrics.CategoricalHinge(config: $0) },
        "PearsonCorrelation": { try Metrics.PearsonCorrelation(config: $0) },
        "ConcordanceCorrelation": { try Metrics.ConcordanceCorrelation(config: $0) },
    ]

    private static let countMetrics: [String: ObjectKind<Metric>.Maker] = [
        "AUC": { try Metrics.AUC(config: $0) }, "Precision": { try Metrics.Precision(config: $0) },
        "Recall": { try Metrics.Recall(config: $0) }, "TruePositives": { try Metrics.TruePositives(config: $0) },
        "FalsePositives": { try Metrics.FalsePositives(config: $0) },
        "TrueNegatives": { try Metrics.TrueNegatives(config: $0) },
        "FalseNegatives": { try Metrics.FalseNegatives(config: $0) },
        "SensitivityAtSpecificity": { try Metrics.SensitivityAtSpecificity(config: $0) },
        "SpecificityAtSensitivity": { try Metrics.SpecificityAtSensitivity(config: $0) },
        "PrecisionAtRecall": { try Metrics.PrecisionAtRecall(config: $0) },
        "RecallAtPrecision": { try Metrics.RecallAtPrecision(config: $0) },
        "F1Score": { try Metrics.F1Score(config: $0) }, "FBetaScore": { try Metrics.FBetaScore(config: $0) },
        "R2Score": { try Metrics.R2Score(config: $0) }, "IoU": { try Metrics.IoU(config: $0) },
        "BinaryIoU": { try Metrics.BinaryIoU(config: $0) }, "MeanIoU": { try Metrics.MeanIoU(config: $0) },
        "OneHotIoU": { try Metrics.OneHotIoU(config: $0) }, "OneHotMeanIoU": { try Metrics.OneHotMeanIoU(config: $0) },
    ]
}

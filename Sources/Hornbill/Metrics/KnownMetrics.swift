extension Metrics {
    /// Every name that Keras knows a metric by.
    package static let known: [String: @Sendable () -> Metric] = {
        let classes: [(String, @Sendable () -> Metric)] = [
            ("MeanSquaredError", { MeanSquaredError() }), ("RootMeanSquaredError", { RootMeanSquaredError() }),
            ("MeanAbsoluteError", { MeanAbsoluteError() }),
            ("MeanAbsolutePercentageError", { MeanAbsolutePercentageError() }),
            ("MeanSquaredLogarithmicError", { MeanSquaredLogarithmicError() }),
            ("CosineSimilarity", { CosineSimilarity() }), ("LogCoshError", { LogCoshError() }),
            ("Accuracy", { Accuracy() }), ("BinaryAccuracy", { BinaryAccuracy() }),
            ("CategoricalAccuracy", { CategoricalAccuracy() }),
            ("SparseCategoricalAccuracy", { SparseCategoricalAccuracy() }),
            ("TopKCategoricalAccuracy", { TopKCategoricalAccuracy() }),
            ("SparseTopKCategoricalAccuracy", { SparseTopKCategoricalAccuracy() }),
            ("KLDivergence", { KLDivergence() }), ("Poisson", { Poisson() }),
            ("BinaryCrossentropy", { BinaryCrossentropy() }),
            ("CategoricalCrossentropy", { CategoricalCrossentropy() }),
            ("SparseCategoricalCrossentropy", { SparseCategoricalCrossentropy() }), ("Hinge", { Hinge() }),
            ("SquaredHinge", { SquaredHinge() }), ("CategoricalHinge", { CategoricalHinge() }),
            ("PearsonCorrelation", { PearsonCorrelation() }), ("ConcordanceCorrelation", { ConcordanceCorrelation() }),
            ("AUC", { AUC() }), ("Precision", { Precision() }), ("Recall", { Recall() }),
            ("TruePositives", { TruePositives() }), ("FalsePositives", { FalsePositives() }),
            ("TrueNegatives", { TrueNegatives() }), ("FalseNegatives", { FalseNegatives() }),
            ("F1Score", { F1Score() }),
            ("FBetaScore", { FBetaScore() }), ("R2Score", { R2Score() }), ("BinaryIoU", { BinaryIoU() }),
        ]
        var table = Dictionary(classes) { first, _ in first }
        for (name, make) in classes { table[snakeCase(name)] = make }
        for (alias, name) in [
            "mse": "MeanSquaredError", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError",
            "msle": "MeanSquaredLogarithmicError", "bce": "BinaryCrossentropy",
        ] {
            table[alias] = table[name]
            table[alias.uppercased()] = table[name]
        }
        return table
    }()
}

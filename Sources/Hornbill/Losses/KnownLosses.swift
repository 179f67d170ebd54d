extension Losses {
    /// Every name that Keras knows a loss by.
    package static let known: [String: @Sendable () -> Loss] = {
        let classes: [(String, @Sendable () -> Loss)] = [
            ("MeanSquaredError", { MeanSquaredError() }), ("MeanAbsoluteError", { MeanAbsoluteError() }),
            ("MeanAbsolutePercentageError", { MeanAbsolutePercentageError() }),
            ("MeanSquaredLogarithmicError", { MeanSquaredLogarithmicError() }),
            ("CosineSimilarity", { CosineSimilarity() }), ("Huber", { Huber() }), ("LogCosh", { LogCosh() }),
            ("Hinge", { Hinge() }), ("SquaredHinge", { SquaredHinge() }), ("CategoricalHinge", { CategoricalHinge() }),
            ("KLDivergence", { KLDivergence() }), ("Poisson", { Poisson() }),
            ("BinaryCrossentropy", { BinaryCrossentropy() }),
            ("BinaryFocalCrossentropy", { BinaryFocalCrossentropy() }),
            ("CategoricalCrossentropy", { CategoricalCrossentropy() }),
            ("CategoricalFocalCrossentropy", { CategoricalFocalCrossentropy() }),
            ("SparseCategoricalCrossentropy", { SparseCategoricalCrossentropy() }),
            ("CategoricalGeneralizedCrossEntropy", { CategoricalGeneralizedCrossEntropy() }), ("Dice", { Dice() }),
            ("Tversky", { Tversky() }), ("Circle", { Circle() }), ("CTC", { CTC() }),
        ]
        var table = Dictionary(classes) { first, _ in first }
        for (name, make) in classes { table[snakeCase(name)] = make }
        for (alias, name) in [
            "mse": "MeanSquaredError", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError",
            "msle": "MeanSquaredLogarithmicError", "bce": "BinaryCrossentropy", "kld": "KLDivergence",
        ] {
            table[alias] = table[name]
            table[alias.uppercased()] = table[name]
        }
        // What Keras 2 called them.
        table["logcosh"] = table["LogCosh"]
        table["kullback_leibler_divergence"] = table["KLDivergence"]
        return table
    }()
}

/// What a training is asked for.
public struct TabularOptions: Sendable, Codable {
    /// How rows of different classes count in training.
    public enum ClassWeighting: String, Sendable, Codable, CaseIterable {
        /// All classes count the same in sum, as far as no row counts more than five times. The probabilities of the
        /// saved model are corrected for it.
        case balanced
        /// All rows count the same.
        case none
    }

    /// The columns to predict.
    public var targets: [String]
    /// What is to be done with columns, by name, in place of what is guessed.
    public var columns: [String: ColumnSettings] = [:]
    /// The column that says how much each row counts.
    public var weight: String?
    public var split = SplitRule.random(test: 0.2)
    /// The share of the rows that are not tested on by which the best epoch is chosen.
    public var validation = 0.1
    /// What all random numbers come from.
    public var seed = 0
    /// The most epochs.
    public var epochs = 60
    /// The rows of a step; nil for 32, or more for a large table (``batchSize(rows:)``).
    public var batchSize: Int?
    /// The number of epochs without improvement after which training stops.
    public var patience = 8
    /// What the best epoch is chosen by: a key of the history.
    public var monitor = "val_loss"
    public var classWeights = ClassWeighting.balanced
    /// The character between fields; nil takes the one that fits the header.
    public var delimiter: String?
    public var skipsBadRows = false
    public var missingMarks = TableFile.usualMissingMarks
    /// Whether training goes on where a run that was stopped left off, if there was one.
    public var resumes = false

    public init(targets: [String]) { self.targets = targets }

    /// The rows of a step where so many are trained on: what ``batchSize`` says, or the power of two next below a 300th of
    /// them, but at least 32 and at most 512. Small tables need the many small steps, and large ones have enough of them.
    public func batchSize(rows: Int) -> Int {
        batchSize ?? [512, 256, 128, 64].first { rows >= 300 * $0 } ?? 32
    }
}

/// What is said of a column; what is nil is guessed.
public struct ColumnSettings: Sendable, Codable, Hashable {
    public var role: ColumnRole?
    public var type: ColumnType?
    /// For a target.
    public var prediction: PredictionType?
    public var input: String?
    public var dropsMissing = false
    /// The name of a ``FeatureProcessor`` that makes the features in place of a treatment.
    public var processor: String?
    public var numerical = NumericalTreatment()
    public var categorical = CategoricalTreatment()
    public var text = TextTreatment()
    public var image = ImageTreatment()

    public init() {}
}

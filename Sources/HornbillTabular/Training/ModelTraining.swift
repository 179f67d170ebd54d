import Hornbill

/// The training of one model on encoded rows.
struct ModelTraining {
    let options: TabularOptions
    let architecture: (any Architecture)?
    let features: FeaturePlan
    let encoders: [TargetEncoder]
    let parts: TableParts
    let rows: EncodedRows
    let plan: TablePlan
    let file: TableFile
    let verbosity: Verbosity

    private func defaultArchitecture() throws -> DefaultArchitecture {
        let features = try features.inputShapes().values.filter { $0.rank == 1 }.reduce(0) { $0 + $1.count }
        // A target that few rows have is learnt as from a small table.
        var result = DefaultArchitecture(rows: parts.knownRows.min() ?? parts.train.count, features: features)
        result.vocabularySizes = self.features.vocabularySizes
        return result
    }

    /// - Parameters:
    ///   - checkpoint: a folder for the state of the run.
    ///   - events: a folder for TensorBoard's events.
    func run(checkpoint: String, events: String) throws -> TrainedTable {
        let classWeights = encoders.map { encoder -> [Double] in
            guard encoder.target.type.isClassification else { return [] }
            return options.classWeights == .balanced ? encoder.balancedWeights : encoder.shares.map { _ in 1 }
        }
        let assembly = try ModelAssembly(
            features, architecture: architecture ?? defaultArchitecture(), encoders: encoders,
            classWeights: classWeights)
        let batches = try TrainingBatches(
            rows, training: parts.train, encoders: encoders, layouts: assembly.layouts, classWeights: classWeights)
        let order = SeedGenerator(name: "order_of_rows")
        let best = EarlyStopping(
            monitor: options.monitor, patience: options.patience, restoreBestWeights: true)
        var callbacks: [Callback] = [
            ValidationScores(batches, rows: parts.validation, model: assembly.fromCodes), best,
            TensorBoard(logDir: events),
        ]
        if architecture == nil {
            callbacks.append(
                ReduceLROnPlateau(monitor: "val_loss", factor: 0.3, patience: max(options.patience / 2, 1)))
        }
        // It stays until all is written: a fold that is trained already is not trained again.
        callbacks.append(BackupAndRestore(checkpoint, deleteCheckpoint: false))
        let history = try assembly.training.fit(
            batches.dataset(parts.train, batchSize: options.batchSize(rows: parts.train.count), shuffledBy: order),
            epochs: options.epochs,
            verbose: verbosity, callbacks: callbacks,
            validationData: batches.dataset(parts.validation, batchSize: 1024))
        let validated = try batches.evaluations(
            parts.validation, by: assembly.fromCodes, thresholds: encoders.map { _ in nil })
        let thresholds = encoders.map { encoder in
            validated.first { $0.target == encoder.target.name }?.optimisedThreshold()
        }
        let manifest = TableManifest(
            columns: features.rawColumns, plans: plan.columns, targets: encoders.map(\.target),
            thresholds: thresholds, delimiter: String(file.delimiter), missingMarks: file.missingMarks.sorted())
        return TrainedTable(
            model: assembly.saved, fromCodes: assembly.fromCodes, architecture: assembly.architecture,
            features: features, batches: batches, parts: parts, history: history, bestEpoch: best.bestEpoch,
            thresholds: thresholds, manifest: manifest)
    }
}

/// What a training gave.
struct TrainedTable {
    /// Takes raw columns by name.
    let model: Model
    /// Takes codes.
    let fromCodes: Model
    let architecture: Model
    let features: FeaturePlan
    let batches: TrainingBatches
    let parts: TableParts
    let history: History
    /// From 0.
    let bestEpoch: Int
    /// By target, the probability from which a row belongs to the second of two classes.
    let thresholds: [Double?]
    let manifest: TableManifest
}

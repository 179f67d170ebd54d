import Foundation
import Hornbill

/// A training on a table whose columns have their roles.
struct TrainingTask {
    let options: TabularOptions
    let architecture: (any Architecture)?
    let processors: FittedProcessor.Known
    let profile: TableProfile
    let plan: TablePlan
    let verbosity: Verbosity
    let say: (String) -> Void
    let output: String

    /// The folder within the output's that has the states of runs that are not done.
    static let checkpoints = "checkpoint"

    private var seed: UInt64 { UInt64(bitPattern: Int64(options.seed)) }

    /// Trains by the rule of the split.
    /// - Returns: the model, and what it, or the models of the folds, said of rows that they were not trained on.
    func trainAndEvaluate() throws -> (TrainedTable, [TargetEvaluation]) {
        switch options.split {
        case .random(let test):
            return try once(.random(seed: seed, test: test, validation: options.validation))
        case .time(let column, let test):
            return try once(
                .time(try times(column), test: test, validation: options.validation))
        case .file(let path):
            let file = try options.open(path)
            return try once(.random(seed: seed, test: 0, validation: options.validation), testFile: file)
        case .folds(let count):
            var folds: [[TargetEvaluation]] = []
            for fold in 0..<count {
                say("Fold \(fold + 1) of \(count)")
                let split = RowSplit.fold(fold, of: count, seed: seed, validation: options.validation)
                folds.append(try once(split, name: "fold_\(fold + 1)").1)
            }
            say("All rows")
            let final = try once(.fold(nil, of: count, seed: seed, validation: options.validation))
            return (final.0, try TargetEvaluation.joined(folds))
        }
    }

    private func once(
        _ split: RowSplit, testFile: TableFile? = nil, name: String = ""
    ) throws -> (TrainedTable, [TargetEvaluation]) {
        let encoders = try fitTargets(split)
        let features = try FeaturePlan(
            plan.columns, profiles: profile, targets: encoders.map(\.target), processors: processors, seed: seed)
        let dropping = plan.columns.filter { $0.role == .input && $0.dropsMissing }.map(\.name)
        let reader = try TableReader(
            profile.file, features, targets: plan.targets.map(\.name), weight: plan.weight, dropping: dropping)
        try fit(features, reader, encoders, split)
        var parts = TableParts(features, targets: encoders.count, seed: seed)
        try parts.add(reader, encoders) { split.part(of: $0) }
        if let testFile {
            let reader = try TableReader(
                testFile, features, targets: plan.targets.map(\.name), weight: plan.weight, dropping: dropping)
            try parts.add(reader, encoders) { _ in .test }
        }
        let rows = try parts.finish()
        let trained = try ModelTraining(
            options: options, architecture: architecture, features: features, encoders: encoders, parts: parts,
            rows: rows, plan: plan, file: profile.file, verbosity: verbosity
        ).run(
            checkpoint: "\(output)/\(Self.checkpoints)/\(name.isEmpty ? "all" : name)",
            events: "\(output)/tensorboard\(name.isEmpty ? "" : "/\(name)")")
        let evaluations = try trained.batches.evaluations(
            parts.test, by: trained.fromCodes, thresholds: trained.thresholds)
        return (trained, evaluations)
    }

    /// The targets' classes and scales, from the rows that are not tested on.
    private func fitTargets(_ split: RowSplit) throws -> [TargetEncoder] {
        let positions = try plan.targets.map { try profile.file.position(of: $0.name) }
        var values = plan.targets.map { _ in TargetValues() }
        let pass = try profile.file.makeRows()
        while let row = try pass.next() {
            guard split.part(of: row.index) != .test else { continue }
            for (index, position) in positions.enumerated() {
                guard let text = row[position] else { continue }
                try values[index].add(
                    text, type: plan.targets[index].type, row: row.number, column: plan.targets[index].name)
            }
        }
        return try zip(plan.targets, values).map { target, values in
            let classes = target.type.isClassification ? values.classes : []
            switch target.type {
            case .binary where classes.count != 2:
                throw HornbillError(
                    .data, "the target '\(target.name)' has \(classes.count) classes in the training rows, not 2")
            case .multiclass where classes.count < 2:
                throw HornbillError(
                    .data, "the target '\(target.name)' has fewer than 2 classes in the training rows")
            case .regression where values.moments.count == 0:
                throw HornbillError(.data, "the target '\(target.name)' has no value in the training rows")
            default: break
            }
            return TargetEncoder(
                target: Target(
                    name: target.name, type: target.type, classes: classes, output: plan.names[target.name]),
                values: values)
        }
    }

    /// Lets the treatments see all rows that are not tested on.
    private func fit(_ features: FeaturePlan, _ reader: TableReader, _ encoders: [TargetEncoder], _ split: RowSplit)
        throws
    {
        let pass = try profile.file.makeRows()
        let columns = features.routes.map(\.treatment.columns)
        let crossFitted = features.routes.map { $0.treatment as? any CrossFittedTreatment }
        while let row = try pass.next() {
            guard split.part(of: row.index) != .test, !reader.isDropped(row) else { continue }
            let values = try reader.values(row)
            let targets = try zip(reader.targets(row, encoders), encoders).map { value, encoder in
                value.map { encoder.target.type.isClassification ? TargetValue.category(Int($0)) : .number($0) }
            }
            for (index, route) in features.routes.enumerated() {
                let own = columns[index].map { values[$0] }
                do {
                    if let treatment = crossFitted[index] {
                        treatment.observe(own, targets: targets, row: row.index)
                    } else {
                        try route.treatment.observe(own, target: targets[0])
                    }
                } catch let error as HornbillError {
                    throw HornbillError(
                        error.kind,
                        "row \(row.number), column '\(route.columns.joined(separator: ", "))': \(error.message)")
                }
            }
        }
        for route in features.routes {
            do {
                try route.treatment.finish()
            } catch let error as HornbillError {
                throw HornbillError(error.kind, "column '\(route.columns.joined(separator: ", "))': \(error.message)")
            }
        }
    }

    /// The times of all rows; NaN where one is missing.
    private func times(_ column: String) throws -> [Double] {
        let position = try profile.file.position(of: column)
        var times: [Double] = []
        let pass = try profile.file.makeRows()
        while let row = try pass.next() {
            guard let text = row[position] else {
                times.append(.nan)
                continue
            }
            guard let time = FieldParsing.number(text) ?? DateParser.seconds(text) else {
                throw HornbillError(
                    .data,
                    "row \(row.number), column '\(column)': expected a date or a number to split by, found '\(text.prefix(60))'"
                )
            }
            times.append(time)
        }
        return times
    }
}

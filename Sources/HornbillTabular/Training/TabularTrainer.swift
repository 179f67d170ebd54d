import Foundation
import Hornbill

/// From a table to a trained model in a folder: types and roles, features, the user's architecture or the default one,
/// training, evaluation, report.
///
/// ```swift
/// var options = TabularOptions(targets: ["survived"])
/// let result = try TabularTrainer(options).train("titanic.csv", output: "titanic")
/// ```
/// The folder gets `model.keras`, which takes the table's columns by name; `table.json`, what else is needed to use it;
/// `report.html` and `report.json`; and the events that TensorBoard shows, in `tensorboard`.
public struct TabularTrainer {
    public let options: TabularOptions
    let architecture: (any Architecture)?
    private let processors: [String: any FeatureProcessor]
    private let verbosity: Verbosity
    private let say: (String) -> Void

    /// - Parameters:
    ///   - architecture: nil for ``DefaultArchitecture``.
    ///   - processors: what columns' ``ColumnSettings/processor`` names, as it is before it has learnt.
    ///   - verbosity: what `fit` prints.
    ///   - say: gets lines about what is done.
    public init(
        _ options: TabularOptions, architecture: (any Architecture)? = nil,
        processors: [String: any FeatureProcessor] = [:], verbosity: Verbosity = .silent,
        say: @escaping (String) -> Void = { _ in }
    ) {
        self.options = options
        self.architecture = architecture
        self.processors = processors
        self.verbosity = verbosity
        self.say = say
    }

    /// Trains on a table, and writes what came of it.
    /// - Parameter output: a folder, which is made if it is not there.
    /// - Throws: kind `file` for files that cannot be read or written, `data` for a table that cannot be trained on,
    ///   `unknownName` for columns that are not there, `argument` for options and architectures that do not fit, with
    ///   the column or target named.
    @discardableResult
    public func train(_ path: String, output: String) throws -> TabularReport {
        try options.check()
        for (column, settings) in options.columns.sorted(by: { $0.key < $1.key }) {
            if let name = settings.processor { _ = try FittedProcessor(name, known: processors, column: column) }
        }
        return try Session.withNew(seed: options.seed) {
            let file = try options.open(path)
            let profile = try TableProfile(file)
            let plan = try TablePlan(profile, options)
            for line in plan.lines(profile) { say(line) }
            plan.names.keepFromLayers()
            try Self.makeFolder(output)
            let checkpoints = "\(output)/\(TrainingTask.checkpoints)"
            if !options.resumes { try Self.removeFolder(checkpoints) }
            let run = TrainingTask(
                options: options, architecture: architecture, processors: processors, profile: profile, plan: plan,
                verbosity: verbosity,
                say: say, output: output)
            let (trained, evaluations) = try run.trainAndEvaluate()
            try trained.model.save("\(output)/model.keras", includeOptimizer: false)
            try trained.manifest.write(to: "\(output)/\(TableManifest.fileName)")
            let report = try ReportWriter(trained, evaluations: evaluations, profile: profile, options: options)
                .report(say: say)
            try Self.write(report.html(), to: "\(output)/report.html")
            try Self.write(report.json(), to: "\(output)/report.json")
            try Self.removeFolder(checkpoints)
            return report
        }
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw HornbillError(.file, "the folder '\(path)' cannot be made: \(error.localizedDescription)")
        }
    }

    private static func removeFolder(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw HornbillError(.file, "'\(path)' cannot be removed: \(error.localizedDescription)")
        }
    }

    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw HornbillError(.file, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
    }
}

extension TabularOptions {
    /// A table, read as the options say.
    func open(_ path: String) throws -> TableFile {
        try TableFile(
            path: path, delimiter: delimiter?.first, skipsBadRows: skipsBadRows, missingMarks: missingMarks)
    }

    /// - Throws: kind `argument` for values outside of their ranges.
    func check() throws {
        func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
            if !condition { throw HornbillError(.argument, message()) }
        }
        try require(epochs > 0, "epochs must be at least 1, not \(epochs)")
        if let batchSize { try require(batchSize > 0, "the batch size must be at least 1, not \(batchSize)") }
        try require(patience > 0, "the patience must be at least 1 epoch, not \(patience)")
        try require(
            validation > 0 && validation < 1, "the validation share must be between 0 and 1, not \(validation)")
        try require(
            delimiter?.count ?? 1 == 1, "the delimiter must be one character, not '\(delimiter ?? "")'")
        switch split {
        case .random(let test), .time(_, let test):
            try require(test > 0 && test < 1, "the test share must be between 0 and 1, not \(test)")
        case .folds(let count): try require(count > 1, "there must be at least 2 folds, not \(count)")
        case .file: break
        }
    }
}

import ArgumentParser
import Foundation
import Hornbill
import HornbillTabular

/// `hornbill table train`
struct TableTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model to predict columns of a table from the others.",
        discussion: """
            The folder gets model.keras, which takes columns by name; table.json, which tells how; report.html and \
            report.json; and the events of TensorBoard.
            """)

    @ArgumentParser.Argument(help: ArgumentHelp("The table: a CSV file, gzipped or not.", valueName: "data"))
    var path: String
    @Option(help: "A column to predict; give it more than once for several.") var target: [String]
    @Option(name: .shortAndLong, help: "The folder to write to.") var output: String
    @Option(help: "A table to test on, in place of a part of the data.") var test: String?
    @Option(help: "What all random numbers come from.") var seed = 0
    @Option(help: "The most epochs.") var epochs: Int?
    @Option(help: "How many rows there are in a step.") var batchSize: Int?
    @Flag(help: "Skip rows with a wrong number of fields, and count them.") var skipBadRows = false
    @Flag(help: "Go on with a training into the same folder that was stopped.") var resume = false

    func run() throws {
        var options = TabularOptions(targets: target)
        options.seed = seed
        if let test { options.split = .file(test) }
        if let epochs { options.epochs = epochs }
        if let batchSize { options.batchSize = batchSize }
        options.skipsBadRows = skipBadRows
        options.resumes = resume
        let trainer = TabularTrainer(options, verbosity: isatty(1) == 1 ? .bar : .line) { print(Text.line($0)) }
        let report = try trainer.train(path, output: output)
        for line in MetricLines.of(report.evaluations) { print(line) }
        print("Report: \(output)/report.html")
    }
}

/// Metrics as lines for people.
enum MetricLines {
    static func of(_ evaluations: [Evaluation]) -> [String] {
        evaluations.flatMap { evaluation in
            ["\(Text.line(evaluation.target)) (\(evaluation.type), \(evaluation.rowCount) rows)"]
                + evaluation.metrics().map { metric in
                    let value = metric.value.map { String(format: "%.4f", $0) } ?? "– (\(metric.note ?? ""))"
                    return "  \(metric.title): \(value)"
                }
        }
    }
}

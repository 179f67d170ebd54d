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
    @Option(help: "A column to predict; give it more than once for several.") var target: [String] = []
    @Option(name: .shortAndLong, help: "The folder to write to.") var output: String
    @Option(help: "A table to test on, in place of a part of the data.") var test: String?
    @Option(help: "A package that `table init` wrote, with the architecture to train.") var architecture: String?
    @Option(help: "A YAML file that says more: roles, types and treatments of columns, the split, the training.")
    var config: String?
    @Option(help: "What all random numbers come from.") var seed: Int?
    @Option(help: "The most epochs.") var epochs: Int?
    @Option(help: "How many rows there are in a step.") var batchSize: Int?
    @Flag(help: "Skip rows with a wrong number of fields, and count them.") var skipBadRows = false
    @Flag(help: "Go on with a training into the same folder that was stopped.") var resume = false

    func run() throws {
        let options = try options()
        if let architecture {
            let program = try ArchitecturePackage(path: architecture).build()
            try program.become(TabularRequest(data: absolute(path), output: absolute(output), options: options))
        }
        let trainer = TabularTrainer(options, verbosity: isatty(1) == 1 ? .bar : .line) { print(Text.line($0)) }
        let report = try trainer.train(path, output: output)
        for line in report.metricLines { print(Text.line(line)) }
        print("Report: \(output)/report.html")
    }

    private func options() throws -> TabularOptions {
        var options = TabularOptions(targets: target)
        if let config { try options.merge(yaml: config) }
        if let test { options.split = .file(absolute(test)) }
        if let seed { options.seed = seed }
        if let epochs { options.epochs = epochs }
        if let batchSize { options.batchSize = batchSize }
        if skipBadRows { options.skipsBadRows = true }
        options.resumes = resume
        return options
    }

    private func absolute(_ path: String) -> String { URL(filePath: path).absoluteURL.path }
}

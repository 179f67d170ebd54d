import ArgumentParser
import Hornbill

/// `hornbill evaluate`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Computes the loss and the metrics with which the model was compiled.")

    @OptionGroup var model: ModelArguments
    @Option(help: "The inputs: an .npz file.") var inputs: String
    @Option(help: "The targets: an .npz file.") var targets: String
    @Option(help: "How many samples are computed at once.") var batchSize = 32
    @Option(help: "Where the numbers go as JSON; - for the standard output.") var json: String?

    func run() throws {
        let model = try model.load(compile: true)
        let result = try model.evaluate(
            Arrays.inputs(inputs, of: model), Arrays.targets(targets, of: model), batchSize: batchSize,
            verbose: .silent)
        let report = Report.json(zip(result.keys, result.values).map { ($0, .double($1)) })
        if let json, json != "-" { try Report.write(report, to: json) }
        print(json == "-" ? report : result.description, terminator: json == "-" ? "" : "\n")
    }
}

import ArgumentParser
import Hornbill
import HornbillTabular

/// `hornbill table evaluate`
struct TableEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Compares a trained model's predictions with what a table says.")

    @ArgumentParser.Argument(help: ArgumentHelp("The folder that `table train` wrote.", valueName: "folder"))
    var folder: String
    @ArgumentParser.Argument(help: ArgumentHelp("The table: a CSV file, gzipped or not.", valueName: "data"))
    var path: String
    @Option(help: "Where the metrics go as JSON.") var json: String?
    @Flag(help: "Skip rows with a wrong number of fields.") var skipBadRows = false

    func run() throws {
        let evaluations = try TabularModel(folder: folder).evaluate(path, skipsBadRows: skipBadRows)
        for line in evaluations.flatMap(\.metricLines) { print(Text.line(line)) }
        guard let json else { return }
        let targets = evaluations.map { evaluation -> (String, ConfigValue) in
            let metrics = evaluation.metrics().map { ($0.name, ConfigValue($0.value)) }
            return (
                evaluation.target,
                .object(
                    Config([
                        ("type", .string(evaluation.type.rawValue)), ("rows", .int(evaluation.rowCount)),
                        ("metrics", .object(Config(metrics))),
                    ]))
            )
        }
        try Report.write(Report.json([("targets", .object(Config(targets)))]), to: json)
    }
}

import ArgumentParser
import HornbillTabular

/// `hornbill table score`
struct TableScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Adds a trained model's predictions to a table.")

    @ArgumentParser.Argument(help: ArgumentHelp("The folder that `table train` wrote.", valueName: "folder"))
    var folder: String
    @ArgumentParser.Argument(help: ArgumentHelp("The table: a CSV file, gzipped or not.", valueName: "data"))
    var path: String
    @Option(name: .shortAndLong, help: "The CSV file to write.") var output: String
    @Flag(help: "Skip rows with a wrong number of fields, and count them.") var skipBadRows = false

    func run() throws {
        let (rows, skipped) = try TabularModel(folder: folder).score(path, output: output, skipsBadRows: skipBadRows)
        print("\(rows) rows" + (skipped > 0 ? ", \(skipped) with a wrong number of fields skipped" : ""))
    }
}

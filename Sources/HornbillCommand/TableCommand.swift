import ArgumentParser

/// `hornbill table`
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Trains on tables: from a CSV file to a model, its report and its predictions.",
        subcommands: [TableTrainCommand.self, TableScoreCommand.self, TableEvaluateCommand.self, TableInitCommand.self])
}

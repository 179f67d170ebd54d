import ArgumentParser
import Hornbill

/// `hornbill summary`
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Prints the layers, their output shapes and their numbers of parameters.")

    @OptionGroup var model: ModelArguments
    @Flag(help: "Show the layers of models inside the model too.") var expandNested = false
    @Flag(help: "Show which layers are trained.") var showTrainable = false

    func run() throws {
        print(try model.load(compile: true).summaryText(expandNested: expandNested, showTrainable: showTrainable))
    }
}

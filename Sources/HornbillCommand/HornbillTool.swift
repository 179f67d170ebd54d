import ArgumentParser
import Hornbill

/// The command-line tool: what can be done with a model's file without writing a program.
@main
struct HornbillTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hornbill", abstract: "Looks at, runs, trains and converts models in Keras's files.",
        discussion: """
            Arrays come from and go to NumPy's .npz files: inputs by the names of the model's inputs, targets and \
            predictions by the names of its outputs. With a single array any name will do.

            Exit codes: 0, all is well; 1, something is wrong with a file or a value, and one line on the standard error \
            says what; 64, the command line is wrong.
            """,
        subcommands: [
            SummaryCommand.self, PlotCommand.self, PredictCommand.self, EvaluateCommand.self, FitCommand.self,
            ConvertCommand.self, InspectCommand.self,
        ])
}

/// What all commands that read a model are given.
struct ModelArguments: ParsableArguments {
    @ArgumentParser.Argument(help: ArgumentHelp("The model: a .keras file, or an older .h5.", valueName: "model"))
    var path: String

    func load(compile: Bool = false) throws -> Model { try loadModel(path, compile: compile) }
}

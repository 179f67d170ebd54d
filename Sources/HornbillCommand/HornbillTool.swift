import ArgumentParser
import Foundation
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
        version: "hornbill for Keras \(kerasVersion)",
        subcommands: [
            SummaryCommand.self, PlotCommand.self, PredictCommand.self, EvaluateCommand.self, FitCommand.self,
            ConvertCommand.self, InspectCommand.self, BenchmarkCommand.self, TableCommand.self,
        ])

    static func main() {
        Warnings.collect()
        do {
            var command = try parseAsRoot()
            try command.run()
            Warnings.show()
        } catch {
            // Help and wrong command lines are ArgumentParser's to print.
            guard exitCode(for: error) == .failure else { exit(withError: error) }
            FileHandle.standardError.write(Data("hornbill: \(Text.line("\(error)"))\n".utf8))
            exit(withError: ExitCode.failure)
        }
    }
}

/// What all commands that read a model are given.
struct ModelArguments: ParsableArguments {
    @ArgumentParser.Argument(help: ArgumentHelp("The model: a .keras file, or an older .h5.", valueName: "model"))
    var path: String

    func load(compile: Bool = false) throws -> Model { try loadModel(path, compile: compile) }
}

/// Text that a file may have a part in.
enum Text {
    /// One line without control characters: names in a file cannot make more lines, nor steer the terminal.
    static func line(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case " "..."~": result.unicodeScalars.append(scalar)
            case "\n", "\r", "\t": result += " "
            case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

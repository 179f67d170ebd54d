import ArgumentParser
import Foundation
import Hornbill

/// `hornbill fit`
struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "Trains a compiled model on arrays, and saves it.")

    @OptionGroup var model: ModelArguments
    @Option(help: "The inputs: an .npz file.") var inputs: String
    @Option(help: "The targets: an .npz file.") var targets: String
    @Option(help: "How often the data are gone through.") var epochs = 1
    @Option(help: "How many samples there are in a step.") var batchSize = 32
    @Option(help: "The share of the samples, from the end, that is kept for validation.") var validationSplit = 0.0
    @Flag(help: "Take the samples in their order.") var noShuffle = false
    @Option(help: "What all random numbers come from.") var seed: Int?
    @Option(name: .shortAndLong, help: "Where the trained model goes: a .keras file.") var output: String
    @Option(help: "Where the values of each epoch go: a JSON file.") var history: String?
    @Option(help: "Where their curves go: a .png or .svg file.") var historyPlot: String?
    @Option(help: "A folder for TensorBoard.") var tensorboard: String?
    @Option(help: "A folder that keeps the state of the run: at each epoch, and when the program is told to stop.")
    var checkpoint: String?
    @Flag(help: "Go on from the checkpoint, if there is one, to the same result as a run that was not stopped.")
    var resume = false

    func validate() throws {
        if resume, checkpoint == nil { throw ValidationError("--resume needs the folder of --checkpoint") }
    }

    func run() throws {
        try Session.withNew(seed: seed) {
            let model = try model.load(compile: true)
            var callbacks: [Callback] = tensorboard.map { [TensorBoard(logDir: $0)] } ?? []
            if let checkpoint {
                // Removed when the trained model is saved: until then there is something to go on from.
                let backup = BackupAndRestore(checkpoint, deleteCheckpoint: false)
                if !resume { backup.removeCheckpoint() }
                callbacks.append(backup)
            }
            let result = try model.fit(
                Arrays.inputs(inputs, of: model), Arrays.targets(targets, of: model), epochs: epochs,
                batchSize: batchSize, verbose: isatty(1) == 1 ? .bar : .line, callbacks: callbacks,
                validationSplit: validationSplit, shuffle: !noShuffle)
            try model.save(output)
            if let history {
                let report = Report.json(result.keys.map { ($0, .list(result[$0].map(ConfigValue.double))) })
                try Report.write(report, to: history)
            }
            if let historyPlot { try result.plot(to: historyPlot) }
            if let checkpoint { BackupAndRestore(checkpoint).removeCheckpoint() }
        }
    }
}

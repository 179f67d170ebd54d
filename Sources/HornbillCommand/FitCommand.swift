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

    func run() throws {
        try Session.withNew(seed: seed) {
            let model = try model.load(compile: true)
            let callbacks = tensorboard.map { [TensorBoard(logDir: $0)] } ?? []
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
        }
    }
}

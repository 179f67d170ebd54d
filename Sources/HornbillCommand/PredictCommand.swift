import ArgumentParser
import Hornbill

/// `hornbill predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Computes the outputs for inputs in an .npz file.")

    @OptionGroup var model: ModelArguments
    @Option(help: "The inputs: an .npz file.") var inputs: String
    @Option(name: .shortAndLong, help: "Where the predictions go: an .npz file.") var output: String
    @Option(help: "How many samples are computed at once.") var batchSize = 32

    func run() throws {
        let model = try model.load()
        let predictions: TensorStructure = try model.predict(
            Arrays.inputs(inputs, of: model), batchSize: batchSize)
        try Arrays.write(predictions, of: model, to: output)
    }
}

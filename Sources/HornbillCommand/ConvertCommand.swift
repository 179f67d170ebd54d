import ArgumentParser
import Hornbill

/// `hornbill convert`
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Writes a model or its weights in another format.",
        discussion: """
            The output's ending says the format: .keras, .weights.h5, .npz, .safetensors or .onnx. With --weights the model gets \
            the weights of a file in one of these formats first. In .npz and .safetensors the arrays have the paths of the \
            weights, as dense/kernel. An .onnx file is the model for inference, as any ONNX runtime runs it.
            """)

    @OptionGroup var model: ModelArguments
    @Option(name: .shortAndLong, help: "The file to write.") var output: String
    @Option(help: "A file of weights to take in place of the model's.") var weights: String?

    func run() throws {
        let model = try model.load(compile: true)
        if let weights { try read(weights, into: model) }
        if output.hasSuffix(".weights.h5") {
            try model.saveWeights(output)
        } else if output.hasSuffix(".npz") {
            try saveNpz(output, model.weights.map { (name: $0.path, tensor: $0.value) })
        } else if output.hasSuffix(".safetensors") {
            let arrays = Dictionary(model.weights.map { ($0.path, $0.value) }) { first, _ in first }
            try saveSafetensors(output, arrays)
        } else if output.hasSuffix(".keras") {
            try model.save(output)
        } else if output.hasSuffix(".onnx") {
            try model.exportONNX(to: output)
        } else {
            throw ValidationError(
                "The output's ending says the format: .keras, .weights.h5, .npz, .safetensors or .onnx, not '\(output)'."
            )
        }
    }

    private func read(_ path: String, into model: Model) throws {
        let arrays: [String: Tensor]
        if path.hasSuffix(".npz") {
            arrays = try loadNpz(path)
        } else if path.hasSuffix(".safetensors") {
            arrays = try loadSafetensors(path)
        } else {
            try model.loadWeights(path)
            return
        }
        let values = try model.weights.map { weight in
            guard let value = arrays[weight.path] else {
                throw HornbillError(.file, "'\(path)' has no weight '\(weight.path)'")
            }
            return value
        }
        try model.setWeights(values)
    }
}

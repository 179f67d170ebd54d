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

    /// Before the model is read: a wrong ending is a wrong command line.
    func validate() throws {
        guard Format(output) != nil else {
            throw ValidationError("The ending of '\(output)' must be one of \(Format.list).")
        }
    }

    private enum Format: String, CaseIterable {
        case weights = ".weights.h5"
        case npz = ".npz"
        case safetensors = ".safetensors"
        case keras = ".keras"
        case onnx = ".onnx"

        init?(_ path: String) {
            guard let format = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else { return nil }
            self = format
        }

        static let list = allCases.map(\.rawValue).joined(separator: ", ")
    }

    func run() throws {
        let model = try model.load(compile: true)
        if let weights { try read(weights, into: model) }
        switch Format(output) {
        case .weights?: try model.saveWeights(output)
        case .npz?: try saveNpz(output, arrays(of: model).map { (name: $0.path, tensor: $0.value) })
        case .safetensors?:
            try saveSafetensors(output, Dictionary(uniqueKeysWithValues: arrays(of: model).map { ($0.path, $0.value) }))
        case .onnx?: try model.exportONNX(to: output)
        case .keras?, nil: try model.save(output)
        }
    }

    /// The weights, whose paths are the arrays' names.
    /// - Throws: kind `argument` where two have one path: one of them would be lost.
    private func arrays(of model: Model) throws -> [Variable] {
        var seen: Set<String> = []
        for weight in model.weights where !seen.insert(weight.path).inserted {
            throw HornbillError(
                .argument, "two weights have the path '\(weight.path)': write them as .weights.h5, whose paths differ")
        }
        return model.weights
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
        let weights = try self.arrays(of: model)
        let values = try weights.map { weight in
            guard let value = arrays[weight.path] else {
                throw HornbillError(.file, "'\(path)' has no weight '\(weight.path)'")
            }
            return value
        }
        let known = Set(weights.map(\.path))
        if let extra = arrays.keys.sorted().first(where: { !known.contains($0) }) {
            throw HornbillError(.file, "'\(path)' has an array '\(extra)', but the model has no such weight")
        }
        try model.setWeights(values)
    }
}

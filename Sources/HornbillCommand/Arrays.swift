import Hornbill

/// Arrays of an .npz file for the inputs or outputs of a model.
enum Arrays {
    /// The arrays that a model's inputs are given.
    static func inputs(_ path: String, of model: Model) throws -> TensorStructure {
        try read(path, names: model.inputNames, role: "input")
    }

    /// The targets of a model's outputs, in the structure of the outputs.
    static func targets(_ path: String, of model: Model) throws -> TensorStructure {
        let found = try read(path, names: model.outputNames, role: "output")
        guard case .dictionary(let entries) = found, let outputs = model.network?.outputs else { return found }
        return outputs.replacingLeaves(model.outputNames.compactMap { entries[$0]?.leaves.first })
    }

    /// Predictions by the names of the outputs.
    static func write(_ predictions: TensorStructure, of model: Model, to path: String) throws {
        let names = model.outputNames
        let leaves = predictions.leaves
        let arrays = leaves.enumerated().map { index, tensor in
            (name: names.count == leaves.count ? names[index] : "output_\(index)", tensor: tensor)
        }
        try saveNpz(path, arrays)
    }

    private static func read(_ path: String, names: [String], role: String) throws -> TensorStructure {
        let archive = try NpzArchive(path: path)
        if names.count <= 1, archive.names.count == 1, let only = archive[archive.names[0]] { return .tensor(only) }
        if names.isEmpty {
            return .dictionary(archive.dictionary.mapValues(Structure.tensor))
        }
        var entries: [String: TensorStructure] = [:]
        for name in names {
            guard let array = archive[name] else {
                throw HornbillError(
                    .unknownName,
                    "'\(path)' has no array '\(name)' for the model's \(role) of that name; it has: \(archive.names.joined(separator: ", "))"
                )
            }
            entries[name] = .tensor(array)
        }
        if let extra = archive.names.first(where: { entries[$0] == nil }) {
            throw HornbillError(
                .unknownName,
                "'\(path)' has an array '\(extra)', but the model has no \(role) of that name; it has: \(names.joined(separator: ", "))"
            )
        }
        return names.count == 1 ? entries[names[0]] ?? .list([]) : .dictionary(entries)
    }
}

/// Numbers by name as JSON, for programs to read.
enum Report {
    static func json(_ values: [(String, ConfigValue)]) -> String {
        JSON.text(.object(Config(values)), indent: 2) + "\n"
    }

    static func write(_ text: String, to path: String) throws {
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write(path, [$0]) }
    }
}

import Foundation
import HornbillEngine

/// Tables of embeddings in the form that TensorBoard's projector reads: a file of numbers for each layer, and a page that
/// lists them.
struct Projector {
    private let folder: String
    private let layers: [Layer]
    private let metadata: [String: String]

    init(_ folder: String, _ model: Model, _ metadata: [String: String]) {
        self.folder = folder
        layers = model.layers.filter { $0 is Embedding }
        self.metadata = metadata
    }

    /// Writes the page.
    func configure() throws {
        let entries = layers.map { layer in
            var lines = ["  tensor_name: \(quoted(layer.name))", "  tensor_path: \(quoted("\(layer.name).tsv"))"]
            if let path = metadata[layer.name] { lines.append("  metadata_path: \(quoted(path))") }
            return "embeddings {\n\(lines.joined(separator: "\n"))\n}\n"
        }
        try put(entries.joined(), "projector_config.pbtxt")
    }

    /// Writes the tables as they are now.
    func write() throws {
        for layer in layers {
            guard let table = layer.weights.first, table.shape.rank == 2 else { continue }
            let values = try table.value.floats()
            let width = table.shape[1]
            var text = ""
            for row in 0..<table.shape[0] {
                text += values[row * width..<(row + 1) * width].map { "\($0)" }.joined(separator: "\t") + "\n"
            }
            try put(text, "\(layer.name).tsv")
        }
    }

    private func put(_ text: String, _ name: String) throws {
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write("\(folder)/\(name)", [$0]) }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}

import Foundation
import HornbillEngine

/// Keras's `.keras` file: a zip with `metadata.json`, `config.json`, `model.weights.h5` and, of layers that learn tables,
/// `assets/…`.
struct KerasArchive {
    private static let metadata = "metadata.json"
    private static let config = "config.json"
    private static let weightsName = "model.weights.h5"
    /// Configurations are small; what claims to be larger is no configuration.
    private static let maximumConfigSize = 64 << 20

    private let archive: ZipArchive
    private let path: String

    /// - Throws: kind `file` if there is no such file or it is no archive.
    init(path: String) throws {
        archive = try ZipArchive(path: path)
        self.path = path
    }

    /// Whether the file begins as archives do.
    static func isZip(_ path: String) -> Bool {
        (try? FileRange(path: path)).map(ZipArchive.isZip) ?? false
    }

    // MARK: Writing

    static func write(_ model: Model, to path: String, includeOptimizer: Bool) throws {
        try (model as? Sequential)?.checkFailure()
        let parts = SavedParts.of(model, optimizer: includeOptimizer)
        var writer = ZipWriter()
        let metadata: Config = [
            "keras_version": .string(kerasVersion), "date_saved": .string(Self.date(Date())),
        ]
        let config = JSON.text(model.archiveConfig(compile: includeOptimizer))
        writer.add(Self.metadata, Array(JSON.text(.object(metadata)).utf8))
        writer.add(Self.config, Array(config.utf8))
        writer.add(weightsName, try WeightsFile.image(of: parts))
        for part in parts {
            guard case .layer(let layer as any AssetLayer) = part.content else { continue }
            for (place, bytes) in try layer.assets() {
                writer.add((["assets", part.path, place].filter { !$0.isEmpty }).joined(separator: "/"), bytes)
            }
        }
        try writer.write(to: path)
    }

    /// As Keras writes dates: `2026-11-21@22:50:41`.
    private static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd'@'HH:mm:ss"
        return formatter.string(from: date)
    }

    // MARK: Reading

    /// The weights.
    func weights() throws -> HDF5Reader {
        let entry = try weightsEntry()
        return try HDF5Reader(archive.randomAccess(to: entry), named: "\(path)/\(Self.weightsName)")
    }

    private func weightsEntry() throws -> ZipArchive.Entry {
        guard let entry = archive[Self.weightsName] else {
            throw HornbillError(.file, "'\(path)' is no .keras file: it has no \(Self.weightsName)")
        }
        return entry
    }

    /// The whole model.
    func model(_ context: LoadingContext, compile: Bool) throws -> Model {
        guard let entry = archive[Self.config] else {
            throw HornbillError(.file, "'\(path)' is no .keras file: it has no \(Self.config)")
        }
        guard entry.byteCount <= Self.maximumConfigSize else {
            throw HornbillError(.file, "'\(path)': \(Self.config) has \(entry.byteCount) bytes, which is too much")
        }
        do {
            let config = try JSON.parse(archive.bytes(of: entry), limit: JSON.mostValuesOfConfig)
            let model = try withWeightBudget(bytes: weightsEntry().byteCount) {
                try ModelReader(context).model(config, compile: compile)
            }
            let parts = SavedParts.of(model)
            try loadAssets(parts)
            try WeightsFile.load(parts, from: weights().root, file: path, skipMismatch: false)
            return model
        } catch {
            var error = HornbillError.wrap(error)
            if !error.message.contains(path) { error.message = "'\(path)': \(error.message)" }
            throw error
        }
    }

    /// The tables of layers; they come from the archive alone, by the layers' own paths.
    private func loadAssets(_ parts: [SavedPart]) throws {
        for part in parts {
            guard case .layer(let layer as any AssetLayer) = part.content else { continue }
            let place = part.path.isEmpty ? "assets/" : "assets/\(part.path)/"
            try layer.load(assets: { name in
                guard let entry = archive[place + name] else { return nil }
                return try archive.bytes(of: entry)
            })
        }
    }
}

/// The version of Keras whose files are written.
package let kerasVersion = "3.15.1"

/// A layer that keeps a table in a file of its own beside the weights.
protocol AssetLayer: Layer {
    /// The files' names under the layer's path, and what is in them.
    func assets() throws -> [(name: String, bytes: [UInt8])]
    /// Takes the tables back.
    /// - Parameter file: gives the bytes of a file of this name; nil if there is none.
    func load(assets file: (String) throws -> [UInt8]?) throws
}

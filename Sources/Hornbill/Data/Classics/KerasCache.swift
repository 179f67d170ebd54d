import Foundation
import HornbillEngine

// swift-format-ignore: TypeNamesShouldBeCapitalized
/// The classic data sets, from the files that Keras keeps in its cache: `datasets.mnist.loadData()`.
///
/// Nothing is downloaded: a file that is not there is an error that says where to put it and where Keras takes it from.
public enum datasets {
    /// Arrays to train on and arrays to test on, inputs first.
    public typealias Arrays = (train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor))
    /// The same for texts: each a list of the numbers of its words.
    public typealias Texts = (train: (x: [[Int]], y: Tensor), test: (x: [[Int]], y: Tensor))
}

/// Where Keras keeps its files.
enum KerasCache {
    /// `$KERAS_HOME`, or `~/.keras`, or `/tmp/.keras` where that cannot be written, as in Keras.
    static var home: String {
        if let home = ProcessInfo.processInfo.environment["KERAS_HOME"] {
            return (home as NSString).expandingTildeInPath
        }
        let home = NSHomeDirectory()
        return access(home, W_OK) == 0 ? home + "/.keras" : "/tmp/.keras"
    }

    /// The path of a file of the cache.
    /// - Parameters:
    ///   - name: its name in the cache, or a path (one with a slash) of the user's.
    ///   - origin: where Keras gets it.
    /// - Throws: kind `file` if it is not there.
    static func file(_ name: String, folder: String = "datasets", origin: String) throws -> String {
        let path = name.contains("/") ? (name as NSString).expandingTildeInPath : "\(home)/\(folder)/\(name)"
        guard access(path, F_OK) == 0 else { throw missing(path, origin) }
        return path
    }

    static func missing(_ path: String, _ origin: String) -> HornbillError {
        HornbillError(
            .file,
            "there is no file '\(path)': put it there (Keras takes it from \(origin)), or set KERAS_HOME to the folder whose 'datasets' has it"
        )
    }

    static let google = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

    /// The arrays of an npz file.
    /// - Throws: kind `file` if one is missing.
    static func arrays(_ path: String, _ names: [String]) throws -> [Tensor] {
        let archive = try NpzArchive(path: path)
        return try names.map { name in
            guard let tensor = archive[name] else {
                throw HornbillError(
                    .file, "'\(path)' has no array '\(name)'; it has \(archive.names.joined(separator: ", "))")
            }
            return tensor
        }
    }

    /// A table of numbers by word, from JSON.
    static func wordIndex(_ name: String) throws -> [String: Int] {
        let path = try file(name, origin: google + (name as NSString).lastPathComponent)
        let bytes = try FileBytes.read(path, limit: 1 << 28)
        do {
            return try JSONDecoder().decode([String: Int].self, from: Data(bytes))
        } catch {
            throw HornbillError(.file, "'\(path)' is no JSON object of numbers by word")
        }
    }

    /// Checks that inputs and targets are as many.
    static func check(_ path: String, _ x: Int, _ y: Tensor) throws {
        guard y.rank > 0, y.shape[0] == x else {
            throw HornbillError(.data, "'\(path)' has \(x) samples, but targets of shape \(y.shape)")
        }
    }
}

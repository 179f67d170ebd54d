import Foundation
import HornbillEngine

extension Model {
    /// Writes the model into one file that Keras reads too: architecture, weights, how it was compiled, and the
    /// optimizer's state. Follows Keras's [save](https://keras.io/api/models/model_saving_apis/model_saving_and_loading/).
    ///
    /// The file appears whole or not at all: whatever happens, the old file or the new one is there.
    /// - Parameters:
    ///   - path: `model.keras`, or any other name.
    ///   - overwrite: whether a file that is there already is replaced; otherwise it is an error.
    ///   - includeOptimizer: whether the optimizer's state and what `compile` was given are written.
    /// - Throws: kind `file` with the path and the system's reason; kind `argument` for what cannot be written.
    public func save(_ path: String, overwrite: Bool = true, includeOptimizer: Bool = true) throws {
        for ending in [".h5", ".hdf5"] where path.hasSuffix(ending) {
            throw HornbillError(
                .argument,
                path.hasSuffix(".weights.h5")
                    ? "'\(path)': weights alone are written by saveWeights"
                    : "'\(path)': models are written as .keras; the older .h5 is only read")
        }
        try checkReplacing(path, overwrite)
        try KerasArchive.write(self, to: path, includeOptimizer: includeOptimizer)
    }

    /// Writes the weights, and the optimizer's state if the model is compiled, as Keras's `save_weights` does.
    /// - Parameter path: ends in `.weights.h5`.
    public func saveWeights(_ path: String, overwrite: Bool = true) throws {
        guard path.hasSuffix(".weights.h5") else {
            throw HornbillError(.argument, "the name of a file of weights must end in .weights.h5, not '\(path)'")
        }
        guard isFullyBuilt else {
            throw HornbillError(
                .state, "the model has no weights yet: build it, or call it on data, before they are saved",
                layer: label)
        }
        try checkReplacing(path, overwrite)
        try AtomicFile.write(path, WeightsFile.image(of: SavedParts.of(self)))
    }

    /// Reads weights that were saved by ``saveWeights(_:overwrite:)`` or by Keras: `.weights.h5`, `.keras`, or the older
    /// `.h5`. The optimizer's state is read too where the file has it and the model is compiled.
    /// - Parameters:
    ///   - skipMismatch: whether variables that do not fit keep their values, with a warning that lists them.
    ///   - byName: for the older `.h5`: whether layers are found by their names, not by their order.
    /// - Throws: kind `file` that lists each variable that does not fit: its path, what was expected, what was found.
    ///   The weights are then what they were.
    public func loadWeights(_ path: String, skipMismatch: Bool = false, byName: Bool = false) throws {
        guard isFullyBuilt else {
            throw HornbillError(
                .state, "the model has no variables yet: build it, or call it on data, before weights are loaded",
                layer: label)
        }
        let root: HDF5Group
        if KerasArchive.isZip(path) {
            root = try KerasArchive(path: path).weights().root
        } else {
            root = try HDF5Reader(FileRange(path: path), named: path).root
        }
        if let legacy = try LegacyWeights(root, file: path) {
            try legacy.load(into: self, skipMismatch: skipMismatch, byName: byName)
            return
        }
        guard !byName else {
            throw HornbillError(
                .argument, "'\(path)': only the older .h5 files have weights by name; this file has them by path")
        }
        try WeightsFile.load(SavedParts.of(self), from: root, file: path, skipMismatch: skipMismatch)
    }

    private func checkReplacing(_ path: String, _ overwrite: Bool) throws {
        if !overwrite, FileManager.default.fileExists(atPath: path) {
            throw HornbillError(.file, "'\(path)' is there already, and is not to be replaced")
        }
    }
}

/// Reads a model that was saved by ``Model/save(_:overwrite:includeOptimizer:)`` or by Keras: a `.keras` file, or an older
/// `.h5` with the architecture in it. What the file is, its content says, not its name.
///
/// No code is run, no other file is opened: objects that are neither Keras's nor registered are refused by name.
/// - Parameters:
///   - customObjects: classes and functions of yours that the file names, beside the registered ones.
///   - compile: whether the model is compiled as the file says.
/// - Throws: kind `file` or `argument` that names the layer or the variable and what is wrong with it.
public func loadModel(_ path: String, customObjects: CustomObjects = [:], compile: Bool = true) throws -> Model {
    let context = LoadingContext(customObjects: customObjects)
    if KerasArchive.isZip(path) { return try KerasArchive(path: path).model(context, compile: compile) }
    let bytes = try FileRange(path: path)
    guard HDF5Reader.isHDF5(bytes) else {
        throw HornbillError(.file, "'\(path)' is no model: it begins neither as a .keras archive nor as an HDF5 file")
    }
    return try LegacyModel.read(
        HDF5Reader(bytes, named: path).root, file: path, byteCount: bytes.count, context, compile: compile)
}

import Foundation
import HornbillEngine

extension datasets {
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 50,000 + 10,000 colour pictures in ten classes, 32 × 32 (Krizhevsky, 2009).
    public enum cifar10 {
        /// - Parameters:
        ///   - path: the archive `cifar-10-python.tar.gz`, or the folder that was in it; those of the cache if nil.
        ///   - dataFormat: where the channels stand.
        /// - Returns: images `(n, 32, 32, 3)` and labels `(n, 1)`, uint8.
        /// - Throws: kind `file` for files that are missing or damaged.
        public static func loadData(path: String? = nil, dataFormat: DataFormat = .channelsLast) throws -> Arrays {
            let files = CIFARFiles(
                folder: "cifar-10-batches-py", cacheNames: ["cifar-10-batches-py-target", "cifar-10-batches-py"],
                archive: "cifar-10-python.tar.gz")
            let training = (1...5).map { "data_batch_\($0)" }
            let parts = try files.read(training + ["test_batch"], path: path, label: "labels", dataFormat)
            let train = parts.dropLast()
            return (
                (
                    try ops.concatenate(train.map(\.x), axis: 0).validated(),
                    try ops.concatenate(train.map(\.y), axis: 0).validated()
                ), parts[5]
            )
        }
    }

    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 50,000 + 10,000 colour pictures in a hundred classes, 32 × 32 (Krizhevsky, 2009).
    public enum cifar100 {
        /// Which classes are the labels: the hundred, or the twenty groups they belong to.
        public enum LabelMode: String, Sendable, Hashable, CaseIterable { case fine, coarse }

        /// - Parameters:
        ///   - path: the archive `cifar-100-python.tar.gz`, or the folder that was in it; those of the cache if nil.
        ///   - dataFormat: where the channels stand.
        /// - Returns: images `(n, 32, 32, 3)`, uint8, and labels `(n, 1)`, int64.
        /// - Throws: kind `file` for files that are missing or damaged.
        public static func loadData(
            labelMode: LabelMode = .fine, path: String? = nil, dataFormat: DataFormat = .channelsLast
        ) throws -> Arrays {
            let files = CIFARFiles(
                folder: "cifar-100-python", cacheNames: ["cifar-100-python-target", "cifar-100-python"],
                archive: "cifar-100-python.tar.gz")
            let label = "\(labelMode.rawValue)_labels"
            let parts = try files.read(["train", "test"], path: path, label: label, dataFormat)
                .map { (x: $0.x, y: $0.y.cast(to: .int64)) }
            return (parts[0], parts[1])
        }
    }
}

/// The pickled batches of both.
private struct CIFARFiles {
    /// The folder in the archive.
    let folder: String
    /// What Keras calls the folder into which it unpacks, in newer and older versions.
    let cacheNames: [String]
    let archive: String

    /// The pictures and labels (uint8) of some files.
    func read(
        _ names: [String], path: String?, label: String, _ dataFormat: DataFormat
    ) throws -> [(x: Tensor, y: Tensor)] {
        let place = try locate(path)
        if place.isArchive {
            let files = try TarFile.read(place.path, names.map { "\(folder)/\($0)" }, limit: 1 << 29)
            return try names.map {
                try batch(files["\(folder)/\($0)"] ?? [], "'\($0)' of '\(place.path)'", label, dataFormat)
            }
        }
        return try names.map { name in
            let file = "\(place.path)/\(name)"
            return try batch(FileBytes.read(file, limit: 1 << 29), "'\(file)'", label, dataFormat)
        }
    }

    /// The unpacked folder, or the archive.
    private func locate(_ path: String?) throws -> (path: String, isArchive: Bool) {
        func kind(_ path: String) -> (path: String, isArchive: Bool)? {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
            guard isFolder.boolValue else { return (path, true) }
            let inner = "\(path)/\(folder)"
            return (FileManager.default.fileExists(atPath: inner) ? inner : path, false)
        }
        let origin = "https://www.cs.toronto.edu/~kriz/\(archive)"
        if let path {
            let path = (path as NSString).expandingTildeInPath
            guard let found = kind(path) else { throw KerasCache.missing(path, origin) }
            return found
        }
        let cache = "\(KerasCache.home)/datasets"
        let names = cacheNames + cacheNames.flatMap { ["\($0)_archive", "\($0).tar.gz"] } + [archive]
        guard let found = names.lazy.compactMap({ kind("\(cache)/\($0)") }).first else {
            throw KerasCache.missing("\(cache)/\(archive)", origin)
        }
        return found
    }

    private func batch(
        _ bytes: [UInt8], _ what: String, _ label: String, _ dataFormat: DataFormat
    ) throws -> (x: Tensor, y: Tensor) {
        do {
            let pickle = try Pickle(bytes)
            guard let data = pickle.entry("data", of: pickle.root), let labels = pickle.entry(label, of: pickle.root)
            else { throw HornbillError(.file, "it has no entries 'data' and '\(label)'") }
            let pixels = try pickle.byteTensor(data, "the entry 'data'")
            let classes = try pickle.ints(labels, "the entry '\(label)'")
            guard pixels.rank == 2, pixels.shape[1] == 3072, pixels.shape[0] == classes.count else {
                throw HornbillError(
                    .file,
                    "it has pixels of shape \(pixels.shape) and \(classes.count) labels, not 3072 pixels for each")
            }
            guard classes.allSatisfy({ (0..<100).contains($0) }) else {
                throw HornbillError(.file, "it has labels that are none of the classes")
            }
            var x = ops.reshape(pixels, [classes.count, 3, 32, 32])
            if dataFormat == .channelsLast { x = ops.transpose(x, axes: [0, 2, 3, 1]) }
            let y = Tensor(classes.map { UInt8(clamping: $0) }, shape: [classes.count, 1])
            return (try x.validated(), try y.validated())
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "\(what) cannot be read: \(error.message)")
        }
    }
}

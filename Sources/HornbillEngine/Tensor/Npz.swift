/// The arrays of an npz file (`numpy.savez`), in their order.
public struct NpzArchive: Sendable {
    /// The arrays' names, as they follow each other in the file.
    public let names: [String]
    private let tensors: [String: Tensor]

    /// Reads a file.
    /// - Throws: kind `file` for a file that is missing or damaged or whose entries are no arrays; `dtype` for arrays
    ///   that are not of numbers.
    public init(path: String) throws {
        do {
            try self.init(ZipArchive(path: path))
        } catch let error as HornbillError {
            throw HornbillError(
                error.kind, error.message.contains(path) ? error.message : "'\(path)': \(error.message)")
        }
    }

    /// Reads the bytes of a file.
    public init(data: [UInt8]) throws { try self.init(ZipArchive(data)) }

    private init(_ archive: ZipArchive) throws {
        var names: [String] = []
        var tensors: [String: Tensor] = [:]
        for entry in archive.entries {
            let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
            guard tensors[name] == nil else { throw HornbillError(.file, "the archive has two arrays '\(name)'") }
            tensors[name] = try archive.read(entry) { try Tensor.readNpy(&$0) }
            names.append(name)
        }
        self.names = names
        self.tensors = tensors
    }

    /// The array of this name.
    public subscript(name: String) -> Tensor? { tensors[name] }

    /// All arrays by name.
    public var dictionary: [String: Tensor] { tensors }
}

/// The arrays of an npz file by name.
/// - Throws: kind `file` or `dtype`, as ``NpzArchive/init(path:)``.
public func loadNpz(_ path: String) throws -> [String: Tensor] { try NpzArchive(path: path).dictionary }

/// Writes an npz file for `numpy.load`, its arrays ordered by name. The file appears whole or not at all.
/// - Parameter compressed: whether to deflate the arrays.
/// - Throws: the error that a tensor carries, or kind `file`.
public func saveNpz(_ path: String, _ arrays: [String: Tensor], compressed: Bool = false) throws {
    try npzWriter(arrays.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, compressed).write(to: path)
}

/// Writes an npz file with its arrays in this order.
public func saveNpz(_ path: String, _ arrays: [(name: String, tensor: Tensor)], compressed: Bool = false) throws {
    try npzWriter(arrays.map { ($0.name, $0.tensor) }, compressed).write(to: path)
}

/// The bytes of an npz file with its arrays in this order.
public func npzData(_ arrays: [(name: String, tensor: Tensor)], compressed: Bool = false) throws -> [UInt8] {
    try npzWriter(arrays.map { ($0.name, $0.tensor) }, compressed).data()
}

private func npzWriter(_ arrays: [(String, Tensor)], _ compressed: Bool) throws -> ZipWriter {
    var writer = ZipWriter(deflated: compressed)
    for (name, tensor) in arrays { writer.add(name + ".npy", try tensor.npyData()) }
    return writer
}

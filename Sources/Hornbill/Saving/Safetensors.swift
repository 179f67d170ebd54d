import HornbillEngine

/// The arrays of a safetensors file. Its header is read at once, an array when it is asked for.
///
/// Everything that the header says is compared with the file: the arrays must fill it without gaps and without lying over
/// each other, as the format demands.
public struct SafetensorsFile: Sendable {
    /// The arrays' names, as they follow each other in the file.
    public let names: [String]
    /// Texts that whoever wrote the file added.
    public let metadata: [String: String]
    private let bytes: any RandomAccessBytes
    private let arrays: [String: Stored]
    private let name: String

    private struct Stored {
        var element: StoredElement
        var shape: Shape
        var start: Int
        var byteCount: Int
    }

    /// The format's own limit.
    private static let maximumHeader = 100_000_000

    /// - Throws: kind `file` for a file that is missing, damaged or of another kind; `dtype` for elements of 8 bits and
    ///   less that are no integers.
    public init(path: String) throws { try self.init(FileRange(path: path), named: path) }

    /// Reads the bytes of a file.
    public init(data: [UInt8]) throws { try self.init(MemoryBytes(data), named: "the data") }

    init(_ bytes: some RandomAccessBytes, named name: String) throws {
        func invalid(_ reason: String) -> HornbillError {
            HornbillError(.file, "'\(name)' is no valid safetensors file: \(reason)")
        }
        guard bytes.count >= 10 else { throw invalid("it has \(bytes.count) bytes") }
        let length = try bytes.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Self.maximumHeader, Int(length) <= bytes.count - 8 else {
            throw invalid("its header of \(length) bytes does not fit")
        }
        let header = try bytes.bytes(at: 8, count: Int(length))
        guard header.first == UInt8(ascii: "{") else { throw invalid("its header does not begin with '{'") }
        let value: ConfigValue
        do { value = try JSON.parse(header) } catch let error as HornbillError { throw invalid(error.message) }
        guard case .object(let entries) = value else { throw invalid("its header is no object") }
        let dataStart = 8 + Int(length)
        var metadata: [String: String] = [:]
        var found: [(name: String, array: Stored)] = []
        for key in entries.keys {
            guard case .object(let entry)? = entries[key] else { throw invalid("the entry '\(key)' is no object") }
            if key == "__metadata__" {
                for name in entry.keys {
                    guard case .string(let text)? = entry[name] else { throw invalid("its metadata are not all texts") }
                    metadata[name] = text
                }
            } else {
                found.append((key, try Self.array(entry, key, dataStart, bytes.count, name, invalid)))
            }
        }
        found.sort { ($0.array.start, $0.array.byteCount) < ($1.array.start, $1.array.byteCount) }
        var end = dataStart
        for (name, array) in found {
            guard array.start == end else { throw invalid("'\(name)' does not begin where the array before it ends") }
            end += array.byteCount
        }
        guard end == bytes.count else { throw invalid("\(bytes.count - end) bytes belong to no array") }
        names = found.map(\.name)
        arrays = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.array) })
        (self.metadata, self.bytes, self.name) = (metadata, bytes, name)
    }

    private static func array(
        _ entry: Config, _ key: String, _ dataStart: Int, _ fileCount: Int, _ file: String,
        _ invalid: (String) -> HornbillError
    ) throws -> Stored {
        guard case .string(let dtype)? = entry["dtype"], case .list(let sizes)? = entry["shape"],
            case .list(let offsets)? = entry["data_offsets"], case .int(let start)? = offsets.first,
            case .int(let end)? = offsets.last, offsets.count == 2
        else { throw invalid("'\(key)' lacks its dtype, shape or data_offsets") }
        guard let element = elements[dtype] else {
            throw HornbillError(.dtype, "'\(file)': '\(key)' is \(dtype), which no tensor can be")
        }
        let shape = try Shape(
            sizes.map { size in
                guard case .int(let size) = size, size >= 0 else { throw invalid("'\(key)' has a size that is none") }
                return size
            }
        ).validated()
        guard start >= 0, start <= end, end <= fileCount - dataStart, end - start == shape.count * element.byteCount
        else {
            throw invalid("'\(key)' of shape \(shape) and \(dtype) does not fit into the bytes from \(start) to \(end)")
        }
        return Stored(element: element, shape: shape, start: dataStart + start, byteCount: end - start)
    }

    private static let elements: [String: StoredElement] = [
        "F64": .same(.float64), "F32": .same(.float32), "F16": .same(.float16), "BF16": .same(.bfloat16),
        "I64": .same(.int64), "I32": .same(.int32), "U8": .same(.uint8), "BOOL": .same(.bool), "I8": .int8,
        "I16": .int16, "U16": .uint16, "U32": .uint32, "U64": .uint64,
    ]

    /// Reads the array of this name; nil if there is none. int8, int16 and uint16 are read as int32, uint32 and uint64 as
    /// int64.
    /// - Throws: kind `file` or `memory`, `dtype` for a uint64 beyond int64.
    public func tensor(_ name: String) throws -> Tensor? {
        guard let array = arrays[name] else { return nil }
        let buffer = try HostBuffer(byteCount: array.byteCount)
        try bytes.read(
            at: array.start, into: UnsafeMutableRawBufferPointer(start: buffer.pointer, count: array.byteCount))
        return try array.element.tensor(buffer, array.shape, "'\(self.name)': '\(name)'")
    }
}

/// The arrays of a safetensors file by name.
/// - Throws: as ``SafetensorsFile``.
public func loadSafetensors(_ path: String) throws -> [String: Tensor] {
    let file = try SafetensorsFile(path: path)
    var result: [String: Tensor] = [:]
    for name in file.names { result[name] = try file.tensor(name) }
    return result
}

/// Writes a safetensors file, its arrays ordered by the size of their elements, then by name, as the format's own library
/// does. The file appears whole or not at all.
/// - Throws: the error that a tensor carries, `dtype` for strings, or kind `file`.
public func saveSafetensors(_ path: String, _ arrays: [String: Tensor], metadata: [String: String] = [:]) throws {
    try AtomicFile.write(path, safetensors(arrays, metadata))
}

/// What ``saveSafetensors(_:_:metadata:)`` writes.
public func safetensorsData(_ arrays: [String: Tensor], metadata: [String: String] = [:]) throws -> [UInt8] {
    try safetensors(arrays, metadata).allBytes()
}

private func safetensors(_ arrays: [String: Tensor], _ metadata: [String: String]) throws -> ComposedBytes {
    var header = Config()
    if !metadata.isEmpty {
        let entries = metadata.sorted { $0.key < $1.key }
        header["__metadata__"] = .object(Config(entries.map { ($0.key, .string($0.value)) }))
    }
    var pieces: [any RandomAccessBytes] = []
    var offset = 0
    let sorted = arrays.sorted {
        $0.value.dtype.byteCount == $1.value.dtype.byteCount
            ? $0.key < $1.key : $0.value.dtype.byteCount > $1.value.dtype.byteCount
    }
    for (name, tensor) in sorted {
        guard name != "__metadata__" else {
            throw HornbillError(.argument, "an array cannot have the name '__metadata__' in a safetensors file")
        }
        let bytes = try TensorBytes(tensor)
        header[name] = .object([
            "dtype": .string(tensor.dtype.safetensorsName),
            "shape": .list(tensor.shape.dimensions.map(ConfigValue.int)),
            "data_offsets": [.int(offset), .int(offset + bytes.count)],
        ])
        offset += bytes.count
        pieces.append(bytes)
    }
    var text = Array(JSON.text(.object(header)).utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return ComposedBytes(joining: [MemoryBytes(length + text)] + pieces)
}

extension DType {
    fileprivate var safetensorsName: String {
        switch self {
        case .float64: "F64"
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .int64: "I64"
        case .int32: "I32"
        case .uint8: "U8"
        case .bool: "BOOL"
        // Whoever writes has asked for the numbers in memory first, and got an error.
        case .string: "STRING"
        }
    }
}

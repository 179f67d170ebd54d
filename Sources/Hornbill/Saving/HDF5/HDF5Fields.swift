import HornbillEngine

/// Where in a file something is read, for its errors.
struct HDF5Place: Sendable, Hashable {
    var file: String
    /// The object's path, as `/layers/dense`.
    var path: String

    /// An error of kind `file` that names both.
    func error(_ reason: String) -> HornbillError {
        HornbillError(.file, path == "/" ? "'\(file)': \(reason)" : "'\(file)': '\(path)': \(reason)")
    }

    /// The error for something that the format has and this reader does not want.
    func refused(_ construct: String, _ advice: String = "") -> HornbillError {
        error("refused: \(construct)\(advice.isEmpty ? "" : "; \(advice)")")
    }
}

/// The little-endian fields of a piece of metadata, one after the other. No field reaches beyond the piece.
struct HDF5Fields {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let what: String
    let place: HDF5Place

    /// - Parameter what: the piece's name in errors, as `the object header`.
    init(_ bytes: ArraySlice<UInt8>, _ what: String, _ place: HDF5Place) {
        self.bytes = bytes
        self.what = what
        self.place = place
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    func error(_ reason: String) -> HornbillError { place.error("\(what) is damaged: \(reason)") }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw error("it ends \(count.subtractingReportingOverflow(remaining).partialValue) bytes too early")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    /// A number of `width` ≤ 8 bytes.
    mutating func unsigned(_ width: Int) throws -> UInt64 {
        var value: UInt64 = 0
        for byte in try take(width).reversed() { value = value << 8 | UInt64(byte) }
        return value
    }

    mutating func byte() throws -> Int { Int(truncatingIfNeeded: try unsigned(1)) }

    /// A length or count of `width` bytes.
    mutating func length(_ width: Int = 8) throws -> Int {
        let value = try unsigned(width)
        guard let length = Int(exactly: value) else { throw error("it has a length of \(value)") }
        return length
    }

    /// An address of 8 bytes; nil for the undefined one.
    mutating func address() throws -> Int? {
        let value = try unsigned(8)
        if value == .max { return nil }
        guard let address = Int(exactly: value) else { throw error("it has an address of \(value)") }
        return address
    }

    mutating func expect(_ signature: String) throws {
        let found = try take(signature.utf8.count)
        guard found.elementsEqual(signature.utf8) else {
            throw error("'\(signature)' is expected there, not \(Array(found))")
        }
    }

    /// The bytes up to a zero, which is taken too.
    mutating func terminated() throws -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0) else { throw error("a name is not terminated") }
        defer { position = end + 1 }
        return bytes[position..<end]
    }

    func text(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("a text is not valid UTF-8") }
        return text
    }
}

/// The header of NumPy's file of one array: a Python dictionary with the type, the order and the shape.
struct NpyHeader {
    /// As `<f4`.
    var descriptor: String
    var isFortranOrdered: Bool
    var shape: Shape

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Far more than NumPy's own limit of 10,000, far less than memory.
    private static let maximumLength = 1 << 20

    /// Reads the magic bytes, the version, and the dictionary.
    /// - Throws: kind `file` for anything that is not such a header.
    static func read(_ stream: inout some ByteStream) throws -> (header: NpyHeader, byteCount: Int) {
        func invalid(_ reason: String) -> HornbillError { HornbillError(.file, "no valid npy data: \(reason)") }
        guard stream.byteCount >= 10 else { throw invalid("it has \(stream.byteCount) bytes") }
        let start = try stream.read(8)
        guard Array(start.prefix(6)) == magic else { throw invalid("it does not begin with \\x93NUMPY") }
        let lengthBytes: Int
        switch start[6] {
        case 1: lengthBytes = 2
        case 2, 3: lengthBytes = 4
        default: throw invalid("the version \(start[6]).\(start[7]) is not known; known are 1, 2 and 3")
        }
        guard stream.byteCount >= 8 + lengthBytes else { throw invalid("the header is cut off") }
        let length = try stream.read(lengthBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= maximumLength, length <= stream.byteCount - 8 - lengthBytes else {
            throw invalid("the header's length of \(length) bytes does not fit")
        }
        var parser = LiteralParser(try stream.read(length))
        return (try parser.header(), 8 + lengthBytes + length)
    }

    /// The header as version 1.0 (2.0 where it is long), padded so that the data begins at a multiple of 64.
    static func bytes(_ descriptor: String, _ shape: Shape) -> [UInt8] {
        let text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(shape), }"
        let lengthBytes = text.utf8.count + 1 + 10 + 63 < 1 << 16 ? 2 : 4
        let before = magic.count + 2 + lengthBytes
        let padding = (64 - (before + text.utf8.count + 1) % 64) % 64
        let length = text.utf8.count + padding + 1
        let sizes = (0..<lengthBytes).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return magic + [lengthBytes == 2 ? 1 : 2, 0] + sizes + Array(text.utf8) + [UInt8](repeating: 32, count: padding)
            + [10]
    }
}

/// As much of Python's literals as a header needs, over bytes that may hold anything.
private struct LiteralParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func invalid(_ expected: String) -> HornbillError {
        HornbillError(.file, "no valid npy data: the header lacks \(expected) at its byte \(position)")
    }

    private mutating func skipSpace() {
        while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
    }

    private mutating func accept(_ character: Character) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Character) throws {
        guard accept(character) else { throw invalid("'\(character)'") }
    }

    mutating func header() throws -> NpyHeader {
        var (descriptor, fortran, shape): (String?, Bool?, Shape?)
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr":
                skipSpace()
                if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
                    throw HornbillError(
                        .dtype, "npy data of records (a structured dtype) cannot be read: save its columns apart")
                }
                descriptor = try string()
            case "fortran_order": fortran = try boolean()
            case "shape": shape = try tuple()
            default: throw HornbillError(.file, "no valid npy data: the header has an unknown key")
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == bytes.count else { throw invalid("its end") }
        guard let descriptor, let fortran, let shape else { throw invalid("one of descr, fortran_order and shape") }
        return NpyHeader(descriptor: descriptor, isFortranOrdered: fortran, shape: shape)
    }

    private mutating func string() throws -> String {
        skipSpace()
        guard position < bytes.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position]) else {
            throw invalid("a string")
        }
        let quote = bytes[position]
        let start = position + 1
        guard let end = bytes[start...].firstIndex(of: quote), end - start <= 64 else {
            throw invalid("a short string")
        }
        let content = bytes[start..<end]
        guard content.allSatisfy({ $0 >= 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }) else {
            throw invalid("a plain string")
        }
        position = end + 1
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func boolean() throws -> Bool {
        skipSpace()
        for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw invalid("True or False")
    }

    private mutating func tuple() throws -> Shape {
        try expect("(")
        var sizes: [Int] = []
        while !accept(")") {
            sizes.append(try integer())
            guard sizes.count <= 64 else { throw HornbillError(.file, "no valid npy data: more than 64 axes") }
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return try Shape(sizes).validated()
    }

    private mutating func integer() throws -> Int {
        skipSpace()
        var value = 0
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(bytes[position]) - 48)
            guard !overflow, !carry else { throw HornbillError(.file, "no valid npy data: a size beyond all memory") }
            value = sum
            position += 1
        }
        guard position > start else { throw invalid("a size") }
        if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }  // Python 2's long
        return value
    }
}

import CZlib
import Foundation

/// A zip archive that is written, as a file that appears whole or not at all, or in memory.
///
/// The same entries give the same file: no clock, and the date that zip's own begins with.
package struct ZipWriter {
    private var entries: [(name: String, bytes: any RandomAccessBytes, isDeflated: Bool)] = []
    /// Whether entries are packed; weights hardly shrink.
    package var isDeflated: Bool

    package init(deflated: Bool = false) { isDeflated = deflated }

    /// Adds an entry. Later entries with its name replace it.
    package mutating func add(_ name: String, _ bytes: [UInt8]) { add(name, MemoryBytes(bytes)) }

    /// Adds an entry whose bytes are read when the archive is written, piece by piece.
    package mutating func add(_ name: String, _ bytes: some RandomAccessBytes) {
        entries.removeAll { $0.name == name }
        entries.append((name, bytes, isDeflated))
    }

    /// Adds a file's bytes as an entry.
    /// - Throws: kind `file` if there is no such file.
    package mutating func add(_ name: String, fileAt path: String) throws { add(name, try FileRange(path: path)) }

    /// Writes the file.
    /// - Throws: kind `file`; `argument` for a name that leads out of a folder.
    package func write(to path: String) throws {
        try AtomicFile.replace(path) { temporary in
            let output = try ZipFile(temporary, path)
            try fill(output)
        }
    }

    /// The archive as bytes.
    package func data() throws -> [UInt8] {
        let output = ZipMemory()
        try fill(output)
        return output.bytes
    }

    private func fill(_ output: some ZipOutput) throws {
        var directory: [ZipRecord] = []
        for (name, bytes, isDeflated) in entries {
            guard ZipDirectory.isSafe(name), name.utf8.count < 1 << 16 else {
                throw HornbillError(.argument, "'\(name.prefix(100))' cannot be the name of an entry of an archive")
            }
            var record = ZipRecord(name: name, isDeflated: isDeflated, byteCount: bytes.count, start: output.count)
            // The header is written once more when the CRC and the packed size are known.
            try output.append(record.localHeader)
            let dataStart = output.count
            var checksum: UInt = 0
            let deflater = isDeflated ? try Deflater() : nil
            try bytes.forEachPiece(size: 1 << 18) { piece in
                checksum = crc32_z(checksum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), piece.count)
                if let deflater {
                    try deflater.pack(piece, isLast: false, output.append)
                } else {
                    try output.append(piece)
                }
            }
            try deflater?.pack(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, output.append)
            record.checksum = UInt32(truncatingIfNeeded: checksum)
            record.packedCount = output.count - dataStart
            try output.write(record.localHeader, at: record.start)
            directory.append(record)
        }
        let start = output.count
        for record in directory { try output.append(record.directoryLine) }
        try output.append(ZipRecord.end(directory.count, start, output.count - start))
    }
}

extension ZipOutput {
    fileprivate func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }
}

/// Where an archive is written: at its end, and once more at places where something is.
private protocol ZipOutput: AnyObject {
    var count: Int { get }
    func append(_ piece: UnsafeRawBufferPointer) throws
    func write(_ bytes: [UInt8], at place: Int) throws
}

private final class ZipMemory: ZipOutput {
    private(set) var bytes: [UInt8] = []
    var count: Int { bytes.count }

    func append(_ piece: UnsafeRawBufferPointer) { bytes.append(contentsOf: piece) }

    func write(_ new: [UInt8], at place: Int) { bytes.replaceSubrange(place..<place + new.count, with: new) }
}

private final class ZipFile: ZipOutput {
    private(set) var count = 0
    private let file: Int32
    private let path: String

    /// - Parameter path: the file that this will be, for errors.
    init(_ temporary: String, _ path: String) throws {
        self.path = path
        file = try AtomicFile.create(temporary, path)
    }

    deinit { close(file) }

    func append(_ piece: UnsafeRawBufferPointer) throws {
        try AtomicFile.write(piece, to: file, path)
        count += piece.count
    }

    func write(_ bytes: [UInt8], at place: Int) throws {
        let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(place)) }
        guard written == bytes.count else { throw AtomicFile.failure("write", path) }
    }
}

/// What an archive says about an entry.
private struct ZipRecord {
    let name: String
    let isDeflated: Bool
    let byteCount: Int
    let start: Int
    var packedCount = 0
    var checksum: UInt32 = 0

    init(name: String, isDeflated: Bool, byteCount: Int, start: Int) {
        self.name = name
        self.isDeflated = isDeflated
        self.byteCount = byteCount
        self.start = start
        packedCount = isDeflated ? 0 : byteCount
    }

    private static let most32 = 0xFFFF_FFFF
    /// Whether the sizes may need more than 32 bits; packing what does not shrink adds a little.
    private var isLarge: Bool { byteCount > 0xF000_0000 }

    private static func field(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// Version 2.0 or, with 64-bit sizes, 4.5; bit 11 for names beyond ASCII; the method; the date 1980-01-01.
    private var common: [UInt8] {
        let flags = name.utf8.allSatisfy { $0 < 128 } ? 0 : 0x800
        let fields = [
            Self.field(isLarge || start >= Self.most32 ? 45 : 20, 2), Self.field(flags, 2),
            Self.field(isDeflated ? 8 : 0, 2), Self.field(0, 2), Self.field(0x21, 2), Self.field(Int(checksum), 4),
            Self.field(isLarge ? Self.most32 : packedCount, 4), Self.field(isLarge ? Self.most32 : byteCount, 4),
            Self.field(name.utf8.count, 2),
        ]
        return Array(fields.joined())
    }

    var localHeader: [UInt8] {
        let extra =
            isLarge ? [Self.field(1, 2), Self.field(16, 2), Self.field(byteCount, 8), Self.field(packedCount, 8)] : []
        let extraBytes = Array(extra.joined())
        return [0x50, 0x4B, 3, 4] + common + Self.field(extraBytes.count, 2) + Array(name.utf8) + extraBytes
    }

    var directoryLine: [UInt8] {
        let isFar = start >= Self.most32
        var large: [UInt8] = isLarge ? Self.field(byteCount, 8) + Self.field(packedCount, 8) : []
        if isFar { large += Self.field(start, 8) }
        let extra = large.isEmpty ? [] : Self.field(1, 2) + Self.field(large.count, 2) + large
        // Made on Unix, by version 2.0 or 4.5: a file that its owner may write and all may read.
        let made: [UInt8] = [isLarge || isFar ? 45 : 20, 3]
        let rest = [
            Self.field(extra.count, 2), Self.field(0, 2), Self.field(0, 2), Self.field(0, 2),
            Self.field(0o100644 << 16, 4), Self.field(isFar ? Self.most32 : start, 4),
        ]
        return [0x50, 0x4B, 1, 2] + made + common + Array(rest.joined()) + Array(name.utf8) + extra
    }

    /// The records behind the directory.
    static func end(_ count: Int, _ start: Int, _ size: Int) -> [UInt8] {
        var result: [UInt8] = []
        if count >= 0xFFFF || start >= most32 || size >= most32 {
            let large = [
                field(44, 8), field(45, 2), field(45, 2), field(0, 4), field(0, 4), field(count, 8), field(count, 8),
                field(size, 8), field(start, 8),
            ]
            result += [0x50, 0x4B, 6, 6] + Array(large.joined())
            result += [0x50, 0x4B, 6, 7] + field(0, 4) + field(start + size, 8) + field(1, 4)
        }
        let short = [
            field(0, 2), field(0, 2), field(min(count, 0xFFFF), 2), field(min(count, 0xFFFF), 2),
            field(min(size, most32), 4), field(min(start, most32), 4), field(0, 2),
        ]
        return result + [0x50, 0x4B, 5, 6] + Array(short.joined())
    }
}

/// Packs bytes by deflate.
private final class Deflater {
    /// zlib keeps this address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Minus: without a header of zlib's own. 8: zlib's usual use of memory.
        let code = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw HornbillError(.memory, "zlib cannot be prepared: its code is \(code)") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Packs a piece of at most 1 GiB and hands on what comes out.
    func pack(
        _ piece: UnsafeRawBufferPointer, isLast: Bool, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(piece.count)
        repeat {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            let code = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                throw HornbillError(.internal, "zlib cannot pack: its code is \(code)")
            }
            try write(UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))]))
        } while stream.pointee.avail_out == 0
    }
}

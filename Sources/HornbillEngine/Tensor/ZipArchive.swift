import CZlib
import Foundation

/// A zip archive that is read, from a file or from memory: its entries in any order, each checked against its CRC.
///
/// What the archive says about itself is not believed (``ZipDirectory``), and an entry gives as many bytes as it says and
/// no more.
package final class ZipArchive: Sendable {
    package struct Entry: Sendable {
        package var name: String
        /// The bytes, unpacked.
        package var byteCount: Int
        fileprivate var place: ZipDirectory.Entry
    }

    /// The most that all entries together may hold, unpacked.
    package static let maximumByteCount = 64 << 30

    package let entries: [Entry]
    private let bytes: any RandomAccessBytes
    private let places: [String: Int]

    /// - Throws: kind `file` for a file that is missing, or is no archive or a damaged one.
    package convenience init(path: String) throws {
        let file = try FileRange(path: path)
        do {
            try self.init(file)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "cannot read the archive '\(path)': \(error.message)")
        }
    }

    package convenience init(_ bytes: [UInt8]) throws { try self.init(MemoryBytes(bytes)) }

    package init(_ bytes: some RandomAccessBytes) throws {
        self.bytes = bytes
        entries = try ZipDirectory(bytes).entries.map { Entry(name: $0.name, byteCount: $0.byteCount, place: $0) }
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// Whether the bytes begin as archives do.
    package static func isZip(_ bytes: some RandomAccessBytes) -> Bool {
        guard let start = try? bytes.bytes(at: 0, count: 4) else { return false }
        return start == [0x50, 0x4B, 3, 4] || start == [0x50, 0x4B, 5, 6]
    }

    /// The entry of this name.
    package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

    /// Reads an entry. `body` need not read it to the end, but the rest is read and checked, too.
    package func read<Result>(_ entry: Entry, _ body: (inout EntryStream) throws -> Result) throws -> Result {
        var stream = try EntryStream(bytes, entry.place)
        let result: Result
        do {
            result = try body(&stream)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "the entry '\(entry.name)' of the archive: \(error.message)")
        }
        try stream.finish()
        return result
    }

    /// All bytes of an entry.
    /// - Parameter unpackedLimit: the most that is unpacked into memory; by default 16 MiB or 20 times the archive.
    package func bytes(of entry: Entry, unpackedLimit: Int? = nil) throws -> [UInt8] {
        // A stored entry is there: what it says of its size has been compared. A packed one may lie, so memory is taken
        // as it unpacks.
        guard entry.place.isDeflated else { return try read(entry) { try $0.read(entry.byteCount) } }
        let limit = unpackedLimit ?? max(16 << 20, 20 * min(bytes.count, Self.maximumByteCount))
        guard entry.byteCount <= limit else {
            throw HornbillError(
                .file,
                "the entry '\(entry.name)' of the archive unpacks to \(entry.byteCount) bytes; at most \(limit) are unpacked"
            )
        }
        return try read(entry) { stream in
            var result: [UInt8] = []
            while result.count < entry.byteCount {
                result += try stream.read(min(entry.byteCount - result.count, 1 << 20))
            }
            return result
        }
    }

    /// An entry as bytes that can be read from any place: where they lie if it is stored, unpacked if it is packed.
    /// Its CRC is compared first.
    /// - Parameter unpackedLimit: as ``bytes(of:unpackedLimit:)`` has it.
    package func randomAccess(to entry: Entry, unpackedLimit: Int? = nil) throws -> any RandomAccessBytes {
        guard entry.place.isDeflated else {
            try read(entry) { _ in }
            return try bytes.part(at: entry.place.dataStart, count: entry.byteCount)
        }
        return MemoryBytes(try bytes(of: entry, unpackedLimit: unpackedLimit))
    }

    /// The unpacked bytes of an entry.
    package final class EntryStream: ByteStream {
        package var byteCount: Int { entry.byteCount }
        private let bytes: any RandomAccessBytes
        private let entry: ZipDirectory.Entry
        private var inflater: Inflater?
        /// How many bytes were given, and how many of the archive were taken.
        private var given = 0
        private var taken = 0
        private var checksum: UInt = 0

        fileprivate init(_ bytes: any RandomAccessBytes, _ entry: ZipDirectory.Entry) throws {
            self.bytes = bytes
            self.entry = entry
            if entry.isDeflated { inflater = try Inflater() }
        }

        private func damaged(_ reason: String) -> HornbillError {
            HornbillError(.file, "the entry '\(entry.name)' of the archive is damaged: \(reason)")
        }

        package func read(exactly buffer: UnsafeMutableRawBufferPointer) throws {
            guard buffer.count <= entry.byteCount - given else {
                throw HornbillError(.file, "the entry '\(entry.name)' of the archive ends too early")
            }
            var rest = buffer
            while rest.count > 0 {
                let count: Int
                if let inflater {
                    count = try inflater.fill(rest) { try self.take(into: $0) }
                    guard count > 0 else { throw damaged("it unpacks to fewer bytes than it says") }
                } else {
                    // Pieces of a size that the CRC finds in the cache.
                    count = min(rest.count, 1 << 18)
                    try bytes.read(
                        at: entry.dataStart + taken, into: UnsafeMutableRawBufferPointer(rebasing: rest[..<count]))
                    taken += count
                }
                checksum = crc32_z(checksum, rest.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
                given += count
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
            }
        }

        /// The next packed bytes; 0 at their end.
        private func take(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            let count = min(buffer.count, entry.packedCount - taken)
            try bytes.read(at: entry.dataStart + taken, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
            taken += count
            return count
        }

        /// Reads what is left, and compares sizes and CRC.
        fileprivate func finish() throws {
            let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
            defer { scratch.deallocate() }
            while given < entry.byteCount {
                try read(
                    exactly: UnsafeMutableRawBufferPointer(
                        rebasing: scratch[..<min(scratch.count, entry.byteCount - given)]))
            }
            if let inflater {
                let more = try inflater.fill(UnsafeMutableRawBufferPointer(rebasing: scratch[..<1])) {
                    try self.take(into: $0)
                }
                guard more == 0 else { throw damaged("it unpacks to more bytes than it says") }
                guard taken == entry.packedCount, inflater.unused == 0 else {
                    throw damaged("there are bytes behind its packed ones")
                }
            }
            guard checksum == UInt(entry.checksum) else { throw damaged("its CRC is wrong") }
        }
    }
}

/// Unpacks what deflate has packed.
private final class Inflater {
    /// zlib keeps this address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    private var isFinished = false

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Minus: without a header of zlib's own.
        let code = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw HornbillError(.memory, "zlib cannot be prepared: its code is \(code)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// The bytes that were read and do not belong to the stream.
    var unused: Int { Int(stream.pointee.avail_in) }

    /// Fills the buffer as far as the stream goes; the number of bytes.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ read: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> Int {
        let size = min(buffer.count, 1 << 30)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(size)
        while stream.pointee.avail_out > 0, !isFinished {
            var isAtEnd = false
            if stream.pointee.avail_in == 0 {
                let count = try read(input)
                isAtEnd = count == 0
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(count)
            }
            // At the end of the packed bytes there may be more in zlib's own memory.
            let code = inflate(stream, Z_NO_FLUSH)
            isFinished = code == Z_STREAM_END
            if isAtEnd, code == Z_BUF_ERROR { throw HornbillError(.file, "its packed bytes end too early") }
            guard code == Z_OK || isFinished else {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's code is \(code)"
                throw HornbillError(.file, "its packed bytes are damaged: \(reason)")
            }
        }
        return size - Int(stream.pointee.avail_out)
    }
}

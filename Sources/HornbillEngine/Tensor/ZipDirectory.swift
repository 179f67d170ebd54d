import Foundation

/// The table of contents of a zip archive, each line of it compared with the entry that it describes.
///
/// Two readers that believe different parts of a crafted archive see different files; here every part must say the same.
/// Names that lead out of a folder, names that are there twice, entries that lie over each other, encrypted ones and
/// those in several parts are refused.
struct ZipDirectory {
    struct Entry: Sendable {
        var name: String
        /// Whether it is packed by deflate; stored otherwise.
        var isDeflated: Bool
        var checksum: UInt32
        /// The bytes in the archive, and unpacked.
        var packedCount: Int
        var byteCount: Int
        /// Where the header stands, and where the bytes begin.
        var start: Int
        var dataStart = 0
    }

    private(set) var entries: [Entry] = []

    private static let maximumEntryCount = 1 << 16
    private static let maximumDirectory = 64 << 20
    /// Deflate packs at most 1032 to 1.
    private static let maximumRatio = 1100

    /// What an archive of this size may hold in all: weights and tables of numbers do not pack better.
    private static func mostUnpacked(_ size: Int) -> Int {
        min((256 << 20) + 200 * min(size, ZipArchive.maximumByteCount), ZipArchive.maximumByteCount)
    }

    init(_ bytes: any RandomAccessBytes) throws {
        let (start, size, count) = try Self.end(of: bytes)
        guard count <= Self.maximumEntryCount, size <= Self.maximumDirectory else {
            throw HornbillError(
                .file, "the archive has \(count) entries; at most \(Self.maximumEntryCount) are read")
        }
        var fields = ZipFields(try bytes.bytes(at: start, count: size), "its directory")
        var names: Set<String> = []
        var total = 0
        for _ in 0..<count {
            var entry = try Self.entry(&fields)
            guard names.insert(entry.name).inserted else {
                throw HornbillError(.file, "the archive has two entries '\(entry.name)'")
            }
            try Self.compare(&entry, bytes, directory: start)
            total = total.addingReportingOverflow(entry.byteCount).partialValue
            guard total >= 0, total <= Self.mostUnpacked(bytes.count) else {
                throw HornbillError(
                    .file,
                    "the archive of \(bytes.count) bytes says that it holds more than \(Self.mostUnpacked(bytes.count))"
                )
            }
            entries.append(entry)
        }
        guard fields.remaining == 0 else { throw fields.error("it has more bytes than entries") }
        var end = 0
        for entry in entries.sorted(by: { $0.start < $1.start }) {
            guard entry.start >= end else {
                throw HornbillError(.file, "the entry '\(entry.name)' of the archive lies over another one")
            }
            end = entry.dataStart + entry.packedCount
        }
    }

    /// Where the directory begins, how many bytes and how many entries it has: what the archive's last record says.
    private static func end(of bytes: any RandomAccessBytes) throws -> (start: Int, size: Int, count: Int) {
        let notArchive = HornbillError(.file, "this is no zip archive, or it is cut off: its end is not one's")
        let tailCount = min(bytes.count, 22 + 0xFFFF)
        guard tailCount >= 22 else { throw notArchive }
        let tailStart = bytes.count - tailCount
        let tail = try bytes.bytes(at: tailStart, count: tailCount)
        // The record ends with a comment, of which most archives have none.
        let found = stride(from: tailCount - 22, through: 0, by: -1).first { place in
            guard tail[place..<place + 4].elementsEqual([0x50, 0x4B, 5, 6]) else { return false }
            let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
            return place + 22 + comment == tailCount
        }
        guard let found else { throw notArchive }
        var fields = ZipFields(Array(tail[found..<found + 22]), "its last record")
        try fields.skip(4)
        var disks = [try fields.number(2), try fields.number(2)]
        var counts = [try fields.number(2), try fields.number(2)]
        var (size, start) = (try fields.number(4), try fields.number(4))
        var end = tailStart + found
        if counts[1] == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
            let place = end - 20
            guard place >= 0 else { throw notArchive }
            var locator = ZipFields(try bytes.bytes(at: place, count: 20), "its last record")
            try locator.expect([0x50, 0x4B, 6, 7])
            try locator.skip(4)
            end = try locator.number(8)
            var large = ZipFields(try bytes.bytes(at: end, count: 56), "its last record")
            try large.expect([0x50, 0x4B, 6, 6])
            try large.skip(12)
            disks = [try large.number(4), try large.number(4)]
            counts = [try large.number(8), try large.number(8)]
            (size, start) = (try large.number(8), try large.number(8))
        }
        guard disks == [0, 0], counts[0] == counts[1] else {
            throw HornbillError(.file, "an archive in several parts is not read")
        }
        guard start <= end, size == end - start else {
            throw HornbillError(
                .file, "the archive's directory of \(size) bytes is not where it should be: bytes were added or lost")
        }
        return (start, size, counts[0])
    }

    /// The next line of the directory.
    private static func entry(_ fields: inout ZipFields) throws -> Entry {
        try fields.expect([0x50, 0x4B, 1, 2])
        let system = try fields.number(2) >> 8
        try fields.skip(2)
        let flags = try fields.number(2)
        let method = try fields.number(2)
        try fields.skip(4)
        let checksum = try fields.number(4)
        var sizes = [try fields.number(4), try fields.number(4)]
        let (nameCount, extraCount, commentCount) = (
            try fields.number(2), try fields.number(2), try fields.number(2)
        )
        let disk = try fields.number(2)
        try fields.skip(2)
        let attributes = try fields.number(4)
        var start = try fields.number(4)
        let name = try Self.name(try fields.take(nameCount))
        var extra = ZipFields(Array(try fields.take(extraCount)), "the entry '\(name)'")
        try fields.skip(commentCount)
        while extra.remaining >= 4 {
            let (kind, count) = (try extra.number(2), try extra.number(2))
            var content = ZipFields(Array(try extra.take(count)), "the entry '\(name)'")
            guard kind == 1 else { continue }
            // Sizes beyond 32 bits, in the order unpacked, packed, place; those that fit are left out.
            if sizes[1] == 0xFFFF_FFFF { sizes[1] = try content.number(8) }
            if sizes[0] == 0xFFFF_FFFF { sizes[0] = try content.number(8) }
            if start == 0xFFFF_FFFF { start = try content.number(8) }
        }
        guard flags & 0x2041 == 0 else { throw HornbillError(.file, "the entry '\(name)' of the archive is encrypted") }
        // On Unix (3) and macOS (19) the upper half is the file's mode.
        let fileType = system == 3 || system == 19 ? attributes >> 16 & 0o170000 : 0
        guard [0, 0o100000, 0o040000].contains(fileType) else {
            throw HornbillError(.file, "the entry '\(name)' of the archive is a link or a device, not a file")
        }
        guard disk == 0 else { throw HornbillError(.file, "an archive in several parts is not read") }
        guard method == 0 || method == 8 else {
            throw HornbillError(
                .file,
                "the entry '\(name)' is packed by the method \(method); known are 0 (stored) and 8 (deflated)")
        }
        let (packed, size) = (sizes[0], sizes[1])
        guard size <= ZipArchive.maximumByteCount else {
            throw HornbillError(
                .file, "the archive says that it holds more than \(ZipArchive.maximumByteCount) bytes")
        }
        guard method == 8 ? size / maximumRatio <= packed : size == packed else {
            throw HornbillError(
                .file, "the entry '\(name)' says that \(packed) bytes unpack to \(size), which cannot be")
        }
        return Entry(
            name: name, isDeflated: method == 8, checksum: UInt32(truncatingIfNeeded: checksum), packedCount: packed,
            byteCount: size, start: start)
    }

    private static func name(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw HornbillError(.file, "the name of an entry of the archive is not UTF-8: \(Array(bytes.prefix(40)))")
        }
        guard isSafe(name) else {
            throw HornbillError(.file, "the archive has an entry '\(name.prefix(100))', whose name leads elsewhere")
        }
        return name
    }

    /// Whether a name stays where an archive is unpacked, on any system.
    static func isSafe(_ name: String) -> Bool {
        let bytes = name.utf8
        if bytes.isEmpty || bytes.first == UInt8(ascii: "/") { return false }
        if bytes.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 32 || $0 == 127 }) { return false }
        if bytes.dropFirst().starts(with: ":/".utf8) { return false }
        return !name.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." || $0 == "." }
    }

    /// Compares the header in front of an entry with the directory, and finds where the bytes begin.
    private static func compare(_ entry: inout Entry, _ bytes: any RandomAccessBytes, directory: Int) throws {
        func different(_ what: String) -> HornbillError {
            HornbillError(.file, "the entry '\(entry.name)' of the archive is damaged: \(what)")
        }
        let nameCount = entry.name.utf8.count
        guard entry.start <= directory, 30 + nameCount <= directory - entry.start else {
            throw different("it does not lie in front of the directory")
        }
        var fields = ZipFields(
            try bytes.bytes(at: entry.start, count: 30 + nameCount), "the header of the entry '\(entry.name)'")
        try fields.expect([0x50, 0x4B, 3, 4])
        try fields.skip(2)
        let flags = try fields.number(2)
        let method = try fields.number(2)
        try fields.skip(4)
        let (checksum, packed, size) = (try fields.number(4), try fields.number(4), try fields.number(4))
        let (headerNameCount, extraCount) = (try fields.number(2), try fields.number(2))
        guard headerNameCount == nameCount, try fields.take(nameCount).elementsEqual(entry.name.utf8) else {
            throw different("its header has another name than the directory")
        }
        guard flags & 0x2041 == 0, method == (entry.isDeflated ? 8 : 0) else {
            throw different("its header has another method than the directory")
        }
        // With bit 3 the sizes follow the bytes; the largest number says that they stand elsewhere.
        let isLater = flags & 8 != 0
        func agrees(_ value: Int, _ expected: Int) -> Bool {
            value == expected || value == 0xFFFF_FFFF || isLater && value == 0
        }
        guard checksum == Int(entry.checksum) || isLater && checksum == 0, agrees(packed, entry.packedCount),
            agrees(size, entry.byteCount)
        else { throw different("its header has other sizes than the directory") }
        entry.dataStart = entry.start + 30 + nameCount + extraCount
        guard entry.dataStart <= directory, entry.packedCount <= directory - entry.dataStart else {
            throw different("its \(entry.packedCount) bytes are not there")
        }
    }
}

/// The little-endian fields of a record of an archive.
private struct ZipFields {
    private let bytes: [UInt8]
    private var position = 0
    private let what: String

    init(_ bytes: [UInt8], _ what: String) {
        self.bytes = bytes
        self.what = what
    }

    var remaining: Int { bytes.count - position }

    func error(_ reason: String) -> HornbillError {
        HornbillError(.file, "the archive is damaged: \(what): \(reason)")
    }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw error("it ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    mutating func expect(_ signature: [UInt8]) throws {
        guard try take(signature.count).elementsEqual(signature) else { throw error("it does not begin as one") }
    }

    mutating func number(_ width: Int) throws -> Int {
        let value = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else { throw error("it has the size \(value)") }
        return number
    }
}

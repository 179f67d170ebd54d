import HornbillEngine

/// The messages of an object header: what a group or a dataset is made of.
struct HDF5Object {
    /// A message of a header.
    struct Message {
        var kind: Int
        var flags: Int
        var body: ArraySlice<UInt8>
    }

    /// The kinds of messages that are read.
    enum Kind {
        static let dataspace = 1
        static let linkInfo = 2
        static let datatype = 3
        static let link = 6
        static let externalFiles = 7
        static let layout = 8
        static let filters = 11
        static let attribute = 12
        static let continuation = 16
        static let symbolTable = 17
        static let attributeInfo = 21
        static let last = 24
    }

    let address: Int
    let place: HDF5Place
    private(set) var messages: [Message] = []

    /// Far more than attributes need, far less than memory.
    private static let maximumByteCount = 16 << 20

    init(_ reader: HDF5Reader, _ address: Int, _ place: HDF5Place) throws {
        self.address = address
        self.place = place
        let start = HDF5Fields(try reader.metadata(address, 8, place)[...], "the object header", place)
        var chunks: [(offset: Int, length: Int)] = []
        var seen: Set<Int> = []
        let isSecond = try Self.isSecondVersion(start)
        let format = isSecond ? try second(reader, &chunks) : try first(reader, &chunks)
        var total = 0
        var next = 0
        while next < chunks.count {
            let chunk = chunks[next]
            next += 1
            guard seen.insert(chunk.offset).inserted else {
                throw place.refused("an object header that continues in itself")
            }
            total = total.addingReportingOverflow(chunk.length).partialValue
            guard total >= 0, total <= Self.maximumByteCount else {
                throw place.error("the object header has more than \(Self.maximumByteCount) bytes")
            }
            let bytes = try reader.metadata(chunk.offset, chunk.length, place)
            try parse(bytes, format, isFirst: next == 1, &chunks)
        }
    }

    /// How messages are written.
    private struct Format {
        var isSecond: Bool
        var hasCreationOrder = false
        /// The bytes of the first chunk before its messages.
        var prefix = 0
    }

    private static func isSecondVersion(_ fields: HDF5Fields) throws -> Bool {
        var fields = fields
        let start = try fields.take(4)
        if start.elementsEqual("OHDR".utf8) { return true }
        guard start.first == 1 else { throw fields.error("it begins with \(Array(start))") }
        return false
    }

    private func first(_ reader: HDF5Reader, _ chunks: inout [(offset: Int, length: Int)]) throws -> Format {
        var fields = HDF5Fields(try reader.metadata(address, 16, place)[...], "the object header", place)
        try fields.skip(8)
        chunks.append((address + 16, try fields.length(4)))
        return Format(isSecond: false)
    }

    private func second(_ reader: HDF5Reader, _ chunks: inout [(offset: Int, length: Int)]) throws -> Format {
        var fields = HDF5Fields(
            try reader.metadata(address, reader.available(address, 48), place)[...], "the object header", place)
        let before = fields.remaining
        try fields.expect("OHDR")
        guard try fields.byte() == 2 else { throw fields.error("its version is not 2") }
        let flags = try fields.byte()
        if flags & 0x20 != 0 { try fields.skip(16) }
        if flags & 0x10 != 0 { try fields.skip(4) }
        let size = try fields.length(1 << (flags & 3))
        let prefix = before - fields.remaining
        let (length, overflow) = size.addingReportingOverflow(prefix + 4)
        guard !overflow else { throw fields.error("it has a length of \(size)") }
        chunks.append((address, length))
        return Format(isSecond: true, hasCreationOrder: flags & 4 != 0, prefix: prefix)
    }

    private mutating func parse(
        _ bytes: [UInt8], _ format: Format, isFirst: Bool, _ chunks: inout [(offset: Int, length: Int)]
    ) throws {
        var content = bytes[...]
        if format.isSecond {
            let checksum = HDF5Checksum.lookup3(content.dropLast(4))
            guard content.suffix(4).reversed().reduce(UInt32(0), { $0 << 8 | UInt32($1) }) == checksum else {
                throw place.error("the object header is damaged: its checksum is wrong")
            }
            content = content.dropLast(4).dropFirst(isFirst ? format.prefix : 0)
        }
        var fields = HDF5Fields(content, "the object header", place)
        if format.isSecond, !isFirst { try fields.expect("OCHK") }
        let messageHeader = format.isSecond ? (format.hasCreationOrder ? 6 : 4) : 8
        while fields.remaining >= messageHeader {
            let kind = try fields.length(format.isSecond ? 1 : 2)
            let size = try fields.length(2)
            let flags = try fields.byte()
            try fields.skip(format.isSecond ? (format.hasCreationOrder ? 2 : 0) : 3)
            let message = Message(kind: kind, flags: flags, body: try fields.take(size))
            if kind == Kind.continuation {
                var target = HDF5Fields(message.body, "the object header", place)
                guard let offset = try target.address() else { throw target.error("it continues nowhere") }
                chunks.append((offset, try target.length()))
            } else if kind > Kind.last, flags & 0x80 != 0 {
                throw place.refused("a header message of the unknown kind \(kind)")
            } else if kind != 0 {
                messages.append(message)
            }
        }
    }

    /// The fields of the only message of this kind.
    func fields(_ kind: Int, _ what: String) throws -> HDF5Fields? {
        let found = messages.filter { $0.kind == kind }
        guard let message = found.first else { return nil }
        guard found.count == 1 else { throw place.error("the object header has \(found.count) messages for \(what)") }
        guard message.flags & 2 == 0 else { throw place.refused("a shared message (a named datatype)") }
        return HDF5Fields(message.body, what, place)
    }

    func has(_ kind: Int) -> Bool { messages.contains { $0.kind == kind } }
    var isGroup: Bool { has(Kind.symbolTable) || has(Kind.linkInfo) || has(Kind.link) }
    var isDataset: Bool { has(Kind.layout) }
}

/// The checksum of newer metadata: Bob Jenkins's lookup3.
enum HDF5Checksum {
    static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var (b, c) = (a, a)
        func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value &<< count | value &>> (32 &- count) }
        func word(_ offset: Int) -> UInt32 {
            (0..<4).reversed().reduce(0) { sum, index in
                let place = offset + index
                return sum << 8 | (place < bytes.endIndex ? UInt32(bytes[place]) : 0)
            }
        }
        var position = bytes.startIndex
        if bytes.isEmpty { return c }
        while bytes.endIndex - position > 12 {
            a = a &+ word(position)
            b = b &+ word(position + 4)
            c = c &+ word(position + 8)
            a = (a &- c) ^ rotated(c, 4)
            c = c &+ b
            b = (b &- a) ^ rotated(a, 6)
            a = a &+ c
            c = (c &- b) ^ rotated(b, 8)
            b = b &+ a
            a = (a &- c) ^ rotated(c, 16)
            c = c &+ b
            b = (b &- a) ^ rotated(a, 19)
            a = a &+ c
            c = (c &- b) ^ rotated(b, 4)
            b = b &+ a
            position += 12
        }
        a = a &+ word(position)
        b = b &+ word(position + 4)
        c = c &+ word(position + 8)
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        return (c ^ b) &- rotated(b, 24)
    }
}

import Hornbill
import HornbillEngine
import Testing

@Suite struct HDF5RefusalTests {
    @Test(arguments: [
        ("soft link", "a soft link"), ("chunks", "in chunks"), ("gzip", "filtered"), ("second link", "a second link"),
        ("unwritten", "4398046511104 bytes are declared, but none are there"), ("named type", "neither a group nor"),
        ("compound", "compound"), ("big-endian", "big-endian"), ("enumeration", "not h5py's bool"),
        ("references", "references"), ("external storage", "external files"), ("virtual", "virtual"),
        ("circle/again", "a second link to '/circle'"), ("circle/again/again", "a second link"),
    ])
    func `what is refused is named, with its path`(_ path: String, _ construct: String) throws {
        let root = try HDF5Reader(MemoryBytes(FormatGolden.bytes("refused.h5")), named: "refused.h5").root
        #expect(try root.dataset("good")?.tensor().item() == 1)
        expectError(.file, "'refused.h5'", path.split(separator: "/").prefix(2).joined(separator: "/"), construct) {
            _ = try root.child(path)
        }
    }

    @Test func `external links and heaps of links are refused`() throws {
        let linked = try HDF5Reader(MemoryBytes(FormatGolden.bytes("external_link.h5")), named: "x").root
        #expect(try linked.dataset("good")?.tensor().item() == 1)
        expectError(.file, "/external link", "an external link") { _ = try linked.dataset("external link") }
        let dense = try HDF5Reader(MemoryBytes(FormatGolden.bytes("dense_links.h5")), named: "x")
        expectError(.file, "fractal heap", "libver") { _ = try dense.root }
    }

    /// A file, and where its structures lie.
    private struct Target {
        var bytes: [UInt8]

        init(_ name: String = "keras.weights.h5") throws { bytes = try FormatGolden.bytes(name) }

        /// The places of these bytes.
        func places(_ pattern: [UInt8]) -> [Int] {
            bytes.indices.dropLast(pattern.count).filter { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) }
        }

        func number(_ place: Int) -> UInt64 { (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) } }

        mutating func set(_ value: UInt64, _ place: Int, width: Int = 8) {
            for index in 0..<width { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
        }

        /// Where the addresses of contiguous elements stand; their sizes follow.
        var layouts: [Int] { places([8, 0, 24, 0, 0, 0, 0, 0, 3, 1]).map { $0 + 10 } }

        func read() throws { _ = try HDF5Contents.read(HDF5Reader(MemoryBytes(bytes), named: "attack")) }
    }

    @Test func `the file without changes is read`() throws { try Target().read() }

    @Test func `B-trees in a circle, of odd levels, and with too many children are refused`() throws {
        let tree = try #require(try Target().places(Array("TREE".utf8)).first)
        var circle = try Target()
        circle.set(UInt64(tree), tree + 32)
        expectError(.file, "a B-tree that leads back into itself") { try circle.read() }
        circle.bytes[tree + 5] = 1
        expectError(.file, "B-tree") { try circle.read() }
        var twice = try Target()
        twice.set(2, tree + 6, width: 2)
        twice.set(twice.number(tree + 32), tree + 48)
        expectError(.file, "a B-tree that leads back into itself") { try twice.read() }
        var high = try Target()
        high.bytes[tree + 5] = 200
        expectError(.file, "the level 200") { try high.read() }
        var wide = try Target()
        wide.set(0xFFFF, tree + 6, width: 2)
        expectError(.file, "bytes of metadata") { try wide.read() }
    }

    @Test func `tables of symbols that lie are refused`() throws {
        let table = try #require(try Target().places(Array("SNOD".utf8)).first)
        var many = try Target()
        many.set(0xFFFF, table + 6, width: 2)
        expectError(.file, "metadata") { try many.read() }
        var name = try Target()
        name.set(1 << 40, table + 8)
        expectError(.file, "a name lies at the place 1099511627776") { try name.read() }
        var root = try Target()
        root.set(0x60, table + 16)
        expectError(.file, "a second link to '/'") { try root.read() }
        var nowhere = try Target()
        nowhere.set(.max, table + 16)
        expectError(.file, "leads nowhere") { try nowhere.read() }
        var far = try Target()
        far.set(UInt64(Int.max), table + 16)
        expectError(.file, "9223372036854775807") { try far.read() }
    }

    @Test func `object headers that continue in themselves, or beyond the end, are refused`() throws {
        let place = try #require(try Target().places([16, 0, 16, 0, 0, 0, 0, 0]).first) + 8
        var circle = try Target()
        circle.set(UInt64(place - 8), place)
        circle.set(24, place + 8)
        expectError(.file, "an object header that continues in itself") { try circle.read() }
        var long = try Target()
        long.set(UInt64(Int.max), place + 8)
        expectError(.file, "the object header has more than") { try long.read() }
        var outside = try Target()
        outside.set(1 << 50, place)
        expectError(.file, "1125899906842624") { try outside.read() }
    }

    @Test func `bytes that are declared must be there, once`() throws {
        let first = try #require(try Target().layouts.first)
        let second = try #require(try Target().layouts.dropFirst().first)
        var nowhere = try Target()
        nowhere.set(.max, first)
        expectError(.file, "are declared, but none are there") { try nowhere.read() }
        var outside = try Target()
        outside.set(UInt64(outside.bytes.count - 1), first)
        expectError(.file, "are declared at the place", "has only") { try outside.read() }
        var size = try Target()
        size.set(1 << 44, first + 8)
        expectError(.file, "its shape needs", "17592186044416 are there") { try size.read() }
        var over = try Target()
        over.set(over.number(first), second)
        expectError(.file, "its bytes lie over those of") { try over.read() }
    }

    @Test func `shapes beyond all memory are refused`() throws {
        // A dataspace of two axes, with the greatest sizes behind the sizes.
        let space = try #require(try Target().places([1, 0, 40, 0, 0, 0, 0, 0, 1, 2, 1]).first) + 16
        let layout = try #require(try Target().layouts.first { $0 > space })
        for size in [UInt64(1) << 40, 1 << 62, .max] {
            var bomb = try Target()
            bomb.set(size, space)
            bomb.set(size &* 12, layout + 8)
            expectError(.file) { try bomb.read() }
        }
        var ranks = try Target()
        ranks.bytes[space - 7] = 255
        expectError(.file, "255 axes") { try ranks.read() }
    }

    @Test func `texts that are not where they should be are refused`() throws {
        let heap = try #require(try Target().places(Array("GCOL".utf8)).first)
        var size = try Target()
        size.set(1 << 60, heap + 8)
        expectError(.file, "the heap of texts") { try size.read() }
        var object = try Target()
        object.set(1 << 60, heap + 24)
        expectError(.file, "an object has 1152921504606846976 bytes") { try object.read() }
        // An attribute: the end of its type, its space, its text's length, heap and number.
        let scalarText: [UInt8] = [0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
        let place = try #require(try Target().places(scalarText).first { try Target().number($0 + 20) == heap }) + 20
        var long = try Target()
        long.set(0xFFFF_FFFF, place - 4, width: 4)
        expectError(.file, "a text of 4294967295 bytes") { try long.read() }
        var number = try Target()
        number.set(999, place + 8, width: 4)
        expectError(.file, "is not in the heap") { try number.read() }
    }

    @Test func `files that are cut off, or no HDF5, are refused`() throws {
        let whole = try Target().bytes
        for count in [0, 7, 8, 50, 95, 96, 200, whole.count / 2, whole.count - 1] {
            expectError(.file, "attack") {
                _ = try HDF5Reader(MemoryBytes(Array(whole.prefix(count))), named: "attack")
            }
        }
        for (place, value) in [(8, 9), (13, 4), (14, 4), (24, 1)] {
            var changed = try Target()
            changed.bytes[place] = UInt8(value)
            expectError(.file, "attack") { try changed.read() }
        }
    }

    @Test func `a checksum of newer headers is compared`() throws {
        var target = try Target("latest.h5")
        let header = try #require(target.places(Array("OHDR".utf8)).dropFirst().first)
        target.bytes[header + 12] ^= 1
        expectError(.file, "checksum") { try target.read() }
    }
}

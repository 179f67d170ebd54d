import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct ZipTests {
    private func archive(_ names: [String] = ["a.json", "b/data.bin"], deflated: Bool = false) throws -> [UInt8] {
        var writer = ZipWriter(deflated: deflated)
        for (index, name) in names.enumerated() {
            writer.add(name, (0..<2000).map { UInt8(truncatingIfNeeded: $0 / 100 + index) })
        }
        return try writer.data()
    }

    private func places(_ bytes: [UInt8], _ signature: [UInt8]) -> [Int] {
        bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B] + signature }
    }

    private func expectRefusal(
        _ bytes: [UInt8], _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            let archive = try ZipArchive(bytes)
            for entry in archive.entries { _ = try archive.bytes(of: entry) }
            Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        } catch {
            #expect((error as? HornbillError)?.kind == .file, sourceLocation: sourceLocation)
            for part in parts { #expect("\(error)".contains(part), "\(error)", sourceLocation: sourceLocation) }
        }
    }

    @Test(arguments: [false, true])
    func `entries keep their order, and are read whole or from any place`(_ deflated: Bool) throws {
        let bytes = try archive(["z", "a.json", "größe/x"], deflated: deflated)
        let archive = try ZipArchive(bytes)
        #expect(archive.entries.map(\.name) == ["z", "a.json", "größe/x"])
        for (index, entry) in archive.entries.enumerated() {
            let content = try archive.bytes(of: entry)
            #expect(content == (0..<2000).map { UInt8(truncatingIfNeeded: $0 / 100 + index) })
            #expect(try archive.randomAccess(to: entry).bytes(at: 150, count: 7) == Array(content[150..<157]))
        }
        #expect(archive["a.json"]?.byteCount == 2000)
        #expect(archive["other"] == nil)
        #expect(ZipArchive.isZip(MemoryBytes(bytes)) && !ZipArchive.isZip(MemoryBytes([1, 2])))
    }

    @Test func `entries are written from files and parts of files, without the clock`() throws {
        try withTemporaryFolder { folder in
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
            try Data(content).write(to: URL(filePath: folder + "/content"))
            var writer = ZipWriter()
            writer.add("metadata.json", Array("{}".utf8))
            try writer.add("whole", fileAt: folder + "/content")
            writer.add("part", try FileRange(path: folder + "/content").part(at: 5, count: 1_000_000))
            try writer.write(to: folder + "/x.zip")
            try writer.write(to: folder + "/y.zip")
            let archive = try ZipArchive(path: folder + "/x.zip")
            let whole = try #require(archive["whole"])
            #expect(try archive.bytes(of: whole) == content)
            #expect(
                try archive.randomAccess(to: try #require(archive["part"])).allBytes() == Array(content[5..<1_000_005]))
            #expect(FileManager.default.contentsEqual(atPath: folder + "/x.zip", andPath: folder + "/y.zip"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["content", "x.zip", "y.zip"])
            #expect(throws: HornbillError.self) { try writer.add("missing", fileAt: folder + "/missing") }
        }
    }

    @Test func `a writer that fails leaves the file that was there`() throws {
        struct Failing: RandomAccessBytes {
            let count = 3_000_000
            func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
                guard offset < 1_000_000 else { throw HornbillError(.file, "no more") }
                buffer.initializeMemory(as: UInt8.self, repeating: 1)
            }
        }
        try withTemporaryFolder { folder in
            try Data([1, 2, 3]).write(to: URL(filePath: folder + "/x.zip"))
            var writer = ZipWriter()
            writer.add("failing", Failing())
            #expect(throws: HornbillError.self) { try writer.write(to: folder + "/x.zip") }
            #expect(try Data(contentsOf: URL(filePath: folder + "/x.zip")) == Data([1, 2, 3]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.zip"])
        }
    }

    @Test(arguments: ["../x", "a/../../x", "/etc/passwd", "a\\b", "C:/x", "..", "", "a/./b", "a\nb"])
    func `names that lead elsewhere are neither read nor written`(_ name: String) throws {
        var writer = ZipWriter()
        writer.add(name, [1])
        let error = #expect(throws: HornbillError.self) { try writer.data() }
        #expect(error?.kind == .argument)
        // Made as another name of the same length, then renamed in both places.
        var bytes = try archive([String(repeating: "x", count: max(name.utf8.count, 1))])
        for (signature, offset) in [([UInt8(3), 4], 30), ([1, 2], 46)] {
            let place = try #require(places(bytes, signature).first)
            bytes.replaceSubrange(place + offset..<place + offset + name.utf8.count, with: Array(name.utf8))
            if name.isEmpty { bytes[place + offset - (offset == 30 ? 4 : 18)] = 0 }
        }
        expectRefusal(bytes)
    }

    @Test func `names that are there twice are refused`() throws {
        var bytes = try archive(["a", "b"])
        let second = try #require(places(bytes, [3, 4]).last)
        let line = try #require(places(bytes, [1, 2]).last)
        bytes[second + 30] = UInt8(ascii: "a")
        bytes[line + 46] = UInt8(ascii: "a")
        expectRefusal(bytes, "two entries 'a'")
    }

    @Test func `an entry whose header and directory differ is refused`() throws {
        let good = try archive()
        let header = try #require(places(good, [3, 4]).first)
        for (offset, part) in [(8, "method"), (14, "sizes"), (18, "sizes"), (22, "sizes"), (30, "name"), (6, "method")]
        {
            var bytes = good
            bytes[header + offset] ^= 1
            expectRefusal(bytes, "a.json", part)
        }
    }

    @Test func `entries over each other, encrypted ones and other methods are refused`() throws {
        let good = try archive(["a", "b"])
        let headers = places(good, [3, 4])
        let lines = places(good, [1, 2])
        var over = good
        over.replaceSubrange(lines[1] + 42..<lines[1] + 46, with: good[lines[0] + 42..<lines[0] + 46])
        over[lines[1] + 46] = UInt8(ascii: "b")
        expectRefusal(over, "another name")
        // An archive in an archive's entry: its header stands within the bytes of the first.
        var inner = good
        let start = headers[0] + 100
        inner.replaceSubrange(start..<start + 31, with: good[headers[1]..<headers[1] + 31])
        for (index, byte) in [start & 255, start >> 8, 0, 0].enumerated() { inner[lines[1] + 42 + index] = UInt8(byte) }
        expectRefusal(inner, "lies over another")
        var encrypted = good
        encrypted[lines[0] + 8] |= 1
        expectRefusal(encrypted, "encrypted")
        var method = good
        method[lines[0] + 10] = 12
        expectRefusal(method, "the method 12")
    }

    @Test func `bombs are refused by what they say, and do not unpack beyond it`() throws {
        var writer = ZipWriter(deflated: true)
        writer.add("zeros", [UInt8](repeating: 0, count: 5_000_000))
        let good = try writer.data()
        let line = try #require(places(good, [1, 2]).first)
        let header = try #require(places(good, [3, 4]).first)
        func saying(_ size: UInt32) -> [UInt8] {
            var bytes = good
            for place in [line + 24, header + 22] {
                for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: size >> (8 * UInt32(index))) }
            }
            return bytes
        }
        expectRefusal(saying(0xFFFF_FFF0), "cannot be")
        expectRefusal(saying(5_000_001), "unpacks to fewer bytes")
        expectRefusal(saying(4_999_999), "unpacks to more bytes")
        let archive = try ZipArchive(good)
        let error = #expect(throws: HornbillError.self) {
            try archive.randomAccess(to: archive.entries[0], unpackedLimit: 1_000_000)
        }
        #expect(error?.message.contains("at most 1000000") == true)
    }

    @Test func `archives that hold far more than themselves are refused`() throws {
        // Bytes that do not pack, and a size that deflate could just reach.
        var writer = ZipWriter(deflated: true)
        var state: UInt64 = 1
        let noise = (0..<1_000_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        writer.add("noise", noise)
        var bytes = try writer.data()
        let line = try #require(places(bytes, [1, 2]).last)
        let packed = (0..<4).reversed().reduce(0) { $0 << 8 | Int(bytes[line + 20 + $1]) }
        for place in [line + 24, 22] {
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: (packed * 1000) >> (8 * index)) }
        }
        expectRefusal(bytes, "says that it holds more than")
    }

    @Test func `flipped bytes and bytes in front, behind and between are noticed`() throws {
        for deflated in [false, true] {
            let good = try archive(deflated: deflated)
            expectRefusal([0] + good)
            expectRefusal(good + [0])
            expectRefusal(Array(good.dropLast()))
            expectRefusal([])
            for place in stride(from: 0, to: good.count, by: 3) {
                var bytes = good
                bytes[place] ^= 0x10
                // Dates, versions and attributes mean nothing here; everything else must be noticed or be as it was.
                guard let archive = try? ZipArchive(bytes) else { continue }
                for (entry, expected) in zip(archive.entries, ["a.json", "b/data.bin"]) {
                    guard let content = try? archive.bytes(of: entry) else { continue }
                    #expect(entry.name == expected && content.count == 2000)
                }
            }
        }
    }

    @Test func `no bytes make the reader trap`() throws {
        let files = [try archive(deflated: true), try archive(["a", "b", "c"])]
        for round in 0..<4000 {
            var bytes = files[round % 2]
            if round % 5 == 0 {
                bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count)))
            } else {
                for _ in 0..<(round % 4 + 1) {
                    // Most of what matters stands in the last bytes.
                    let place = round % 3 == 0 ? Int.random(in: 0..<bytes.count) : bytes.count - .random(in: 1...140)
                    bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, .random(in: 0...255)][Int.random(in: 0..<6)]
                }
            }
            guard let archive = try? ZipArchive(bytes) else { continue }
            for entry in archive.entries { _ = try? archive.bytes(of: entry) }
        }
    }
}

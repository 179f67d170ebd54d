import Foundation
import Hornbill
import HornbillEngine

/// A good archive whose records are changed: what the directory and the header in front of an entry say.
private struct Forgery {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func places(_ signature: [UInt8]) -> [Int] {
        bytes.indices.dropLast(3).filter { bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4B] + signature) }
    }

    mutating func put(_ value: UInt64, _ place: Int, _ width: Int) {
        for index in 0..<width { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
    }

    /// Where the directory's line of an entry, and its header, hold a field.
    private func number(_ place: Int, _ width: Int) -> Int {
        (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }

    func line(_ entry: Int) -> Int { places([1, 2])[entry] }
    func header(_ entry: Int) -> Int { places([3, 4])[entry] }
    var end: Int { places([5, 6]).last ?? 0 }

    /// Sets how many bytes an entry is said to have, in both places.
    mutating func declare(_ entry: Int, unpacked: UInt32) {
        put(UInt64(unpacked), line(entry) + 24, 4)
        put(UInt64(unpacked), header(entry) + 22, 4)
    }

    mutating func rename(_ entry: Int, _ name: String) {
        let (line, header) = (line(entry), header(entry))
        // Names are changed in place, so they keep their length.
        let name = name.padding(toLength: number(line + 28, 2), withPad: "x", startingAt: 0)
        bytes.replaceSubrange(line + 46..<line + 46 + name.utf8.count, with: name.utf8)
        bytes.replaceSubrange(header + 30..<header + 30 + name.utf8.count, with: name.utf8)
    }
}

/// Archives that are not what they say.
enum ArchiveAttacks {
    /// The entries: metadata.json, config.json, model.weights.h5.
    private static func forged(_ change: @Sendable (inout Forgery) -> Void, deflated: Bool = false) throws -> [UInt8] {
        var forgery = Forgery(try Victim.archive(JSON.text(Victim.config), deflated: deflated))
        change(&forgery)
        return forgery.bytes
    }

    private static func zip(
        _ name: String, deflated: Bool = false, says: String..., change: @escaping @Sendable (inout Forgery) -> Void
    ) -> Attack {
        Attack(name, "keras", says: says) { try forged(change, deflated: deflated) }
    }

    /// An archive of zeros that unpack to this many bytes.
    private static func zeros(_ name: String, _ count: Int) throws -> [UInt8] {
        var writer = ZipWriter(deflated: true)
        writer.add("metadata.json", Array("{}".utf8))
        writer.add("config.json", name == "config.json" ? blank(count) : Array(JSON.text(Victim.config).utf8))
        writer.add(
            "model.weights.h5", name == "config.json" ? try Victim.weights() : [UInt8](repeating: 0, count: count))
        return try writer.data()
    }

    private static func blank(_ count: Int) -> [UInt8] { [UInt8](repeating: 32, count: count) }

    /// What takes memory if it is believed.
    static let bombs: [Attack] = [
        Attack(
            "a configuration that unpacks to 40 MiB of blanks", "keras", says: ["config.json", "unpacks to 41943040"]
        ) {
            try zeros("config.json", 40 << 20)
        },
        Attack("weights that unpack to 40 MiB of zeros", "keras", says: ["model.weights.h5", "unpacks to 41943040"]) {
            try zeros("model.weights.h5", 40 << 20)
        },
        zip("weights that say they unpack to 4 GiB", deflated: true, says: "model.weights.h5", "cannot be") {
            $0.declare(2, unpacked: 0xFFFF_FFFE)
        },
        zip("a configuration that says it unpacks to 4 GiB", deflated: true, says: "config.json", "cannot be") {
            $0.declare(1, unpacked: 0xFFFF_FFFE)
        },
        zip("weights that are said to be 4 GiB and stored", says: "model.weights.h5", "cannot be") {
            $0.declare(2, unpacked: 0xFFFF_FFFE)
        },
        zip("65535 entries that are not there", says: "damaged") {
            $0.put(0xFFFE, $0.end + 8, 2)
            $0.put(0xFFFE, $0.end + 10, 2)
        },
        zip("a directory of 4 GiB", says: "archive") { $0.put(0xFFFF_FFF0, $0.end + 12, 4) },
        zip("records of 64 bits that are not there", says: "archive") { $0.put(0xFFFF_FFFF, $0.end + 16, 4) },
        Attack("records of 64 bits that lie", "keras", says: ["archive"]) {
            var forgery = Forgery(try Victim.archive(JSON.text(Victim.config)))
            let end = forgery.end
            // A large record and its locator, which say that there are 2⁶² entries.
            var large: [UInt8] = [0x50, 0x4B, 6, 6] + [UInt8](repeating: 0, count: 52)
            large[4] = 44
            for place in [24, 32, 40, 48] { large[place + 7] = 0x40 }
            let locator: [UInt8] =
                [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: end >> (8 * $0)) } + [
                    1, 0, 0, 0,
                ]
            forgery.put(0xFFFF, end + 10, 2)
            forgery.bytes.insert(contentsOf: large + locator, at: end)
            return forgery.bytes
        },
    ]

    static let all: [Attack] =
        bombs + [
            zip("two entries of one name", says: "two entries 'config.json'") {
                // Of the same length: the first becomes another second.
                $0.rename(0, "config.jsonxx")
                $0.bytes.replaceSubrange($0.line(0) + 28..<$0.line(0) + 30, with: [11, 0])
                $0.bytes.removeSubrange($0.line(0) + 57..<$0.line(0) + 59)
                $0.bytes.replaceSubrange($0.header(0) + 26..<$0.header(0) + 30, with: [11, 0, 2, 0])
                let end = $0.end
                let size =
                    (0..<4).reversed().reduce(0) { [bytes = $0.bytes] in $0 << 8 | Int(bytes[end + 12 + $1]) } - 2
                $0.put(UInt64(size), end + 12, 4)
            },
            zip("two entries on the same bytes", says: "archive") {
                let start = $0.bytes[($0.line(1) + 42)..<($0.line(1) + 46)]
                $0.bytes.replaceSubrange($0.line(2) + 42..<$0.line(2) + 46, with: start)
            },
            zip("a name that leads out", says: "'../../et.json", "leads elsewhere") { $0.rename(0, "../../et.json") },
            zip("a name from the root", says: "'/etc/pas.json", "leads elsewhere") {
                $0.rename(0, "/etc/pas.json")
            },
            zip("a name with a drive", says: "leads elsewhere") { $0.rename(0, "C:/etc/p.json") },
            zip("a name with backslashes", says: "leads elsewhere") { $0.rename(0, "..\\..\\x.json") },
            zip("a link to another file", says: "'metadata.json'", "a link or a device") {
                $0.put(0o120777 << 16, $0.line(0) + 38, 4)
            },
            zip("a configuration that is a link", says: "'config.json'", "a link or a device") {
                $0.put(0o120777 << 16, $0.line(1) + 38, 4)
            },
            zip("a device", says: "a link or a device") { $0.put(0o020666 << 16, $0.line(0) + 38, 4) },
            zip("an encrypted entry", says: "encrypted") { $0.put(1, $0.line(1) + 8, 2) },
            zip("another method", says: "the method 12") { $0.put(12, $0.line(1) + 10, 2) },
            zip("another name in the header", says: "another name") { $0.bytes[$0.header(1) + 30] ^= 1 },
            zip("other bytes than were checked", says: "CRC") { $0.bytes[$0.header(2) + 3000] ^= 1 },
            zip("other text than was checked", says: "CRC") { $0.bytes[$0.header(1) + 60] ^= 1 },
            zip("bytes behind the end", says: "archive") { $0.bytes += [0] },
            zip("bytes in front", says: "no model") { $0.bytes.insert(0, at: 0) },
            zip("cut off", says: "archive") { $0.bytes.removeLast(30) },
            Attack("no configuration", "keras", says: ["it has no config.json"]) {
                var writer = ZipWriter()
                writer.add("model.weights.h5", try Victim.weights())
                return try writer.data()
            },
            Attack("no weights", "keras", says: ["it has no model.weights.h5"]) {
                var writer = ZipWriter()
                writer.add("config.json", Array(JSON.text(Victim.config).utf8))
                return try writer.data()
            },
            Attack("nothing", "keras", says: ["no model"]) { [] },
            Attack("another kind of file", "keras", says: ["no model"]) { Array("#!/bin/sh\nexit 1\n".utf8) },
            Attack("a vocabulary of another place", "keras", says: ["leads elsewhere"]) {
                var forgery = Forgery(try lookup("assets/layers/string_lookup/vocabulary.txt"))
                forgery.rename(2, "assets/layers/../../../../../etc/passwd.txt")
                return forgery.bytes
            },
            Attack("a vocabulary that is a link", "keras", says: ["vocabulary.txt", "a link or a device"]) {
                var forgery = Forgery(try lookup("assets/layers/string_lookup/vocabulary.txt"))
                forgery.put(0o120777 << 16, forgery.line(2) + 38, 4)
                return forgery.bytes
            },
            Attack("a vocabulary that unpacks to 40 MiB", "keras", says: ["vocabulary.txt", "unpacks to 41943040"]) {
                try lookup("assets/layers/string_lookup/vocabulary.txt", blank(40 << 20), deflated: true)
            },
        ]

    /// A model with a table of words that lies in the archive.
    private static func lookup(
        _ name: String, _ words: [UInt8] = Array("[UNK]\n/etc/passwd".utf8), deflated: Bool = false
    ) throws -> [UInt8] {
        let config = Victim.sequential([
            Victim.object("InputLayer", ["batch_shape": [.null], "dtype": "string", "name": "x"]),
            Victim.object("StringLookup", ["name": "lookup"]),
        ])
        var image = HDF5Writer()
        try image.group("vars", attributes: ["name": .string("victim")])
        var writer = ZipWriter(deflated: deflated)
        writer.add("config.json", Array(JSON.text(config).utf8))
        writer.add("model.weights.h5", try image.image().allBytes())
        writer.add(name, words)
        return try writer.data()
    }

    /// The same without anything wrong: the words are what the entry holds, and no file is opened for them.
    static let harmlessLookup = Attack("a word that is a path", "keras", says: []) {
        try lookup("assets/layers/string_lookup/vocabulary.txt")
    }
}

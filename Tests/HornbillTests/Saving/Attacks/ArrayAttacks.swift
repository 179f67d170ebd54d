import Hornbill
import HornbillEngine

/// Arrays that are not what their files say: npy, npz, safetensors, CSV.
enum ArrayAttacks {
    private static func npy(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        let text = Array(header.utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text + data
    }

    private static func header(_ descriptor: String, _ shape: String) -> String {
        "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(shape), }\n"
    }

    static let npyFiles: [Attack] = [
        (
            "a shape of 2⁶⁰", header("<f4", "(1152921504606846976,)"),
            "(1152921504606846976,) has more elements than memory can hold"
        ),
        (
            "a shape that overflows", header("<f4", "(4294967296, 4294967296, 4)"),
            "has more elements than memory can hold"
        ),
        ("sizes beyond 64 bits", header("<f4", "(99999999999999999999,)"), "beyond all memory"),
        ("a negative size", header("<f4", "(-1,)"), "a size"),
        ("65 axes", header("<f4", "(" + String(repeating: "1,", count: 65) + ")"), "more than 64 axes"),
        ("Python objects", header("|O", "(1,)"), "may run code"),
        ("a dictionary in a dictionary", "{'descr': {'a': 1}, 'fortran_order': False, 'shape': (1,), }\n", "a string"),
        ("a header that is code", "__import__('os').system('ls')\n", "'{'"),
        ("100 KB of brackets", String(repeating: "(", count: 60_000), "'{'"),
    ].map { name, header, part in Attack(name, "npy", says: [part]) { npy(header, [1, 2, 3, 4]) } }

    static let npzFiles: [Attack] =
        npyFiles.map { attack in
            Attack("\(attack.name) in an archive", "npz", says: attack.says) {
                var writer = ZipWriter()
                writer.add("x.npy", try attack.bytes())
                return try writer.data()
            }
        } + [
            Attack("an array of 10 GB that is not there", "npz", says: ["x.npy", "is cut off"].prefix(1).map { $0 }) {
                var writer = ZipWriter(deflated: true)
                writer.add("x.npy", npy(header("<f4", "(2500000000,)"), [UInt8](repeating: 0, count: 1 << 20)))
                return try writer.data()
            },
            Attack("an entry that is no array", "npz", says: ["npy data"]) {
                var writer = ZipWriter()
                writer.add("x.npy", Array("cos\nsystem\n(S'ls'\ntR.".utf8))
                return try writer.data()
            },
            Attack("two arrays of one name", "npz", says: ["two arrays 'x'"]) {
                var writer = ZipWriter()
                writer.add("x.npy", npy(header("<f4", "(1,)"), [0, 0, 0, 0]))
                writer.add("x", npy(header("<f4", "(1,)"), [0, 0, 0, 0]))
                return try writer.data()
            },
            Attack("no archive", "npz", says: ["archive"]) { Array("numpy".utf8) },
        ]

    private static func safetensors(_ header: String, _ count: Int = 8) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
            + [UInt8](repeating: 0, count: count)
    }

    static let safetensorsFiles: [Attack] =
        [
            (
                "a shape that overflows",
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}}"#,
                "4611686018427387904"
            ),
            ("offsets behind the end", #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,1099511627776]}}"#, "'a'"),
            (
                "offsets beyond 64 bits", #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,99999999999999999999]}}"#,
                "64 bits"
            ),
            ("a header of lists", String(repeating: "[", count: 100_000), "'{'"),
            ("a header of objects", String(repeating: #"{"a":"#, count: 100_000), "nested more than"),
            (
                "arrays over each other",
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
                "does not begin where"
            ),
        ].map { name, header, part in Attack(name, "safetensors", says: [part]) { safetensors(header) } }
        + [
            Attack("a header of 2⁶³ bytes", "safetensors", says: ["its header of 9223372036854775808 bytes"]) {
                [0, 0, 0, 0, 0, 0, 0, 0x80] + Array("{}".utf8)
            },
            Attack("a header of 100 MB", "safetensors", says: ["its header of 100000000 bytes"]) {
                [0, 0xE1, 0xF5, 5, 0, 0, 0, 0] + Array("{}".utf8)
            },
        ]

    static let tables: [Attack] = [
        Attack("a quote that is never closed", "csv", says: ["row 2", "never closed"]) {
            Array("a,b\n\"".utf8) + [UInt8](repeating: 65, count: 17 << 20)
        },
        Attack("a row without end", "csv", says: ["row 2", "more than 16777216 bytes"]) {
            Array("a,b\n".utf8) + [UInt8](repeating: 65, count: 17 << 20)
        },
        Attack("a row of two million fields", "csv", says: ["row 2", "more than 1048576 fields"]) {
            Array("a,b\n".utf8) + [UInt8](repeating: UInt8(ascii: ","), count: 2 << 20)
        },
        Attack("a header of two million names", "csv", says: ["row 1", "more than 1048576 fields"]) {
            [UInt8](repeating: UInt8(ascii: ","), count: 2 << 20)
        },
        Attack("ragged rows", "csv", says: ["row 3", "3 fields where the header has 2"]) {
            Array("a,b\n1,2\n1,2,3\n".utf8)
        },
        Attack("bytes that are no text", "csv", says: ["is not a number"]) {
            Array("a,b\n".utf8) + [0xFF, 0xFE, 44, 0, 10]
        },
        Attack("no text", "csv", says: ["is empty"]) { [] },
    ]
}

import Hornbill
import HornbillEngine
import HornbillTestSupport

/// Weights of HDF5 that lead elsewhere, or say that they are larger than the file: what `attacks.py` wrote.
enum WeightAttacks {
    private static let archive = Result { try ZipArchive(path: referencePath("Golden/attacks/hdf5.zip")) }

    static func bytes(_ name: String) throws -> [UInt8] {
        let archive = try archive.get()
        guard let entry = archive[name] else { throw HornbillError(.file, "hdf5.zip has no '\(name)'") }
        return try archive.bytes(of: entry)
    }

    /// What the error says of each kind.
    private static let kinds: [String: String] = [
        "soft link": "a soft link", "external link": "an external link", "circle": "a second link",
        "external storage": "external files", "virtual": "virtual", "chunks": "in chunks", "gzip": "filtered",
        "unwritten": "48 bytes are declared, but none are there",
        "huge": "has more elements than any file", "huge chunks": "has more elements than any file",
        "compound": "compound", "big-endian": "big-endian", "strings": "",
        "another shape": "expected (4, 3), found (3, 4)",
    ]

    /// The attacks on one layout: `weights` or `legacy`.
    static func all(_ layout: String) -> [Attack] {
        let names = (try? archive.get())?.entries.map(\.name).filter { $0.hasPrefix(layout) } ?? []
        return names.filter { $0 != "\(layout)/good" }.map { name in
            let parts = name.split(separator: "/").map(String.init)
            let construct = kinds[parts[1]] ?? "?"
            return Attack(
                name, layout == "legacy" ? "h5" : "weights.h5", says: [construct].filter { !$0.isEmpty }
            ) { try bytes(name) }
        }
    }

    /// The same weights in whole models.
    static var archives: [Attack] {
        all("weights").map { attack in
            Attack("\(attack.name) in an archive", "keras", says: attack.says) {
                try Victim.archive(JSON.text(Victim.config), weights: attack.bytes())
            }
        }
    }
}

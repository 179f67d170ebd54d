import Foundation
import Hornbill
import HornbillTestSupport

/// The files of `Tests/Reference/data.py`, and what Keras made of them.
enum DataGolden {
    /// A file or folder of Golden/data.
    static func path(_ name: String) -> String { referencePath("Golden/data/\(name)") }

    static let arrays: [String: Tensor] = (try? loadNpz(path("expected.npz"))) ?? [:]

    /// The arrays whose names begin so, by the rest of the name's parts.
    static func arrays(_ prefix: String) -> [(parts: [String], tensor: Tensor)] {
        arrays.keys.sorted().filter { $0.hasPrefix(prefix + "/") }.map { key in
            (key.dropFirst(prefix.count + 1).split(separator: "/").map(String.init), arrays[key] ?? Tensor.zeros([0]))
        }
    }

    static func require(_ name: String) throws -> Tensor {
        guard let tensor = arrays[name] else { throw GoldenError("expected.npz has no '\(name)'") }
        return tensor
    }

    static func notes(_ key: String) throws -> [GoldenValue] {
        let all = try JSONDecoder().decode(
            GoldenValue.self, from: Data(contentsOf: URL(filePath: path("expected.json"))))
        guard let list = all[key]?.list else { throw GoldenError("expected.json has no '\(key)'") }
        return list
    }

    static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

}

/// The largest distance between elements; infinite where the shapes differ.
func distance(_ a: Tensor, _ b: Tensor) throws -> Double {
    try a.validated()
    guard a.shape == b.shape else { return .infinity }
    return try zip(a.doubles(), b.doubles()).map { abs($0 - $1) }.max() ?? 0
}

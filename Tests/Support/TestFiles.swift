import Foundation

/// Runs `body` with a new folder of its own, which is gone afterwards.
package func withTemporaryFolder<Result>(_ body: (_ folder: String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hornbill-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

/// What a script of Tests/Reference made, or the script itself: `Golden/npy/scalar.npy`, `read_hdf5.py`.
package func referencePath(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Reference/\(name)"
    )
    .path
}

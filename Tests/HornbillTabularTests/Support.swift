import Foundation
@_exported import HornbillTestSupport

/// Writes a table into a folder.
func writeTable(_ text: String, _ folder: String, name: String = "table.csv") throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
}

import Foundation
import Hornbill
import HornbillTestSupport
import Testing

import HornbillTabular

/// Writes a table into a folder.
func writeTable(_ text: String, _ folder: String, name: String = "table.csv") throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
}

/// Expects that `body` throws an error of this kind whose description has each of `parts` in it.
func expectError(
    _ kind: HornbillError.Kind, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as HornbillError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}

import Foundation
import Hornbill

/// The Python with Keras that reads what Swift writes, and the reverse: `HORNBILL_PYTHON`, which `make test` sets.
enum Python {
    static let path = ProcessInfo.processInfo.environment["HORNBILL_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
    static let reason =
        "HORNBILL_PYTHON names no Python with Keras, as make test does: what Hornbill writes is not read by Keras"

    struct Failure: Error { var text: String }

    /// What a script of Tests/Reference, or a text of Python behind `-c`, prints.
    /// - Parameter withErrors: whether what goes to the standard error is part of it.
    static func run(_ arguments: [String], withErrors: Bool = false) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "/nowhere")
        process.arguments = arguments
        process.currentDirectoryURL = FormatGolden.reference
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = withErrors ? output : errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let failure = withErrors ? text : errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(text: String(decoding: failure, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

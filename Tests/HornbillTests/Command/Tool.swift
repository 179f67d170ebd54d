import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// The command-line tool, as it was built beside these tests.
enum Tool {
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "hornbill").path

    struct Run {
        var status: Int32
        var output: String
        var errors: String

        /// The lines on the standard error.
        var complaints: [Substring] { errors.split(separator: "\n") }
    }

    static func run(_ arguments: String...) throws -> Run { try run(arguments) }

    static func run(_ arguments: [String]) throws -> Run {
        try withTemporaryFolder { folder in
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
            // Files take any amount without somebody who reads.
            let files = ["output", "errors"].map { URL(filePath: "\(folder)/\($0)") }
            for file in files { try Data().write(to: file) }
            let handles = try files.map { try FileHandle(forWritingTo: $0) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = handles[0]
            process.standardError = handles[1]
            try process.run()
            process.waitUntilExit()
            for handle in handles { try handle.close() }
            let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
            let isKilled = process.terminationReason == .uncaughtSignal
            return Run(
                status: isKilled ? -process.terminationStatus : process.terminationStatus, output: texts[0],
                errors: texts[1])
        }
    }

    /// Expects that a user's error ends the tool with 1 and one line that says what is wrong.
    static func expectError(
        _ arguments: [String], says parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try run(arguments)
        #expect(run.status == 1, "\(run)", sourceLocation: sourceLocation)
        #expect(run.output.isEmpty, "\(run)", sourceLocation: sourceLocation)
        #expect(run.complaints.count == 1, "\(run)", sourceLocation: sourceLocation)
        #expect(run.errors.hasPrefix("hornbill: "), "\(run)", sourceLocation: sourceLocation)
        for part in parts { #expect(run.errors.contains(part), "\(run)", sourceLocation: sourceLocation) }
    }
}

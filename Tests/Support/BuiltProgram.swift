import Foundation

/// Whether the long suites run too, as `make verify` asks for.
package let isThorough = ProcessInfo.processInfo.environment["HORNBILL_VERIFY"] != nil

/// A program of the package, as it was built beside these tests.
package struct BuiltProgram: Sendable {
    package let path: String

    package init(_ name: String) {
        path =
            URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
            .path
    }

    /// How a program ended, and what it said.
    package struct Run: Sendable {
        /// The exit status, or minus the signal that ended it.
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// A process that was not started yet.
    package func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }

    package func run(_ arguments: [String]) throws -> Run {
        try withTemporaryFolder { folder in
            let process = process(arguments)
            // Files take any amount without somebody who reads.
            let files = ["output", "errors"].map { URL(filePath: "\(folder)/\($0)") }
            for file in files { try Data().write(to: file) }
            let handles = try files.map { try FileHandle(forWritingTo: $0) }
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
}

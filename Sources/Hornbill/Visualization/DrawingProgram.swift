import Foundation
import HornbillEngine

/// A program that makes a picture of a text: Graphviz's `dot`, `gnuplot`. It is run without a shell; what it reads and
/// writes are files, so that it cannot stand still at a full pipe.
package struct DrawingProgram: Sendable {
    let name: String
    /// The package of Debian that has it.
    let package: String

    static let dot = DrawingProgram(name: "dot", package: "graphviz")
    static let gnuplot = DrawingProgram(name: "gnuplot", package: "gnuplot-nox")

    /// Runs the program on a text and puts what it makes in the place of the file at `path`.
    /// - Parameters:
    ///   - text: what it reads.
    ///   - arguments: what it is called with, given the paths of its input and its output.
    /// - Throws: kind `file` if the program is not there, says that something is wrong, or the file cannot be written.
    func draw(_ text: String, to path: String, _ arguments: (_ input: String, _ output: String) -> [String]) throws {
        let program = try find()
        let folder = try TemporaryFolder()
        let (input, messages) = (folder.path("input"), folder.path("messages"))
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write(input, [$0]) }
        try AtomicFile.replace(path) { output in
            try run(program, arguments(input, output), messages: messages)
            guard FileManager.default.fileExists(atPath: output) else {
                throw HornbillError(.file, "\(name) made no picture for '\(path)'\(said(messages))")
            }
        }
    }

    private func run(_ program: String, _ arguments: [String], messages: String) throws {
        guard FileManager.default.createFile(atPath: messages, contents: nil),
            let errors = FileHandle(forWritingAtPath: messages)
        else { throw HornbillError(.file, "cannot write '\(messages)'") }
        defer { try? errors.close() }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw HornbillError(.file, "cannot run '\(program)': \(error.localizedDescription)")
        }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let how = process.terminationReason == .exit ? "status" : "signal"
            throw HornbillError(.file, "\(name) ended with \(how) \(process.terminationStatus)\(said(messages))")
        }
    }

    /// The program's own words.
    private func said(_ messages: String) -> String {
        let text = (try? String(contentsOfFile: messages, encoding: .utf8)) ?? ""
        let line = text.split(whereSeparator: \.isNewline).prefix(3).joined(separator: " ")
        return line.isEmpty ? "" : ": \(line)"
    }

    private func find() throws -> String {
        let folders = Self.searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in folders.split(separator: ":") {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw HornbillError(
            .file, "the program '\(name)' is needed for this and not installed: apt-get install \(package)")
    }

    /// Where programs are looked for, in place of the environment's PATH.
    @TaskLocal package static var searchPath: String?
}

/// A folder that goes with its last reference.
private final class TemporaryFolder {
    private let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "hornbill-\(UUID().uuidString)").path
        // It must be new, and nobody else's to read or write.
        guard mkdir(root, 0o700) == 0 else { throw AtomicFile.failure("make", root) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }
}

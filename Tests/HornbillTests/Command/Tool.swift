import Foundation
import Hornbill
import HornbillTestSupport
import Testing

extension BuiltProgram.Run {
    /// The lines on the standard error.
    var complaints: [Substring] { errors.split(separator: "\n") }
}

/// The command-line tool.
enum Tool {
    static let program = BuiltProgram("hornbill")
    static var path: String { program.path }

    static func run(_ arguments: String...) throws -> BuiltProgram.Run { try run(arguments) }

    static func run(_ arguments: [String]) throws -> BuiltProgram.Run { try program.run(arguments) }

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

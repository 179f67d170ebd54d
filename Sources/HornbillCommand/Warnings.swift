import Foundation
import Logging
import Synchronization

/// Warnings of the library, for people: kept until a command is done, so that an error stands alone.
struct Warnings: LogHandler {
    private static let kept = Mutex<[String]>([])

    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = Text.line("\(event.message)")
        Self.kept.withLock { if !$0.contains(line) { $0.append(line) } }
    }

    static func collect() { LoggingSystem.bootstrap { _ in Warnings() } }

    static func show() {
        for line in kept.withLock({ $0 }) { FileHandle.standardError.write(Data("hornbill: warning: \(line)\n".utf8)) }
    }
}

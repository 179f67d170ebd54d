import Foundation
import HornbillEngine
import Synchronization

/// Writes an events file that TensorBoard reads. Each event is given to the system at once: a run that is killed leaves
/// all that it has written.
final class EventWriter {
    let path: String
    private let file: OutputFile
    private static let made = Atomic(0)

    /// Makes a new file in a folder, and the folder.
    init(folder: String) throws {
        try OutputFile.makeFolder(folder)
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
        let seconds = Int(Date().timeIntervalSince1970)
        path = "\(folder)/events.out.tfevents.\(seconds).\(Self.host).\(getpid()).\(number).v2"
        file = try OutputFile(path)
        try write(EventRecord.version(at: Self.now))
    }

    func add(_ values: [EventSummary], step: Int) throws {
        guard !values.isEmpty else { return }
        try write(EventRecord.summaries(values, step: step, at: Self.now))
    }

    func add(graph nodes: [(name: String, operation: String, inputs: [String])]) throws {
        try write(EventRecord.graph(nodes, at: Self.now))
    }

    private func write(_ record: [UInt8]) throws { try file.write(RecordFile.frame(record)) }

    private static var now: Double { Date().timeIntervalSince1970 }

    /// The name of this machine, with what may stand in a file name.
    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "localhost" : text.replacingOccurrences(of: "/", with: "_")
    }()
}

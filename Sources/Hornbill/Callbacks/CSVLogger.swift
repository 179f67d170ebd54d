import Foundation
import HornbillEngine

/// Writes the logs of each epoch as a line of a CSV file.
/// Follows Keras's [CSVLogger](https://keras.io/api/callbacks/csv_logger/).
public final class CSVLogger: Callback, ResumableCallback {
    public let filename: String
    public let separator: String
    public let append: Bool
    private var file: OutputFile?
    private var keys: [String]?
    private var writesHeader = true

    /// - Parameters:
    ///   - filename: the file; its folder must be there.
    ///   - separator: one character between two values.
    ///   - append: whether to go on after what the file holds, without a second header, and not to write it anew.
    public init(_ filename: String, separator: String = ",", append: Bool = false) {
        self.filename = filename
        self.separator = separator
        self.append = append
    }

    override public var needsBatchLogs: Bool { false }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        guard separator.unicodeScalars.count == 1, !["\"", "\r", "\n"].contains(separator) else {
            throw HornbillError(.argument, "CSVLogger needs a separator of one character, not '\(separator)'")
        }
    }

    override public func onTrainBegin(_ logs: Logs) throws {
        keys = nil
        writesHeader = true
        let file = try OutputFile(filename)
        // Emptied with the first line, so that a run that is resumed finds what it has written.
        if append { writesHeader = try file.size() == 0 }
        self.file = file
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        guard let file else { return }
        if keys == nil {
            var keys = logs.keys.sorted()
            // Without validation in the first epoch there may be one later.
            if !keys.contains(where: { $0.hasPrefix("val_") }) { keys += keys.map { "val_\($0)" } }
            self.keys = keys
            try file.truncate(to: append ? file.size() : 0)
            if writesHeader { try file.write(line(["epoch"] + keys)) }
        }
        try file.write(line(["\(epoch)"] + (keys ?? []).map { logs[$0].map(\.pythonDescription) ?? "NA" }))
    }

    override public func onTrainEnd(_ logs: Logs) throws {
        if keys == nil, !append { try file?.truncate(to: 0) }
        file = nil
    }

    /// Fields that hold what ends a field or a line stand in quotes.
    private func line(_ fields: [String]) -> Data {
        let quoted = fields.map { field in
            let needsQuotes = field.contains { "\"\r\n".contains($0) } || field.contains(separator)
            return needsQuotes ? "\"\(field.replacingOccurrences(of: "\"", with: "\"\""))\"" : field
        }
        return Data((quoted.joined(separator: separator) + "\r\n").utf8)
    }

    public var state: CallbackState {
        CallbackState(
            self,
            [
                "keys": keys.map { .list($0.map(ConfigValue.string)) } ?? .null,
                "position": .int((try? file?.size()) ?? 0),
            ])
    }

    /// Cuts off what was written after the state was taken.
    public func restore(_ state: CallbackState) throws {
        guard case .list(let list)? = state.values["keys"] else { return }
        let position = try state.int("position")
        guard let file, try file.size() >= position else {
            throw HornbillError(.file, "'\(filename)' is shorter than the resumed run has left it")
        }
        keys = list.compactMap { if case .string(let key) = $0 { key } else { nil } }
        try file.truncate(to: position)
    }
}

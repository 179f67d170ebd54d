import Foundation
import Hornbill
import Yams

/// A mapping of a YAML file, read key by key: values of other types than expected, and keys that nobody read, are errors
/// that name their place in the file.
struct SettingsReader {
    private let entries: [String: Yams.Node]
    private let place: String
    private let path: String
    private var read: Set<String> = []

    /// - Throws: kind `file` for a file that cannot be read or is no YAML, `argument` for one that is no mapping.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HornbillError(.file, "'\(path)' cannot be read")
        }
        let text = String(decoding: data, as: UTF8.self)
        let root: Yams.Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw HornbillError(.file, "'\(path)' is not YAML: \(error)")
        }
        try self.init(root ?? .mapping(Yams.Node.Mapping([])), path: path, place: "")
    }

    private init(_ node: Yams.Node, path: String, place: String) throws {
        self.path = path
        self.place = place
        guard case .mapping(let mapping) = node else {
            throw HornbillError(
                .argument, "'\(path)'\(place.isEmpty ? "" : ", \(place)"): expected a mapping of keys to values")
        }
        var entries: [String: Yams.Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw HornbillError(.argument, "'\(path)'\(place.isEmpty ? "" : ", \(place)"): a key is no word")
            }
            entries[name] = value
        }
        self.entries = entries
    }

    private func failure(_ key: String, _ wanted: String) -> HornbillError {
        let found = entries[key]?.scalar.map { "'\($0.string)'" } ?? "a list or mapping"
        return HornbillError(.argument, "'\(path)', \(name(key)): expected \(wanted), found \(found)")
    }

    private func name(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    var keys: [String] { entries.keys.sorted() }

    private mutating func value<Value>(_ key: String, _ wanted: String, _ convert: (Yams.Node) -> Value?) throws
        -> Value?
    {
        read.insert(key)
        guard let node = entries[key] else { return nil }
        guard let value = convert(node) else { throw failure(key, wanted) }
        return value
    }

    mutating func string(_ key: String) throws -> String? { try value(key, "a text") { $0.scalar?.string } }
    mutating func int(_ key: String) throws -> Int? { try value(key, "a whole number") { $0.int } }
    mutating func double(_ key: String) throws -> Double? {
        try value(key, "a number") { $0.float ?? $0.int.map(Double.init) }
    }
    mutating func bool(_ key: String) throws -> Bool? { try value(key, "true or false") { $0.bool } }

    mutating func strings(_ key: String) throws -> [String]? {
        try value(key, "a list of texts") { node in
            guard case .sequence(let sequence) = node else { return node.scalar.map { [$0.string] } }
            let texts = sequence.compactMap { $0.scalar?.string }
            return texts.count == sequence.count ? texts : nil
        }
    }

    /// One of the values of an enumeration, by its name.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice?
    where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(key, "one of \(known)") { $0.scalar.flatMap { Choice(rawValue: $0.string) } }
    }

    /// A mapping within this one.
    mutating func section(_ key: String) throws -> SettingsReader? {
        read.insert(key)
        return try entries[key].map { try SettingsReader($0, path: path, place: name(key)) }
    }

    /// - Throws: kind `argument` for a key that was not read, with those that were.
    func finish() throws {
        guard let unknown = keys.first(where: { !read.contains($0) }) else { return }
        throw HornbillError(
            .argument,
            "'\(path)': nobody knows '\(name(unknown))' here; what may be said is: \(read.sorted().joined(separator: ", "))"
        )
    }
}

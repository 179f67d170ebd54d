import Foundation
import HornbillEngine
import HornbillTestSupport

/// A value of a golden manifest.
indirect enum GoldenValue: Sendable, Decodable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case list([GoldenValue])
    case object([String: GoldenValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([GoldenValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: GoldenValue].self))
        }
    }

    subscript(key: String) -> GoldenValue? {
        guard case .object(let entries) = self, let value = entries[key], value != .null else { return nil }
        return value
    }

    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var string: String? { if case .string(let value) = self { value } else { nil } }
    var list: [GoldenValue]? { if case .list(let value) = self { value } else { nil } }
    var int: Int? { double.flatMap { Int(exactly: $0) } }
    var ints: [Int]? { list.map { $0.compactMap(\.int) } ?? int.map { [$0] } }
    var doubles: [Double]? { list.map { $0.compactMap(\.double) } ?? double.map { [$0] } }

    /// A number; infinities and NaN are strings in the file.
    var double: Double? {
        switch self {
        case .number(let value): value
        case .string("inf"): .infinity
        case .string("-inf"): -.infinity
        case .string("nan"): .nan
        default: nil
        }
    }
}

extension GoldenValue {
    /// Without the entries for types of the layers inside, which files hold in another form.
    var withoutTypes: GoldenValue {
        switch self {
        case .list(let elements): .list(elements.map(\.withoutTypes))
        case .object(let entries):
            .object(
                entries.filter {
                    !["dtype", "quantization_config", "registered_name", "build_config"].contains($0.key)
                }
                .mapValues(\.withoutTypes))
        default: self
        }
    }

    /// Whether it is the same but for what float32 rounds away.
    func isNear(_ other: GoldenValue) -> Bool {
        switch (self, other) {
        case (.number(let a), .number(let b)): abs(a - b) <= 1e-6 * abs(b)
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isNear($1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { key, value in b[key].map(value.isNear) ?? false }
        default: self == other
        }
    }
}

/// One case of a family of golden data: its fields and its arrays.
struct GoldenCase: Sendable, CustomStringConvertible {
    let fields: GoldenValue
    private let archive: NpzArchive?

    init(_ fields: GoldenValue, _ archive: NpzArchive?) {
        self.fields = fields
        self.archive = archive
    }

    var name: String { fields["name"]?.string ?? "?" }
    var className: String { fields["class_name"]?.string ?? "?" }
    var config: GoldenValue { fields["config"] ?? .object([:]) }
    var description: String { name }

    /// The array of this name, if the case has it.
    func array(_ array: String) -> Tensor? { archive?["\(name)/\(array)"] }

    /// The array of this name.
    func require(_ name: String) throws -> Tensor {
        guard let tensor = array(name) else { throw GoldenError("the case \(self) has no array '\(name)'") }
        return tensor
    }

    /// The arrays `prefix0`, `prefix1`, … up to the first that is not there.
    func arrays(_ prefix: String) -> [Tensor] {
        var found: [Tensor] = []
        while let tensor = array("\(prefix)\(found.count)") { found.append(tensor) }
        return found
    }
}

struct GoldenError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A family of golden data in Tests/Reference/Golden.
enum Golden {
    private static let directory = URL(filePath: referencePath("Golden"))

    /// The folder of a family.
    static func folder(_ family: String) -> String { directory.appending(path: family).path }

    /// The families whose names are `name` or begin with `name` and an underscore.
    static func families(_ name: String) -> [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return folders.filter { $0 == name || $0.hasPrefix(name + "_") }.sorted()
    }

    /// Keras's public names of a family: its `classes`, `functions`, or those `excluded`.
    static func names(_ family: String, _ kind: String) throws -> [String] {
        guard case .object(let entries) = allNames["families"]?[family]?[kind] ?? .null else {
            throw GoldenError("no \(kind) of \(family) in names.json")
        }
        return entries.keys.sorted()
    }

    private static let allNames: GoldenValue = {
        let data = try? Data(contentsOf: directory.appending(path: "names.json"))
        return data.flatMap { try? JSONDecoder().decode(GoldenValue.self, from: $0) } ?? .null
    }()

    /// The cases of a family. Where they cannot be read there is one that says so, and its test fails.
    static func cases(_ family: String) -> [GoldenCase] {
        do {
            let folder = directory.appending(path: family)
            let manifest = try JSONDecoder().decode(
                GoldenValue.self, from: Data(contentsOf: folder.appending(path: "manifest.json")))
            let path = folder.appending(path: "arrays.npz").path
            let archive = FileManager.default.fileExists(atPath: path) ? try NpzArchive(path: path) : nil
            guard let cases = manifest["cases"]?.list else { throw GoldenError("no cases") }
            return cases.map { GoldenCase($0, archive) }
        } catch {
            return [GoldenCase(.object(["name": .string("unreadable: \(error)"), "class_name": .string("?")]), nil)]
        }
    }
}

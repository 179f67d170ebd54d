import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport

/// An object as Keras writes it: see Tests/Reference/configs.py.
struct GoldenConfig: Sendable, CustomStringConvertible {
    let name: String
    /// The arguments it was made of.
    let given: Config
    let serialized: ConfigValue

    var className: String { serialized.objectValue?["class_name"]?.stringValue ?? "?" }
    var description: String { name }

    /// The object of the arguments given alone, so that all others have their defaults.
    var brief: ConfigValue {
        Self.object(className, given, module: serialized.objectValue?["module"] ?? .null)
    }

    /// An object of these arguments.
    static func object(_ className: String, _ given: Config, module: ConfigValue = .null) -> ConfigValue {
        .object([
            "module": module, "class_name": .string(className),
            "config": .object(Config(given.keys.map { ($0, nested(given[$0] ?? .null)) })), "registered_name": .null,
        ])
    }

    /// Objects inside, which the tables write as `{"class_name": …, its arguments}`, in the form of files.
    private static func nested(_ value: ConfigValue) -> ConfigValue {
        if let elements = value.listValue { return .list(elements.map(nested)) }
        guard let object = value.objectValue, let name = object["class_name"] else { return value }
        if object["config"] != nil { return value }
        var arguments = object
        arguments["class_name"] = nil
        return .object([
            "class_name": name, "config": .object(Config(arguments.keys.map { ($0, nested(arguments[$0] ?? .null)) })),
        ])
    }

    static let kinds = [
        "constraints", "initializers", "layers", "losses", "metrics", "optimizers", "regularizers", "schedules",
    ]

    /// All objects of a kind.
    static func all(_ kind: String) throws -> [GoldenConfig] {
        let bytes = try ByteSource(path: referencePath("Golden/configs/\(kind).json.gz")).readAll()
        guard let entries = try JSON.parse(bytes).listValue else { throw GoldenError("\(kind) is no list") }
        return try entries.map { entry in
            guard let parts = entry.listValue, parts.count == 3, let name = parts[0].stringValue,
                let given = parts[1].objectValue
            else { throw GoldenError("an entry of \(kind) is none: \(entry)") }
            return GoldenConfig(name: name, given: given, serialized: parts[2])
        }
    }

    /// Makes an object of a kind from what a file says.
    static func make(_ kind: String, _ value: ConfigValue) throws -> any Configurable {
        switch kind {
        case "layers": try ObjectRegistry.layer(value)
        case "losses": try ObjectRegistry.loss(value)
        case "metrics": try ObjectRegistry.metric(value)
        case "optimizers": try ObjectRegistry.optimizer(value)
        case "schedules": try ObjectRegistry.schedule(value)
        case "initializers": try ObjectRegistry.initializer(value)
        case "regularizers": try ObjectRegistry.regularizer(value)
        case "constraints": try ObjectRegistry.constraint(value)
        default: throw GoldenError("there is no kind \(kind)")
        }
    }
}

extension ConfigValue {
    /// Where it differs from another value: keys, their order, values. 1 and 1.0 are one number, as in Python.
    func differences(from wanted: ConfigValue, at path: String = "") -> [String] {
        switch (self, wanted) {
        case (.object(let mine), .object(let theirs)):
            let (mine, theirs) = (mine.withoutSharing, theirs.withoutSharing)
            var found: [String] = []
            if mine.keys != theirs.keys {
                let (missing, extra) = (
                    theirs.keys.filter { mine[$0] == nil }, mine.keys.filter { theirs[$0] == nil }
                )
                found.append(
                    missing.isEmpty && extra.isEmpty
                        ? "\(path): the order is \(mine.keys), not \(theirs.keys)"
                        : "\(path): missing \(missing), too many \(extra)")
            }
            for key in theirs.keys {
                guard let a = mine[key], let b = theirs[key] else { continue }
                found += a.differences(from: b, at: "\(path).\(key)")
            }
            return found
        case (_, .object(let tensor)) where tensor["class_name"] == "__tensor__":
            // Keras cannot read the tensors that it writes for the weights of labels.
            return differences(from: tensor["config"]?.objectValue?["value"] ?? .null, at: path)
        case (.list(let a), .list(let b)) where a.count == b.count:
            return zip(a, b).enumerated().flatMap { $1.0.differences(from: $1.1, at: "\(path)[\($0)]") }
        default:
            if self == wanted { return [] }
            // A list of one threshold is that threshold.
            if path.hasSuffix("thresholds"), wanted.listValue == [self] { return [] }
            if let a = doubleValue, let b = wanted.doubleValue, a == b || abs(a - b) <= 1e-7 * abs(b) { return [] }
            return ["\(path): \(self), not \(wanted)"]
        }
    }
}

extension Config {
    fileprivate var withoutSharing: Config {
        var result = self
        result["shared_object_id"] = nil
        return result
    }
}

/// A JSON-like value of a configuration.
public enum ConfigValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([ConfigValue])
    case object(Config)
}

/// What is needed to make a layer, loss, metric or optimizer again: Keras's argument names and values, in Keras's order.
public struct Config: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public private(set) var keys: [String] = []
    private var values: [String: ConfigValue] = [:]

    public init(dictionaryLiteral elements: (String, ConfigValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    public init(_ elements: [(String, ConfigValue)]) {
        for (key, value) in elements { self[key] = value }
    }

    public subscript(key: String) -> ConfigValue? {
        get { values[key] }
        set {
            if values[key] == nil, newValue != nil { keys.append(key) }
            if newValue == nil { keys.removeAll { $0 == key } }
            values[key] = newValue
        }
    }

    /// This configuration with the entries of `other` after or in place of its own.
    public func merging(_ other: Config) -> Config {
        var result = self
        for key in other.keys { result[key] = other[key] }
        return result
    }
}

extension ConfigValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: ConfigValue...) { self = .list(elements) }
    public init(nilLiteral: ()) { self = .null }

    public init(_ value: Int?) { self = value.map(ConfigValue.int) ?? .null }
    public init(_ value: Double?) { self = value.map(ConfigValue.double) ?? .null }
    public init(_ value: String?) { self = value.map(ConfigValue.string) ?? .null }
    public init(_ value: [Int]?) { self = value.map { .list($0.map(ConfigValue.int)) } ?? .null }
}

/// Something that Keras writes into a file as `{"module": …, "class_name": …, "config": {…}}`.
public protocol Configurable {
    /// Keras's public module, as `keras.layers`; nil for a user's class.
    var kerasModule: String? { get }
    /// Keras's class name, as `Dense`.
    var kerasClassName: String { get }
    /// The arguments that make it again.
    func getConfig() -> Config
}

extension Configurable {
    /// The nested object that Keras writes for it.
    public var serialized: ConfigValue {
        let module = CustomRegistry.isRegistered(type(of: self)) ? nil : kerasModule
        var object: Config = [
            "module": ConfigValue(module), "class_name": .string(kerasClassName), "config": .object(getConfig()),
            "registered_name": .null,
        ]
        if module == nil {
            object["registered_name"] = .string(
                CustomRegistry.registeredName(of: type(of: self), className: kerasClassName))
        } else if module?.hasPrefix("keras.src.") == true {
            object["registered_name"] = .string(kerasClassName)
        }
        if let layer = self as? Layer {
            if let build = layer.getBuildConfig() { object["build_config"] = .object(build) }
            if let id = SharingScope.current?.identity(of: layer) { object["shared_object_id"] = .int(id) }
        }
        return .object(object)
    }
}

/// Keras's module for a class of Hornbill's; nil for a user's subclass.
func builtInModule(_ module: String, _ object: Any) -> String? {
    String(reflecting: type(of: object)).hasPrefix("Hornbill.") ? module : nil
}

extension DTypePolicy {
    /// The nested object that Keras writes for it.
    public var serialized: ConfigValue {
        .object([
            "module": "keras", "class_name": "DTypePolicy", "config": .object(["name": .string(name)]),
            "registered_name": .null,
        ])
    }
}

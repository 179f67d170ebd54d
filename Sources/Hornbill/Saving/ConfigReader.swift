import HornbillEngine

/// The arguments of an object that is made again from its configuration, read one by one under Keras's names.
///
/// Each getter throws an error of kind `argument` that names the object, the argument, what was expected and what came.
/// The reader remembers what was read, so that ``finish()`` finds arguments that nobody asked for.
///
/// ```
/// override init(config: ConfigReader) throws {
///     factor = try config.double("factor", 1)
///     try super.init(config: config)
/// }
/// ```
public final class ConfigReader {
    /// What is read.
    public let config: Config
    /// Keras's class, for messages.
    public let className: String
    /// What the whole load shares: custom objects, objects that several places refer to.
    public let context: LoadingContext
    private var taken: Set<String> = []

    public init(_ config: Config, className: String, context: LoadingContext = LoadingContext()) {
        self.config = config
        self.className = className
        self.context = context
    }

    /// The object as messages name it: `Dense 'head'`.
    public var label: String {
        if case .string(let name)? = config["name"] { return "\(className) '\(name)'" }
        return className
    }

    // MARK: Values

    /// Whether the argument is given, be it null.
    public func has(_ key: String) -> Bool { config[key] != nil }

    /// The argument as it stands there; nil if it is missing or null.
    public func value(_ key: String) -> ConfigValue? {
        taken.insert(key)
        guard let value = config[key], value != .null else { return nil }
        return value
    }

    /// Reads arguments and does nothing with them: those that Keras writes and Hornbill has no use for.
    public func ignore(_ keys: String...) { taken.formUnion(keys) }

    /// Whether the argument was read or passed over.
    func ignored(_ key: String) -> Bool { taken.contains(key) }

    /// Accepts an argument that is missing, null or one of `values`: anything else would change results.
    /// - Throws: kind `argument` for another value.
    public func only(_ key: String, _ values: ConfigValue...) throws {
        guard let value = value(key), !values.contains(value) else { return }
        throw HornbillError(.argument, "\(label): \(key) \(value.summary) is not supported")
    }

    /// A value made of the argument; nil if it is missing or null.
    /// - Throws: kind `argument` if `convert` gives nil.
    func optional<Value>(
        _ key: String, _ expected: @autoclosure () -> String, _ convert: (ConfigValue) throws -> Value?
    ) throws -> Value? {
        guard let value = value(key) else { return nil }
        guard let result = try convert(value) else { throw mismatch(key, expected(), value) }
        return result
    }

    /// A value that must be there: the default stands in for a missing one, not for null.
    func required<Value>(
        _ key: String, _ expected: @autoclosure () -> String, _ standard: Value?,
        _ convert: (ConfigValue) throws -> Value?
    ) throws -> Value {
        if let result = try optional(key, expected(), convert) { return result }
        if let standard, config[key] == nil { return standard }
        guard config[key] != nil else {
            throw HornbillError(.argument, "\(label): \(key) is missing; \(expected()) is expected")
        }
        throw mismatch(key, expected(), .null)
    }

    /// The error for an argument of another kind than expected.
    public func mismatch(_ key: String, _ expected: String, _ value: ConfigValue) -> HornbillError {
        HornbillError(.argument, "\(label): \(key) must be \(expected), not \(value.summary)")
    }

    public func bool(_ key: String, _ standard: Bool? = nil) throws -> Bool {
        try required(key, "true or false", standard, \.boolValue)
    }
    public func optionalBool(_ key: String) throws -> Bool? { try optional(key, "true or false", \.boolValue) }

    public func int(_ key: String, _ standard: Int? = nil) throws -> Int {
        try required(key, "an integer", standard, \.intValue)
    }
    public func optionalInt(_ key: String) throws -> Int? { try optional(key, "an integer or null", \.intValue) }

    public func double(_ key: String, _ standard: Double? = nil) throws -> Double {
        try required(key, "a number", standard, \.doubleValue)
    }
    public func optionalDouble(_ key: String) throws -> Double? { try optional(key, "a number or null", \.doubleValue) }

    public func string(_ key: String, _ standard: String? = nil) throws -> String {
        try required(key, "a string", standard, \.stringValue)
    }
    public func optionalString(_ key: String) throws -> String? { try optional(key, "a string or null", \.stringValue) }

    public func ints(_ key: String, _ standard: [Int]? = nil) throws -> [Int] {
        try required(key, "a list of integers", standard, \.intList)
    }
    public func optionalInts(_ key: String) throws -> [Int]? { try optional(key, "a list of integers", \.intList) }

    /// One integer, which stands for a list of it alone, or a list.
    public func intOrInts(_ key: String, _ standard: [Int]? = nil) throws -> [Int] {
        try required(key, "an integer or a list of integers", standard) { $0.intValue.map { [$0] } ?? $0.intList }
    }
    public func optionalIntOrInts(_ key: String) throws -> [Int]? {
        try optional(key, "an integer or a list of integers") { $0.intValue.map { [$0] } ?? $0.intList }
    }

    public func doubles(_ key: String, _ standard: [Double]? = nil) throws -> [Double] {
        try required(key, "a list of numbers", standard, \.doubleList)
    }
    public func optionalDoubles(_ key: String) throws -> [Double]? {
        try optional(key, "a list of numbers", \.doubleList)
    }

    public func strings(_ key: String, _ standard: [String]? = nil) throws -> [String] {
        try required(key, "a list of strings", standard, \.stringList)
    }
    public func optionalStrings(_ key: String) throws -> [String]? {
        try optional(key, "a list of strings", \.stringList)
    }

    /// Sizes of which some may be null.
    public func shape(_ key: String) throws -> PartialShape {
        try required(key, "a list of sizes", nil, \.shapeValue)
    }
    public func optionalShape(_ key: String) throws -> PartialShape? {
        try optional(key, "a list of sizes or null", \.shapeValue)
    }

    /// One of the names of an enumeration.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ standard: Choice? = nil
    ) throws -> Choice where Choice.RawValue == String {
        try required(key, Self.names(Choice.self), standard) { $0.stringValue.flatMap(Choice.init) }
    }
    public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws -> Choice? where Choice.RawValue == String {
        try optional(key, Self.names(type) + " or null") { $0.stringValue.flatMap(Choice.init) }
    }

    private static func names<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
    where Choice.RawValue == String {
        "one of " + type.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }

    // MARK: The end

    /// - Throws: kind `argument` if there are arguments that nobody has read, as Python does for those that an
    ///   initializer does not know.
    public func finish() throws {
        let unknown = config.keys.filter { !taken.contains($0) }
        guard !unknown.isEmpty, !context.allowsUnknownArguments else { return }
        let names = unknown.map { "'\($0)'" }.joined(separator: ", ")
        throw HornbillError(
            .argument,
            "\(label) has no argument \(names); it has: \(taken.sorted().joined(separator: ", "))")
    }
}

extension ConfigValue {
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var intValue: Int? { if case .int(let value) = self { value } else { nil } }
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var listValue: [ConfigValue]? { if case .list(let value) = self { value } else { nil } }
    public var objectValue: Config? { if case .object(let value) = self { value } else { nil } }
    /// A number, be it an integer or not.
    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    var intList: [Int]? { list(\.intValue) }
    /// Also of a tensor or an array of NumPy, which Keras writes where it keeps one.
    var doubleList: [Double]? {
        if let object = objectValue, let name = object["class_name"]?.stringValue {
            guard ["__tensor__", "__numpy__"].contains(name) else { return nil }
            return object["config"]?.objectValue?["value"]?.list(\.doubleValue)
        }
        return list(\.doubleValue)
    }
    var stringList: [String]? { list(\.stringValue) }
    var shapeValue: PartialShape? {
        list { element -> Int?? in element == .null ? .some(nil) : element.intValue.map { .some($0) } }
            .map(PartialShape.init)
    }

    /// A list of which each element is of one kind.
    func list<Element>(_ convert: (ConfigValue) -> Element?) -> [Element]? {
        guard let elements = listValue else { return nil }
        let converted = elements.compactMap(convert)
        return converted.count == elements.count ? converted : nil
    }

    /// The value as messages show it: short, with its kind.
    package var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "the integer \(value)"
        case .double(let value): "the number \(value)"
        case .string(let value): "the string '\(value.prefix(60))\(value.count > 60 ? "…" : "")'"
        case .list(let elements): "a list of \(elements.count)"
        case .object(let config):
            if case .string(let name)? = config["class_name"] {
                "an object of class '\(name.prefix(60))'"
            } else {
                "an object of \(config.keys.count) entries"
            }
        }
    }
}

import HornbillEngine
import Synchronization

/// An object that can be made again from its configuration. Conform to it to have a class of your own in files.
///
/// ```swift
/// final class Scale: Layer, ConfigConstructible {
///     let factor: Double
///     init(_ factor: Double) {
///         self.factor = factor
///         super.init()
///     }
///     override init(config: ConfigReader) throws {
///         factor = try config.double("factor")
///         try super.init(config: config)
///     }
///     override func getConfig() -> Config { super.getConfig().merging(["factor": .double(factor)]) }
/// }
/// registerKerasSerializable(Scale.self, package: "mine")
/// ```
public protocol ConfigConstructible: Configurable {
    /// Makes it of the arguments that `getConfig` wrote.
    init(config: ConfigReader) throws
}

/// Classes and functions of the user that files may name, by class name or registered name:
/// `["Scale": .init(Scale.self), "cube": .init(cube)]`.
public struct CustomObjects: ExpressibleByDictionaryLiteral, Sendable {
    fileprivate(set) var entries: [String: CustomObject] = [:]
    /// The names under which classes are written, by the class.
    fileprivate var names: [ObjectIdentifier: String] = [:]

    public init(dictionaryLiteral elements: (String, CustomObject)...) {
        for (name, object) in elements { self[name] = object }
    }

    public subscript(name: String) -> CustomObject? {
        get { entries[name] }
        set {
            if let type = entries[name]?.type { names[type] = nil }
            entries[name] = newValue
            if let type = newValue?.type { names[type] = name }
        }
    }

    fileprivate func merging(_ other: CustomObjects) -> CustomObjects {
        var result = self
        for (name, object) in other.entries { result[name] = object }
        return result
    }
}

/// A class or function of the user that files may name.
public struct CustomObject: @unchecked Sendable {
    /// The class; nil for a function.
    let type: ObjectIdentifier?
    let description: String
    /// Makes an object of its configuration; for a function, gives it.
    let make: (ConfigReader) throws -> Any

    public init<Object: ConfigConstructible>(_ type: Object.Type) {
        self.type = ObjectIdentifier(type)
        description = "\(type)"
        make = { try Object(config: $0) }
    }

    /// A function of one tensor, to be used as an activation.
    public init(_ function: ActivationFunction) {
        type = nil
        description = "the activation '\(function.name)'"
        make = { _ in function }
    }
}

/// What is registered for the whole process, and for the task.
enum CustomRegistry {
    private static let registered = Mutex(CustomObjects())
    @TaskLocal fileprivate static var scope = CustomObjects()

    fileprivate static func register(_ object: CustomObject, _ name: String) {
        registered.withLock { $0[name] = object }
    }

    /// What a name stands for: in the objects of a load, else in those of the scope, else in those registered.
    static func find(_ name: String, _ context: LoadingContext) -> CustomObject? {
        context.customObjects[name] ?? scope[name] ?? registered.withLock { $0[name] }
    }

    /// The name under which a class of the user is written: as it was registered, or its own.
    static func registeredName(of type: Any.Type, className: String) -> String {
        let id = ObjectIdentifier(type)
        return scope.names[id] ?? registered.withLock { $0.names[id] } ?? className
    }

    /// Whether the class is written as the user's, not as Keras's.
    static func isRegistered(_ type: Any.Type) -> Bool {
        let id = ObjectIdentifier(type)
        return scope.names[id] != nil || registered.withLock { $0.names[id] != nil }
    }

    /// Names that the user gave, for messages.
    static func names(_ context: LoadingContext) -> [String] {
        let all = registered.withLock { $0 }.merging(scope).merging(context.customObjects)
        return all.entries.keys.sorted()
    }
}

/// Makes a class of the user known to files, as `package>Name`: objects of it are written with that name, and made again
/// from their configuration when a file is loaded. Follows Keras's
/// [register_keras_serializable](https://keras.io/api/models/model_saving_apis/serialization_utils/).
/// - Parameters:
///   - type: a layer, model, loss, metric, optimizer, initializer, regularizer, constraint or schedule.
///   - package: what is in front of the name, so that names of several packages differ.
///   - name: the class's name if nil.
public func registerKerasSerializable<Object: ConfigConstructible>(
    _ type: Object.Type, package: String = "Custom", name: String? = nil
) {
    CustomRegistry.register(CustomObject(type), "\(package)>\(name ?? "\(type)")")
}

/// Makes an activation of the user known to files, as `package>name`.
/// - Returns: the activation to give to layers, which is written under that name.
@discardableResult
public func registerKerasSerializable(
    _ function: ActivationFunction, package: String = "Custom", name: String? = nil
) -> ActivationFunction {
    let registered = function.registered(as: "\(package)>\(name ?? function.name)")
    CustomRegistry.register(CustomObject(registered), registered.name)
    return registered
}

/// Runs `body` with further names that files may use and classes are written under; they hold in this task only.
public func withCustomObjects<Result>(_ objects: CustomObjects, _ body: () throws -> Result) rethrows -> Result {
    try CustomRegistry.$scope.withValue(CustomRegistry.scope.merging(objects), operation: body)
}

/// Runs `body` with further names that files may use and classes are written under; they hold in this task only.
public func withCustomObjects<Result>(
    _ objects: CustomObjects, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async rethrows -> Result {
    try await CustomRegistry.$scope.withValue(CustomRegistry.scope.merging(objects), operation: body)
}

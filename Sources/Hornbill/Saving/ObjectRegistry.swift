import HornbillEngine

/// Makes objects again from what Keras writes for them. Files can name what stands in its tables and what the user has
/// registered, and nothing else: no module is imported, no code is run.
public enum ObjectRegistry {
    /// Keras's names of the layers that files can name.
    package static var knownLayers: [String] { layers.table.keys.sorted() }

    /// A layer or a model.
    public static func layer(_ value: ConfigValue, _ context: LoadingContext = LoadingContext()) throws -> Layer {
        try LoadingBudget.current?.chargeCall()
        return try context.nested {
            let layer = try layers.make(value, context)
            if context.buildsLayers, !layer.built, let shapes = value.objectValue?["build_config"]?.objectValue {
                do {
                    try layer.buildFromConfig(shapes)
                } catch {
                    throw HornbillError.wrap(error).at(nil, layer: layer.label)
                }
            }
            return layer
        }
    }

    /// A loss: an object, or a string.
    public static func loss(_ value: ConfigValue, _ context: LoadingContext = LoadingContext()) throws -> Loss {
        try losses.make(value, context)
    }

    /// A metric: an object, or a string.
    public static func metric(_ value: ConfigValue, _ context: LoadingContext = LoadingContext()) throws -> Metric {
        try metrics.make(value, context)
    }

    /// An optimizer: an object, or a string.
    public static func optimizer(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> Optimizer {
        try context.nested { try optimizers.make(value, context) }
    }

    /// A learning rate that depends on the step.
    public static func schedule(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> any LearningRateSchedule {
        try schedules.make(value, context)
    }

    /// An initializer: an object, or a string.
    public static func initializer(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> Initializer {
        try initializers.make(value, context)
    }

    /// A regularizer: an object, or a string.
    public static func regularizer(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> Regularizer {
        try regularizers.make(value, context)
    }

    /// A constraint: an object, or a string.
    public static func constraint(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> Constraint {
        try constraints.make(value, context)
    }

    /// Types: a name, or a policy as an object.
    public static func dtypePolicy(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> DTypePolicy {
        try dtypePolicies.make(value, context)
    }

    /// An activation: a name, a function as an object, or a layer without weights.
    public static func activation(
        _ value: ConfigValue, _ context: LoadingContext = LoadingContext()
    ) throws -> ActivationFunction {
        if let name = value.objectValue?["class_name"]?.stringValue,
            ActivationFunction.layerClasses.contains(name)
        {
            return ActivationFunction(try layer(value, context))
        }
        return try activations.make(value, context)
    }
}

/// A kind of objects that files hold: its classes by Keras's names.
struct ObjectKind<Object>: Sendable {
    typealias Maker = @Sendable (ConfigReader) throws -> Object

    /// As messages call it: `layer`.
    let name: String
    /// The parts of Keras in which its classes lie, as `layers` in `keras.layers` and `keras.src.layers.core.dense`.
    let modules: [String]
    let table: [String: Maker]
    /// What a string stands for.
    let named: @Sendable (String) throws -> Object

    /// The object that a value of a file stands for.
    func make(_ value: ConfigValue, _ context: LoadingContext) throws -> Object {
        switch value {
        case .string(let text):
            if let custom = CustomRegistry.find(text, context) {
                return try make(custom, ConfigReader([:], className: text, context: context))
            }
            return try named(text)
        case .object(let object): return try make(SerializedObject(object, name), context)
        default: throw HornbillError(.argument, "a \(name) must be an object or a name, not \(value.summary)")
        }
    }

    private func make(_ object: SerializedObject, _ context: LoadingContext) throws -> Object {
        try Refusals.check(object, name)
        if object.className == "function" { return try function(object, context) }
        if let id = object.sharedID, let known: Object = context.sharedObject(id, as: Object.self) { return known }
        guard let arguments = object.arguments else {
            throw HornbillError(
                .argument, "the config of \(object.className) must be an object, not \(object.config.summary)")
        }
        let reader = ConfigReader(arguments, className: object.className, context: context)
        let result = try make(object, reader)
        try (result as? Layer)?.takeCommon(reader)
        try reader.finish()
        if let id = object.sharedID { context.remember(result, id: id) }
        return result
    }

    private func make(_ object: SerializedObject, _ reader: ConfigReader) throws -> Object {
        for name in [object.registeredName, object.className] {
            if let name, let custom = CustomRegistry.find(name, reader.context) { return try make(custom, reader) }
        }
        guard object.isKeras(of: modules), let maker = table[object.className] else {
            throw unknown(object, reader.context)
        }
        return try maker(reader)
    }

    private func make(_ custom: CustomObject, _ reader: ConfigReader) throws -> Object {
        guard let result = try custom.make(reader) as? Object else {
            throw HornbillError(.argument, "\(custom.description) is no \(name)")
        }
        return result
    }

    /// What a function's name stands for.
    private func function(_ object: SerializedObject, _ context: LoadingContext) throws -> Object {
        guard let text = object.config.stringValue else {
            throw HornbillError(
                .argument, "the config of a function must be its name, not \(object.config.summary)")
        }
        for name in [text, object.registeredName] {
            if let name, let custom = CustomRegistry.find(name, context) {
                return try make(custom, ConfigReader([:], className: name, context: context))
            }
        }
        guard object.module == "builtins" || object.isKeras(of: modules), !text.contains(">") else {
            throw unknown(object, context)
        }
        return try named(text)
    }

    private func unknown(_ object: SerializedObject, _ context: LoadingContext) -> HornbillError {
        let what = object.className == "function" ? object.config.stringValue ?? "" : object.className
        let module = object.module.map { "\($0)." } ?? ""
        if object.module == nil || object.registeredName?.contains(">") == true {
            let custom = CustomRegistry.names(context)
            return HornbillError(
                .unknownName,
                "there is no \(name) '\(object.registeredName ?? what)'; a class of your own is made known by registerKerasSerializable or customObjects. Registered: \(custom.isEmpty ? "none" : custom.joined(separator: ", "))"
            )
        }
        guard object.isKeras(of: modules) else {
            return HornbillError(.unknownName, "'\(module)\(what)' is refused: it is no \(name) of Keras")
        }
        return HornbillError(
            .unknownName,
            "there is no \(name) '\(module)\(what)'. Known: \(table.keys.sorted().joined(separator: ", "))")
    }
}

/// `{"module": …, "class_name": …, "config": …, "registered_name": …}`; older files lack the first and the last.
struct SerializedObject {
    let module: String?
    let className: String
    let config: ConfigValue
    let registeredName: String?
    let sharedID: Int?

    init(_ object: Config, _ kind: String) throws {
        guard let className = object["class_name"]?.stringValue else {
            throw HornbillError(
                .argument,
                "a \(kind) must have a class_name, which is \(object["class_name"]?.summary ?? "missing") here")
        }
        self.className = className
        config = object["config"] ?? .null
        module = object["module"]?.stringValue
        registeredName = object["registered_name"]?.stringValue
        sharedID = object["shared_object_id"]?.intValue
        if let module = object["module"], module != .null, module.stringValue == nil {
            throw HornbillError(.argument, "the module of \(className) must be a string, not \(module.summary)")
        }
    }

    /// The arguments; those of nothing are none.
    var arguments: Config? { config == .null ? [:] : config.objectValue }

    /// Whether the module is one of Keras's that hold such objects. A missing one is an older file's.
    func isKeras(of modules: [String]) -> Bool {
        guard let module else { return registeredName == nil || registeredName == className }
        let parts = module.split(separator: ".").map(String.init)
        guard let root = parts.first, ["keras", "tf_keras", "keras_core", "tensorflow"].contains(root) else {
            return false
        }
        let passed: Set = ["keras", "src", "api", "python", "_tf_keras", "legacy"]
        guard let part = parts.dropFirst().first(where: { !passed.contains($0) }) else { return true }
        return modules.contains(part)
    }
}

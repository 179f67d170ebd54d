import HornbillEngine

extension Model {
    /// The whole of `config.json`: the architecture and, if the model is compiled, how.
    package func archiveConfig(compile: Bool = true) -> ConfigValue {
        guard case .object(var object) = serialized else { return serialized }
        object["compile_config"] = .object(compile ? compiled.map(CompileConfig.write) ?? [:] : [:])
        return .object(object)
    }

    /// The architecture as JSON text that Keras's `model_from_json` reads: layers and their arguments, no weights.
    /// - Parameter indent: how far each level is indented; nil for one line.
    /// - Throws: the error of a layer that could not be added.
    public func toJSON(indent: Int? = nil) throws -> String {
        try (self as? Sequential)?.checkFailure()
        return JSON.text(archiveConfig(), indent: indent)
    }
}

/// Makes a model of what ``Model/toJSON(indent:)`` or Keras's `to_json` gave, with new weights, and compiled if it was.
/// - Parameter customObjects: classes and functions of yours that the text names.
/// - Throws: kind `file` or `argument` that names the layer and what is wrong with it.
public func modelFromJSON(_ text: String, customObjects: CustomObjects = [:]) throws -> Model {
    let config = try JSON.parse(Array(text.utf8), limit: JSON.mostValuesOfConfig)
    return try withMemoryBudget {
        try ModelReader(LoadingContext(customObjects: customObjects)).model(config, compile: true)
    }
}

/// A model with the same layers and new weights.
/// - Throws: the error of a layer that cannot be made again from its configuration.
public func cloneModel(_ model: Model, customObjects: CustomObjects = [:]) throws -> Model {
    try ModelReader(LoadingContext(customObjects: customObjects)).model(
        model.archiveConfig(compile: false), compile: false)
}

/// Makes models again from what Keras writes for them.
struct ModelReader {
    private let context: LoadingContext

    init(_ context: LoadingContext) { self.context = context }

    func model(_ value: ConfigValue, compile: Bool) throws -> Model {
        let layer = try ObjectRegistry.layer(value, context)
        guard let model = layer as? Model else {
            throw HornbillError(.file, "a model was expected, but this is a layer: \(layer.label)")
        }
        try (model as? Sequential)?.checkFailure()
        if compile, let config = value.objectValue?["compile_config"]?.objectValue {
            try CompileConfig.apply(config, to: model, context)
        }
        return model
    }
}

extension Model {
    /// A functional model, of Keras's config of one.
    convenience init(functional config: ConfigReader) throws {
        let (inputs, outputs) = try GraphReader.read(config)
        try self.init(inputs: inputs, outputs: outputs, name: config.name, trainable: config.trainable)
        config.ignore("dtype")
    }
}

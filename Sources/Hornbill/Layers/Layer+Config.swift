import HornbillEngine

// The shapes for which a layer was built, as files hold them: `{"input_shape": …}`.
extension Layer {
    /// Layers of Keras that have nothing to build, and so no shapes in their files.
    private static let buildless: Set<String> = [
        "Activation", "ActivityRegularization", "AlphaDropout", "AveragePooling1D", "AveragePooling2D",
        "AveragePooling3D", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D",
        "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
        "GlobalMaxPooling3D", "HashedCrossing", "Hashing", "Identity", "InputLayer", "LeakyReLU", "Masking",
        "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "ReLU", "Reshape", "Softmax", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D", "TextVectorization", "UnitNormalization",
    ]

    var standardBuildConfig: Config? {
        guard let builtShapes, kerasModule == nil || !Self.buildless.contains(kerasClassName) else { return nil }
        return ["input_shape": builtShapes.configValue]
    }

    /// Reads the arguments that every layer has and its initializer may have passed over.
    func takeCommon(_ config: ConfigReader) throws {
        let given = try config.name
        if let given, given != name { rename(given) }
        if try !config.trainable { trainable = false }
        if !config.ignored("dtype") { _ = try config.dtype }
        if try config.activityRegularizer != nil, activityRegularizer == nil, !(self is ActivityRegularization) {
            throw HornbillError(.argument, "\(config.label): an activity_regularizer is not supported here")
        }
        // What only a first layer of older files has.
        if let shape = try config.optionalShape("batch_input_shape") ?? config.optionalShape("batch_shape") {
            if !(self is InputLayer) { declaredInputShape = PartialShape(Array(shape.dimensions.dropFirst())) }
        } else if let shape = try config.optionalShape("input_shape") {
            declaredInputShape = shape
        }
        config.ignore("autocast")
        try config.only("quantization_config")
    }

    /// The shapes that a `build_config` holds; nil if it holds none.
    func builtShapes(of config: Config) throws -> Structure<PartialShape>? {
        if let value = config["input_shape"], value != .null { return try Structure(shapes: value) }
        if let value = config["shapes_dict"]?.objectValue {
            // Keras lists what a call was given beside its inputs too, as the initial states of a recurrent layer.
            let inputs = callParameters.map { "\($0)_shape" }
            var keys = value.keys.filter(inputs.contains)
            if keys.isEmpty { keys = kerasModule == nil ? value.keys : Array(value.keys.prefix(1)) }
            let shapes = try keys.map { try Structure<PartialShape>(shapes: value[$0] ?? .null) }
            return shapes.count == 1 ? shapes[0] : .list(shapes)
        }
        return nil
    }
}

extension Structure where Leaf == PartialShape {
    /// As Keras writes it: lists of sizes, of which unknown ones are null.
    var configValue: ConfigValue {
        switch self {
        case .tensor(let shape): .list(shape.dimensions.map { ConfigValue($0) })
        case .list(let elements): .list(elements.map(\.configValue))
        case .dictionary(let entries):
            .object(Config(entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.configValue) }))
        }
    }

    /// Reads what Keras writes: a list of sizes is a shape, any other list one of structures.
    /// - Throws: kind `argument` for anything else.
    init(shapes value: ConfigValue) throws {
        if let shape = value.shapeValue {
            if let bad = shape.dimensions.compactMap({ $0 }).first(where: { $0 < 0 }) {
                throw HornbillError(.argument, "a shape cannot have the size \(bad): \(shape)")
            }
            self = .tensor(shape)
        } else if let elements = value.listValue {
            self = .list(try elements.map { try Structure(shapes: $0) })
        } else if let entries = value.objectValue {
            self = .dictionary(
                Dictionary(try entries.keys.map { ($0, try Structure(shapes: entries[$0] ?? .null)) }) { $1 })
        } else {
            throw HornbillError(.argument, "a shape must be a list of sizes, not \(value.summary)")
        }
    }
}

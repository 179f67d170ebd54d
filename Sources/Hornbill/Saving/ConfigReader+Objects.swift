import HornbillEngine

// Arguments that are objects themselves.
extension ConfigReader {
    /// The layer's name; made up if nil.
    public var name: String? { get throws { try optionalString("name") } }

    /// Whether optimizers change the weights.
    public var trainable: Bool { get throws { try bool("trainable", true) } }

    /// The types of weights and computation; the session's if nil.
    public var dtype: DTypePolicy? { get throws { try dtypePolicy("dtype") } }

    /// The penalty on a layer's output.
    public var activityRegularizer: Regularizer? { get throws { try regularizer("activity_regularizer") } }

    /// Types: a name, or a policy as an object.
    public func dtypePolicy(_ key: String) throws -> DTypePolicy? {
        guard let value = value(key) else { return nil }
        return try naming(key) { try ObjectRegistry.dtypePolicy(value, context) }
    }

    /// One element type: a name, or a policy as an object.
    public func elementType(_ key: String, _ standard: DType) throws -> DType {
        try dtypePolicy(key)?.variableDtype ?? standard
    }

    /// An activation; what stands for "none" is the linear one.
    public func activation(_ key: String = "activation", _ standard: String = "linear") throws -> ActivationFunction {
        let value = value(key) ?? (has(key) ? .string("linear") : .string(standard))
        return try naming(key) { try ObjectRegistry.activation(value, context) }
    }

    public func initializer(_ key: String, _ standard: String = "glorot_uniform") throws -> Initializer {
        try naming(key) { try ObjectRegistry.initializer(value(key) ?? .string(standard), context) }
    }

    public func optionalInitializer(_ key: String) throws -> Initializer? {
        guard let value = value(key) else { return nil }
        return try naming(key) { try ObjectRegistry.initializer(value, context) }
    }

    public func regularizer(_ key: String) throws -> Regularizer? {
        guard let value = value(key) else { return nil }
        return try naming(key) { try ObjectRegistry.regularizer(value, context) }
    }

    public func constraint(_ key: String) throws -> Constraint? {
        guard let value = value(key) else { return nil }
        return try naming(key) { try ObjectRegistry.constraint(value, context) }
    }

    /// A layer inside.
    public func layer(_ key: String = "layer") throws -> Layer {
        guard let layer = try optionalLayer(key) else {
            throw HornbillError(.argument, "\(label): \(key) is missing; a layer is expected")
        }
        return layer
    }

    public func optionalLayer(_ key: String) throws -> Layer? {
        guard let value = value(key) else { return nil }
        return try naming(key) { try ObjectRegistry.layer(value, context) }
    }

    /// Layers inside.
    public func layers(_ key: String = "layers") throws -> [Layer] {
        let values = try required(key, "a list of layers", nil, \.listValue)
        return try values.map { value in try naming(key) { try ObjectRegistry.layer(value, context) } }
    }

    /// A layer inside that must be of a class.
    func layer<Kind: Layer>(_ key: String, as kind: Kind.Type, _ expected: String) throws -> Kind {
        let layer = try layer(key)
        guard let result = layer as? Kind else {
            throw HornbillError(.argument, "\(label): \(key) must be \(expected), not a \(layer.kerasClassName)")
        }
        return result
    }

    /// A learning rate: a number or a schedule.
    public func learningRate(
        _ key: String = "learning_rate", _ standard: Double
    ) throws -> any LearningRateConvertible {
        guard let value = value(key), case .object = value else { return try double(key, standard) }
        return try naming(key) { try ObjectRegistry.schedule(value, context) }
    }

    public func optimizer(_ key: String) throws -> Optimizer {
        guard let value = value(key) else {
            throw HornbillError(.argument, "\(label): \(key) is missing; an optimizer is expected")
        }
        return try naming(key) { try ObjectRegistry.optimizer(value, context) }
    }

    /// Where the channels stand; last by default.
    public func dataFormat(_ key: String = "data_format") throws -> DataFormat {
        try optionalChoice(key) ?? .channelsLast
    }

    public func padding(_ standard: String = "valid") throws -> Padding { Padding(try string("padding", standard)) }

    /// Sizes for the axes of an image: one for all of them, or a list.
    public func sizes(_ key: String, _ standard: [Int]? = nil) throws -> [Int] {
        try nonempty(key, intOrInts(key, standard))
    }
    public func optionalSizes(_ key: String) throws -> [Int]? {
        try optionalIntOrInts(key).map { try nonempty(key, $0) }
    }

    private func nonempty(_ key: String, _ sizes: [Int]) throws -> [Int] {
        guard !sizes.isEmpty else { throw mismatch(key, "an integer or a list of integers", .list([])) }
        return sizes
    }

    /// The three options of a weight, under Keras's names `<weight>_initializer` and so on.
    func weight(_ name: String, _ initializer: String = "glorot_uniform") throws -> WeightOptions {
        try WeightOptions(
            initializer: self.initializer("\(name)_initializer", initializer),
            regularizer: regularizer("\(name)_regularizer"), constraint: constraint("\(name)_constraint"))
    }

    /// Says in which argument of which object something is wrong.
    private func naming<Result>(_ key: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            var error = HornbillError.wrap(error)
            error.message = "\(label): \(key): \(error.message)"
            throw error
        }
    }
}

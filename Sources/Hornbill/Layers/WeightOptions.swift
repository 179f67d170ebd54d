import HornbillEngine

/// How a weight starts, what it adds to the loss, and what it may be.
struct WeightOptions {
    var initializer: any InitializerConvertible
    var regularizer: (any RegularizerConvertible)?
    var constraint: (any ConstraintConvertible)?

    init(
        initializer: any InitializerConvertible, regularizer: (any RegularizerConvertible)?,
        constraint: (any ConstraintConvertible)?
    ) {
        (self.initializer, self.regularizer, self.constraint) = (initializer, regularizer, constraint)
    }

    init(
        _ initializer: any InitializerConvertible, _ regularizer: (any RegularizerConvertible)?,
        _ constraint: (any ConstraintConvertible)?
    ) {
        self.init(initializer: initializer, regularizer: regularizer, constraint: constraint)
    }

    /// Keras's entries for some weights, in its order.
    /// - Parameters:
    ///   - between: entries between initializers and penalties.
    ///   - activity: the penalty on the output, where its entry is always there.
    static func config(
        _ weights: [(name: String, options: WeightOptions)], between: Config = [:],
        activity: (any RegularizerConvertible)?? = nil
    ) -> Config {
        var config: Config = [:]
        for (name, options) in weights { config["\(name)_initializer"] = options.initializer.serialized }
        config = config.merging(between)
        for (name, options) in weights { config["\(name)_regularizer"] = options.regularizer?.serialized ?? .null }
        if let activity { config["activity_regularizer"] = activity?.serialized ?? .null }
        for (name, options) in weights { config["\(name)_constraint"] = options.constraint?.serialized ?? .null }
        return config
    }
}

extension Layer {
    func addWeight(_ name: String, _ shape: [Int], _ options: WeightOptions) throws -> Variable {
        try addWeight(
            name: name, shape: Shape(shape), initializer: options.initializer, regularizer: options.regularizer,
            constraint: options.constraint)
    }
}

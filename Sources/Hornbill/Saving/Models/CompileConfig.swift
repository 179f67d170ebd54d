import HornbillEngine

/// What `compile` was given, as a model's `compile_config` has it: strings stay strings, objects nest, lists and
/// dictionaries keep their structure.
enum CompileConfig {
    static func write(_ state: CompiledState) -> Config {
        [
            "optimizer": state.optimizer.serialized, "loss": value(state.losses.specification),
            "loss_weights": value(state.losses.weights), "metrics": value(state.metrics.metrics),
            "weighted_metrics": value(state.metrics.weightedMetrics), "run_eagerly": false, "steps_per_execution": 1,
            // Whether Keras compiles is for the machine that loads the model to decide.
            "jit_compile": "auto",
        ]
    }

    private static func value(_ loss: LossSpecification?) -> ConfigValue {
        switch loss {
        case nil: .null
        case .one(.name(let name)): .string(name)
        case .one(.loss(let loss)): loss.serialized
        case .list(let list): .list(list.map(value))
        case .dictionary(let entries): object(entries) { value($0) }
        }
    }

    private static func value(_ metric: MetricSpecification?) -> ConfigValue {
        switch metric {
        case nil: .null
        case .one(.name(let name)): .string(name)
        case .one(.metric(let metric)): metric.serialized
        case .list(let list): .list(list.map(value))
        case .dictionary(let entries): object(entries) { value($0) }
        }
    }

    private static func value(_ weights: LossWeights?) -> ConfigValue {
        switch weights {
        case nil: .null
        case .list(let list): .list(list.map(ConfigValue.double))
        case .dictionary(let entries): object(entries, ConfigValue.double)
        }
    }

    private static func object<Value>(_ entries: [String: Value], _ convert: (Value) -> ConfigValue) -> ConfigValue {
        .object(Config(entries.keys.sorted().compactMap { key in entries[key].map { (key, convert($0)) } }))
    }

    /// Compiles a model as its file says, and makes the optimizer's slots.
    static func apply(_ config: Config, to model: Model, _ context: LoadingContext) throws {
        guard let optimizer = config["optimizer"], optimizer != .null else { return }
        do {
            try model.compile(
                ObjectRegistry.optimizer(optimizer, context), loss: loss(config["loss"], context),
                weights: weights(config["loss_weights"]), metrics: metric(config["metrics"], context),
                weightedMetrics: metric(config["weighted_metrics"], context), autoScaleLoss: false)
        } catch {
            var error = HornbillError.wrap(error)
            error.message = "the compile state cannot be read: \(error.message)"
            throw error
        }
        if model.isFullyBuilt { try model.optimizer?.ensureBuilt(model.trainableWeights) }
    }

    private static func loss(_ value: ConfigValue?, _ context: LoadingContext) throws -> LossSpecification? {
        switch value {
        case nil, .null: return nil
        case .string(let name)? where Losses.known[name] != nil || ["crossentropy", "ce"].contains(name):
            return .one(.name(name))
        case .list(let list)?: return .list(try list.map { try loss($0, context) })
        case .object(let object)? where object["class_name"] == nil:
            var entries: [String: LossSpecification] = [:]
            for key in object.keys { entries[key] = try loss(object[key], context) }
            return .dictionary(entries)
        case let other?: return .one(.loss(try ObjectRegistry.loss(other, context)))
        }
    }

    private static func metric(_ value: ConfigValue?, _ context: LoadingContext) throws -> MetricSpecification? {
        switch value {
        case nil, .null: return nil
        case .string(let name)? where Metrics.known[name] != nil || ["accuracy", "acc"].contains(name):
            return .one(.name(name))
        case .list(let list)?: return .list(try list.map { try metric($0, context) ?? .list([]) })
        case .object(let object)? where object["class_name"] == nil:
            var entries: [String: MetricSpecification] = [:]
            for key in object.keys { entries[key] = try metric(object[key], context) }
            return .dictionary(entries)
        case let other?: return .one(.metric(try ObjectRegistry.metric(other, context)))
        }
    }

    private static func weights(_ value: ConfigValue?) throws -> LossWeights? {
        switch value {
        case nil, .null: return nil
        case .list(let list)?:
            let numbers = list.compactMap(\.doubleValue)
            if numbers.count == list.count { return .list(numbers) }
        case .object(let object)?:
            var entries: [String: Double] = [:]
            for key in object.keys { entries[key] = object[key]?.doubleValue }
            if entries.count == object.keys.count { return .dictionary(entries) }
        default: break
        }
        throw HornbillError(.argument, "loss_weights must be numbers, not \(value?.summary ?? "nothing")")
    }
}

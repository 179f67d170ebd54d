import HornbillEngine

// Operations are nodes of Keras's graphs: some of their arguments stand in the call, the others in the config.
extension FunctionLayer {
    /// The arguments of the call, by position.
    func callArguments(
        _ inputs: [SymbolicTensor], _ tensor: (SymbolicTensor) -> ConfigValue
    ) -> ([ConfigValue], Config) {
        var given = arguments.prefix(function.callParameterCount).map { argument in
            argument.configValue { inputs.indices.contains($0) ? tensor(inputs[$0]) : .null }
        }
        // What is left out at the end has Keras's default.
        while given.count > 1, given.last == .null { given.removeLast() }
        return (given, [:])
    }

    /// The arguments that Keras keeps in the operation.
    var ownArguments: Config {
        var config = Config()
        for (index, name) in function.parameters.enumerated().dropFirst(function.callParameterCount) {
            config[name] = index < arguments.count ? arguments[index].configValue { _ in .null } : .null
        }
        return config
    }

    /// An operation as a file holds it, with the symbols that it reads.
    /// - Parameters:
    ///   - args: what the call is given by position.
    ///   - kwargs: what it is given by name.
    ///   - config: what the operation keeps.
    ///   - symbol: finds a tensor of the graph.
    static func make(
        _ function: TensorFunction, args: [ConfigValue], kwargs: Config, config: Config,
        _ symbol: (TensorReference) throws -> SymbolicTensor
    ) throws -> (FunctionLayer, [SymbolicTensor]) {
        guard args.count <= function.parameters.count else {
            throw HornbillError(
                .argument, "\(function.name) takes \(function.parameters.count) arguments, but \(args.count) are given")
        }
        var values = args
        let named = kwargs.merging(config)
        for name in named.keys where name != "name" && !function.parameters.contains(name) && named[name] != .null {
            throw HornbillError(
                .argument,
                "\(function.name) has no argument '\(name)'; it has: \(function.parameters.joined(separator: ", "))")
        }
        for name in function.parameters.dropFirst(values.count) { values.append(named[name] ?? .null) }
        while values.last == .null { values.removeLast() }
        var inputs: [SymbolicTensor] = []
        let arguments = try values.map { value in
            try Argument(value) { reference in
                inputs.append(try symbol(reference))
                return inputs.count - 1
            }
        }
        return (FunctionLayer(function, arguments), inputs)
    }
}

extension Argument {
    /// The argument as Keras writes it.
    func configValue(_ tensor: (Int) -> ConfigValue) -> ConfigValue {
        switch self {
        case .none: .null
        case .tensor(let index): tensor(index)
        case .value(let constant): constant.tensor.graphConstant
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .dtype(let value): .string(value.rawValue)
        case .list(let elements): .list(elements.map { $0.configValue(tensor) })
        case .slice(let start, let stop, let step):
            .object([
                "class_name": "__slice__",
                "config": .object([
                    "start": ConfigValue(start), "stop": ConfigValue(stop), "step": ConfigValue(step),
                ]),
            ])
        case .ellipsis: .object(["class_name": "__ellipsis__", "config": .object([:])])
        }
    }

    /// What Keras has written.
    /// - Parameter tensor: numbers a tensor of the graph.
    init(_ value: ConfigValue, _ tensor: (TensorReference) throws -> Int) throws {
        switch value {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .list(let elements): self = .list(try elements.map { try Argument($0, tensor) })
        case .object(let object):
            let config = object["config"]?.objectValue ?? [:]
            switch object["class_name"] {
            case "__keras_tensor__": self = .tensor(try tensor(TensorReference(config)))
            case "__slice__":
                self = .slice(
                    start: try config.bound("start"), stop: try config.bound("stop"), step: try config.bound("step"))
            case "__ellipsis__": self = .ellipsis
            case "__tensor__", "__numpy__": self = .value(ConstantTensor(try Tensor(constant: config)))
            case "DTypePolicy": self = .string(config["name"]?.stringValue ?? "float32")
            default:
                throw HornbillError(
                    .argument, "an argument of an operation cannot be \(value.summary)")
            }
        }
    }
}

extension Config {
    fileprivate func bound(_ key: String) throws -> Int? {
        switch self[key] {
        case nil, .null: return nil
        case .int(let value): return value
        case let other?: throw HornbillError(.argument, "\(key) of a slice must be an integer, not \(other.summary)")
        }
    }
}

/// Which tensor of the graph is meant: a layer's name, the number of its call, and the number of the output.
struct TensorReference: Hashable {
    var layer: String
    var call: Int
    var output: Int

    init(layer: String, call: Int, output: Int) {
        self.layer = layer
        self.call = call
        self.output = output
    }

    /// The config of a `__keras_tensor__`.
    init(_ config: Config) throws {
        guard let history = config["keras_history"] else {
            throw HornbillError(.graph, "a tensor of the graph lacks its keras_history")
        }
        try self.init(triple: history)
    }

    /// A triple `[name, call, output]`.
    init(triple: ConfigValue) throws {
        guard let list = triple.listValue, list.count >= 3, let layer = list[0].stringValue,
            let call = list[1].intValue,
            let output = list[2].intValue, call >= 0, output >= 0
        else {
            throw HornbillError(
                .graph, "a tensor of the graph must be [layer, call, output], not \(triple.summary)")
        }
        self.init(layer: layer, call: call, output: output)
    }
}

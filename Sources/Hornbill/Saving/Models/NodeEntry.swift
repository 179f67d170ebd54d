import HornbillEngine

/// One call of a layer as a file holds it: `{"args": […], "kwargs": {…}}`, or the lists of older files.
struct NodeEntry {
    let args: [ConfigValue]
    let kwargs: Config

    /// All calls of a layer.
    static func list(_ value: ConfigValue?, layer: String) throws -> [NodeEntry] {
        guard let value, value != .null else { return [] }
        guard let nodes = value.listValue else {
            throw HornbillError(.graph, "inbound_nodes of '\(layer)' must be a list, not \(value.summary)")
        }
        return try nodes.map { node in
            switch node {
            case .object(let object):
                return NodeEntry(
                    args: object["args"]?.listValue ?? [], kwargs: object["kwargs"]?.objectValue ?? [:])
            case .list(let inputs): return try NodeEntry(legacy: inputs)
            default: throw HornbillError(.graph, "a call of '\(layer)' must be an object, not \(node.summary)")
            }
        }
    }

    init(args: [ConfigValue], kwargs: Config) {
        self.args = args
        self.kwargs = kwargs
    }

    /// `[[layer, call, output, {arguments}], …]`, as `.h5` files of Keras 2 have it.
    private init(legacy inputs: [ConfigValue]) throws {
        var tensors: [ConfigValue] = []
        var kwargs = Config()
        // One input may stand there without the list around it.
        let triples = inputs.first?.stringValue == nil ? inputs : [.list(inputs)]
        for triple in triples {
            _ = try TensorReference(triple: triple)
            let list = triple.listValue ?? []
            tensors.append(Self.tensor(Array(list.prefix(3))))
            if list.count > 3, let extra = list[3].objectValue {
                for key in extra.keys {
                    guard let value = extra[key] else { continue }
                    kwargs[key] = Self.revived(value)
                }
            }
        }
        args = [tensors.count == 1 ? tensors[0] : .list(tensors)]
        self.kwargs = kwargs
    }

    private static func tensor(_ history: [ConfigValue]) -> ConfigValue {
        .object(["class_name": "__keras_tensor__", "config": .object(["keras_history": .list(history)])])
    }

    /// Tensors among the arguments of older files are triples too.
    private static func revived(_ value: ConfigValue) -> ConfigValue {
        guard let list = value.listValue else { return value }
        if (try? TensorReference(triple: value)) != nil { return tensor(Array(list.prefix(3))) }
        return .list(list.map(revived))
    }

    /// The tensors of the graph that the call reads.
    var references: [TensorReference] {
        var found: [TensorReference] = []
        func visit(_ value: ConfigValue) {
            switch value {
            case .list(let elements): elements.forEach(visit)
            case .object(let object):
                if object["class_name"] == "__keras_tensor__" {
                    if let config = object["config"]?.objectValue, let reference = try? TensorReference(config) {
                        found.append(reference)
                    }
                } else {
                    for key in object.keys { object[key].map(visit) }
                }
            default: break
            }
        }
        args.forEach(visit)
        for key in kwargs.keys { kwargs[key].map(visit) }
        return found
    }

    /// What Hornbill's layer is called with.
    func arguments(
        of layer: Layer, _ symbol: (TensorReference) throws -> SymbolicTensor
    ) throws -> (Structure<SymbolicTensor>, CallArguments<SymbolicTensor>) {
        var positional = args
        var rest = kwargs
        // Inputs may be given by name.
        for name in layer.callParameters.dropFirst(positional.count) {
            guard let value = rest[name] else { break }
            positional.append(value)
            rest[name] = nil
        }
        while positional.count > 1, positional.last == .null { positional.removeLast() }
        var inputs = try positional.map { try Structure(tensors: $0, symbol) }
        guard !inputs.isEmpty else { throw HornbillError(.graph, "a call without inputs") }
        var arguments = CallArguments<SymbolicTensor>()
        // What Keras's own layers take by position after their inputs is named.
        if inputs.count > layer.callParameters.count, layer.callParameters.count > 1 {
            inputs = Array(inputs.prefix(layer.callParameters.count))
        }
        for name in rest.keys {
            guard let value = rest[name], value != .null else { continue }
            switch (name, value) {
            // Recurrent layers write what they were given while the graph was made, which says nothing of training.
            case ("training", .bool(let flag)): if !layer.recordsTrainingFlag { arguments.training = flag }
            case ("mask", .list(let masks)):
                arguments.masks = try masks.map { $0 == .null ? nil : try Structure(tensors: $0, symbol).single }
            case ("mask", _): arguments.masks = [try Structure(tensors: value, symbol).single]
            case (_, .bool(let flag)): arguments.flags[name] = flag
            case (_, .list), (_, .object): arguments.tensors[name] = try Structure(tensors: value, symbol).leaves
            default:
                throw HornbillError(.argument, "the call's argument \(name) cannot be \(value.summary)")
            }
        }
        return (inputs.count == 1 ? inputs[0] : .list(inputs), arguments)
    }
}

extension Layer {
    /// Whether Keras writes a training flag for the layer's calls that nobody gave.
    var recordsTrainingFlag: Bool { self is RNN || self is Bidirectional || self is TimeDistributed }
}

extension Structure where Leaf == SymbolicTensor {
    /// Tensors of the graph in lists and dictionaries.
    init(tensors value: ConfigValue, _ symbol: (TensorReference) throws -> SymbolicTensor) throws {
        switch value {
        case .list(let elements): self = .list(try elements.map { try Structure(tensors: $0, symbol) })
        case .object(let object):
            if object["class_name"] == "__keras_tensor__" {
                self = .tensor(try symbol(TensorReference(object["config"]?.objectValue ?? [:])))
                return
            }
            var entries: [String: Structure] = [:]
            for key in object.keys { entries[key] = try object[key].map { try Structure(tensors: $0, symbol) } }
            self = .dictionary(entries)
        default: throw HornbillError(.graph, "a tensor of the graph was expected, not \(value.summary)")
        }
    }
}

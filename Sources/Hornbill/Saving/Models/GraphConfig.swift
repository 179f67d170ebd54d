import HornbillEngine

/// Writes a layer graph as Keras's functional models have it in their `config`: the layers with their calls, and where
/// inputs and outputs are.
struct GraphConfig {
    private let graph: LayerGraph
    /// The calls that belong to the graph, of each layer in the order in which they were made.
    private var calls: [ObjectIdentifier: [LayerNode]] = [:]
    /// Names of inputs that are no input layers but cut the graph in its midst.
    private var cuts: [SymbolicTensor.Key: String] = [:]

    init(_ graph: LayerGraph) {
        self.graph = graph
        for node in graph.nodes { calls[ObjectIdentifier(node.layer), default: []].append(node) }
        for key in calls.keys { calls[key]?.sort { $0.index < $1.index } }
        for symbol in graph.inputs.leaves where !(symbol.layer is InputLayer) {
            cuts[symbol.key] = "\(symbol.name)_\(symbol.index)_input"
        }
    }

    /// The entries `layers`, `input_layers` and `output_layers`.
    func config() -> Config {
        [
            "layers": .list(cutEntries() + graph.operations.compactMap(entry)),
            "input_layers": graph.inputs.configValue { .list(place($0, ofBoundary: true)) },
            "output_layers": graph.outputs.configValue { .list(place($0, ofBoundary: true)) },
        ]
    }

    /// Input layers in the places where the graph was cut.
    private func cutEntries() -> [ConfigValue] {
        graph.inputs.leaves.compactMap { symbol in
            guard let name = cuts[symbol.key] else { return nil }
            let layer = InputLayer(batchShape: symbol.shape, dtype: symbol.dtype, name: name)
            return .object(Self.object(layer).merging(["name": .string(name), "inbound_nodes": []]))
        }
    }

    /// One layer; nil if all its calls lie behind a cut.
    private func entry(_ layer: Layer) -> ConfigValue? {
        let nodes = (calls[ObjectIdentifier(layer)] ?? []).filter { node in
            !node.symbols.leaves.allSatisfy { cuts[$0.key] != nil }
        }
        if nodes.isEmpty { return nil }
        let entries: [ConfigValue] = nodes.compactMap { node in
            node.inputs.map { inputs in
                let arguments = (layer as? FunctionLayer).map { $0.callArguments(inputs.leaves, tensor) }
                let (args, kwargs) = arguments ?? layerArguments(node, inputs)
                return .object(["args": .list(args), "kwargs": .object(kwargs)])
            }
        }
        return .object(
            Self.object(layer).merging(["name": .string(layer.name), "inbound_nodes": .list(entries)]))
    }

    /// A layer's own object: module, class, config.
    private static func object(_ layer: Layer) -> Config {
        if case .object(let object) = layer.serialized { object } else { [:] }
    }

    /// How Keras calls the layer.
    private func layerArguments(_ node: LayerNode, _ inputs: Structure<SymbolicTensor>) -> ([ConfigValue], Config) {
        var args = [inputs.configValue(tensor)]
        if node.layer.callParameters.count > 1, case .list(let elements) = inputs {
            args = elements.map { $0.configValue(tensor) }
        }
        var kwargs = Config()
        if let training = node.arguments.training { kwargs["training"] = .bool(training) }
        if node.arguments.masks.contains(where: { $0 != nil }) {
            let masks = node.arguments.masks.map { $0.map(tensor) ?? .null }
            kwargs["mask"] = inputs.isTensor && masks.count == 1 ? masks[0] : .list(masks)
        }
        for name in node.arguments.tensors.keys.sorted() {
            let tensors = (node.arguments.tensors[name] ?? []).map(tensor)
            kwargs[name] = tensors.count == 1 ? tensors[0] : .list(tensors)
        }
        for name in node.arguments.flags.keys.sorted() {
            kwargs[name] = node.arguments.flags[name].map(ConfigValue.bool)
        }
        return (args, kwargs)
    }

    /// A tensor among the arguments of a call.
    private func tensor(_ symbol: SymbolicTensor) -> ConfigValue {
        let config: Config = [
            "shape": .list(symbol.shape.dimensions.map { ConfigValue($0) }), "dtype": .string(symbol.dtype.rawValue),
            "keras_history": .list(place(symbol, ofBoundary: false)),
        ]
        return .object(["class_name": "__keras_tensor__", "config": .object(config)])
    }

    /// The name of the layer, the number of the call, the number of the output.
    /// - Parameter ofBoundary: whether it is an input or output of the model: there, the calls of a functional model
    ///   inside are counted from 1, since Keras counts its making as a call.
    private func place(_ symbol: SymbolicTensor, ofBoundary: Bool) -> [ConfigValue] {
        if let name = cuts[symbol.key] { return [.string(name), 0, 0] }
        guard let node = symbol.node else { return [] }
        let call = calls[ObjectIdentifier(node.layer)]?.firstIndex { $0 === node } ?? 0
        let first = ofBoundary && node.layer.isFunctionalModel ? 1 : 0
        return [.string(node.layer.name), .int(call + first), .int(symbol.index)]
    }
}

extension Layer {
    /// Whether Keras's class is `Functional`.
    var isFunctionalModel: Bool { (self as? Model)?.network != nil && !(self is Sequential) }
}

extension Structure {
    /// The structure as lists and objects.
    func configValue(_ leaf: (Leaf) -> ConfigValue) -> ConfigValue {
        switch self {
        case .tensor(let tensor): leaf(tensor)
        case .list(let elements): .list(elements.map { $0.configValue(leaf) })
        case .dictionary(let entries):
            .object(
                Config(
                    entries.keys.sorted().compactMap { key in
                        entries[key].map { (key, $0.configValue(leaf)) }
                    }))
        }
    }
}

import HornbillEngine

/// Makes a layer graph again from Keras's `config` of a functional model.
struct GraphReader {
    private let context: LoadingContext
    private var layers: [String: Layer] = [:]
    private var outputs: [Call: [SymbolicTensor]] = [:]
    /// Functional models inside: their calls are counted from 1 in `input_layers` and `output_layers`.
    private var functional: Set<String> = []

    /// One call of a layer.
    private struct Call: Hashable {
        var layer: String
        var number: Int
    }

    /// A call that has not been made yet.
    private struct Pending {
        let call: Call
        let entry: NodeEntry
        /// The operation that it is of, if it is one: Keras's operations keep nothing between calls.
        let operation: OperationEntry?
        var missing: Int
    }

    private struct OperationEntry {
        let function: TensorFunction
        let config: Config
    }

    /// The inputs and outputs of the graph that `config` describes.
    static func read(
        _ config: ConfigReader
    ) throws -> (inputs: Structure<SymbolicTensor>, outputs: Structure<SymbolicTensor>) {
        var reader = GraphReader(context: config.context)
        guard let entries = config.value("layers")?.listValue else {
            throw HornbillError(.graph, "\(config.label): layers must be a list")
        }
        try reader.makeLayersAndCalls(entries)
        func boundary(_ key: String) throws -> Structure<SymbolicTensor> {
            guard let value = config.value(key) else { throw HornbillError(.graph, "\(config.label) has no \(key)") }
            return try Structure(boundary: value) { try reader.boundary($0) }
        }
        return (try boundary("input_layers"), try boundary("output_layers"))
    }

    private init(context: LoadingContext) { self.context = context }

    private mutating func makeLayersAndCalls(_ entries: [ConfigValue]) throws {
        var pending: [Pending] = []
        for value in entries {
            guard let entry = value.objectValue else {
                throw HornbillError(.graph, "a layer of the model must be an object, not \(value.summary)")
            }
            let (name, operation) = try makeLayer(entry, value)
            let nodes = try NodeEntry.list(entry["inbound_nodes"], layer: name)
            if let input = layers[name] as? InputLayer {
                outputs[Call(layer: name, number: 0)] = [try input.makeSymbol(nil).validated()]
            }
            for (number, node) in nodes.enumerated() {
                pending.append(
                    Pending(call: Call(layer: name, number: number), entry: node, operation: operation, missing: 0))
            }
        }
        try makeCalls(&pending)
    }

    /// Makes one layer, or finds the operation; gives its name in the graph.
    private mutating func makeLayer(_ entry: Config, _ value: ConfigValue) throws -> (String, OperationEntry?) {
        let config = entry["config"]?.objectValue ?? [:]
        guard let name = (entry["name"] ?? config["name"])?.stringValue else {
            throw HornbillError(.graph, "a layer of the model has no name: \(value.summary)")
        }
        guard layers[name] == nil, operations.insert(name).inserted else {
            throw HornbillError(
                .graph, "the name '\(name)' belongs to several layers of the model: names must be unique")
        }
        if let module = entry["module"]?.stringValue, let className = entry["class_name"]?.stringValue,
            module.hasPrefix("keras.src.ops.") || module.hasPrefix("keras.ops")
        {
            guard let function = TensorFunction.named(className, module: module) else {
                throw HornbillError(
                    .unknownName, "the operation '\(name)' is \(module).\(className), which is not known")
            }
            return (name, OperationEntry(function: function, config: config))
        }
        let layer: Layer
        do {
            layer = try ObjectRegistry.layer(value, context)
        } catch {
            throw HornbillError.wrap(error).at(nil, layer: "'\(name)'")
        }
        if layer.name != name { layer.rename(name) }
        layers[name] = layer
        if layer.isFunctionalModel { functional.insert(name) }
        return (name, nil)
    }

    private var operations: Set<String> = []

    /// Makes the calls, each after those whose results it reads. Calls of one layer are made in their order.
    private mutating func makeCalls(_ pending: inout [Pending]) throws {
        var waiting: [Call: [Int]] = [:]
        var ready: [Int] = []
        for index in pending.indices.reversed() {
            var needed = Set(pending[index].entry.references.map { Call(layer: $0.layer, number: $0.call) })
            if pending[index].call.number > 0 {
                needed.insert(Call(layer: pending[index].call.layer, number: pending[index].call.number - 1))
            }
            needed = needed.filter { outputs[$0] == nil }
            pending[index].missing = needed.count
            for call in needed { waiting[call, default: []].append(index) }
            if needed.isEmpty { ready.append(index) }
        }
        var made = 0
        while let index = ready.popLast() {
            let call = pending[index].call
            outputs[call] = try make(pending[index])
            made += 1
            for next in waiting[call] ?? [] {
                pending[next].missing -= 1
                if pending[next].missing == 0 { ready.append(next) }
            }
        }
        guard made == pending.count else {
            let open = pending.filter { outputs[$0.call] == nil }
            let names = Set(open.map(\.call.layer)).sorted().prefix(10).joined(separator: ", ")
            throw HornbillError(
                .graph, "the graph has a loop, or calls that read what nothing gives; this concerns: \(names)")
        }
    }

    private func make(_ pending: Pending) throws -> [SymbolicTensor] {
        let name = pending.call.layer
        let symbols: Structure<SymbolicTensor>
        do {
            if let operation = pending.operation {
                let (layer, inputs) = try FunctionLayer.make(
                    operation.function, args: pending.entry.args, kwargs: pending.entry.kwargs,
                    config: operation.config, symbol)
                layer.rename(name)
                symbols = layer.symbols(
                    for: .list(inputs.map(Structure.tensor)), CallArguments(), site: nil)
            } else if let layer = layers[name] {
                let (inputs, arguments) = try pending.entry.arguments(of: layer, symbol)
                symbols = layer.symbols(for: inputs, arguments, site: nil)
            } else {
                throw HornbillError(.internal, "the layer was not made")
            }
            return try symbols.leaves.map { try $0.validated() }
        } catch {
            throw HornbillError.wrap(error).at(nil, layer: "'\(name)'")
        }
    }

    private func symbol(_ reference: TensorReference) throws -> SymbolicTensor {
        guard let symbols = outputs[Call(layer: reference.layer, number: reference.call)] else {
            throw HornbillError(
                .graph, "the graph has no call \(reference.call) of a layer '\(reference.layer)'")
        }
        guard symbols.indices.contains(reference.output) else {
            throw HornbillError(
                .graph, "'\(reference.layer)' has \(symbols.count) outputs; number \(reference.output) is asked for")
        }
        return symbols[reference.output]
    }

    private func boundary(_ triple: ConfigValue) throws -> SymbolicTensor {
        var reference = try TensorReference(triple: triple)
        if functional.contains(reference.layer) { reference.call = max(reference.call - 1, 0) }
        return try symbol(reference)
    }
}

extension Structure where Leaf == SymbolicTensor {
    /// The structure of inputs or outputs: triples, lists and objects of them.
    init(boundary value: ConfigValue, _ leaf: (ConfigValue) throws -> SymbolicTensor) throws {
        switch value {
        case .list(let elements) where elements.count == 3 && elements[0].stringValue != nil:
            self = .tensor(try leaf(value))
        case .list(let elements): self = .list(try elements.map { try Structure(boundary: $0, leaf) })
        case .object(let object):
            var entries: [String: Structure] = [:]
            for key in object.keys { entries[key] = try object[key].map { try Structure(boundary: $0, leaf) } }
            self = .dictionary(entries)
        default:
            throw HornbillError(.graph, "inputs and outputs must be [layer, call, output], not \(value.summary)")
        }
    }
}

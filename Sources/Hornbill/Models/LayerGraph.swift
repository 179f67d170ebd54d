import HornbillEngine

/// The layers between some input symbols and some output symbols, in Keras's order.
///
/// Keras orders layers by depth, the number of calls between them and the farthest output, and within one depth by a
/// depth-first walk from the outputs. Names of weights in files and `model.layers[4]` depend on it.
package final class LayerGraph {
    package let inputs: Structure<SymbolicTensor>
    package let outputs: Structure<SymbolicTensor>
    /// Calls in an order in which each comes after those it needs; input layers included.
    package let nodes: [LayerNode]
    /// Layers and operations in Keras's order, each once.
    package let operations: [Layer]
    /// The graph in two parts, where some of its layers work outside of compiled plans.
    package private(set) var hostStage: HostStage?
    /// The layers that may learn from data between two steps, those of nested models too.
    package private(set) var adaptable: [Layer] = []

    /// - Throws: ``HornbillError`` that a symbol carries; kind `graph` for outputs that do not come from the inputs, two
    ///   layers of one name, or an input that is none.
    package convenience init(inputs: Structure<SymbolicTensor>, outputs: Structure<SymbolicTensor>) throws {
        try self.init(whole: inputs, outputs)
        for layer in operations { try layer.checkName() }
        var seen: Set<String> = []
        for layer in operations where !seen.insert(layer.name).inserted {
            throw HornbillError(
                .graph, "the name '\(layer.name)' belongs to several layers of the model: names must be unique")
        }
        hostStage = try HostStage(self)
        adaptable = operations.flatMap(\.allLayers).filter {
            $0 is any AdaptableLayer || $0 is any LowRankAdaptable
        }
    }

    /// A graph that may be a part of another, or of several in one another.
    init(whole inputs: Structure<SymbolicTensor>, _ outputs: Structure<SymbolicTensor>) throws {
        for symbol in inputs.leaves + outputs.leaves { try symbol.validated() }
        self.inputs = inputs
        self.outputs = outputs
        guard !inputs.leaves.isEmpty, !outputs.leaves.isEmpty else {
            throw HornbillError(.graph, "a model needs at least one input and one output")
        }
        guard Set(inputs.leaves.map(\.key)).count == inputs.leaves.count else {
            throw HornbillError(
                .graph, "an input is listed twice: \(inputs.leaves.map(\.name).joined(separator: ", "))")
        }
        let walk = Walk(inputs: inputs.leaves, outputs: outputs.leaves)
        try Self.checkConnected(walk.nodes, inputs: inputs.leaves)
        var sorter = DepthSorter(walk)
        sorter.addUnused(inputs.leaves)
        nodes = sorter.sortedNodes
        operations = sorter.sortedLayers
    }

    /// Every tensor that a call reads is an input of the model or comes from another call.
    private static func checkConnected(_ nodes: [LayerNode], inputs: [SymbolicTensor]) throws {
        let given = Set(inputs.map(\.key))
        var known = given
        for node in nodes {
            if node.inputs == nil, !given.contains(SymbolicTensor(node, 0).key) {
                throw HornbillError(
                    .graph,
                    "the graph is disconnected: the outputs need the input '\(node.layer.name)', which is not among the model's inputs (\(inputs.map(\.name).joined(separator: ", ")))",
                    site: node.site)
            }
            // What is given need not be computed.
            if node.symbols.leaves.allSatisfy({ given.contains($0.key) }) { continue }
            for input in node.operands where !known.contains(input.key) {
                throw HornbillError(
                    .graph, "the graph is disconnected: '\(node.layer.name)' needs the output of '\(input.name)'",
                    site: node.site)
            }
            for index in node.outputs.indices { known.insert(SymbolicTensor(node, index).key) }
        }
    }

    /// Runs the layers on tensors in the structure (or the flat order) of the inputs.
    package func run(_ values: TensorStructure, context: CallContext) throws -> TensorStructure {
        var tensors: [SymbolicTensor.Key: Tensor] = [:]
        for (symbol, tensor) in zip(inputs.leaves, try align(values)) { tensors[symbol.key] = tensor }
        for node in nodes {
            guard let inputs = node.inputs else { continue }
            if node.symbols.leaves.allSatisfy({ tensors[$0.key] != nil }) { continue }
            func value(_ symbol: SymbolicTensor) throws -> Tensor {
                guard let tensor = tensors[symbol.key] else {
                    throw HornbillError(.internal, "'\(symbol.name)' was not computed before '\(node.layer.name)'")
                }
                return tensor
            }
            let operands = try inputs.map(value)
            let arguments = try node.arguments.map(value)
            do {
                let inner = arguments.context(training: context.training, context.recorder)
                let results = try node.layer.invoke(operands, context: inner).leaves
                for (index, result) in results.enumerated() { tensors[SymbolicTensor(node, index).key] = result }
            } catch {
                throw HornbillError.wrap(error).at(node.site, layer: node.layer.label)
            }
        }
        return try outputs.map { symbol in
            guard let tensor = tensors[symbol.key] else {
                throw HornbillError(.internal, "the output '\(symbol.name)' was not computed")
            }
            return tensor
        }
    }

    /// The tensors in the order of the inputs, checked against their shapes and cast to their dtypes.
    private func align(_ values: TensorStructure) throws -> [Tensor] {
        let tensors = try InputNames.align(values, names: inputs.leaves.map(\.name), structure: inputs)
        return try zip(inputs.leaves, tensors).map { symbol, tensor in
            try tensor.validated()
            let mask = tensor.mask
            var tensor = tensor
            if symbol.rank == tensor.rank + 1, symbol.shape[-1] == 1 { tensor = ops.expandDims(tensor, axis: -1) }
            if tensor.rank == symbol.rank + 1, tensor.shape.last == 1 { tensor = ops.squeeze(tensor, axis: -1) }
            guard symbol.shape.accepts(PartialShape(tensor.shape)) else {
                throw HornbillError(
                    .shape,
                    "the input '\(symbol.name)' expects the shape \(symbol.shape), but was given \(tensor.shape)")
            }
            return tensor.cast(to: symbol.dtype).withMask(mask)
        }
    }
}

/// Finds the calls between inputs and outputs, depth first.
private struct Walk {
    /// Calls in an order in which each comes after those it needs.
    private(set) var nodes: [LayerNode] = []
    /// When each layer was first met.
    private(set) var firstMet: [ObjectIdentifier: Int] = [:]
    private var finished: Set<ObjectIdentifier> = []
    private let inputs: Set<SymbolicTensor.Key>

    init(inputs: [SymbolicTensor], outputs: [SymbolicTensor]) {
        self.inputs = Set(inputs.map(\.key))
        for output in outputs { visit(output) }
    }

    /// Walks with a stack of its own: a model may be thousands of layers deep.
    private mutating func visit(_ symbol: SymbolicTensor) {
        guard let root = symbol.node else { return }
        var stack: [(node: LayerNode, pending: [LayerNode])] = []
        func dependencies(_ node: LayerNode) -> [LayerNode] {
            // An input of the model ends the walk even if a layer computes it.
            if node.symbols.leaves.allSatisfy({ inputs.contains($0.key) }) { return [] }
            return node.operands.compactMap(\.node).reversed()
        }
        func enter(_ node: LayerNode) {
            guard !finished.contains(ObjectIdentifier(node)) else { return }
            let layer = ObjectIdentifier(node.layer)
            if firstMet[layer] == nil { firstMet[layer] = firstMet.count }
            stack.append((node, dependencies(node)))
        }
        enter(root)
        while var top = stack.popLast() {
            if let next = top.pending.popLast() {
                stack.append(top)
                enter(next)
            } else if finished.insert(ObjectIdentifier(top.node)).inserted {
                nodes.append(top.node)
            }
        }
    }
}

/// Sorts calls and layers by their distance to the farthest output.
private struct DepthSorter {
    private var nodes: [LayerNode]
    private var firstMet: [ObjectIdentifier: Int]
    private var nodeDepths: [ObjectIdentifier: Int] = [:]
    private var layerDepths: [ObjectIdentifier: Int] = [:]
    private var layers: [Layer] = []

    init(_ walk: Walk) {
        nodes = walk.nodes
        firstMet = walk.firstMet
        let inGraph = Set(nodes.map(ObjectIdentifier.init))
        for node in nodes.reversed() {
            let layer = ObjectIdentifier(node.layer)
            if layerDepths[layer] == nil { layers.append(node.layer) }
            let depth = max(nodeDepths[ObjectIdentifier(node)] ?? 0, layerDepths[layer] ?? 0)
            layerDepths[layer] = depth
            nodeDepths[ObjectIdentifier(node)] = depth
            for parent in node.operands.compactMap(\.node)
            where inGraph.contains(ObjectIdentifier(parent)) {
                nodeDepths[ObjectIdentifier(parent)] = max(depth + 1, nodeDepths[ObjectIdentifier(parent)] ?? 0)
            }
        }
    }

    /// Inputs that no output needs still belong to the model: data is given for them.
    mutating func addUnused(_ inputs: [SymbolicTensor]) {
        for node in inputs.compactMap(\.node)
        where node.inputs == nil && layerDepths[ObjectIdentifier(node.layer)] == nil {
            nodes.append(node)
            layers.append(node.layer)
            nodeDepths[ObjectIdentifier(node)] = 0
            layerDepths[ObjectIdentifier(node.layer)] = 0
            firstMet[ObjectIdentifier(node.layer)] = -1
        }
    }

    /// Depth first, then the order of the walk, which puts a call after those it needs.
    var sortedNodes: [LayerNode] {
        nodes.enumerated().sorted { a, b in
            let (x, y) = (nodeDepths[ObjectIdentifier(a.element)] ?? 0, nodeDepths[ObjectIdentifier(b.element)] ?? 0)
            return x != y ? x > y : a.offset < b.offset
        }.map(\.element)
    }

    var sortedLayers: [Layer] {
        layers.sorted { a, b in
            let (x, y) = (layerDepths[ObjectIdentifier(a)] ?? 0, layerDepths[ObjectIdentifier(b)] ?? 0)
            return x != y ? x > y : (firstMet[ObjectIdentifier(a)] ?? 0) < (firstMet[ObjectIdentifier(b)] ?? 0)
        }
    }
}

import HornbillEngine

/// A layer graph cut in two: what runs on the host, batch by batch, and what is compiled.
///
/// Layers that look at strings or tables (``HostLayer``), and all on which they depend, form the first part; its results
/// and the inputs that the rest needs are the inputs of the second. So a model takes texts, and everything from the
/// embedding on is one plan.
package struct HostStage {
    /// The model whose batches have gone through their host stage already, in the step that is being traced.
    @TaskLocal static var staged: ObjectIdentifier?

    /// From the model's inputs to the inputs of ``compiled``.
    let host: LayerGraph
    /// From there to the model's outputs.
    let compiled: LayerGraph

    /// The stage of a graph; nil if nothing of it belongs on the host.
    /// - Throws: kind `graph` if a layer on the host needs the output of one that is trained.
    init?(_ graph: LayerGraph) throws {
        guard graph.nodes.contains(where: \.needsHost) else { return nil }
        let flat = try graph.inlined()
        let hosted = Self.hosted(flat)
        for node in flat.nodes where hosted.contains(ObjectIdentifier(node)) && !node.layer.trainableWeights.isEmpty {
            throw HornbillError(
                .graph,
                "the layer has weights to train, but what follows it looks at single elements of its output, through which no gradient flows",
                layer: node.layer.label, site: node.site)
        }
        let inputs = Set(flat.inputs.leaves.map(\.key))
        var seen: Set<SymbolicTensor.Key> = []
        var boundary: [SymbolicTensor] = []
        func cross(_ symbol: SymbolicTensor) {
            guard let node = symbol.node else { return }
            let isGiven = inputs.contains(symbol.key)
            guard isGiven || hosted.contains(ObjectIdentifier(node)) else { return }
            // All results of a call on the host cross together.
            for result in isGiven ? [symbol] : node.symbols.leaves where seen.insert(result.key).inserted {
                boundary.append(result)
            }
        }
        for node in flat.nodes where !hosted.contains(ObjectIdentifier(node)) { node.operands.forEach(cross) }
        for symbol in flat.outputs.leaves { cross(symbol) }
        let parts = Structure.list(boundary.map(Structure.tensor))
        host = try LayerGraph(whole: flat.inputs, parts)
        compiled = try LayerGraph(whole: parts, flat.outputs)
    }

    /// The calls on the host: those of layers that work there, and all that these depend on.
    private static func hosted(_ graph: LayerGraph) -> Set<ObjectIdentifier> {
        var hosted: Set<ObjectIdentifier> = []
        for node in graph.nodes.reversed() where node.inputs != nil {
            guard node.needsHost || hosted.contains(ObjectIdentifier(node)) else { continue }
            hosted.insert(ObjectIdentifier(node))
            for source in node.operands.compactMap(\.node) where source.inputs != nil {
                hosted.insert(ObjectIdentifier(source))
            }
        }
        return hosted
    }
}

extension LayerNode {
    /// Whether the call works on the host: its layer does, or strings come in or out.
    fileprivate var needsHost: Bool {
        if layer is HostLayer || nested?.hostStage != nil { return true }
        guard let inputs else { return false }
        return outputs.contains { $0.dtype == .string } || inputs.leaves.contains { $0.dtype == .string }
    }

    /// The graph of a model that is called as a layer.
    fileprivate var nested: LayerGraph? { (layer as? Model)?.network }
}

extension LayerGraph {
    /// The graph with the calls of nested models that have a host stage replaced by the calls in them.
    fileprivate func inlined() throws -> LayerGraph {
        guard nodes.contains(where: { $0.nested?.hostStage != nil }) else { return self }
        var map = Dictionary(uniqueKeysWithValues: inputs.leaves.map { ($0.key, $0) })
        let outputs = try inline(into: &map, training: nil)
        return try LayerGraph(whole: inputs, outputs)
    }

    /// Adds copies of the calls on the symbols that `map` gives for the inputs, and gives the outputs.
    private func inline(
        into map: inout [SymbolicTensor.Key: SymbolicTensor], training: Bool?
    ) throws -> Structure<SymbolicTensor> {
        for node in nodes where map[SymbolicTensor(node, 0).key] == nil {
            guard let inputs = node.inputs else { continue }
            let operands = inputs.map { map[$0.key] ?? $0 }
            var arguments = node.arguments.map { map[$0.key] ?? $0 }
            if arguments.training == nil { arguments.training = training }
            let results: [SymbolicTensor]
            if let nested = node.nested, nested.hostStage != nil {
                let given = try InputNames.align(
                    operands, names: nested.inputs.leaves.map(\.name), structure: nested.inputs)
                var inner = Dictionary(uniqueKeysWithValues: zip(nested.inputs.leaves.map(\.key), given))
                results = try nested.inline(into: &inner, training: arguments.training).leaves
            } else {
                let copy = LayerNode(
                    node.layer, index: node.index, inputs: operands, arguments: arguments, outputs: node.outputs,
                    structure: node.structure, site: node.site)
                results = copy.symbols.leaves
            }
            for (index, result) in results.enumerated() { map[SymbolicTensor(node, index).key] = result }
        }
        return outputs.map { map[$0.key] ?? $0 }
    }
}

extension Model {
    /// A batch after the host stage: with what the compiled step takes as its inputs.
    func staged(_ batch: Batch, _ mode: StepMode) throws -> Batch {
        guard let stage = network?.hostStage else { return batch }
        let data = try batch.materialized()
        let context = CallContext(training: mode == .train, recorder: CallRecorder())
        let x = try stage.host.run(data.x, context: context)
        for tensor in x.leaves where tensor.rank == 0 || tensor.shape[0] != batch.count {
            throw HornbillError(
                .shape,
                "a layer before the compiled step gave the shape \(tensor.shape) for \(batch.count) samples: there must be a row for each",
                layer: label)
        }
        return .tensors(
            BatchArrays(StepData(x: x, y: data.y, sampleWeights: data.sampleWeights)), count: batch.count)
    }
}

extension Batch {
    /// The rows as tensors of their own.
    func materialized() throws -> StepData {
        switch self {
        case .tensors(let arrays, _): return arrays.data
        case .rows(let arrays, let start, let count):
            return arrays.data.replacing(arrays.tensors.map { $0.hostRows(start..<start + count) })
        case .gathered(let arrays, let rows, let count):
            let indices = Tensor(Array(UnsafeBufferPointer(start: rows, count: count)))
            return arrays.data.replacing(
                try arrays.tensors.map { tensor in
                    guard tensor.dtype == .string, tensor.rank == 1 else {
                        return try ops.take(tensor, indices, axis: 0).validated()
                    }
                    // The place of a string is that of its row.
                    let all = try tensor.stringElements()
                    let picked = (0..<count).map { all[all.startIndex + Int(rows[$0])] }
                    return Tensor(picked)
                })
        }
    }
}

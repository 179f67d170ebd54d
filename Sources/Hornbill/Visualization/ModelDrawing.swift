import HornbillEngine

/// Which parts of a model a picture shows.
struct ModelDrawing {
    var showShapes = false
    var showDtype = false
    var showLayerNames = true
    var rankdir = "TB"
    var expandNested = false
    var dpi = 200
    var showLayerActivations = false
    var showTrainable = false
    var splines = "ortho"

    /// The model in Graphviz's language.
    func text(of model: Model) throws -> String {
        guard model.isFullyBuilt else {
            throw HornbillError(
                .state,
                "the model is not built yet, so there is nothing to draw: put an Input first, call build([nil, …]), or fit it on data",
                layer: model.label)
        }
        guard dpi > 0 else { throw HornbillError(.argument, "a picture needs at least 1 dot an inch, not \(dpi)") }
        try check(rankdir, "rankdir", ["TB", "LR", "BT", "RL"])
        try check(splines, "splines", ["ortho", "curved", "polyline", "spline", "line"])
        var graph = DOTGraph()
        var lines = ["rankdir=\(rankdir);", "concentrate=true;", "dpi=\(dpi);", "splines=\(splines);"]
        lines.append("node [shape=record];")
        lines += body(model, &graph)
        return "digraph G {\n\(lines.joined(separator: "\n"))\n}\n"
    }

    private func check(_ value: String, _ name: String, _ allowed: [String]) throws {
        guard !allowed.contains(value) else { return }
        throw HornbillError(
            .argument, "\(name) must be one of \(allowed.joined(separator: ", ")), not '\(value)'")
    }

    /// The nodes of a model, clusters for the models in it, and the edges.
    private func body(_ model: Model, _ graph: inout DOTGraph) -> [String] {
        guard model is Sequential || model.network != nil else { return [node(model, &graph)] }
        var lines: [String] = []
        let operations = model.operations
        for layer in operations {
            if expandNested, let nested = layer as? Model, nested.network != nil {
                lines.append("subgraph \(DOTGraph.quoted("cluster_\(nested.name)")) {")
                lines += ["style=dashed;", "label=\(DOTGraph.quoted(nested.name));", "labeljust=l;"]
                lines += body(nested, &graph) + ["}"]
            } else {
                lines.append(node(layer, &graph))
            }
        }
        return lines + edges(model, operations, &graph)
    }

    private func edges(_ model: Model, _ operations: [Layer], _ graph: inout DOTGraph) -> [String] {
        var lines: [String] = []
        var drawn: Set<String> = []
        func connect(_ source: Layer, _ destination: Layer) {
            let line = "\(graph.name(source)) -> \(graph.name(destination)) [penwidth=2];"
            if drawn.insert(line).inserted { lines.append(line) }
        }
        if model is Sequential, !expandNested {
            for (source, destination) in zip(operations, operations.dropFirst()) { connect(source, destination) }
            return lines
        }
        // What enters a Sequential model is drawn by the model around it.
        let isSequential = model is Sequential
        let own = Set((model.network?.nodes ?? []).map(ObjectIdentifier.init))
        for layer in isSequential ? Array(operations.dropFirst()) : operations {
            for call in layer.inboundNodes where own.contains(ObjectIdentifier(call)) {
                for (index, symbol) in call.operands.enumerated() {
                    guard let source = symbol.node?.layer else { continue }
                    if expandNested {
                        connect(last(source, symbol.index), first(layer, index))
                    } else {
                        connect(source, layer)
                    }
                }
            }
        }
        return lines
    }

    /// The layer inside nested models that gives an output.
    private func last(_ layer: Layer, _ output: Int) -> Layer {
        var (layer, output) = (layer, output)
        while let model = layer as? Model, model.outputs.indices.contains(output),
            let inner = model.outputs[output].layer
        { (layer, output) = (inner, model.outputs[output].index) }
        return layer
    }

    /// The layer inside nested models that takes an input.
    private func first(_ layer: Layer, _ input: Int) -> Layer {
        var layer = layer
        while let model = layer as? Model {
            if model is Sequential {
                guard let inner = model.layers.first else { break }
                layer = inner
            } else {
                guard model.inputs.indices.contains(input), let inner = model.inputs[input].layer else { break }
                layer = inner
            }
        }
        return layer
    }

    private func node(_ layer: Layer, _ graph: inout DOTGraph) -> String {
        "\(graph.name(layer)) [label=<\(LayerTable(layer, self).text)>, fontname=Helvetica, border=0, margin=0];"
    }
}

import HornbillEngine

/// The calls of a layer graph as nodes of a graph of TensorFlow.
enum GraphOutline {
    static func nodes(_ graph: LayerGraph) -> [(name: String, operation: String, inputs: [String])] {
        var names: [ObjectIdentifier: String] = [:]
        var calls: [ObjectIdentifier: Int] = [:]
        return graph.nodes.map { node in
            // A layer that is called several times has a node for each call.
            let call = calls[ObjectIdentifier(node.layer), default: 0]
            calls[ObjectIdentifier(node.layer)] = call + 1
            let name = call == 0 ? node.layer.name : "\(node.layer.name)/call_\(call)"
            names[ObjectIdentifier(node)] = name
            let inputs = node.inputs == nil ? [] : node.operands.compactMap(\.node)
            return (name, node.layer.kerasClassName, inputs.compactMap { names[ObjectIdentifier($0)] })
        }
    }
}

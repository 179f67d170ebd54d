/// The gradients of a traced tensor with respect to others of the current trace, recorded into it: reverse-mode
/// differentiation, from graph to graph.
///
/// A loss that is not scalar counts as the sum of its elements.
/// - Returns: for each target a tensor of its type, or nil where the loss does not depend on it.
/// - Throws: kind `state` outside of a trace; what a rule throws.
package func gradients(of loss: Tensor, withRespectTo targets: [Tensor]) throws -> [Tensor?] {
    try loss.validated()
    guard let trace = Trace.current else {
        throw HornbillError(.state, "gradients are taken of a computation while it is being traced")
    }
    guard loss.dtype.isFloatingPoint else {
        throw HornbillError(.dtype, "only floating-point numbers have gradients, and the loss is \(loss.type)")
    }
    return try trace.pullback(of: [loss], cotangents: [trace.filled(1, loss.type)], to: targets)
}

extension Trace {
    /// Gradients of Σ outputᵢ · cotangentᵢ with respect to the targets; outputs without a cotangent do not count.
    func pullback(of outputs: [Tensor], cotangents: [Tensor?], to targets: [Tensor]) throws -> [Tensor?] {
        let targetValues = try targets.map(value(of:))
        var walk = ReverseWalk(self, targets: Set(targetValues))
        for (output, cotangent) in zip(outputs, cotangents) {
            if let cotangent { try walk.add(cotangent, to: try value(of: output)) }
        }
        try walk.run()
        return try targetValues.map { try walk.total(of: $0) }
    }

    /// One number broadcast to a type: a node that fuses, not an array.
    func filled(_ value: Double, _ type: TensorType) throws -> Tensor {
        let number = Tensor(repeating: value, shape: [], dtype: type.dtype)
        return type.shape.rank == 0 ? number : try append(.broadcast(type.shape), [number])[0]
    }
}

/// One walk over the nodes of a trace from last to first, adding up what flows into each value.
private struct ReverseWalk {
    private let trace: Trace
    private let nodes: [Node]
    /// The values that depend on a target through floating-point numbers.
    private var active: Set<Value>
    private var cotangents: [Value: Tensor] = [:]

    init(_ trace: Trace, targets: Set<Value>) {
        self.trace = trace
        nodes = trace.graph.nodes
        active = targets
        for (index, node) in nodes.enumerated() where node.inputs.contains(where: active.contains) {
            if case .stopGradient = node.operation { continue }
            for (output, type) in node.outputs.enumerated() where type.dtype.isFloatingPoint {
                active.insert(Value(index, output))
            }
        }
    }

    mutating func add(_ gradient: Tensor, to value: Value) throws {
        guard active.contains(value) else { return }
        cotangents[value] =
            try cotangents[value].map { try trace.joined($0, gradient) ?? ($0 + gradient).validated() }
            ?? gradient.validated()
    }

    func total(of value: Value) throws -> Tensor? { try cotangents[value]?.validated() }

    mutating func run() throws {
        let scopes = trace.scopes
        defer { trace.scopes = scopes }
        for (index, node) in nodes.enumerated().reversed() {
            let wanted = node.inputs.map(active.contains)
            guard wanted.contains(true) else { continue }
            let gradients = node.outputs.indices.map { cotangents[Value(index, $0)] }
            guard gradients.contains(where: { $0 != nil }) else { continue }
            trace.scopes = node.scope.isEmpty ? [] : [node.scope]
            let context = GradientContext(
                trace: trace, node: index, inputs: node.inputs.map(tensor),
                outputs: node.outputs.indices.map { tensor(Value(index, $0)) },
                outputGradients: gradients, wanted: wanted)
            do {
                try add(try node.operation.gradient(context), to: node, wanted)
            } catch {
                throw HornbillError.wrap(error).at(node.site, layer: node.scope.isEmpty ? nil : "'\(node.scope)'")
            }
        }
    }

    private mutating func add(_ gradients: [Tensor?], to node: Node, _ wanted: [Bool]) throws {
        guard gradients.count == node.inputs.count else {
            throw HornbillError(
                .argument,
                "the gradient of \(node.operation) gave \(gradients.count) tensors for \(node.inputs.count) operands")
        }
        for (index, gradient) in gradients.enumerated() where wanted[index] {
            guard let gradient else { continue }
            let type = tensor(node.inputs[index]).type
            guard try gradient.validated().type == type else {
                throw HornbillError(
                    .argument, "the gradient of \(node.operation) for operand \(index) is \(gradient.type), not \(type)"
                )
            }
            try add(gradient, to: node.inputs[index])
        }
    }

    /// The tensor that stands for a value; of a constant the host tensor, so that rules compute with it at once.
    private func tensor(_ value: Value) -> Tensor {
        if case .constant(let constant) = nodes[value.node].operation { return constant.tensor }
        return Tensor(.traced(trace, value), nodes[value.node].outputs[value.output])
    }
}

/// A computation being recorded: operations on its tensors become nodes of its graph.
///
/// One trace is current at a time on a task. A trace inside another (a `scan`'s body) may use the outer one's tensors:
/// they become captures, further inputs of the inner graph.
package final class Trace: @unchecked Sendable {
    @TaskLocal package static var current: Trace?

    package private(set) var graph = Graph()
    /// The trace around this one.
    package let parent: Trace?
    /// Tensors of outer traces that this one uses, in the order of the inputs made for them.
    package private(set) var captures: [Tensor] = []
    /// Layers around the calls being traced, outermost first.
    package var scopes: [String] = []

    private var bindings: [ObjectIdentifier: Binding] = [:]
    private var order: [ObjectIdentifier] = []
    private var captured: [CaptureKey: Value] = [:]
    private var constants: [ConstantTensor: Value] = [:]

    private struct Binding {
        let variable: Variable
        var current: Tensor
        var assigned: Bool
    }

    private struct CaptureKey: Hashable {
        let trace: ObjectIdentifier
        let value: Value
    }

    package init(parent: Trace? = nil) { self.parent = parent }

    /// Traces `body` with this trace current. Call once.
    package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Self.$current.withValue(self, operation: body)
    }

    /// A new input of the graph.
    package func input(_ type: TensorType) throws -> Tensor {
        let index = graph.inputTypes.count
        graph.inputTypes.append(type)
        return Tensor(.traced(self, Value(try graph.append(.input(index: index)))), type)
    }

    /// Appends a node whose operands may be constants and tensors of this or an outer trace.
    package func append(_ operation: Operation, _ inputs: [Tensor], site: CallSite? = nil) throws -> [Tensor] {
        let values = try inputs.map(value(of:))
        let node = try graph.append(operation, values, scope: scopes.joined(separator: "/"), site: site)
        return graph.nodes[node].outputs.enumerated().map { Tensor(.traced(self, Value(node, $0)), $1) }
    }

    /// Gives a node another operation, one that computes what it did and further results after that; gives those.
    package func extend(_ node: Int, to operation: Operation) throws -> [Tensor] {
        let known = graph.nodes[node].outputs
        let types = try graph.outputTypes(of: operation, graph.nodes[node].inputs.map(graph.type(of:)))
        guard types.starts(with: known) else {
            throw HornbillError(.internal, "\(operation) cannot take the place of \(graph.nodes[node].operation)")
        }
        graph.nodes[node].operation = operation
        graph.nodes[node].outputs = types
        return (known.count..<types.count).map { Tensor(.traced(self, Value(node, $0)), types[$0]) }
    }

    /// The value in this graph that a tensor stands for.
    package func value(of tensor: Tensor) throws -> Value {
        switch tensor.backing {
        case .failed(let error): throw error
        case .strings:
            throw HornbillError(.dtype, "strings cannot be part of a compiled computation: they are \(tensor.type)")
        case .host:
            let constant = ConstantTensor(tensor)
            if let known = constants[constant] { return known }
            let value = Value(try graph.append(.constant(constant)))
            constants[constant] = value
            return value
        case .traced(let trace, let value):
            if trace === self { return value }
            guard let parent, parent.sees(trace) else {
                throw HornbillError(
                    .state, "a tensor of a computation whose tracing has ended is used in another one: \(tensor.type)")
            }
            let key = CaptureKey(trace: ObjectIdentifier(trace), value: value)
            if let known = captured[key] { return known }
            let inner = try self.value(of: input(tensor.type))
            captured[key] = inner
            captures.append(tensor)
            return inner
        }
    }

    private func sees(_ trace: Trace) -> Bool { trace === self || (parent?.sees(trace) ?? false) }

    // MARK: Variables

    /// What the variable holds at this point of the computation.
    package func read(_ variable: Variable) -> Tensor {
        let key = ObjectIdentifier(variable)
        if let binding = bindings[key] { return binding.current }
        let tensor = Tensor.deferring {
            if let parent { return parent.read(variable) }
            let index = graph.variables.count
            graph.variables.append(variable)
            return Tensor(.traced(self, Value(try graph.append(.variable(index: index)))), variable.type)
        }
        bind(tensor, to: variable, assigned: false)
        return tensor
    }

    /// Makes later reads see `tensor`.
    package func assign(_ tensor: Tensor, to variable: Variable) throws {
        if parent == nil { _ = read(variable) }  // gives the variable its index
        bind(tensor, to: variable, assigned: true)
    }

    /// Makes reads see `tensor` from now on without counting it as an assignment: a carry of a scan.
    package func bind(_ tensor: Tensor, to variable: Variable, assigned: Bool = false) {
        let key = ObjectIdentifier(variable)
        if bindings[key] == nil { order.append(key) }
        bindings[key] = Binding(
            variable: variable, current: tensor, assigned: assigned || (bindings[key]?.assigned ?? false))
    }

    /// The variables assigned so far and what they hold, in the order in which they were first seen.
    package var assignments: [(variable: Variable, value: Tensor)] {
        order.compactMap { bindings[$0] }.filter(\.assigned).map { ($0.variable, $0.current) }
    }

    /// The finished graph with these outputs, and the assignments where this is an outermost trace.
    package func finish(_ outputs: [Tensor]) throws -> Graph {
        graph.outputs = try outputs.map(value(of:))
        if parent == nil {
            for (variable, tensor) in assignments {
                let index = graph.variables.firstIndex { $0 === variable }!
                graph.assignments.append(Graph.Assignment(variable: index, value: try value(of: tensor)))
            }
        }
        abandon()
        return graph
    }

    /// Lets go of the tensors that it holds, which hold it. For a trace that will not be finished.
    package func abandon() { bindings = [:] }
}

extension Tensor {
    /// The results of an operation: nodes of the current trace if an operand is traced, else computed at once.
    /// - Throws: the first operand's carried error, the shape rule's, or the kernel's.
    package static func emit(_ operation: Operation, _ inputs: [Tensor], site: CallSite? = nil) throws -> [Tensor] {
        var (traced, strings) = (false, operation.makesStrings)
        for input in inputs {
            switch input.backing {
            case .failed(let error): throw error
            case .traced: traced = true
            case .host, .strings: break
            }
            if input.dtype == .string { strings = true }
        }
        if strings {
            try StringMoves.check(operation, inputs)
            if !traced { return try StringMoves.execute(operation, inputs) }
        }
        guard traced else { return try Eager.execute(operation, inputs) }
        guard let trace = Trace.current else {
            throw HornbillError(.state, "a tensor of a computation whose tracing has ended is used outside of it")
        }
        return try trace.append(operation, inputs, site: site)
    }
}

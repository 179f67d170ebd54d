// Loops and branches whose bodies are traced into graphs of their own.

extension ops {
    /// What a step of a ``scan(_:initial:sequences:length:reverse:)`` gives: the state for the next step, and results
    /// that are kept for each step.
    public typealias ScanStep = (carry: [Tensor], outputs: [Tensor])

    /// Runs `body` once for each element of the first axis of `sequences`, handing a state from step to step.
    ///
    /// The body is traced, not run step by step: it may use tensors from outside, read variables, and assign them (the
    /// next step sees the assigned value, and so does what follows the loop). It may be called more than once while it
    /// is traced.
    /// - Parameters:
    ///   - body: given the state and each sequence's element, it gives the next state, of the same dtypes and shapes, and
    ///     this step's results.
    ///   - initial: the state before the first step.
    ///   - sequences: tensors whose first axis is the steps; may be empty if `length` is given.
    ///   - length: the number of steps; by default the size of the sequences' first axis.
    ///   - reverse: whether to go from the last element to the first; results keep the places of their elements.
    /// - Returns: the state after the last step, and the results with the steps as first axis.
    @discardableResult
    public static func scan(
        _ body: (_ carry: [Tensor], _ step: [Tensor]) throws -> ScanStep, initial: [Tensor], sequences: [Tensor] = [],
        length: Int? = nil, reverse: Bool = false
    ) throws -> ScanStep {
        let loop = try Loop(initial: initial, sequences: sequences, length: length, reverse: reverse)
        return try tracing { trace in
            let (carry, outputs) = try loop.emit(body, in: trace)
            return carry + outputs
        } then: {
            (carry: Array($0.prefix(initial.count)), outputs: Array($0.dropFirst(initial.count)))
        }
    }

    /// The results of `then` if `predicate` is true, else those of `else`; only that branch is run.
    ///
    /// Both branches are traced and must give tensors of the same dtypes and shapes. Variables that one of them assigns
    /// keep their value in the other.
    /// - Parameter predicate: a bool of one element.
    public static func cond(
        _ predicate: Tensor, then: () throws -> [Tensor], else otherwise: () throws -> [Tensor]
    ) throws -> [Tensor] {
        try predicate.validated()
        guard predicate.count == 1 else {
            throw HornbillError(
                .shape, "the predicate of a cond must have one element, not the shape \(predicate.shape)")
        }
        let flag = try predicate.casted(to: .bool).reshape([])
        if !flag.isTraced { return try flag.item() != 0 ? then() : otherwise() }
        guard let trace = Trace.current else {
            throw HornbillError(.state, "the predicate of a cond belongs to a computation whose tracing has ended")
        }
        return try Branching(then, otherwise, trace).emit(flag, in: trace)
    }

    /// Runs `body` in the current trace, or in one of its own whose graph is then run.
    private static func tracing<Result>(
        _ body: (Trace) throws -> [Tensor], then finish: ([Tensor]) -> Result
    ) throws -> Result {
        if let trace = Trace.current { return finish(try body(trace)) }
        let trace = Trace()
        defer { trace.abandon() }
        let outputs = try trace.run { try body(trace) }
        return finish(try GraphRunner.run(trace.finish(outputs), []))
    }
}

/// A scan before it is traced.
private struct Loop {
    typealias Body = (_ carry: [Tensor], _ step: [Tensor]) throws -> ops.ScanStep

    let initial: [Tensor]
    let sequences: [Tensor]
    let length: Int
    let reverse: Bool

    init(initial: [Tensor], sequences: [Tensor], length: Int?, reverse: Bool) throws {
        for tensor in initial + sequences { try tensor.validated() }
        if let scalar = sequences.first(where: { $0.rank == 0 }) {
            throw HornbillError(
                .shape, "a sequence of a scan needs a first axis for the steps, not the shape \(scalar.shape)")
        }
        guard let steps = length ?? sequences.first?.shape[0] else {
            throw HornbillError(.argument, "a scan without sequences needs a length")
        }
        if steps < 0 { throw HornbillError(.argument, "a scan cannot have \(steps) steps") }
        if let other = sequences.first(where: { $0.shape[0] != steps }) {
            throw HornbillError(.shape, "a scan of \(steps) steps over a sequence of shape \(other.shape)")
        }
        self.initial = initial
        self.sequences = sequences
        self.length = steps
        self.reverse = reverse
    }

    /// Traces the body and adds the node; variables that the body assigns are further carries.
    func emit(_ body: Body, in outer: Trace) throws -> ops.ScanStep {
        var variables: [Variable] = []
        for _ in 0..<16 {
            let inner = Trace(parent: outer)
            defer { inner.abandon() }
            inner.scopes = outer.scopes
            let carry = try initial.map { try inner.input($0.type) }
            for variable in variables { inner.bind(try inner.input(variable.type), to: variable) }
            let step = try sequences.map {
                try inner.input(TensorType($0.dtype, Shape(Array($0.shape.dimensions.dropFirst()))))
            }
            let (next, outputs) = try inner.run { try body(carry, step) }
            try check(next)
            let assigned = inner.assignments.map(\.variable).filter { new in !variables.contains { $0 === new } }
            if !assigned.isEmpty {
                // Its reads before the assignment must see the last step's value: trace again with it as a carry.
                variables += assigned
                continue
            }
            let final = variables.map { inner.read($0) }
            var graph = try inner.finish(next + final + outputs)
            var captures = inner.captures
            let first = initial.count + variables.count + sequences.count
            if length > 1 {
                let captured = Dictionary(uniqueKeysWithValues: zip(first..., captures))
                let (lighter, hoisted) = try graph.hoisting(captured, into: outer)
                captures += hoisted
                let live = lighter.liveInputs
                let kept = captures.indices.filter { live.contains(first + $0) }
                graph = try lighter.arranged(inputs: Array(0..<first) + kept.map { first + $0 })
                captures = kept.map { captures[$0] }
            }
            let scan = ScanBody(
                graph: graph, carryCount: initial.count + variables.count, sequenceCount: sequences.count,
                length: length, reverse: reverse)
            let operands = initial + variables.map { outer.read($0) } + sequences + captures
            let results = try outer.append(.scan(scan), operands)
            for (variable, value) in zip(variables, results.dropFirst(initial.count)) {
                try outer.assign(value, to: variable)
            }
            return (Array(results.prefix(initial.count)), Array(results.dropFirst(scan.carryCount)))
        }
        throw HornbillError(.state, "the body of a scan assigns other variables each time that it is traced")
    }

    private func check(_ next: [Tensor]) throws {
        for tensor in next { try tensor.validated() }
        guard next.map(\.type) == initial.map(\.type) else {
            func list(_ tensors: [Tensor]) -> String { tensors.map(\.type.description).joined(separator: ", ") }
            throw HornbillError(
                .shape,
                "the body of a scan must give a state like the one before it: (\(list(initial))), not (\(list(next)))")
        }
    }
}

/// The two traced branches of a cond.
private struct Branching {
    var graphs: [Graph] = []
    var captures: [[Tensor]] = []
    var variables: [Variable] = []
    var resultCount = 0

    init(_ then: () throws -> [Tensor], _ otherwise: () throws -> [Tensor], _ outer: Trace) throws {
        let traces = [Trace(parent: outer), Trace(parent: outer)]
        defer { for trace in traces { trace.abandon() } }
        for trace in traces { trace.scopes = outer.scopes }
        let results = [try traces[0].run(then), try traces[1].run(otherwise)]
        for result in results.joined() { try result.validated() }
        guard results[0].map(\.type) == results[1].map(\.type) else {
            let lists = results.map { $0.map(\.type.description).joined(separator: ", ") }
            throw HornbillError(
                .shape, "the branches of a cond must give the same types: (\(lists[0])) against (\(lists[1]))")
        }
        resultCount = results[0].count
        for variable in traces.flatMap({ $0.assignments.map(\.variable) })
        where !variables.contains(where: { $0 === variable }) { variables.append(variable) }
        for (trace, result) in zip(traces, results) {
            let assigned = variables.map { trace.read($0) }
            graphs.append(try trace.finish(result + assigned))
            captures.append(trace.captures)
        }
    }

    /// Adds the node. The branches share their operands, so each one's inputs are renumbered.
    func emit(_ predicate: Tensor, in outer: Trace) throws -> [Tensor] {
        var operands: [Tensor] = []
        var places: [Value: Int] = [:]
        let renumbered = try captures.map { captures in
            try captures.map { tensor in
                let value = try outer.value(of: tensor)
                if let place = places[value] { return place }
                operands.append(tensor)
                places[value] = operands.count - 1
                return operands.count - 1
            }
        }
        let branches = zip(graphs, renumbered).map { graph, places in
            var graph = graph
            graph.inputTypes = operands.map(\.type)
            for index in graph.nodes.indices {
                if case .input(let input) = graph.nodes[index].operation {
                    graph.nodes[index].operation = .input(index: places[input])
                }
            }
            return graph
        }
        let results = try outer.append(
            .cond(Branches(then: branches[0], otherwise: branches[1])), [predicate] + operands)
        for (variable, value) in zip(variables, results.dropFirst(resultCount)) {
            try outer.assign(value, to: variable)
        }
        return Array(results.prefix(resultCount))
    }
}

extension Tensor {
    /// The results of an operation of the user's own.
    public static func custom(
        _ operation: some CustomOperation, _ inputs: [Tensor], file: String = #fileID, line: Int = #line
    ) -> [Tensor] {
        do {
            return try emit(.custom(CustomOperationBox(operation)), inputs, site: CallSite(file, line))
        } catch {
            let failure = Tensor(error: HornbillError.wrap(error).at(CallSite(file, line)))
            return Array(repeating: failure, count: 64)  // whatever result is asked for carries the error
        }
    }
}

// The gradient of a loop is a loop the other way round.

extension GradientContext {
    /// A scan in the other direction, whose step pulls the gradients back through one forward step.
    ///
    /// What the forward step computed is recomputed from the carries before it, which the forward scan is made to keep,
    /// but for what is dear (products, exponentials and the like): of that, what is needed is kept too. The gradients of
    /// captures add up in carries, but for those that are matrix products or sums: the factors of all steps make one
    /// product after the loop, their terms one sum.
    func scan(_ body: ScanBody) throws -> [Tensor?] {
        let captureStart = body.carryCount + body.sequenceCount
        let floating = (0..<body.carryCount).filter { inputs[$0].dtype.isFloatingPoint }
        let wantedSequences = (body.carryCount..<captureStart).filter { wanted[$0] }
        let wantedCaptures = (captureStart..<inputs.count).filter { wanted[$0] && isFirst($0, since: captureStart) }
        let results = (body.carryCount..<outputs.count).filter { outputGradients[$0] != nil }

        let inner = Trace(parent: trace)
        defer { inner.abandon() }
        inner.scopes = trace.scopes
        var step = BackwardStep(trace: inner)
        var arguments = try (0..<body.carryCount).map { try step.row(.carry($0), body.graph.inputTypes[$0]) }
        arguments += try (body.carryCount..<captureStart).map { try step.row(.sequence($0), body.graph.inputTypes[$0]) }
        arguments += inputs[captureStart...]
        let dear = try body.graph.dearValues.map { value in
            (value, try step.row(.kept(value), body.graph.type(of: value)))
        }
        let carries = try floating.map { try step.carry($0, body.graph.inputTypes[$0]) }
        let cotangents = try results.map { try step.row(.gradient($0), body.graph.type(of: body.graph.outputs[$0])) }

        try inner.run {
            let forward = try inner.inline(body.graph, arguments)
            let targets = (floating + wantedSequences + wantedCaptures).map { arguments[$0] }
            let pulled = try inner.pullback(
                of: (floating + results).map { forward[body.graph.outputs[$0]] }, cotangents: carries + cotangents,
                to: targets)
            for (index, gradient) in pulled.prefix(floating.count).enumerated() {
                step.carries[index].next = try gradient ?? inner.filled(0, carries[index].type)
            }
            for (index, gradient) in zip(wantedSequences, pulled.dropFirst(floating.count)) {
                if let gradient { step.results.append((.operand(index), gradient)) }
            }
            for (index, gradient) in zip(wantedCaptures, pulled.suffix(wantedCaptures.count)) {
                if let gradient { try step.sum(gradient, for: index) }
            }
            for (value, row) in dear {
                step.kept[try inner.value(of: forward[value])] = try inner.value(of: row)
            }
        }
        let found = try step.emit(for: body, self)
        return inputs.indices.map { found[$0] }
    }

    /// The values of a scan's body, one of each step, stacked: results of the forward scan, to which they are added if
    /// it does not give them yet.
    fileprivate func kept(_ values: [BackwardStep.Source]) throws -> [BackwardStep.Source: Tensor] {
        // An earlier walk may have added some already.
        guard case .scan(let body) = trace.graph.nodes[node].operation else {
            throw HornbillError(.internal, "a scan became \(trace.graph.nodes[node].operation)")
        }
        var graph = body.graph
        var places: [BackwardStep.Source: Int] = [:]
        for source in values {
            let value: Value
            switch source {
            case .carry(let index): value = try graph.argument(index)
            case .kept(let dear): value = dear
            case .sequence, .gradient: continue
            }
            if let place = graph.outputs[body.carryCount...].firstIndex(of: value) {
                places[source] = place
            } else {
                places[source] = graph.outputs.count
                graph.outputs.append(value)
            }
        }
        if graph.outputs.count > body.graph.outputs.count {
            let extended = ScanBody(
                graph: graph, carryCount: body.carryCount, sequenceCount: body.sequenceCount, length: body.length,
                reverse: body.reverse)
            _ = try trace.extend(node, to: .scan(extended))
        }
        return places.mapValues { place in
            let value = Value(node, place)
            return Tensor(.traced(trace, value), trace.graph.type(of: value))
        }
    }
}

/// The body of a backward scan while it is traced.
private struct BackwardStep {
    /// What a row is one step of.
    enum Source: Hashable {
        /// Carry number i before the forward step.
        case carry(Int)
        /// What the forward step computed, and is too dear to compute again.
        case kept(Value)
        /// Operand number i of the forward scan.
        case sequence(Int)
        /// The gradient of result number i of the forward scan.
        case gradient(Int)
    }

    /// What a result is, seen from the forward scan's operands.
    enum Target {
        /// One step of the gradient of a sequence.
        case operand(Int)
        /// One step of a factor.
        case factor
    }

    /// A matrix that is, over all steps, the transposed left factor or the right one of a product.
    enum Factor {
        case row(Source)
        case result(Int)
    }

    struct Carry {
        /// The forward operand whose gradient it is: a carry, or a capture, for which it starts at 0.
        var operand: Int
        var input: Tensor
        var next: Tensor
    }

    let trace: Trace
    var rows: [(source: Source, input: Tensor)] = []
    var carries: [Carry] = []
    var results: [(target: Target, value: Tensor)] = []
    var products: [(capture: Int, left: Factor, right: Factor)] = []
    /// Gradients of captures that are sums of a value over some of its axes.
    var sums: [(capture: Int, terms: Factor, axes: [Int], shape: Shape)] = []
    /// Values that need not be recomputed, and the rows that hold them.
    var kept: [Value: Value] = [:]

    init(trace: Trace) { self.trace = trace }

    mutating func row(_ source: Source, _ type: TensorType) throws -> Tensor {
        let input = try trace.input(type)
        rows.append((source, input))
        return input
    }

    mutating func carry(_ operand: Int, _ type: TensorType) throws -> Tensor {
        let input = try trace.input(type)
        carries.append(Carry(operand: operand, input: input, next: input))
        return input
    }

    /// Adds up the gradient of a capture over the steps.
    mutating func sum(_ gradient: Tensor, for capture: Int) throws {
        if let value = gradient.value(in: trace) {
            var node = trace.graph.nodes[value.node]
            while case .reshape = node.operation { node = trace.graph.nodes[node.inputs[0].node] }
            if case .reduce(.sum, let axes, _) = node.operation {
                sums.append((capture, factor(node.inputs[0]), axes, gradient.shape))
                return
            }
            node = trace.graph.nodes[value.node]
            if node.operation == .matmul(transposeA: true, transposeB: false),
                node.inputs.allSatisfy({ trace.graph.type(of: $0).shape.rank == 2 })
            {
                products.append((capture, factor(node.inputs[0]), factor(node.inputs[1])))
                return
            }
        }
        let total = try carry(capture, gradient.type)
        carries[carries.count - 1].next = try (total + gradient).validated()
    }

    private mutating func factor(_ value: Value) -> Factor {
        if let row = rows.first(where: { $0.input.value(in: trace) == value }) { return .row(row.source) }
        if let known = results.firstIndex(where: { $0.value.value(in: trace) == value }) { return .result(known) }
        results.append((.factor, Tensor(.traced(trace, value), trace.graph.type(of: value))))
        return .result(results.count - 1)
    }

    /// Adds the scan to the outer trace; gives the gradients of the forward scan's operands that have one.
    func emit(for body: ScanBody, _ context: GradientContext) throws -> [Int: Tensor] {
        var graph = try trace.finish(carries.map(\.next) + results.map(\.value))
        graph.replaceUses(kept)
        let inputs = graph.nodes
        func number(_ input: Tensor) throws -> Int {
            guard let value = input.value(in: trace), case .input(let index) = inputs[value.node].operation else {
                throw HornbillError(.internal, "\(input) is no input")
            }
            return index
        }
        let own = try (rows.map(\.input) + carries.map(\.input)).map(number)
        var captures = Array(zip(graph.inputTypes.indices.filter { !own.contains($0) }, trace.captures))
        if body.length > 1 {
            let first = graph.inputTypes.count
            let (lighter, hoisted) = try graph.hoisting(
                Dictionary(uniqueKeysWithValues: captures.map { ($0.0, $0.1) }), into: context.trace)
            graph = lighter
            captures += zip(first..., hoisted)
        }
        let live = graph.liveInputs
        captures = captures.filter { live.contains($0.0) }
        let usedRows = try rows.filter { live.contains(try number($0.input)) }
        let order = try carries.map { try number($0.input) } + usedRows.map { try number($0.input) } + captures.map(\.0)

        // What the loop reads, and the factors that are sequences as they are.
        var needed = usedRows.map(\.source)
        for case .row(let source) in products.flatMap({ [$0.left, $0.right] }) + sums.map(\.terms) {
            needed.append(source)
        }
        let stacks = try context.kept(needed)
        func stack(_ source: Source) throws -> Tensor {
            switch source {
            case .sequence(let index): return context.inputs[index]
            case .gradient(let index): return try context.gradient(index)
            case .carry, .kept:
                guard let stack = stacks[source] else { throw HornbillError(.internal, "\(source) was not kept") }
                return stack
            }
        }
        let scan = ScanBody(
            graph: try graph.arranged(inputs: order), carryCount: carries.count, sequenceCount: usedRows.count,
            length: body.length, reverse: !body.reverse)
        let initial = try carries.map { carry in
            carry.operand < body.carryCount
                ? try context.gradient(carry.operand) : try context.trace.filled(0, carry.input.type)
        }
        let outputs = try context.trace.append(
            .scan(scan), initial + usedRows.map { try stack($0.source) } + captures.map(\.1))

        var gradients: [Int: Tensor] = [:]
        for (carry, total) in zip(carries, outputs) { gradients[carry.operand] = total }
        let stacked = Array(outputs.dropFirst(carries.count))
        for (index, result) in results.enumerated() {
            if case .operand(let operand) = result.target { gradients[operand] = stacked[index] }
        }
        func steps(_ factor: Factor) throws -> Tensor {
            switch factor {
            case .row(let source): try stack(source)
            case .result(let index): stacked[index]
            }
        }
        for sum in sums {
            let axes = [0] + sum.axes.map { $0 + 1 }
            gradients[sum.capture] = try Tensor.reduce(.sum, steps(sum.terms), axes: axes, keepDims: false)
                .reshape(sum.shape)
        }
        for product in products {
            let factors = try [product.left, product.right].map { factor in
                let steps = try steps(factor)
                return try steps.reshape([steps.shape[0] * steps.shape[1], steps.shape[2]])
            }
            gradients[product.capture] = try .emit1(.matmul(transposeA: true, transposeB: false), factors)
        }
        return gradients
    }
}

extension [[Tensor]] {
    /// The tensor that stands for a value of an inlined graph.
    fileprivate subscript(_ value: Value) -> Tensor { self[value.node][value.output] }
}

extension Graph {
    /// What takes longer to compute than to read again.
    fileprivate var dearValues: [Value] {
        nodes.indices.compactMap { index in
            switch nodes[index].operation {
            case .matmul, .convolution, .softmax, .reduce, .cumulative, .unary(.exp), .unary(.expm1), .unary(.log),
                .unary(.log1p),
                .unary(.sin), .unary(.cos), .unary(.tan), .unary(.asin), .unary(.acos), .unary(.atan), .unary(.sinh),
                .unary(.cosh), .unary(.tanh), .unary(.sigmoid), .unary(.erf), .unary(.softplus), .binary(.power):
                Value(index)
            default: nil
            }
        }
    }

    fileprivate mutating func replaceUses(_ replacements: [Value: Value]) {
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { replacements[$0] ?? $0 }
        }
        outputs = outputs.map { replacements[$0] ?? $0 }
    }

    /// The value that stands for argument `index`, added if nothing uses it yet.
    fileprivate mutating func argument(_ index: Int) throws -> Value {
        for (number, node) in nodes.enumerated() {
            if case .input(index) = node.operation { return Value(number) }
        }
        return Value(try append(.input(index: index)))
    }
}

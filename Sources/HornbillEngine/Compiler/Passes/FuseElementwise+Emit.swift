extension FuseElementwise {
    /// The graph with a program in the place of each cluster's last member.
    mutating func emit() throws -> Graph {
        var result = Graph()
        result.inputTypes = graph.inputTypes
        result.variables = graph.variables
        result.nodes.reserveCapacity(graph.nodes.count)
        var map = [[Value]](repeating: [], count: graph.nodes.count)
        let joins = joins()
        let external = externallyRead(except: Set(joins.values.joined()))
        func append(_ index: Int) throws {
            let node = graph.nodes[index]
            let place = try result.append(
                node.operation, node.inputs.map { map[$0.node][$0.output] }, scope: node.scope, site: node.site)
            map[index] = node.outputs.indices.map { Value(place, $0) }
        }
        // First what is there from the beginning: a program may stand before the place where a constant was traced.
        for index in graph.nodes.indices where graph.nodes[index].operation.isSource { try append(index) }
        for (index, node) in graph.nodes.enumerated() where !node.operation.isSource && map[index].isEmpty {
            // Casts alone are better left to the nodes that read them.
            guard let home = cluster(of: index), clusters[home].instructions > 0 else {
                try append(index)
                continue
            }
            guard index == clusters[home].last else { continue }
            var builder = ProgramBuilder(self, home)
            let members = clusters[home].members.sorted()
            for member in members { builder.add(member) }
            for member in members where external[member] { builder.addOutput(member) }
            let joined = joins[home] ?? []
            let firstJoined = builder.program.outputs.count
            for join in joined { builder.addJoin(graph.nodes[join]) }
            let place = try result.append(
                .fused(builder.program.dividingByRoots), builder.values.map { map[$0.node][$0.output] },
                scope: node.scope, site: node.site)
            for (number, join) in joined.enumerated() { map[join] = [Value(place, firstJoined + number)] }
            for (member, output) in builder.outputs {
                let (wanted, type) = (graph.nodes[member].outputs[0].shape, builder.program.outputs[output].type)
                map[member] =
                    wanted == type.shape
                    ? [Value(place, output)] : [Value(try result.append(.reshape(wanted), [Value(place, output)]))]
            }
        }
        result.outputs = graph.outputs.map { map[$0.node][$0.output] }
        result.assignments = graph.assignments.map {
            .init(variable: $0.variable, value: map[$0.value.node][$0.value.output])
        }
        return result
    }

    /// For each cluster the concatenations of columns that it can write itself: all their parts are values of its own.
    private mutating func joins() -> [Int: [Int]] {
        var joins: [Int: [Int]] = [:]
        for (index, node) in graph.nodes.enumerated() {
            guard case .concatenate(let axis) = node.operation, node.outputs[0].dtype == .float32,
                let home = cluster(of: node.inputs[0].node), clusters[home].instructions > 0,
                clusters[home].last < index,
                node.outputs[0].shape.dimensions[..<axis].contains(where: { $0 != 1 }),
                Set(node.inputs).count > 1
            else { continue }
            let shape = graph.type(of: node.inputs[0]).shape
            let fits = node.inputs.allSatisfy { cluster(of: $0.node) == home && graph.type(of: $0).shape == shape }
            if fits, shape.dimensions[axis...].reduce(1, *) >= Self.narrowest { joins[home, default: []].append(index) }
        }
        return joins
    }

    /// For each member whether anything outside of its cluster reads it, except these nodes.
    private mutating func externallyRead(except joins: Set<Int>) -> [Bool] {
        var read = [Bool](repeating: false, count: graph.nodes.count)
        for root in graph.roots { read[root.node] = true }
        for (index, node) in graph.nodes.enumerated() where !joins.contains(index) {
            for input in node.inputs where !read[input.node] {
                let home = cluster(of: input.node)
                if home == nil || home != cluster(of: index) { read[input.node] = true }
            }
        }
        return read
    }
}

/// Puts a cluster's program together.
private struct ProgramBuilder {
    private let pass: FuseElementwise
    private let members: Set<Int>
    private(set) var program = FusedProgram(inputs: [], instructions: [], outputs: [])
    /// The graph's values that the program reads, one an input.
    private(set) var values: [Value] = []
    /// Which output holds a member's value.
    private(set) var outputs: [(member: Int, output: Int)] = []

    private struct InputKey: Hashable {
        var value: Value
        var layout: FusedProgram.Layout
    }
    private struct OutputKey: Hashable {
        var instruction: Int
        var dtype: DType
    }
    private var inputs: [InputKey: Int] = [:]
    private var operands: [Int: FusedProgram.Operand] = [:]
    private var stored: [OutputKey: Int] = [:]

    init(_ pass: FuseElementwise, _ cluster: Int) {
        self.pass = pass
        members = Set(pass.clusters[cluster].members)
    }

    mutating func add(_ member: Int) {
        switch pass.role(of: pass.graph.nodes[member]) {
        case .instruction(let function, let values, let constants):
            let sources = values.map { operand($0) } + constants.map { .constant($0) }
            operands[member] = .result(program.instructions.count)
            program.instructions.append(.init(function: function, operands: sources))
        case .same(let value): operands[member] = operand(value)
        case .outside: break  // no such member
        }
    }

    /// The instruction that gives a member's value.
    private mutating func instruction(of member: Int) -> Int? {
        guard let operand = operands[member] else { return nil }
        if case .result(let index) = operand { return index }
        operands[member] = .result(program.instructions.count)
        program.instructions.append(.init(function: .copy, operands: [operand]))
        return program.instructions.count - 1
    }

    /// The values that a concatenation puts side by side, as one output.
    mutating func addJoin(_ node: Node) {
        guard case .concatenate(let axis) = node.operation else { return }
        let inner = pass.graph.type(of: node.inputs[0]).shape.dimensions[axis...].reduce(1, *)
        program.outputs.append(
            .init(
                instructions: node.inputs.compactMap { instruction(of: $0.node) }, inner: inner, type: node.outputs[0]))
    }

    mutating func addOutput(_ member: Int) {
        guard let instruction = instruction(of: member) else { return }
        let type = pass.graph.nodes[member].outputs[0]
        let key = OutputKey(instruction: instruction, dtype: type.dtype)
        let output = stored[key] ?? program.outputs.count
        if output == program.outputs.count {
            stored[key] = output
            program.outputs.append(.init(instruction: instruction, type: type))
        }
        outputs.append((member, output))
    }

    /// How the program reads a value of the graph.
    private mutating func operand(_ value: Value) -> FusedProgram.Operand {
        if members.contains(value.node), let known = operands[value.node] { return known }
        let node = pass.graph.nodes[value.node]
        if let number = pass.graph.uniformNumber(value) { return .constant(Float(number)) }
        if case .broadcast(let shape) = node.operation,
            let layout = FusedProgram.Layout(from: pass.graph.type(of: node.inputs[0]).shape, to: shape)
        {
            return input(node.inputs[0], layout)
        }
        if let (source, layout) = pass.graph.window(value, narrowest: FuseElementwise.narrowest) {
            return input(source, layout)
        }
        return input(value, .full)
    }

    private mutating func input(_ value: Value, _ layout: FusedProgram.Layout) -> FusedProgram.Operand {
        let key = InputKey(value: value, layout: layout)
        if let known = inputs[key] { return .input(known) }
        inputs[key] = values.count
        values.append(value)
        program.inputs.append(.init(dtype: pass.graph.type(of: value).dtype, layout: layout))
        return .input(values.count - 1)
    }
}

extension Graph {
    /// The number that all elements of a value are, as far as small constants show.
    func uniformNumber(_ value: Value) -> Double? {
        switch nodes[value.node].operation {
        case .constant(let constant): constant.uniformValue
        case .broadcast, .reshape: uniformNumber(nodes[value.node].inputs[0])
        default: nil
        }
    }
}

extension Graph {
    /// What a slice of columns is a part of, and how it lies there; nil for what is no such slice, or is one contiguous
    /// part of the memory anyway.
    fileprivate func window(_ value: Value, narrowest: Int) -> (source: Value, layout: FusedProgram.Layout)? {
        let node = nodes[value.node]
        guard case .slice(let start, let size, let stride) = node.operation, aliased(node) == nil else { return nil }
        let shape = type(of: node.inputs[0]).shape
        let cut = shape.indices.filter { size[$0] != shape[$0] || stride[$0] != 1 }
        guard let axis = cut.first, cut.count == 1, stride[axis] == 1 else { return nil }
        let below = shape.dimensions[(axis + 1)...].reduce(1, *)
        guard size[axis] * below >= narrowest else { return nil }
        return (
            node.inputs[0],
            .window(inner: size[axis] * below, stride: shape[axis] * below, offset: start[axis] * below)
        )
    }
}

extension FusedProgram.Layout {
    /// How a tensor broadcast from one shape to a larger one lies over its elements; nil where no layout says it.
    package init?(from source: Shape, to shape: Shape) {
        let extra = shape.rank - source.rank
        var groups: [(isKept: Bool, size: Int)] = []
        for (axis, size) in shape.enumerated() where size != 1 {
            let isKept = axis >= extra && source[axis - extra] == size
            if let last = groups.last, last.isKept == isKept {
                groups[groups.count - 1].size *= size
            } else {
                groups.append((isKept, size))
            }
        }
        switch groups.map(\.isKept) {
        case [], [false]: self = .scalar
        case [true]: self = .full
        case [false, true]: self = .row(inner: groups[1].size)
        case [true, false]: self = .column(inner: groups[1].size)
        case [false, true, false]: self = .middle(inner: groups[2].size, outer: groups[1].size)
        default: return nil
        }
    }
}

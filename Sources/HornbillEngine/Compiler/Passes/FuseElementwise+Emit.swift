extension FuseElementwise {
    /// The graph with a program in the place of each cluster's last member.
    mutating func emit() throws -> Graph {
        var result = Graph()
        result.inputTypes = graph.inputTypes
        result.variables = graph.variables
        result.nodes.reserveCapacity(graph.nodes.count)
        var map = [[Value]](repeating: [], count: graph.nodes.count)
        let external = externallyRead()
        func append(_ index: Int) throws {
            let node = graph.nodes[index]
            let place = try result.append(
                node.operation, node.inputs.map { map[$0.node][$0.output] }, scope: node.scope, site: node.site)
            map[index] = node.outputs.indices.map { Value(place, $0) }
        }
        // First what is there from the beginning: a program may stand before the place where a constant was traced.
        for index in graph.nodes.indices where graph.nodes[index].operation.isSource { try append(index) }
        for (index, node) in graph.nodes.enumerated() where !node.operation.isSource {
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
            let place = try result.append(
                .fused(builder.program), builder.values.map { map[$0.node][$0.output] }, scope: node.scope,
                site: node.site)
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

    /// For each member whether anything outside of its cluster reads it.
    private mutating func externallyRead() -> [Bool] {
        var read = [Bool](repeating: false, count: graph.nodes.count)
        for root in graph.roots { read[root.node] = true }
        for (index, node) in graph.nodes.enumerated() {
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

    mutating func addOutput(_ member: Int) {
        guard let operand = operands[member] else { return }
        let type = pass.graph.nodes[member].outputs[0]
        let instruction: Int
        if case .result(let index) = operand {
            instruction = index
        } else {
            instruction = program.instructions.count
            program.instructions.append(.init(function: .copy, operands: [operand]))
            operands[member] = .result(instruction)
        }
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

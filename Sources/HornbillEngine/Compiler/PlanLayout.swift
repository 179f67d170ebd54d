/// A memory plan as a run needs it: one table of pointers, in which every step finds its operands, results and scratch
/// memory side by side, and for each piece of memory the places in the table that depend on where it is.
struct PlanLayout: Sendable {
    struct Step: Sendable {
        var kernel: Kernel
        /// Where its pointers begin in the table.
        var window: Int
        /// The layer and the line that it comes from.
        var scope: String
        var site: CallSite?
        var work: Work
    }

    struct Binding: Sendable {
        var slot: Int
        var offset: Int
    }

    var steps: [Step] = []
    /// Pointers in the table.
    var slots = 0
    var arenaBytes: Int
    /// For each piece of memory (inputs, outputs, variables, the arena) its places in the table.
    var bindings: [[Binding]]
    var constants: [(slot: Int, tensor: Tensor)] = []
    let inputCount: Int
    let outputCount: Int

    var variableBase: Int { inputCount + outputCount }
    var arena: Int { bindings.count - 1 }

    init(_ lowered: LoweredGraph, _ memory: MemoryPlan, threads: Int) {
        let graph = lowered.graph
        inputCount = graph.inputTypes.count
        outputCount = graph.outputs.count
        arenaBytes = memory.arenaBytes
        bindings = Array(repeating: [], count: inputCount + outputCount + graph.variables.count + 1)
        for (index, step) in lowered.steps.enumerated() {
            let node = graph.nodes[step.node]
            steps.append(
                Step(
                    kernel: step.kernel, window: slots, scope: node.scope, site: node.site,
                    work: lowered.work(of: step)))
            for value in step.operands + step.results { bind(value, graph, memory) }
            bindings[arena].append(Binding(slot: slots, offset: memory.scratchOffsets[index]))
            slots += 1
        }
        for (variable, value) in memory.finalCopies {
            let node = graph.nodes[value.node]
            let type = graph.type(of: value)
            steps.append(
                Step(
                    kernel: Lowering.copy(type, threads), window: slots, scope: node.scope, site: node.site,
                    work: Work(bytes: 2 * Double(type.byteCount))))
            bind(value, graph, memory)
            bindings[variableBase + variable].append(Binding(slot: slots, offset: 0))
            slots += 1
        }
    }

    private mutating func bind(_ value: Value, _ graph: Graph, _ memory: MemoryPlan) {
        let (block, offset) = memory.location(of: value)
        switch memory.blocks[block].home {
        case .arena: bindings[arena].append(Binding(slot: slots, offset: memory.blocks[block].offset + offset))
        case .input(let number): bindings[number].append(Binding(slot: slots, offset: offset))
        case .output(let number): bindings[inputCount + number].append(Binding(slot: slots, offset: offset))
        case .variable(let number): bindings[variableBase + number].append(Binding(slot: slots, offset: offset))
        case .constant(let node):
            if case .constant(let constant) = graph.nodes[node].operation {
                let type = TensorType(.uint8, [constant.tensor.type.byteCount - offset])
                if case .host(let buffer, let start) = constant.tensor.backing {
                    constants.append((slots, Tensor(buffer: buffer, type, offset: start + offset)))
                }
            }
        }
        slots += 1
    }
}

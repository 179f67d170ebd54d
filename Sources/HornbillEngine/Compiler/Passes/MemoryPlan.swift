/// Pass 6: where each value lies. A block of memory holds one value, or several that take each other's place:
/// - a part or another shape of a value lies in that value's block;
/// - an operand of a concatenation of contiguous parts is computed in its part;
/// - a result takes the place of an operand that nothing reads afterwards, where the kernel allows it;
/// - an assigned value is computed in the variable's own memory, unless the old value is read later (or its step, or a
///   later one, can fail): then it is copied there at the end;
/// - an output is computed in the memory that the caller gives.
/// What is left lies in the arena.
struct MemoryPlan {
    /// What memory a block is.
    enum Home: Hashable {
        case arena
        case input(Int)
        case output(Int)
        case variable(Int)
        case constant(node: Int)
    }

    struct Block {
        var bytes: Int
        var home: Home
        /// The steps that first write and last read it; sources are written before the first.
        var firstWrite: Int
        var lastUse: Int
        /// The block of which this one has become a part, and where in it.
        var parent: (block: Int, offset: Int)?
        /// Its place in the arena.
        var offset = 0
    }

    private let lowered: LoweredGraph
    private var graph: Graph { lowered.graph }
    private(set) var blocks: [Block] = []
    /// The block of each result that has one, by node.
    private var blockOfValue: [[Int]]
    /// Variables whose new values are copied at the end, and from where.
    private(set) var finalCopies: [(variable: Int, value: Value)] = []
    /// The place in the arena of each step's scratch memory.
    private(set) var scratchOffsets: [Int] = []
    private(set) var arenaBytes = 0

    init(_ lowered: LoweredGraph, optimize: Bool) {
        self.lowered = lowered
        blockOfValue = Array(repeating: [], count: lowered.graph.nodes.count)
        makeBlocks()
        if optimize { placeParts() }
        placeRoots()
        if optimize { reuseOperands() }
        layOut()
    }

    /// The block in which a value lies, and where in it.
    func location(of value: Value) -> (block: Int, offset: Int) {
        let base = graph.base(of: value, lowered.bases)
        let (block, offset) = root(blockOfValue[base.value.node][base.value.output])
        return (block, offset + base.offset)
    }

    private func root(_ block: Int) -> (block: Int, offset: Int) {
        var (block, offset) = (block, 0)
        while let parent = blocks[block].parent {
            offset += parent.offset
            block = parent.block
        }
        return (block, offset)
    }

    private mutating func makeBlocks() {
        for (index, node) in graph.nodes.enumerated() where graph.aliased(node) == nil {
            let home: Home =
                switch node.operation {
                case .input(let number): .input(number)
                case .variable(let number): .variable(number)
                case .constant: .constant(node: index)
                default: .arena
                }
            let step = lowered.stepOfNode[index]
            for type in node.outputs {
                blockOfValue[index].append(blocks.count)
                blocks.append(Block(bytes: type.byteCount, home: home, firstWrite: step, lastUse: step))
            }
        }
        for (index, step) in lowered.steps.enumerated() {
            for operand in step.operands { blocks[location(of: operand).block].lastUse = index }
        }
    }

    /// Operands of concatenations into their parts.
    private mutating func placeParts() {
        for (index, step) in lowered.steps.enumerated() {
            guard case .concatenate(let axis) = graph.nodes[step.node].operation,
                step.operands == graph.nodes[step.node].inputs
            else { continue }
            let type = graph.nodes[step.node].outputs[0]
            guard type.shape.dimensions[..<axis].allSatisfy({ $0 == 1 }) else { continue }
            let whole = blockOfValue[step.node][0]
            var offset = 0
            for operand in step.operands {
                let bytes = graph.type(of: operand).byteCount
                let base = graph.base(of: operand, lowered.bases)
                let block = blockOfValue[base.value.node][base.value.output]
                if blocks[block].home == .arena, blocks[block].parent == nil, base.offset == 0,
                    blocks[block].bytes == bytes,
                    bytes > 0, !isRoot(block)
                {
                    blocks[block].parent = (whole, offset)
                    blocks[whole].firstWrite = min(blocks[whole].firstWrite, blocks[block].firstWrite)
                    blocks[whole].lastUse = max(blocks[whole].lastUse, blocks[block].lastUse, index)
                }
                offset += bytes
            }
        }
    }

    private lazy var rootBlocks: Set<Int> = Set(
        graph.roots.map { root in
            let base = graph.base(of: root, lowered.bases)
            return blockOfValue[base.value.node][base.value.output]
        })

    private mutating func isRoot(_ block: Int) -> Bool { rootBlocks.contains(block) }

    /// Outputs into the caller's memory, assigned values into the variables'.
    private mutating func placeRoots() {
        for (number, output) in graph.outputs.enumerated() {
            let block = location(of: output).block
            blocks[block].home = .output(number)
            blocks[block].lastUse = lowered.steps.count
        }
        var blockOfVariable = [Int?](repeating: nil, count: graph.variables.count)
        for (index, node) in graph.nodes.enumerated() {
            if case .variable(let number) = node.operation { blockOfVariable[number] = blockOfValue[index][0] }
        }
        let lastFallible = lowered.steps.lastIndex { $0.kernel.canFail } ?? -1
        for assignment in graph.assignments {
            let block = location(of: assignment.value).block
            blocks[block].lastUse = lowered.steps.count
            let old = blockOfVariable[assignment.variable]
            if blocks[block].firstWrite > lastFallible, canReplace(old, by: block) {
                blocks[block].home = .variable(assignment.variable)
            } else {
                finalCopies.append((assignment.variable, assignment.value))
            }
        }
    }

    /// Whether a value may be computed over an old one: nothing reads that later, and the step that computes the value
    /// reads it at most where it may be overwritten.
    private func canReplace(_ old: Int?, by new: Int) -> Bool {
        guard let old else { return true }
        let writer = blocks[new].firstWrite
        if blocks[old].lastUse != writer { return blocks[old].lastUse < writer }
        guard let result = lowered.steps[writer].results.firstIndex(where: { location(of: $0) == (new, 0) }) else {
            return false
        }
        return canOverwrite(old, writer, result)
    }

    /// Whether a step may write a result over a block that it reads.
    private func canOverwrite(_ block: Int, _ stepIndex: Int, _ result: Int) -> Bool {
        let step = lowered.steps[stepIndex]
        for (operand, value) in step.operands.enumerated() {
            let place = location(of: value)
            guard place.block == block else { continue }
            let allowed = step.kernel.inPlace.contains { $0.result == result && $0.operand == operand }
            guard allowed, place.offset == 0, graph.type(of: value).byteCount == blocks[block].bytes else {
                return false
            }
        }
        return true
    }

    /// Results over operands that die.
    private mutating func reuseOperands() {
        for (index, step) in lowered.steps.enumerated() {
            for (result, value) in step.results.enumerated() {
                let block = blockOfValue[value.node][value.output]
                guard blocks[block].home == .arena, blocks[block].parent == nil, blocks[block].firstWrite == index,
                    blocks[block].lastUse > index
                else { continue }
                for pair in step.kernel.inPlace where pair.result == result {
                    let (old, offset) = location(of: step.operands[pair.operand])
                    guard blocks[old].home == .arena, offset == 0, blocks[old].lastUse == index,
                        blocks[old].bytes == blocks[block].bytes, old != block, canOverwrite(old, index, result)
                    else { continue }
                    blocks[block].parent = (old, 0)
                    blocks[old].lastUse = blocks[block].lastUse
                    break
                }
            }
        }
    }

    /// Offsets in the arena, step by step.
    private mutating func layOut() {
        let count = lowered.steps.count
        var starting = [[Int]](repeating: [], count: count + 1)
        var ending = [[Int]](repeating: [], count: count + 1)
        // Results that never lie in memory have no step that writes them.
        for (index, block) in blocks.enumerated()
        where block.home == .arena && block.parent == nil && block.firstWrite >= 0 {
            starting[block.firstWrite].append(index)
            ending[max(block.lastUse, block.firstWrite)].append(index)
        }
        var arena = Arena()
        for step in 0...count {
            for block in starting[step] { blocks[block].offset = arena.allocate(blocks[block].bytes) }
            if step < count {
                let bytes = lowered.steps[step].kernel.scratchBytes
                let offset = bytes > 0 ? arena.allocate(bytes) : 0
                scratchOffsets.append(offset)
                if bytes > 0 { arena.release(offset, bytes) }
            }
            for block in ending[step] { arena.release(blocks[block].offset, blocks[block].bytes) }
        }
        arenaBytes = arena.size
    }
}

/// Pass 4: the order of the steps. It is the graph's own, but
/// - steps that can fail, and what they need, come first: when one fails, no variable has changed;
/// - a variable's new value is computed as soon as its operands are there and the old value's readers are done, so that
///   it can take the old one's place, and gradients are used while they are in the cache;
/// - what is tiny is computed as soon as it can be, so that nothing large waits for it.
struct Schedule {
    private let graph: Graph
    /// Nodes that are computed with others, and are no steps by themselves.
    private let absorbed: Absorption
    private var readers: [[Int]]
    /// Operands not yet computed, and readers of an old value that is to be replaced.
    private var waitingFor: [Int]
    private var waitingForReaders: [Int]
    private var replacers: [[Int]]
    private var keys: [Int]

    /// The graph with its nodes in the order of the schedule.
    static func run(_ graph: Graph, canFail: (Node) -> Bool) -> Graph {
        var fallible = [Bool](repeating: false, count: graph.nodes.count)
        if !graph.assignments.isEmpty {
            let absorbed = Absorption(graph)
            for (index, node) in graph.nodes.enumerated()
            where canFail(node) && !absorbed.cannotFail(index, graph) {
                fallible[absorbed.unit(of: index)] = true
            }
            for index in graph.nodes.indices.reversed() where fallible[index] {
                for input in graph.nodes[index].inputs { fallible[input.node] = true }
            }
        }
        var schedule = Schedule(graph, first: fallible)
        return schedule.ordered()
    }

    private init(_ graph: Graph, first: [Bool]) {
        let count = graph.nodes.count
        self.graph = graph
        readers = Array(repeating: [], count: count)
        waitingFor = Array(repeating: 0, count: count)
        waitingForReaders = Array(repeating: 0, count: count)
        replacers = Array(repeating: [], count: count)
        keys = Array(0..<count)
        absorbed = Absorption(graph)
        let bases = graph.bases()
        var readersOfVariable = [[Int]](repeating: [], count: graph.variables.count)
        for (index, node) in graph.nodes.enumerated() {
            let unit = absorbed.unit(of: index)
            for input in Set(node.inputs.map { absorbed.unit(of: $0.node) }) where input != unit {
                readers[input].append(unit)
                waitingFor[unit] += 1
            }
            let isReader = graph.aliased(node) == nil
            for input in node.inputs where isReader {
                if case .variable(let variable) = graph.nodes[graph.base(of: input, bases).value.node].operation,
                    readersOfVariable[variable].last != unit
                {
                    readersOfVariable[variable].append(unit)
                }
            }
            if !first[unit] { keys[unit] = unit + (graph.isSmall(node) ? count : 2 * count) }
        }
        for assignment in graph.assignments {
            let node = graph.base(of: assignment.value, bases).value.node
            guard !first[node] else { continue }
            keys[node] = count + node
            for reader in readersOfVariable[assignment.variable] where reader != node {
                replacers[reader].append(node)
                waitingForReaders[node] += 1
            }
        }
    }

    private mutating func ordered() -> Graph {
        var ready = Heap()
        /// Nodes that only wait for readers: one of them goes first when nothing else can, for its value is then read
        /// by a reader of the old one, and cannot take its place.
        var blocked = Heap()
        var done = [Bool](repeating: false, count: graph.nodes.count)
        var places = [Int](repeating: -1, count: graph.nodes.count)
        var result = graph
        result.nodes = []
        result.nodes.reserveCapacity(graph.nodes.count)

        func offer(_ node: Int, _ waitingFor: Int, _ waitingForReaders: Int, _ key: Int) {
            guard waitingFor == 0 else { return }
            if waitingForReaders == 0 { ready.insert(key, node) } else { blocked.insert(key, node) }
        }
        func place(_ index: Int) {
            for inner in absorbed.guests(of: index) { place(inner) }
            places[index] = result.nodes.count
            var node = graph.nodes[index]
            for operand in node.inputs.indices { node.inputs[operand].node = places[node.inputs[operand].node] }
            result.nodes.append(node)
        }
        for node in graph.nodes.indices where absorbed.unit(of: node) == node {
            offer(node, waitingFor[node], waitingForReaders[node], keys[node])
        }
        while let index = ready.popFirst() ?? blocked.popFirst() {
            if done[index] { continue }
            done[index] = true
            place(index)
            for reader in readers[index] {
                waitingFor[reader] -= 1
                offer(reader, waitingFor[reader], waitingForReaders[reader], keys[reader])
            }
            for replacer in replacers[index] {
                waitingForReaders[replacer] -= 1
                if waitingForReaders[replacer] == 0, !done[replacer] {
                    offer(replacer, waitingFor[replacer], 0, keys[replacer])
                }
            }
        }
        result.renumber { places[$0] }
        return result
    }
}

extension Graph {
    /// Whether a node makes so little that it does not matter when, or is a copy, which frees what it reads.
    fileprivate func isSmall(_ node: Node) -> Bool {
        if case .cast(let dtype) = node.operation, type(of: node.inputs[0]).dtype == dtype { return true }
        return node.outputs.reduce(0) { $0 + $1.byteCount } <= 4096
    }
}

/// Nodes by key, smallest first.
private struct Heap {
    private var elements: [(key: Int, node: Int)] = []

    mutating func insert(_ key: Int, _ node: Int) {
        elements.append((key, node))
        var child = elements.count - 1
        while child > 0, elements[child].key < elements[(child - 1) / 2].key {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        guard !elements.isEmpty else { return first.node }
        elements[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < elements.count else { break }
            if child + 1 < elements.count, elements[child + 1].key < elements[child].key { child += 1 }
            guard elements[child].key < elements[parent].key else { break }
            elements.swapAt(parent, child)
            parent = child
        }
        return first.node
    }
}

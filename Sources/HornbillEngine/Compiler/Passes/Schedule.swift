/// Pass 4: the order of the steps. It is the graph's own, but
/// - steps that can fail, and what they need, come first: when one fails, no variable has changed;
/// - a variable's new value is computed as soon as its operands are there and the old value's readers are done, so that
///   it can take the old one's place, and gradients are used while they are in the cache;
/// - what is tiny is computed as soon as it can be, so that nothing large waits for it.
struct Schedule {
    /// Results of so few bytes do not count as memory.
    private static let tiny = 4096

    private let graph: Graph
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
            for (index, node) in graph.nodes.enumerated() where canFail(node) { fallible[index] = true }
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
        let bases = graph.bases()
        var readersOfVariable = [[Int]](repeating: [], count: graph.variables.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in Set(node.inputs.map(\.node)) {
                readers[input].append(index)
                waitingFor[index] += 1
            }
            var read: Set<Int> = []
            for input in node.inputs {
                if case .variable(let variable) = graph.nodes[graph.base(of: input, bases).value.node].operation {
                    read.insert(variable)
                }
            }
            if graph.aliased(node) == nil { for variable in read { readersOfVariable[variable].append(index) } }
            let bytes = node.outputs.reduce(0) { $0 + $1.byteCount }
            let isCopy = if case .cast(let dtype) = node.operation { graph.type(of: node.inputs[0]).dtype == dtype } else { false }
            if !first[index] { keys[index] += bytes <= Self.tiny || isCopy ? count : 2 * count }
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
        var place = [Int](repeating: -1, count: graph.nodes.count)
        var result = graph
        result.nodes = []
        result.nodes.reserveCapacity(graph.nodes.count)

        func offer(_ node: Int, _ waitingFor: Int, _ waitingForReaders: Int, _ key: Int) {
            guard waitingFor == 0 else { return }
            if waitingForReaders == 0 { ready.insert(key, node) } else { blocked.insert(key, node) }
        }
        for node in graph.nodes.indices { offer(node, waitingFor[node], waitingForReaders[node], keys[node]) }
        while let index = ready.popFirst() ?? blocked.popFirst() {
            if done[index] { continue }
            done[index] = true
            place[index] = result.nodes.count
            var node = graph.nodes[index]
            for operand in node.inputs.indices { node.inputs[operand].node = place[node.inputs[operand].node] }
            result.nodes.append(node)
            for reader in readers[index] {
                waitingFor[reader] -= 1
                offer(reader, waitingFor[reader], waitingForReaders[reader], keys[reader])
            }
            for replacer in replacers[index] {
                waitingForReaders[replacer] -= 1
                if waitingForReaders[replacer] == 0, !done[replacer] { offer(replacer, waitingFor[replacer], 0, keys[replacer]) }
            }
        }
        result.renumber { place[$0] }
        return result
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

/// Nodes whose results never lie in memory as a whole: they are computed with the only node that reads them, its host.
/// - rows that are gathered, then cast or concatenated, go from the data straight to their place in the result;
/// - a large product, or a table's gradient, that only a program reads is computed block by block, and the program run
///   on each block while that is in the cache: an optimizer's update where the gradient lies.
struct Absorption {
    private var hosts: [Int: Int] = [:]
    private var guestsOfHost: [Int: [Int]] = [:]

    init(_ graph: Graph) {
        let uses = graph.uses
        for (index, node) in graph.nodes.enumerated() {
            switch node.operation {
            case .cast(let dtype):
                let operand = node.inputs[0]
                guard graph.type(of: operand).dtype != dtype, uses.onlyReader(of: operand) == index else { continue }
                if graph.nodes[operand.node].isRowGather { absorb(operand.node, into: index) }
            case .concatenate(let axis):
                for (place, operand) in node.inputs.enumerated()
                where uses.onlyReader(of: operand) == index && node.inputs.firstIndex(of: operand) == place {
                    if let rows = gatheredRows(operand, graph), rows.indexRank == axis {
                        absorb(operand.node, into: index)
                    }
                }
            case .fused(let program):
                for (place, operand) in node.inputs.enumerated()
                where uses.onlyReader(of: operand) == index && node.inputs.firstIndex(of: operand) == place {
                    guard case .full = program.inputs[place].layout, !node.inputs[(place + 1)...].contains(operand),
                        BlockedProduct(graph.nodes[operand.node], graph, program, input: place) != nil
                            || BlockedScatter(graph.nodes[operand.node], graph, program, input: place) != nil
                    else { continue }
                    absorb(operand.node, into: index)
                    break
                }
            default: break
            }
        }
    }

    private mutating func absorb(_ node: Int, into host: Int) {
        hosts[node] = host
        guestsOfHost[host, default: []].append(node)
    }

    /// A gather of rows, or a cast that has absorbed one: how many axes its indices have.
    private func gatheredRows(_ value: Value, _ graph: Graph) -> (node: Int, indexRank: Int)? {
        let node = graph.nodes[value.node]
        if node.isRowGather { return (value.node, graph.type(of: node.inputs[1]).shape.rank) }
        guard let gather = guestsOfHost[value.node]?.first, case .cast = node.operation else { return nil }
        return (gather, graph.type(of: graph.nodes[gather].inputs[1]).shape.rank)
    }

    /// The node with which a node is computed in the end: itself, or its host's.
    func unit(of node: Int) -> Int {
        var unit = node
        while let host = hosts[unit] { unit = host }
        return unit
    }

    func isAbsorbed(_ node: Int) -> Bool { hosts[node] != nil }

    /// Whether a node's own kernel could fail because of values where the one that computes it cannot: a table's gradient
    /// is absorbed only where something else fails first.
    func cannotFail(_ node: Int, _ graph: Graph) -> Bool {
        if case .scatterAdd = graph.nodes[node].operation { isAbsorbed(node) } else { false }
    }

    /// The nodes that are computed with this one, in the order of its operands.
    func guests(of node: Int) -> [Int] { guestsOfHost[node] ?? [] }
}

extension Node {
    fileprivate var isRowGather: Bool {
        if case .gather(axis: 0) = operation { true } else { false }
    }
}

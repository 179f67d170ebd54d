// Kernels whose calls cost more than what they move: fewer of them.
extension FuseElementwise {
    /// Elements up to which a kernel's call costs more than what it moves.
    private static let small = 8192

    /// Lets small clusters run with an earlier one whose values they read, where all that they need is there by then:
    /// what is left of a loss after its reduction was taken off, say.
    mutating func joinSmall() {
        for index in graph.nodes.indices {
            guard let home = cluster(of: index), clusters[home].last == index, clusters[home].count <= Self.small else {
                continue
            }
            let inputs = clusters[home].inputs.filter { cluster(of: $0.node) != home }
            var target: Int?
            for input in inputs {
                guard let other = cluster(of: input.node), clusters[other].count == clusters[home].count else {
                    continue
                }
                if target.map({ clusters[other].last > clusters[$0].last }) ?? true { target = other }
            }
            guard let target else { continue }
            let fits = inputs.allSatisfy {
                cluster(of: $0.node) == target ? canBeRead($0) : available($0) < clusters[target].last
            }
            guard fits else { continue }
            let place = clusters[target].last
            if let merged = merge(target, home) { clusters[merged].last = place }
        }
    }

    /// The place in the order at which a value that a program reads is there.
    private mutating func available(_ value: Value) -> Int {
        if let home = cluster(of: value.node) { return clusters[home].last }
        let node = graph.nodes[value.node]
        if case .broadcast(let shape) = node.operation,
            FusedProgram.Layout(from: graph.type(of: node.inputs[0]).shape, to: shape) != nil
        {
            return available(node.inputs[0])
        }
        return node.operation.isSource ? -1 : value.node
    }

    /// Elements up to which programs that have nothing to do with each other are better run as one.
    private static let tiny = 256

    /// Joins tiny clusters of one size where the earlier ones can wait for the later: counts of metrics, updates of
    /// biases.
    mutating func joinTiny() {
        let deadlines = firstReaders()
        var groups: [Int: (cluster: Int, deadline: Int)] = [:]
        for index in graph.nodes.indices {
            guard let home = cluster(of: index), clusters[home].last == index, clusters[home].count <= Self.tiny,
                clusters[home].instructions > 0
            else { continue }
            let count = clusters[home].count
            let deadline = deadlines[home] ?? .max
            guard let group = groups[count], index < group.deadline, group.cluster != home,
                let merged = merge(group.cluster, home)
            else {
                groups[count] = (home, deadline)
                continue
            }
            groups[count] = (merged, min(group.deadline, deadline))
        }
    }

    /// For each cluster the place at which its values are first read by what is not in it.
    private mutating func firstReaders() -> [Int: Int] {
        var places: [Int: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            let reader = cluster(of: index)
            let place = reader.map { clusters[$0].last } ?? index
            for input in node.inputs {
                guard let home = cluster(of: input.node), home != reader else { continue }
                places[home] = min(places[home] ?? .max, place)
            }
        }
        return places
    }
}

/// Pass 2c: chains of element-wise operations become programs that run tile by tile, broadcast operands read as rows,
/// columns or scalars. An optimizer's whole update of one parameter is one program with several results.
///
/// Nodes are visited in order, and each joins the clusters that its operands are in, which so become one. A cluster is
/// closed as soon as a node outside of it reads one of its values: it can therefore run where its last member stands,
/// since nothing before that place waits for it, and everything it reads is there.
package struct FuseElementwise {
    /// A program's size is bounded by the registers of the C interpreter, and by the first-level cache.
    private static let maximumInstructions = 96
    private static let maximumInputs = 40
    /// With the casts that round.
    private static let maximumMembers = 160
    /// Columns from which a part of a matrix is read or written in place rather than moved by a step of its own.
    static let narrowest = 4

    let graph: Graph
    /// The cluster of each node, -1 for those outside.
    private var membership: [Int]
    var clusters: [Cluster] = []

    struct Cluster {
        /// Another cluster that this one has become part of.
        var parent: Int?
        var members: [Int] = []
        /// The last of the members.
        var last: Int
        var inputs: Set<Value> = []
        var instructions = 0
        var isOpen = true
        var count: Int
    }

    /// What a node can be in a program.
    enum Role {
        case instruction(FusedProgram.Function, operands: [Value], constants: [Float])
        /// The operand itself, as a program sees it: another shape, or a number in another type.
        case same(Value)
        case outside
    }

    package static func run(_ graph: Graph) throws -> Graph {
        var pass = FuseElementwise(graph)
        for index in graph.nodes.indices { pass.visit(index) }
        pass.joinSmall()
        pass.joinTiny()
        return try pass.emit().withoutDeadNodes()
    }

    private init(_ graph: Graph) {
        self.graph = graph
        membership = Array(repeating: -1, count: graph.nodes.count)
    }

    // MARK: Clusters

    /// The cluster that a node is in now.
    mutating func cluster(of node: Int) -> Int? {
        guard membership[node] >= 0 else { return nil }
        var root = membership[node]
        while let parent = clusters[root].parent { root = parent }
        membership[node] = root
        return root
    }

    private mutating func close(_ node: Int) {
        if let cluster = cluster(of: node) { clusters[cluster].isOpen = false }
    }

    private mutating func visit(_ index: Int) {
        let node = graph.nodes[index]
        let operands: [Value]
        var instructions = 0
        switch role(of: node) {
        case .outside:
            for input in node.inputs { close(input.node) }
            return
        case .same(let operand):
            if case .reshape = node.operation {
                // Alone it is no work at all.
                guard let home = cluster(of: operand.node), clusters[home].isOpen else { return }
            }
            operands = [operand]
        case .instruction(let function, let values, _):
            operands = values
            // A cast counts for no work of its own.
            instructions = if case .rounded = function { 0 } else { 1 }
        }
        var target = clusters.count
        clusters.append(
            Cluster(members: [index], last: index, instructions: instructions, count: node.outputs[0].shape.count))
        for operand in operands {
            if let home = cluster(of: operand.node), home != target, clusters[home].isOpen, canBeRead(operand),
                let merged = merge(home, target)
            {
                target = merged
            } else if cluster(of: operand.node) != target {
                close(operand.node)
                clusters[target].inputs.insert(operand)
            }
        }
        membership[index] = target
        // A merge may have made a cluster's input its member, which counts as an input no more.
        if clusters[target].inputs.count > Self.maximumInputs { clusters[target].isOpen = false }
    }

    /// Whether other members see the value as it is. One of half precision they see before it is rounded, as XLA has it
    /// too: only a cast to half precision rounds where nothing is stored.
    func canBeRead(_ value: Value) -> Bool { graph.type(of: value).dtype.fitsPrograms }

    mutating func merge(_ a: Int, _ b: Int) -> Int? {
        guard clusters[a].count == clusters[b].count,
            clusters[a].instructions + clusters[b].instructions <= Self.maximumInstructions,
            clusters[a].inputs.count + clusters[b].inputs.count <= Self.maximumInputs,
            clusters[a].members.count + clusters[b].members.count <= Self.maximumMembers
        else { return nil }
        let (small, large) = clusters[a].members.count < clusters[b].members.count ? (a, b) : (b, a)
        clusters[large].members += clusters[small].members
        clusters[large].last = max(clusters[large].last, clusters[small].last)
        clusters[large].inputs.formUnion(clusters[small].inputs)
        clusters[large].instructions += clusters[small].instructions
        clusters[small] = Cluster(parent: large, last: -1, isOpen: false, count: clusters[large].count)
        return large
    }

    // MARK: Nodes

    func role(of node: Node) -> Role {
        guard node.outputs.count == 1, node.outputs[0].shape.count > 0 else { return .outside }
        switch node.operation {
        case .unary, .binary, .select:
            let dtypes = node.inputs.map { graph.type(of: $0).dtype }
            guard let function = FusedProgram.Function(node.operation, dtypes) else { return .outside }
            return .instruction(function, operands: node.inputs, constants: [])
        case .cast(let dtype): return roleOfCast(graph.type(of: node.inputs[0]).dtype, dtype, node.inputs[0])
        case .reshape: return .same(node.inputs[0])
        case .special, .linearAlgebra, .segmentReduce, .whileLoop: return .outside
        case .input, .constant, .variable, .stopGradient, .checkRange, .matmul, .convolution,
            .convolutionInputGradient, .convolutionKernelGradient, .fusedConvolution, .fusedKernelGradient, .pool,
            .poolGradient, .poolPick, .reduce, .argReduce, .cumulative,
            .softmax,
            .softmaxGradient, .normalization, .attention, .attentionGradient, .topK, .sort, .transpose, .broadcast,
            .slice, .pad, .concatenate, .gather,
            .scatterAdd,
            .gatherElements, .scatterElements, .oneHot, .random, .scan, .cond, .custom, .fused, .fusedMatmul:
            return .outside
        }
    }

    private func roleOfCast(_ from: DType, _ to: DType, _ operand: Value) -> Role {
        guard from.fitsPrograms, to.fitsPrograms, from != to else { return .outside }
        switch (from, to) {
        case (_, .bool): return .instruction(.binary(.notEqual), operands: [operand], constants: [0])
        case (_, .float32), (.bool, _), (.uint8, .bfloat16), (.uint8, .float16): return .same(operand)
        case (_, .float16), (_, .bfloat16): return .instruction(.rounded(to), operands: [operand], constants: [])
        default: return .outside
        }
    }
}

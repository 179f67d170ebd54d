import Hornbill

/// Random data that a model takes: inputs of its shapes and types, and targets for its losses.
struct RandomData {
    let x: TensorStructure
    /// Targets by output; nil for a model that is not compiled.
    private(set) var y: TensorStructure?
    let rows: Int

    /// - Parameters:
    ///   - batchSize: samples a batch.
    ///   - batches: how many batches there are at most; fewer where they would take more than 256 MiB.
    ///   - length: the size of each axis, beside the first, that the model leaves open.
    /// - Throws: kind `state` for a model without input symbols, and what the model throws for a batch of these data.
    init(for model: Model, batchSize: Int, batches: Int, length: Int) throws {
        guard let network = model.network else {
            throw HornbillError(
                .state, "the model does not say what its inputs are: it must be functional, or a built Sequential",
                layer: model.label)
        }
        let limits = IndexLimits(network)
        func inputs(_ rows: Int) throws -> TensorStructure {
            try network.inputs.map { try Self.input($0, limit: limits[$0], rows: rows, length: length, model) }
        }
        let sample = try inputs(batchSize)
        let predictions: [Tensor] = try model.predict(sample, batchSize: batchSize)
        let bytes = (sample.leaves + predictions).reduce(0) { $0 + $1.shape.count * $1.dtype.byteCount }
        rows = batchSize * max(1, min(batches, (256 << 20) / max(bytes, 1)))
        x = try inputs(rows)
        guard let compiled = model.compiled else { return }
        var targets: [String: TensorStructure] = [:]
        for (index, (name, prediction)) in zip(model.outputNames, predictions).enumerated() {
            guard let loss = try compiled.losses.loss(of: index, names: model.outputNames, prediction) else { continue }
            targets[name] = .tensor(try Self.target(for: loss, prediction, rows: rows))
        }
        y = .dictionary(targets)
    }

    /// The first rows of all inputs, and of all targets.
    func first(_ count: Int) -> (x: TensorStructure, y: TensorStructure?) {
        (x.map { $0[0..<count] }, y?.map { $0[0..<count] })
    }

    // MARK: Inputs

    private static func input(
        _ symbol: SymbolicTensor, limit: Int?, rows: Int, length: Int, _ model: Model
    ) throws -> Tensor {
        let shape = Shape([rows] + symbol.shape.dimensions.dropFirst().map { $0 ?? length })
        if symbol.dtype == .string { return try words(shape, model) }
        if let limit { return try integers(shape, below: limit).cast(to: symbol.dtype).validated() }
        if symbol.dtype.isFloatingPoint { return try random.uniform(shape).cast(to: symbol.dtype).validated() }
        return try integers(shape, below: 2).cast(to: symbol.dtype).validated()
    }

    /// Words that the model knows; where it reads texts, sixteen of them in each.
    private static func words(_ shape: Shape, _ model: Model) throws -> Tensor {
        var known: [String] = []
        var count = 1
        for layer in model.allLayers {
            if let texts = layer as? TextVectorization {
                known += try texts.getVocabulary(includeSpecialTokens: false).prefix(1000)
                count = 16
            } else if let strings = layer as? StringLookup {
                known += try strings.getVocabulary(includeSpecialTokens: false).prefix(1000)
            }
        }
        if known.isEmpty { known = ["horn", "bill", "keras", "swift"] }
        let places = try integers([shape.count * count], below: known.count).scalars(Int32.self).map(Int.init)
        let texts = (0..<shape.count).map { text in
            places[(text * count)..<(text * count + count)].map { known[$0] }.joined(separator: " ")
        }
        return try Tensor(strings: texts, shape: shape).validated()
    }

    private static func integers(_ shape: Shape, below limit: Int) throws -> Tensor {
        random.randint(shape, minval: 0, maxval: max(limit, 1))
    }

    // MARK: Targets

    /// Targets that a loss takes for predictions of this shape.
    private static func target(for loss: Loss, _ prediction: Tensor, rows: Int) throws -> Tensor {
        let shape = Shape([rows] + prediction.shape.dimensions.dropFirst())
        let classes = max(shape.last ?? 1, 1)
        let leading = Shape(shape.dimensions.count > 1 ? Array(shape.dimensions.dropLast()) : shape.dimensions)
        switch loss {
        case is Losses.SparseCategoricalCrossentropy, is Losses.CategoricalGeneralizedCrossEntropy:
            return try integers(leading, below: classes)
        case is Losses.Circle: return try integers([rows], below: 10)
        // Labels half as long as the predictions, without the blank.
        case is Losses.CTC:
            let steps = shape.rank > 1 ? shape[1] : 1
            return try integers([rows, max(steps / 2, 1)], below: classes - 1) + 1
        case is Losses.CategoricalCrossentropy, is Losses.CategoricalFocalCrossentropy, is Losses.CategoricalHinge,
            is Losses.KLDivergence:
            return ops.oneHot(try integers(leading, below: classes), classes)
        case is Losses.BinaryCrossentropy, is Losses.BinaryFocalCrossentropy, is Losses.Hinge, is Losses.SquaredHinge,
            is Losses.Dice, is Losses.Tversky:
            return try integers(shape, below: 2).cast(to: .float32)
        default: return random.uniform(shape)
        }
    }
}

/// Below what the values of inputs must stay because layers take them for rows of a table or for classes.
private struct IndexLimits {
    private var limits: [SymbolicTensor.Key: Int] = [:]

    init(_ network: LayerGraph) {
        for input in network.inputs.leaves {
            var reached: Set = [input.key]
            limits[input.key] = Self.limit(network, &reached)
        }
    }

    subscript(_ input: SymbolicTensor) -> Int? { limits[input.key] }

    /// The smallest table that values reach, through layers without weights. Adds all symbols that they reach.
    private static func limit(_ network: LayerGraph, _ reached: inout Set<SymbolicTensor.Key>) -> Int? {
        var limits: [Int] = []
        for node in network.nodes {
            guard let inputs = node.inputs?.leaves, inputs.contains(where: { reached.contains($0.key) }) else {
                continue
            }
            if let nested = (node.layer as? Model)?.network {
                var inner = Set(zip(inputs, nested.inputs.leaves).filter { reached.contains($0.0.key) }.map(\.1.key))
                if let limit = limit(nested, &inner) { limits.append(limit) }
                for (output, symbol) in zip(nested.outputs.leaves, node.symbols.leaves) where inner.contains(output.key)
                {
                    reached.insert(symbol.key)
                }
                continue
            }
            let tables = node.layer.allLayers.compactMap {
                ($0 as? Embedding)?.inputDim ?? ($0 as? CategoryEncoding)?.numTokens
            }
            limits += tables
            if tables.isEmpty, node.layer.weights.isEmpty { reached.formUnion(node.symbols.leaves.map(\.key)) }
        }
        return limits.min()
    }
}

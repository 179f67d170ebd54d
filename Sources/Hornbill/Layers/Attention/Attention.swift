import HornbillEngine

/// Means of values, weighed by how well their keys fit each query (Luong et al., 2015).
///
/// Takes a list: query `(batch, targets, n)`, value `(batch, sources, m)`, and key `(batch, sources, n)`, the value if it
/// is not given. Output `(batch, targets, m)`. Masks: of the query, where it is false the output is 0; of the value,
/// where it is false nothing looks. Parameters: `scale` () if `useScale`, `concat_score_weight` () for the score
/// `.concat`. Follows Keras's [Attention](https://keras.io/api/layers/attention_layers/attention/).
public class Attention: Layer {
    /// How well a key fits a query.
    public enum ScoreMode: String, Sendable, Hashable, CaseIterable {
        /// Their product.
        case dot
        /// The sum of the hyperbolic tangents of their sum.
        case concat
    }

    public let useScale: Bool
    public let scoreMode: ScoreMode
    /// The share of the weights that is dropped in training.
    public let dropout: Double
    public let seed: Int?
    public final private(set) var scale: Variable?
    public private(set) var concatScoreWeight: Variable?
    private var generator: SeedGenerator?

    /// - Parameters:
    ///   - useScale: whether scores have a learned factor.
    ///   - scoreMode: how well a key fits a query.
    ///   - dropout: the share of the weights that is dropped in training.
    public init(
        useScale: Bool = false, scoreMode: ScoreMode = .dot, dropout: Double = 0, seed: Int? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.useScale = useScale
        self.scoreMode = scoreMode
        self.dropout = dropout
        self.seed = seed
        super.init(name: name, trainable: trainable, dtype: dtype)
        if dropout > 0 { generator = addSeedGenerator(seed: seed) }
    }

    override public var supportsMasking: Bool { true }

    override public final func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) -> [Tensor?] {
        [masks.first ?? nil]
    }

    /// The shape of `scale`, and what it starts from, for queries of this shape.
    func scaleWeight(_ query: PartialShape) throws -> (shape: Shape, initializer: String) { ([], "ones") }

    override public final func build(inputShapes: Structure<PartialShape>) throws {
        try checkRate(dropout, "dropout")
        let shapes = inputShapes.leaves
        try checkCount(shapes.count)
        for shape in shapes where shape.rank < 2 {
            throw HornbillError(.shape, "\(kerasClassName) needs inputs of at least 2 axes, got the shape \(shape)")
        }
        if useScale {
            let weight = try scaleWeight(shapes[0])
            scale = try addWeight(name: "scale", shape: weight.shape, initializer: weight.initializer)
        }
        if scoreMode == .concat {
            concatScoreWeight = try addWeight(name: "concat_score_weight", shape: [], initializer: "ones")
        }
    }

    private func checkCount(_ count: Int) throws {
        guard count == 2 || count == 3 else {
            throw HornbillError(
                .argument, "\(kerasClassName) takes a list [query, value] or [query, value, key], not \(count) inputs")
        }
    }

    /// How well each key fits each query: `(batch, targets, sources)`.
    func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        if scoreMode == .dot {
            let products = ops.matmul(query, ops.swapaxes(key, -2, -1))
            return useScale ? products * (try scale.required()) : products
        }
        var sums = ops.expandDims(query, axis: -2) + ops.expandDims(key, axis: -3)
        if useScale { sums = try scale.required() * sums }
        return try concatScoreWeight.required() * ops.sum(ops.tanh(sums), axis: -1)
    }

    override public final func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let leaves = inputs.leaves.map { $0.withMask(nil) }
        try checkCount(leaves.count)
        let (query, value, key) = (leaves[0], leaves[1], leaves.count > 2 ? leaves[2] : leaves[1])
        func mask(_ index: Int) -> Tensor? {
            (context.masks.indices.contains(index) ? context.masks[index] : nil)?.cast(to: .bool)
        }
        var products = try scores(query, key).validated()
        let isCausal = context.flags["use_causal_mask"] ?? false
        let masks = AttentionMasks(value: mask(1), isCausal: isCausal, window: nil)
        let (targets, sources) = (products.shape[products.rank - 2], products.shape[products.rank - 1])
        if let allowed = try masks.combined(targets: targets, sources: sources, fusesCausal: false) {
            let far = products.dtype == .float16 ? 65504.0 : 1e9
            products = ops.where(allowed, products, products - far)
        }
        let weights = ops.softmax(products, axis: -1)
        var kept = weights
        if context.training, let generator { kept = random.dropout(weights, rate: dropout, seed: generator) }
        var output = ops.matmul(kept, value)
        if let counts = mask(0) { output = ops.where(ops.expandDims(counts, axis: -1), output, 0) }
        guard context.flags["return_attention_scores"] ?? false else { return .tensor(output) }
        return .list([.tensor(output), .tensor(weights)])
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(
            useScale: config.bool("use_scale", false), scoreMode: config.choice("score_mode", .dot),
            dropout: config.double("dropout", 0), seed: config.optionalInt("seed"), name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "use_scale": .bool(useScale), "score_mode": .string(scoreMode.rawValue), "dropout": .double(dropout),
            "seed": ConfigValue(seed),
        ])
    }
}

extension Attention {
    /// Attends to `[query, value]` or `[query, value, key]`.
    /// - Parameters:
    ///   - mask: the masks of query and value (and key), in place of those that they carry.
    ///   - useCausalMask: whether no target looks at later sources.
    public final func callAsFunction<T: LayerOperand & StructureConvertible>(
        _ inputs: [T], mask: [T?] = [], training: Bool? = nil, useCausalMask: Bool, file: String = #fileID,
        line: Int = #line
    ) -> T where T.Leaf == T {
        one(attend(inputs, mask, false, training, useCausalMask, CallSite(file, line)))
    }

    /// The output, and the weights of attention, `(batch, targets, sources)`:
    /// `let (y, scores) = attention([q, v], returnAttentionScores: true)`.
    public final func callAsFunction<T: LayerOperand & StructureConvertible>(
        _ inputs: [T], mask: [T?] = [], training: Bool? = nil, returnAttentionScores: Bool,
        useCausalMask: Bool = false, file: String = #fileID, line: Int = #line
    ) -> (T, T) where T.Leaf == T {
        let site = CallSite(file, line)
        let pair = several(2, attend(inputs, mask, returnAttentionScores, training, useCausalMask, site), site)
        return (pair[0], pair[1])
    }

    private func attend<T: LayerOperand & StructureConvertible>(
        _ inputs: [T], _ masks: [T?], _ returnsScores: Bool, _ training: Bool?, _ isCausal: Bool, _ site: CallSite
    ) -> Structure<T> where T.Leaf == T {
        let flags = ["return_attention_scores": returnsScores, "use_causal_mask": isCausal].filter(\.value)
        return T.call(
            self, inputs.structure, CallArguments(training: training, masks: masks, flags: flags), site)
    }
}

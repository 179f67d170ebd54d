import HornbillEngine

/// Attention of several heads, each with its own projections of query, key and value (Vaswani et al., 2017).
///
/// ```swift
/// let y = MultiHeadAttention(8, keyDim: 64)(x, x, useCausalMask: true)
/// ```
/// Inputs `(batch, targets, n)` and `(batch, sources, m)`; output `(batch, targets, n)`, or `outputShape` in place of n.
/// Parameters: `query/kernel` (n, heads, keyDim), `key/kernel` (m, heads, keyDim), `value/kernel` (m, heads, valueDim),
/// `attention_output/kernel` (heads, valueDim, n), and a `bias` beside each. Follows Keras's
/// [MultiHeadAttention](https://keras.io/api/layers/attention_layers/multi_head_attention/).
public final class MultiHeadAttention: ProjectedAttention {
    public let numHeads: Int
    public let keyDim: Int
    public let valueDim: Int
    /// The sizes that the output has in place of the query's last.
    public let outputShape: [Int]?
    /// The axes that attention runs over, once the layer is built; all between the batch's and the features' by default.
    public private(set) var attentionAxes: [Int]?
    private var equations: AttentionEquations?

    /// - Parameters:
    ///   - numHeads: how many heads there are.
    ///   - keyDim: the size of each head of query and key.
    ///   - valueDim: the size of each head of the value; `keyDim` if nil.
    ///   - dropout: the share of the weights that is dropped in training.
    ///   - attentionAxes: the axes that attention runs over, the batch's being 0.
    ///   - slidingWindow: how far from itself a target looks, itself included.
    ///   - flashAttention: accepted for Keras's sake; the result is the same.
    ///   - useGate: whether a sigmoid projection of the query multiplies the heads' outputs.
    public init(
        _ numHeads: Int, keyDim: Int, valueDim: Int? = nil, dropout: Double = 0, useBias: Bool = true,
        outputShape: [Int]? = nil, attentionAxes: [Int]? = nil, slidingWindow: Int? = nil, flashAttention: Bool? = nil,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        useGate: Bool = false, seed: Int? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.numHeads = numHeads
        self.keyDim = keyDim
        self.valueDim = valueDim ?? keyDim
        self.outputShape = outputShape
        self.attentionAxes = attentionAxes
        super.init(
            headSize: keyDim, dropout: dropout, useBias: useBias, slidingWindow: slidingWindow,
            flashAttention: flashAttention, useGate: useGate, seed: seed,
            options: Options(
                kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
                kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
                kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            activityRegularizer: activityRegularizer, name: name, trainable: trainable, dtype: dtype)
    }

    override func checkArguments() throws {
        try super.checkArguments()
        for (name, size) in [("numHeads", numHeads), ("keyDim", keyDim), ("valueDim", valueDim)] where size <= 0 {
            throw HornbillError(.argument, "\(name) must be positive, not \(size)")
        }
        if let outputShape, outputShape.isEmpty || outputShape.count > 8 {
            throw HornbillError(.argument, "outputShape must have 1 to 8 sizes, not \(outputShape.count)")
        }
        if let bad = outputShape?.first(where: { $0 <= 0 }) {
            throw HornbillError(.argument, "outputShape must have positive sizes, not \(bad)")
        }
    }

    override func projections(_ query: PartialShape, _ value: PartialShape) throws -> (
        query: Projection, key: Projection, value: Projection, gate: Projection, output: Projection
    ) {
        guard let features = query.last else {
            throw HornbillError(.shape, "the last axis of the query must be known, got the shape \(query)")
        }
        let axes = try (attentionAxes ?? Array(1..<max(value.rank - 1, 1))).map { axis in
            let resolved = axis < 0 ? axis + value.rank : axis
            guard resolved > 0, resolved < value.rank - 1 else {
                throw HornbillError(
                    .argument, "attention cannot run over axis \(axis) of a value of the shape \(value)")
            }
            return resolved
        }
        guard Set(axes).count == axes.count else {
            throw HornbillError(.argument, "an axis is named twice in attentionAxes \(axes)")
        }
        attentionAxes = axes
        equations = AttentionEquations(rank: value.rank + 1, axes: axes)
        func heads(_ rank: Int, _ size: Int) -> Projection {
            .linear(free: rank - 1, bound: 1, output: [numHeads, size])
        }
        return (
            heads(query.rank, keyDim), heads(value.rank, keyDim), heads(value.rank, valueDim),
            heads(query.rank, valueDim), .linear(free: query.rank - 1, bound: 2, output: outputShape ?? [features])
        )
    }

    override var attendedAxes: Int { attentionAxes?.count ?? 1 }

    override func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        ops.einsum(equations?.product ?? "", key, query)
    }

    override func combination(_ weights: Tensor, _ value: Tensor) throws -> Tensor {
        ops.einsum(equations?.combination ?? "", weights, value)
    }

    public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try self.init(
            config.int("num_heads"), keyDim: config.int("key_dim"), valueDim: config.optionalInt("value_dim"),
            dropout: config.double("dropout", 0), useBias: config.bool("use_bias", true),
            outputShape: config.optionalIntOrInts("output_shape"),
            attentionAxes: config.optionalIntOrInts("attention_axes"),
            slidingWindow: config.optionalInt("sliding_window"), flashAttention: config.optionalBool("flash_attention"),
            kernelInitializer: kernel.initializer, biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, kernelConstraint: kernel.constraint,
            biasConstraint: bias.constraint, useGate: config.bool("use_gate", false), seed: config.optionalInt("seed"),
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "num_heads": .int(numHeads), "key_dim": .int(keyDim), "value_dim": .int(valueDim),
            "dropout": .double(dropout), "use_bias": .bool(useBias), "use_gate": .bool(useGate),
            "output_shape": ConfigValue(outputShape), "attention_axes": ConfigValue(attentionAxes),
            "sliding_window": ConfigValue(slidingWindow),
        ]).merging(optionsConfig)
    }
}

extension ProjectedAttention.Projection {
    /// Sums over the last `bound` axes, with `free` axes before them and those of `output` in their place.
    static func linear(free: Int, bound: Int, output: [Int]) -> Self {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let (kept, rest) = (letters.prefix(free), letters.dropFirst(free))
        let (summed, made) = (rest.prefix(bound), rest.dropFirst(bound).prefix(output.count))
        return Self(
            equation: "\(String(kept + summed)),\(String(summed + made))->\(String(kept + made))",
            output: Array(repeating: nil, count: free - 1) + output, biasAxes: String(made))
    }
}

/// The summations of attention over some axes of projected tensors `(batch…, heads, size)`.
private struct AttentionEquations {
    /// (keys, queries) → `(batch…, heads, targets…, sources…)`.
    let product: String
    /// (weights, values) → `(batch…, targets…, heads, size)`.
    let combination: String

    init(rank: Int, axes: [Int]) {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let target = Array(letters.prefix(rank))
        var source = target
        for (offset, axis) in axes.sorted().enumerated() { source[axis] = letters[rank + offset] }
        let batch = (0..<rank - 1).filter { !axes.contains($0) }.map { target[$0] }
        let weights = String(batch + axes.map { target[$0] } + axes.map { source[$0] })
        product = "\(String(source)),\(String(target))->\(weights)"
        combination = "\(weights),\(String(source))->\(String(target))"
    }
}

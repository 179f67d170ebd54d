import HornbillEngine

/// Attention in which several heads of the query share one of key and value (Ainslie et al., 2023).
///
/// Inputs `(batch, targets, n)` and `(batch, sources, n)`; output `(batch, targets, n)`. Parameters: `query/kernel`
/// (n, query heads, headDim), `key/kernel` and `value/kernel` (n, key heads, headDim), `attention_output/kernel`
/// (query heads, headDim, n), and a `bias` beside each. Follows Keras's
/// [GroupQueryAttention](https://keras.io/api/layers/attention_layers/group_query_attention/).
public final class GroupedQueryAttention: ProjectedAttention {
    public let headDim: Int
    public let numQueryHeads: Int
    public let numKeyValueHeads: Int

    /// - Parameters:
    ///   - headDim: the size of each head.
    ///   - numQueryHeads: how many heads the query has: a multiple of `numKeyValueHeads`.
    ///   - numKeyValueHeads: how many heads key and value have.
    ///   - dropout: the share of the weights that is dropped in training.
    ///   - slidingWindow: how far from itself a target looks, itself included.
    ///   - flashAttention: accepted for Keras's sake; the result is the same.
    ///   - useGate: whether a sigmoid projection of the query multiplies the heads' outputs.
    public init(
        _ headDim: Int, numQueryHeads: Int, numKeyValueHeads: Int, dropout: Double = 0, useBias: Bool = true,
        slidingWindow: Int? = nil, flashAttention: Bool? = nil,
        kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        useGate: Bool = false, seed: Int? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.headDim = headDim
        self.numQueryHeads = numQueryHeads
        self.numKeyValueHeads = numKeyValueHeads
        super.init(
            headSize: headDim, dropout: dropout, useBias: useBias, slidingWindow: slidingWindow,
            flashAttention: flashAttention, useGate: useGate, seed: seed,
            options: Options(
                kernelInitializer: kernelInitializer, biasInitializer: biasInitializer,
                kernelRegularizer: kernelRegularizer, biasRegularizer: biasRegularizer,
                kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            activityRegularizer: activityRegularizer, name: name, trainable: trainable, dtype: dtype)
    }

    override public var automaticName: String { "GroupedQueryAttention" }
    override public var kerasClassName: String { "GroupQueryAttention" }

    /// Keras's class keeps its layers in private attributes only.
    override public var trackedLayers: [(name: String, content: LayerTree)] {
        super.trackedLayers.map { ("_\($0.name)", $0.content) }
    }

    override func checkArguments() throws {
        try super.checkArguments()
        let sizes = [
            ("headDim", headDim), ("numQueryHeads", numQueryHeads), ("numKeyValueHeads", numKeyValueHeads),
        ]
        for (name, size) in sizes where size <= 0 {
            throw HornbillError(.argument, "\(name) must be positive, not \(size)")
        }
        guard numQueryHeads % numKeyValueHeads == 0 else {
            throw HornbillError(
                .argument,
                "numQueryHeads must be a multiple of numKeyValueHeads, but \(numQueryHeads) is none of \(numKeyValueHeads)"
            )
        }
    }

    override func projections(_ query: PartialShape, _ value: PartialShape) throws -> (
        query: Projection, key: Projection, value: Projection, gate: Projection, output: Projection
    ) {
        guard query.rank == 3, value.rank == 3, let features = query.last else {
            throw HornbillError(
                .shape,
                "\(kerasClassName) needs inputs (batch, steps, features) with known features, got \(query) and \(value)"
            )
        }
        let queries = Projection(equation: "bqm,muh->bquh", output: [nil, numQueryHeads, headDim], biasAxes: "uh")
        let sources = Projection(equation: "bkm,mvh->bkvh", output: [nil, numKeyValueHeads, headDim], biasAxes: "vh")
        // The attended values have the queries' heads.
        let output = Projection(equation: "bquh,uhm->bqm", output: [nil, features], biasAxes: "m")
        return (queries, sources, sources, queries, output)
    }

    override func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        let products = ops.einsum("bqvgh,bkvh->bvgqk", try grouped(query), key)
        return ops.reshape(products, [query.shape[0], numQueryHeads, query.shape[1], key.shape[1]])
    }

    override func combination(_ weights: Tensor, _ value: Tensor) throws -> Tensor {
        let (batch, targets) = (weights.shape[0], weights.shape[2])
        let group = numQueryHeads / numKeyValueHeads
        let split = ops.reshape(weights, [batch, numKeyValueHeads, group, targets, weights.shape[3]])
        return ops.reshape(
            ops.einsum("bvgqk,bkvh->bqvgh", split, value), [batch, targets, numQueryHeads, headDim])
    }

    /// The heads of a query by the head of the key that they share.
    private func grouped(_ query: Tensor) throws -> Tensor {
        ops.reshape(
            query,
            [query.shape[0], query.shape[1], numKeyValueHeads, numQueryHeads / numKeyValueHeads, headDim])
    }

    public convenience init(config: ConfigReader) throws {
        let (kernel, bias) = (try config.weight("kernel"), try config.weight("bias", "zeros"))
        try self.init(
            config.int("head_dim"), numQueryHeads: config.int("num_query_heads"),
            numKeyValueHeads: config.int("num_key_value_heads"), dropout: config.double("dropout", 0),
            useBias: config.bool("use_bias", true), slidingWindow: config.optionalInt("sliding_window"),
            flashAttention: config.optionalBool("flash_attention"),
            kernelInitializer: kernel.initializer, biasInitializer: bias.initializer,
            kernelRegularizer: kernel.regularizer, biasRegularizer: bias.regularizer,
            activityRegularizer: config.activityRegularizer, kernelConstraint: kernel.constraint,
            biasConstraint: bias.constraint, useGate: config.bool("use_gate", false), seed: config.optionalInt("seed"),
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "head_dim": .int(headDim), "num_query_heads": .int(numQueryHeads),
            "num_key_value_heads": .int(numKeyValueHeads), "use_bias": .bool(useBias), "use_gate": .bool(useGate),
            "sliding_window": ConfigValue(slidingWindow), "dropout": .double(dropout),
        ]).merging(optionsConfig)
    }
}

/// Keras's name of it.
public typealias GroupQueryAttention = GroupedQueryAttention

import Foundation
import HornbillEngine

/// Attention of several heads between linear projections: what ``MultiHeadAttention`` and ``GroupedQueryAttention``
/// share. Inputs: query, value, and key (the value, if it is not given).
///
/// Layers inside: `query`, `key`, `value` and `attention_output`, each an ``EinsumDense``, and `gate` if there is one.
public class ProjectedAttention: Layer {
    /// The share of the weights of attention that is dropped in training.
    public let dropout: Double
    public let useBias: Bool
    public let useGate: Bool
    /// How far from itself a target looks, itself included; everywhere if nil.
    public let slidingWindow: Int?
    public let seed: Int?
    let flashAttention: Bool
    let options: Options
    override public final var callParameters: [String] { ["query", "value", "key"] }

    /// The size of a head of queries and keys, of which the scale is made.
    let headSize: Int

    private var queryDense: EinsumDense?
    private var keyDense: EinsumDense?
    private var gateDense: EinsumDense?
    private var valueDense: EinsumDense?
    private var softmax: Softmax?
    private var dropoutLayer: Dropout?
    private var outputDense: EinsumDense?

    /// What all projections are made with.
    struct Options {
        var kernelInitializer: any InitializerConvertible
        var biasInitializer: any InitializerConvertible
        var kernelRegularizer: (any RegularizerConvertible)?
        var biasRegularizer: (any RegularizerConvertible)?
        var kernelConstraint: (any ConstraintConvertible)?
        var biasConstraint: (any ConstraintConvertible)?
    }

    /// One projection.
    struct Projection {
        var equation: String
        var output: [Int?]
        var biasAxes: String
    }

    init(
        headSize: Int, dropout: Double, useBias: Bool, slidingWindow: Int?, flashAttention: Bool?, useGate: Bool,
        seed: Int?, options: Options, activityRegularizer: (any RegularizerConvertible)?, name: String?,
        trainable: Bool, dtype: DTypePolicy?
    ) {
        self.headSize = headSize
        self.dropout = dropout
        self.useBias = useBias
        self.useGate = useGate
        self.slidingWindow = slidingWindow
        self.flashAttention = flashAttention ?? false
        self.seed = seed
        self.options = options
        super.init(name: name, trainable: trainable, dtype: dtype, activityRegularizer: activityRegularizer)
    }

    override public var supportsMasking: Bool { true }

    // MARK: What differs

    /// The projections of query, key and value, for the shapes of query and value.
    func projections(_ query: PartialShape, _ value: PartialShape) throws -> (
        query: Projection, key: Projection, value: Projection, gate: Projection, output: Projection
    ) {
        throw HornbillError(.state, "\(kerasClassName) does not override projections(_:_:)")
    }

    /// The products of keys and queries, `(batch…, heads, targets…, sources…)`.
    func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override scores(_:_:)")
    }

    /// The means of the values by these weights, `(batch…, targets…, heads, size)`.
    func combination(_ weights: Tensor, _ value: Tensor) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override combination(_:_:)")
    }

    /// How many axes attention runs over.
    var attendedAxes: Int { 1 }

    /// - Throws: kind `argument` for a size that cannot be.
    func checkArguments() throws {
        try checkRate(dropout, "dropout")
        if let slidingWindow, slidingWindow <= 0 {
            throw HornbillError(.argument, "slidingWindow must be positive, not \(slidingWindow)")
        }
        if flashAttention, dropout > 0 {
            throw HornbillError(.argument, "flash attention cannot drop: set dropout to 0, not \(dropout)")
        }
    }

    // MARK: Building

    override public final func build(inputShapes: Structure<PartialShape>) throws {
        try checkArguments()
        let (query, value, key) = try Self.roles(inputShapes.leaves, kerasClassName)
        // Axes are named by letters, of which there are 26.
        guard query.rank <= 8, value.rank <= 8 else {
            throw HornbillError(
                .shape, "\(kerasClassName) needs inputs of at most 8 axes, got the shapes \(query) and \(value)")
        }
        let minimum = 3
        for shape in [query, value, key] where shape.rank < minimum {
            throw HornbillError(
                .shape, "\(kerasClassName) needs inputs of at least \(minimum) axes, got the shape \(shape)")
        }
        guard value.dimensions.dropFirst().dropLast() == key.dimensions.dropFirst().dropLast() else {
            throw HornbillError(
                .shape, "value and key must agree in all axes but the last, got the shapes \(value) and \(key)")
        }
        let parts = try projections(query, value)
        queryDense = try dense("query", parts.query, query)
        keyDense = try dense("key", parts.key, key)
        if useGate { gateDense = try dense("gate", parts.gate, query, activation: .sigmoid) }
        valueDense = try dense("value", parts.value, value)
        softmax = Softmax(dtype: dtypePolicy)
        dropoutLayer = Dropout(dropout, seed: seed, dtype: dtypePolicy)
        var attended = query.dimensions.dropLast().map { $0 }
        // The attended values have the heads of the query.
        attended += parts.gate.output.suffix(2)
        outputDense = try dense("attention_output", parts.output, PartialShape(attended))
    }

    private func dense(
        _ name: String, _ projection: Projection, _ shape: PartialShape,
        activation: (any ActivationConvertible)? = nil
    ) throws -> EinsumDense {
        let layer = EinsumDense(
            projection.equation, outputShape: PartialShape(projection.output), activation: activation,
            biasAxes: useBias ? projection.biasAxes : nil, kernelInitializer: options.kernelInitializer,
            biasInitializer: options.biasInitializer, kernelRegularizer: options.kernelRegularizer,
            biasRegularizer: options.biasRegularizer, kernelConstraint: options.kernelConstraint,
            biasConstraint: options.biasConstraint, activityRegularizer: activityRegularizer, name: name,
            trainable: trainable, dtype: dtypePolicy)
        func build() throws { try layer.ensureBuilt(.tensor(shape)) }
        // One initializer serves all kernels, which must not be alike.
        if let random = options.kernelInitializer as? Initializers.RandomInitializer {
            try random.drawingAnew(build)
        } else {
            try build()
        }
        return layer
    }

    private static func roles<Leaf>(_ leaves: [Leaf], _ name: String) throws -> (query: Leaf, value: Leaf, key: Leaf) {
        guard leaves.count == 2 || leaves.count == 3 else {
            throw HornbillError(
                .argument, "\(name) takes a query, a value and maybe a key, not \(leaves.count) inputs")
        }
        return (leaves[0], leaves[1], leaves.count > 2 ? leaves[2] : leaves[1])
    }

    // MARK: Calling

    override public final func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let leaves = inputs.leaves.map { $0.withMask(nil) }
        let (query, value, key) = try Self.roles(leaves, kerasClassName)
        let returnsScores = context.flags["return_attention_scores"] ?? false
        if flashAttention, returnsScores {
            throw HornbillError(.argument, "flash attention has no scores to return")
        }
        func mask(_ index: Int, _ name: String) -> Tensor? {
            context.tensors[name]?.first
                ?? (context.masks.indices.contains(index) ? context.masks[index] : nil)
        }
        let masks = AttentionMasks(
            query: mask(0, "query_mask"), value: mask(1, "value_mask"), key: mask(2, "key_mask"),
            attention: context.tensors["attention_mask"]?.first,
            isCausal: context.flags["use_causal_mask"] ?? false, window: slidingWindow)
        guard let queryDense, let keyDense, let valueDense, let outputDense, let softmax, let dropoutLayer else {
            throw HornbillError(.state, "the layer is used before it is built")
        }
        let gate = gateDense.map { $0(query) as Tensor }
        let (q, k, v): (Tensor, Tensor, Tensor) = (queryDense(query), keyDense(key), valueDense(value))
        try q.validated()
        var attended: Tensor
        var weights: Tensor?
        if dropout == 0, !returnsScores, q.rank == 4 {
            attended = try fused(q, k, v, masks)
        } else {
            let allowed = try masks.combined(targets: query.shape[1], sources: value.shape[1], fusesCausal: false)
            let products = try scores(q * (1 / Double(headSize).squareRoot()), k)
            let axes = Array((products.rank - attendedAxes)..<products.rank)
            let all = try softmax.masked(
                products, allowed.map { expanded($0, to: products.rank) }, axis: Axes(axes))
            weights = all
            attended = try combination(dropout > 0 ? dropoutLayer(all, training: context.training) : all, v)
        }
        if let gate { attended = attended * gate }
        let output: Tensor = outputDense(attended)
        guard returnsScores, let weights else { return .tensor(output) }
        return .list([.tensor(output), .tensor(weights)])
    }

    private func fused(_ q: Tensor, _ k: Tensor, _ v: Tensor, _ masks: AttentionMasks) throws -> Tensor {
        let mask = try masks.combined(targets: q.shape[1], sources: k.shape[1], fusesCausal: true)
        return ops.dotProductAttention(
            q, k, v, mask: mask.map { expanded($0, to: 4) }, scale: 1 / Double(headSize).squareRoot(),
            isCausal: masks.isCausal)
    }

    /// The mask with axes of size 1 for the heads.
    private func expanded(_ mask: Tensor, to rank: Int) -> Tensor {
        var mask = mask
        while mask.rank < rank, mask.error == nil {
            mask = ops.expandDims(mask, axis: Axes(max(-2 * attendedAxes - 1, -mask.rank - 1)))
        }
        return mask
    }

    // MARK: Describing

    override public func getBuildConfig() -> Config? {
        guard let shapes = builtShapes?.leaves else { return nil }
        let names = ["query_shape", "value_shape", "key_shape"]
        return [
            "shapes_dict": .object(Config(zip(names, shapes).map { ($0, Structure.tensor($1).configValue) }))
        ]
    }

    /// The entries of the configuration that describe the projections.
    var optionsConfig: Config {
        [
            "kernel_initializer": options.kernelInitializer.serialized,
            "bias_initializer": options.biasInitializer.serialized,
            "kernel_regularizer": options.kernelRegularizer?.serialized ?? .null,
            "bias_regularizer": options.biasRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "kernel_constraint": options.kernelConstraint?.serialized ?? .null,
            "bias_constraint": options.biasConstraint?.serialized ?? .null, "seed": ConfigValue(seed),
        ]
    }
}

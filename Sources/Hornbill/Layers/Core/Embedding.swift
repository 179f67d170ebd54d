import HornbillEngine

/// Gives each id a learned vector: row i of a table for the id i.
///
/// Input `(…)` of integers in 0 ..< `inputDim` (floating-point ones are cut), output `(…, outputDim)`. An id out of range
/// is an error that names its row. Parameters: `embeddings` (inputDim, outputDim).
/// Follows Keras's [Embedding](https://keras.io/api/layers/core_layers/embedding/).
public class Embedding: Layer, LowRankAdaptable {
    public let inputDim: Int
    public let outputDim: Int
    /// Whether the id 0 is padding, which layers behind this one shall pass over.
    public let maskZero: Bool
    public let adaptation: LowRankAdaptation
    let embeddingsInitializer: any InitializerConvertible
    private let embeddingsRegularizer: (any RegularizerConvertible)?
    private let embeddingsConstraint: (any ConstraintConvertible)?
    private let initialValue: Tensor?
    public private(set) var embeddings: Variable?

    /// - Parameters:
    ///   - inputDim: how many ids there are: the largest and one.
    ///   - outputDim: the length of the vectors.
    ///   - maskZero: whether the output has a mask that is false where the id is 0.
    ///   - weights: the table to begin with, (inputDim, outputDim), in place of the initializer's.
    ///   - loraRank: freezes the table and adapts it through two matrices of this inner size.
    ///   - loraAlpha: the adaptation counts `loraAlpha / loraRank` times; once if nil.
    public init(
        _ inputDim: Int, _ outputDim: Int, embeddingsInitializer: any InitializerConvertible = "uniform",
        embeddingsRegularizer: (any RegularizerConvertible)? = nil,
        embeddingsConstraint: (any ConstraintConvertible)? = nil, maskZero: Bool = false, weights: Tensor? = nil,
        loraRank: Int? = nil, loraAlpha: Double? = nil, activityRegularizer: (any RegularizerConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.inputDim = inputDim
        self.outputDim = outputDim
        self.maskZero = maskZero
        self.embeddingsInitializer = embeddingsInitializer
        self.embeddingsRegularizer = embeddingsRegularizer
        self.embeddingsConstraint = embeddingsConstraint
        initialValue = weights
        adaptation = LowRankAdaptation(
            rank: loraRank, alpha: loraAlpha, regularizer: embeddingsRegularizer, constraint: embeddingsConstraint)
        super.init(
            name: name, trainable: trainable, dtype: dtype, inputShape: inputShape,
            activityRegularizer: activityRegularizer)
    }

    override public var supportsMasking: Bool { maskZero }
    override public var autocast: Bool { false }
    public var adaptedWeight: Variable? { embeddings }

    override public func build(inputShape: PartialShape) throws {
        guard inputDim > 0 else { throw HornbillError(.argument, "inputDim must be at least 1, not \(inputDim)") }
        guard outputDim > 0 else { throw HornbillError(.argument, "outputDim must be at least 1, not \(outputDim)") }
        embeddings = try addWeight(
            name: "embeddings", shape: [inputDim, outputDim], initializer: embeddingsInitializer,
            regularizer: embeddingsRegularizer, constraint: embeddingsConstraint)
        if let initialValue { try embeddings?.assign(initialValue) }
        try adaptation.build(self, embeddings)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let ids = x.dtype == .int32 || x.dtype == .int64 ? x : x.cast(to: .int32)
        let checked = ops.checkedRange(ids, 0..<inputDim, "the ids of \(label)")
        return try ops.take(adaptation.adapted(embeddings), checked, axis: 0).cast(to: computeDtype)
    }

    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        maskZero ? inputs.leaves.map { ops.notEqual($0, 0) } : []
    }

    override public convenience init(config: ConfigReader) throws {
        let table = try config.weight("embeddings", "uniform")
        config.ignore("input_length")
        try config.only("quantization_config")
        try config.only("weights")
        try self.init(
            config.int("input_dim"), config.int("output_dim"), embeddingsInitializer: table.initializer,
            embeddingsRegularizer: table.regularizer, embeddingsConstraint: table.constraint,
            maskZero: config.bool("mask_zero", false), loraRank: config.optionalInt("lora_rank"),
            loraAlpha: config.optionalDouble("lora_alpha"), activityRegularizer: config.activityRegularizer,
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "input_dim": .int(inputDim), "output_dim": .int(outputDim),
            "embeddings_initializer": embeddingsInitializer.serialized,
            "embeddings_regularizer": embeddingsRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "embeddings_constraint": embeddingsConstraint?.serialized ?? .null, "mask_zero": .bool(maskZero),
            "quantization_config": .null,
        ]).merging(adaptation.config)
    }
}

extension ops {
    /// The integers themselves; the run fails where one is not in the range, and says in which row.
    static func checkedRange(_ x: Tensor, _ range: Range<Int>, _ what: String) -> Tensor {
        Tensor.deferring {
            try .emit1(.checkRange(lower: range.lowerBound, upper: range.upperBound, what: what), [x.validated()])
        }
    }
}

import HornbillEngine

/// An embedding that is also called the other way round: `embedding(hidden, reverse: true)` projects vectors to a number
/// for each id, as language models do at their end (Press and Wolf, 2016).
///
/// Forward as ``Embedding``; in reverse, input `(…, outputDim)`, output `(…, inputDim)`. Parameters: `embeddings`
/// (inputDim, outputDim), and without `tieWeights` `reverse_embeddings` (outputDim, inputDim).
/// Follows Keras's [ReversibleEmbedding](https://keras.io/api/layers/core_layers/).
public final class ReversibleEmbedding: Embedding {
    public let tieWeights: Bool
    public let reverseDType: DType?
    public let logitSoftCap: Double?
    public private(set) var reverseEmbeddings: Variable?

    /// - Parameters:
    ///   - tieWeights: whether the projection uses the table of the embedding, transposed.
    ///   - reverseDType: the type in which the projection is computed; the layer's if nil.
    ///   - logitSoftCap: keeps the projected numbers within ± this, by a tanh.
    public init(
        _ inputDim: Int, _ outputDim: Int, tieWeights: Bool = true,
        embeddingsInitializer: any InitializerConvertible = "uniform",
        embeddingsRegularizer: (any RegularizerConvertible)? = nil,
        embeddingsConstraint: (any ConstraintConvertible)? = nil, maskZero: Bool = false, reverseDType: DType? = nil,
        logitSoftCap: Double? = nil, weights: Tensor? = nil, loraRank: Int? = nil, loraAlpha: Double? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil, inputShape: PartialShape? = nil,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.tieWeights = tieWeights
        self.reverseDType = reverseDType
        self.logitSoftCap = logitSoftCap
        super.init(
            inputDim, outputDim, embeddingsInitializer: embeddingsInitializer,
            embeddingsRegularizer: embeddingsRegularizer, embeddingsConstraint: embeddingsConstraint,
            maskZero: maskZero, weights: weights, loraRank: loraRank, loraAlpha: loraAlpha,
            activityRegularizer: activityRegularizer, inputShape: inputShape, name: name, trainable: trainable,
            dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        try super.build(inputShape: inputShape)
        guard !tieWeights else { return }
        reverseEmbeddings = try addWeight(
            name: "reverse_embeddings", shape: [outputDim, inputDim], initializer: embeddingsInitializer)
    }

    /// Embeds ids, or with `reverse` projects vectors to a number for each id.
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, reverse: Bool, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> Inputs.Leaf {
        let arguments = CallArguments<Inputs.Leaf>(training: training, flags: ["reverse": reverse])
        let outputs = Inputs.Leaf.call(self, inputs.structure, arguments, CallSite(file, line))
        return outputs.single ?? Inputs.Leaf(error: HornbillError(.internal, "gives one tensor", layer: label))
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        guard context.flags["reverse"] == true else {
            let y = try super.call(x, context: context)
            return maskZero ? y.withMask(ops.notEqual(x, 0)) : y
        }
        guard x.rank > 0, x.shape.last == outputDim else {
            throw HornbillError(
                .shape, "in reverse the last axis of the input must have size \(outputDim), got the shape \(x.shape)")
        }
        let kernel = try tieWeights ? ops.transpose(adaptation.adapted(embeddings)) : reverseEmbeddings.required()
        let logits =
            reverseDType.map { ops.matmul(x.cast(to: $0), kernel.cast(to: $0)) } ?? ops.matmul(x, kernel)
        guard let logitSoftCap else { return logits }
        return ops.tanh(logits / logitSoftCap) * logitSoftCap
    }

    /// The mask comes with the embedded ids; what is projected has none.
    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] { [] }

    public convenience init(config: ConfigReader) throws {
        let table = try config.weight("embeddings", "uniform")
        try config.only("quantization_config")
        try config.only("weights")
        try self.init(
            config.int("input_dim"), config.int("output_dim"), tieWeights: config.bool("tie_weights", true),
            embeddingsInitializer: table.initializer,
            embeddingsRegularizer: table.regularizer, embeddingsConstraint: table.constraint,
            maskZero: config.bool("mask_zero", false), reverseDType: config.dtypePolicy("reverse_dtype")?.computeDtype,
            logitSoftCap: config.optionalDouble("logit_soft_cap"), loraRank: config.optionalInt("lora_rank"),
            loraAlpha: config.optionalDouble("lora_alpha"), activityRegularizer: config.activityRegularizer,
            name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "tie_weights": .bool(tieWeights), "reverse_dtype": ConfigValue(reverseDType?.rawValue),
            "logit_soft_cap": ConfigValue(logitSoftCap),
        ])
    }
}

import Hornbill

/// The layers of the module `layers_core`.
let coreLayerFactories: LayerFactories = [
    "Embedding": { config in
        Embedding(
            config["input_dim"]?.int ?? 0, config["output_dim"]?.int ?? 0,
            embeddingsInitializer: config["embeddings_initializer"]?.string ?? "uniform",
            embeddingsRegularizer: config["embeddings_regularizer"]?.string,
            embeddingsConstraint: config["embeddings_constraint"]?.string,
            maskZero: config["mask_zero"]?.bool ?? false, loraRank: config["lora_rank"]?.int,
            loraAlpha: config["lora_alpha"]?.double, trainable: config["trainable"]?.bool ?? true)
    },
    "ReversibleEmbedding": { config in
        ReversibleEmbedding(
            config["input_dim"]?.int ?? 0, config["output_dim"]?.int ?? 0,
            tieWeights: config["tie_weights"]?.bool ?? true, maskZero: config["mask_zero"]?.bool ?? false,
            logitSoftCap: config["logit_soft_cap"]?.double, loraRank: config["lora_rank"]?.int)
    },
    "Masking": { Masking(maskValue: $0["mask_value"]?.double ?? 0) },
    "EinsumDense": { config in
        let shape = config["output_shape"]?.list?.map(\.int) ?? [config["output_shape"]?.int]
        return EinsumDense(
            config["equation"]?.string ?? "", outputShape: PartialShape(shape),
            activation: config["activation"]?.string, biasAxes: config["bias_axes"]?.string,
            kernelInitializer: config["kernel_initializer"]?.string ?? "glorot_uniform",
            biasInitializer: config["bias_initializer"]?.string ?? "zeros",
            kernelRegularizer: config["kernel_regularizer"]?.string,
            biasRegularizer: config["bias_regularizer"]?.string, kernelConstraint: config["kernel_constraint"]?.string,
            biasConstraint: config["bias_constraint"]?.string, loraRank: config["lora_rank"]?.int,
            loraAlpha: config["lora_alpha"]?.double)
    },
]

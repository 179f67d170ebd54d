import Hornbill

/// The layers of the module `layers_attention`.
let attentionLayerFactories: LayerFactories = [
    "MultiHeadAttention": { config in
        let axis = config["attention_axes"]?.int.map { [$0] }
        let size = config["output_shape"]?.int.map { [$0] }
        return MultiHeadAttention(
            config["num_heads"]?.int ?? 0, keyDim: config["key_dim"]?.int ?? 0, valueDim: config["value_dim"]?.int,
            dropout: config["dropout"]?.double ?? 0, useBias: config["use_bias"]?.bool ?? true,
            outputShape: size ?? config["output_shape"]?.ints,
            attentionAxes: axis ?? config["attention_axes"]?.ints,
            slidingWindow: config["sliding_window"]?.int,
            kernelInitializer: config["kernel_initializer"]?.string ?? "glorot_uniform",
            biasInitializer: config["bias_initializer"]?.string ?? "zeros",
            kernelRegularizer: config["kernel_regularizer"]?.string,
            biasRegularizer: config["bias_regularizer"]?.string,
            kernelConstraint: config["kernel_constraint"]?.string, biasConstraint: config["bias_constraint"]?.string,
            useGate: config["use_gate"]?.bool ?? false, seed: config["seed"]?.int, name: config["name"]?.string)
    },
    "GroupQueryAttention": { config in
        GroupQueryAttention(
            config["head_dim"]?.int ?? 0, numQueryHeads: config["num_query_heads"]?.int ?? 0,
            numKeyValueHeads: config["num_key_value_heads"]?.int ?? 0, dropout: config["dropout"]?.double ?? 0,
            useBias: config["use_bias"]?.bool ?? true, slidingWindow: config["sliding_window"]?.int,
            kernelInitializer: config["kernel_initializer"]?.string ?? "glorot_uniform",
            biasInitializer: config["bias_initializer"]?.string ?? "zeros",
            kernelRegularizer: config["kernel_regularizer"]?.string,
            biasConstraint: config["bias_constraint"]?.string,
            useGate: config["use_gate"]?.bool ?? false, seed: config["seed"]?.int)
    },
    "Attention": { config in
        Attention(
            useScale: config["use_scale"]?.bool ?? false,
            scoreMode: config["score_mode"]?.string.flatMap(Attention.ScoreMode.init) ?? .dot,
            dropout: config["dropout"]?.double ?? 0, seed: config["seed"]?.int)
    },
    "AdditiveAttention": { config in
        AdditiveAttention(
            useScale: config["use_scale"]?.bool ?? true, dropout: config["dropout"]?.double ?? 0,
            seed: config["seed"]?.int)
    },
]

import HornbillEngine

/// Attention whose scores are sums of hyperbolic tangents of query plus key (Bahdanau et al., 2015).
///
/// Takes a list: query `(batch, targets, n)`, value `(batch, sources, m)`, and key `(batch, sources, n)`, the value if it
/// is not given. Output `(batch, targets, m)`. Parameters: `scale` (n,), if `useScale`. Follows Keras's
/// [AdditiveAttention](https://keras.io/api/layers/attention_layers/additive_attention/).
public final class AdditiveAttention: Attention {
    /// - Parameters:
    ///   - useScale: whether each feature has a learned weight in the sum.
    ///   - dropout: the share of the weights of attention that is dropped in training.
    public init(
        useScale: Bool = true, dropout: Double = 0, seed: Int? = nil, name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        super.init(
            useScale: useScale, scoreMode: .dot, dropout: dropout, seed: seed, name: name, trainable: trainable,
            dtype: dtype)
    }

    override func scaleWeight(_ query: PartialShape) throws -> (shape: Shape, initializer: String) {
        guard let features = query.last else {
            throw HornbillError(.shape, "the last axis of the query must be known, got the shape \(query)")
        }
        return ([features], "glorot_uniform")
    }

    override func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor {
        let fits = ops.tanh(ops.expandDims(query, axis: -2) + ops.expandDims(key, axis: -3))
        return ops.sum(useScale ? try scale.required() * fits : fits, axis: -1)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            useScale: config.bool("use_scale", true), dropout: config.double("dropout", 0),
            seed: config.optionalInt("seed"), name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        var config = super.getConfig()
        config["score_mode"] = nil
        return config
    }
}

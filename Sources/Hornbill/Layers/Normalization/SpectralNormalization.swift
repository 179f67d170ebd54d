import HornbillEngine

/// Divides the kernel of a layer by its spectral norm (the factor by which it stretches a vector at most) at each call in
/// training, which steadies adversarial training (Miyato et al., 2018).
///
/// The norm is estimated by power iteration from the vector of the call before. The kernel itself is replaced by the
/// divided one, so that inference and saving have it too.
///
/// Parameters: those of the layer, and `vector_u` (1, outputs), which no optimizer changes.
/// Follows Keras's [SpectralNormalization](https://keras.io/api/layers/normalization_layers/spectral_normalization/).
public final class SpectralNormalization: Wrapper {
    public let powerIterations: Int
    /// The wrapped layer's `kernel` or `embeddings`.
    private var kernel: Variable?
    private var vector: Variable?

    /// - Parameters:
    ///   - layer: a layer that has a weight `kernel` or `embeddings`.
    ///   - powerIterations: how many steps of the iteration each call makes, at least 1.
    public init(
        _ layer: Layer, powerIterations: Int = 1, inputShape: PartialShape? = nil, name: String? = nil,
        trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.powerIterations = powerIterations
        super.init(layer, inputShape: inputShape, name: name, trainable: trainable, dtype: dtype)
    }

    override public func build(inputShape: PartialShape) throws {
        // Each is a part of the computation, which a call is made of.
        guard powerIterations > 0, powerIterations <= 1000 else {
            throw HornbillError(.argument, "powerIterations must be within 1 … 1000, not \(powerIterations)")
        }
        try super.build(inputShape: inputShape)
        guard let weight = layer.ownWeights.first(where: { ["kernel", "embeddings"].contains($0.name) }) else {
            throw HornbillError(.argument, "\(layer.label) has no weight 'kernel' or 'embeddings' to normalize")
        }
        share(weight)
        kernel = weight
        vector = try addWeight(
            name: "vector_u", shape: [1, weight.shape.last ?? 1],
            initializer: Initializers.TruncatedNormal(stddev: 0.02), dtype: weight.dtype, trainable: false)
        inputSpec = InputSpec(minimumRank: 1, axes: inputShape.last.map { [-1: $0] } ?? [:])
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        if context.training { try normalizeKernel() }
        let y = layer(x)
        return x.dtype.isFloatingPoint ? y.cast(to: x.dtype) : y
    }

    private func normalizeKernel() throws {
        guard let kernel, let vector else { throw HornbillError(.state, "the layer is not built", layer: label) }
        let (value, start) = (kernel.value, vector.value)
        let matrix = ops.reshape(value, [-1, start.count])
        var (u, v) = (start, start)
        for _ in 0..<powerIterations {
            v = ops.normalize(ops.matmul(u, ops.transpose(matrix)), axis: .all)
            u = ops.normalize(ops.matmul(v, matrix), axis: .all)
        }
        (u, v) = (ops.stopGradient(u), ops.stopGradient(v))
        let norm = ops.matmul(ops.matmul(v, matrix), ops.transpose(u))
        // A kernel of zeros has no direction: it stays as it is, and so does the vector.
        let isZero = ops.all(ops.equal(value, 0))
        try vector.assign(ops.where(isZero, start, u))
        try kernel.assign(value / ops.reshape(ops.where(isZero, Tensor.ones([1, 1], dtype: value.dtype), norm), []))
    }

    override public init(config: ConfigReader) throws {
        powerIterations = try config.int("power_iterations", 1)
        try super.init(config: config)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["power_iterations": .int(powerIterations)])
    }
}

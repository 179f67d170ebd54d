import HornbillEngine

/// A layer whose weight matrix can be frozen and fine-tuned through two small ones beside it (LoRA; Hu et al., 2021).
///
/// The layer then computes with `kernel + alpha / rank · a b`. Follows what Keras's layers do under `enable_lora`.
public protocol LowRankAdaptable: Layer {
    /// The weight that is adapted.
    var adaptedWeight: Variable? { get }
    /// The adaptation, in force or not.
    var adaptation: LowRankAdaptation { get }
}

extension LowRankAdaptable {
    /// Freezes the layer's matrix and adds two small ones, `lora_kernel_a` (…, rank) and `lora_kernel_b` (rank, n), which
    /// are trained in its place. A model must be compiled again after it.
    /// - Parameters:
    ///   - rank: their inner size, at least 1.
    ///   - alpha: the adaptation counts `alpha / rank` times; `rank` if nil.
    /// - Throws: kind `state` if the layer is not built or is adapted already, kind `argument` for a rank below 1 or a
    ///   layer with a constraint on the matrix.
    public func enableLoRA(
        rank: Int, alpha: Double? = nil, aInitializer: any InitializerConvertible = "he_uniform",
        bInitializer: any InitializerConvertible = "zeros"
    ) throws {
        guard built, let adaptedWeight else {
            throw HornbillError(.state, "LoRA cannot be enabled on a layer that is not built", layer: label)
        }
        try adaptation.enable(
            on: self, adaptedWeight, rank: rank, alpha: alpha, aInitializer: aInitializer, bInitializer: bInitializer)
    }

    /// Whether the matrix is frozen and adapted.
    public var loraEnabled: Bool { adaptation.factors != nil }
    public var loraRank: Int? { adaptation.rank }
    public var loraAlpha: Double? { adaptation.alpha }

    /// The matrix with its adaptation added, as saving stores it: what the layer computes with, in the matrix's own type.
    /// - Throws: kind `state` if the layer is not built.
    public func mergedKernel() throws -> Tensor {
        guard let adaptedWeight else { throw HornbillError(.state, "the layer is not built", layer: label) }
        guard let factors = adaptation.factors else { return adaptedWeight.value }
        let product = ops.matmul(factors.a.value, factors.b.value) * adaptation.weight
        return try (adaptedWeight.value + product).cast(to: adaptedWeight.dtype).validated()
    }
}

/// The state of a layer's low-rank adaptation: what its arguments ask for, and the two small matrices once they are made.
public final class LowRankAdaptation {
    /// The inner size of the two matrices; nil if none are asked for.
    public private(set) var rank: Int?
    public private(set) var alpha: Double?
    /// The two small matrices.
    public private(set) var factors: (a: Variable, b: Variable)?

    private let regularizer: (any RegularizerConvertible)?
    private let isConstrained: Bool

    init(
        rank: Int?, alpha: Double?, regularizer: (any RegularizerConvertible)?,
        constraint: (any ConstraintConvertible)?
    ) {
        self.rank = rank
        self.alpha = alpha ?? rank.map(Double.init)
        self.regularizer = regularizer
        isConstrained = constraint != nil
    }

    /// How often a b counts.
    fileprivate var weight: Double { (alpha ?? 0) / Double(max(rank ?? 1, 1)) }

    /// What the layer's `build` calls last: adapts if the arguments ask for it.
    func build(_ layer: Layer, _ kernel: Variable?) throws {
        guard let rank, let kernel, factors == nil else { return }
        try enable(
            on: layer, kernel, rank: rank, alpha: alpha, aInitializer: "he_uniform", bInitializer: "zeros")
    }

    fileprivate func enable(
        on layer: Layer, _ kernel: Variable, rank: Int, alpha: Double?, aInitializer: any InitializerConvertible,
        bInitializer: any InitializerConvertible
    ) throws {
        func fail(_ kind: HornbillError.Kind, _ message: String) -> HornbillError {
            HornbillError(kind, message, layer: layer.label)
        }
        guard rank > 0 else { throw fail(.argument, "the rank of LoRA must be at least 1, not \(rank)") }
        guard !isConstrained else {
            throw fail(.argument, "LoRA is incompatible with the constraint on the weight '\(kernel.name)'")
        }
        guard factors == nil else { throw fail(.state, "LoRA is enabled already; it can be once only") }
        let rows = Array(kernel.shape.dimensions.dropLast())
        // In float32, so that fine tuning does not underflow.
        let a = try layer.addWeight(
            name: "lora_\(kernel.name)_a", shape: Shape(rows + [rank]), initializer: aInitializer, dtype: .float32,
            regularizer: regularizer)
        let b = try layer.addWeight(
            name: "lora_\(kernel.name)_b", shape: [rank, kernel.shape.last ?? 1], initializer: bInitializer,
            dtype: .float32, regularizer: regularizer)
        let folder = kernel.path.dropLast(kernel.name.count)
        for factor in [a, b] { factor.path = folder + factor.name }
        kernel.trainable = false
        self.rank = rank
        self.alpha = alpha ?? Double(rank)
        factors = (a, b)
        layer.adaptations += 1
    }

    /// What the layer computes with: the weight, and the product of the small matrices if there are any.
    func adapted(_ kernel: Variable?) throws -> Tensor {
        let value = try kernel.required()
        guard let factors else { return value }
        let product = try ops.matmul(Optional(factors.a).required(), Optional(factors.b).required())
        return (value + product * weight).cast(to: value.dtype)
    }

    var config: Config {
        guard let rank else { return [:] }
        let alpha = self.alpha ?? Double(rank)
        return ["lora_rank": .int(rank), "lora_alpha": Int(exactly: alpha).map(ConfigValue.int) ?? .double(alpha)]
    }
}

import HornbillEngine

/// What every optimizer of Keras can do around its update. Each optimizer takes the first four as arguments; the others
/// are set with ``Optimizer/with(_:)``.
public struct UpdateRules: Sendable, Hashable {
    /// Decay of each weight by this share of the learning rate at each step; decoupled, as AdamW's.
    public var weightDecay: Double?
    /// The largest L2 norm of one variable's gradient.
    public var clipNorm: Double?
    /// The largest absolute value of an element of a gradient.
    public var clipValue: Double?
    /// The largest L2 norm of all gradients together.
    public var globalClipNorm: Double?
    /// Whether an exponential moving average of the weights is kept.
    public var useEMA = false
    /// How much of the average is kept at each step, within 0 … 1.
    public var emaMomentum = 0.99
    /// After how many steps the weights are set to their average; nil leaves that to
    /// ``Optimizer/finalizeVariableValues(_:)``.
    public var emaOverwriteFrequency: Int?
    /// What the loss was multiplied by, and gradients are divided by: for types of small range.
    public var lossScaleFactor: Double?
    /// How many steps' gradients are averaged for one update, at least 2; one if nil.
    public var gradientAccumulationSteps: Int?

    public init(
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) {
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.clipValue = clipValue
        self.globalClipNorm = globalClipNorm
    }

    /// - Parameter weightDecay: what stands for a decay that is missing.
    init(_ config: ConfigReader, weightDecay: Double? = nil) throws {
        // What Keras 2 wrote besides.
        config.ignore("jit_compile", "is_legacy_optimizer")
        try config.only("decay", 0, 0.0)
        self.weightDecay =
            try config.has("weight_decay") ? config.optionalDouble("weight_decay") : weightDecay
        clipNorm = try config.optionalDouble("clipnorm")
        clipValue = try config.optionalDouble("clipvalue")
        globalClipNorm = try config.optionalDouble("global_clipnorm")
        useEMA = try config.bool("use_ema", false)
        emaMomentum = try config.double("ema_momentum", 0.99)
        emaOverwriteFrequency = try config.optionalInt("ema_overwrite_frequency")
        lossScaleFactor = try config.optionalDouble("loss_scale_factor")
        gradientAccumulationSteps = try config.optionalInt("gradient_accumulation_steps")
    }

    var config: Config {
        [
            "weight_decay": ConfigValue(weightDecay), "clipnorm": ConfigValue(clipNorm),
            "global_clipnorm": ConfigValue(globalClipNorm), "clipvalue": ConfigValue(clipValue),
            "use_ema": .bool(useEMA), "ema_momentum": .double(emaMomentum),
            "ema_overwrite_frequency": ConfigValue(emaOverwriteFrequency),
            "loss_scale_factor": ConfigValue(lossScaleFactor),
            "gradient_accumulation_steps": ConfigValue(gradientAccumulationSteps),
        ]
    }

    /// - Throws: kind `argument` for a rule that makes no sense.
    func validate() throws {
        let clips = [clipNorm, clipValue, globalClipNorm].compactMap { $0 }
        guard clips.count <= 1 else {
            throw HornbillError(.argument, "only one of clipNorm, clipValue and globalClipNorm can be set")
        }
        guard clips.allSatisfy({ $0 > 0 }) else {
            throw HornbillError(.argument, "gradients can be clipped to a positive number only, not to \(clips[0])")
        }
        guard emaMomentum >= 0, emaMomentum <= 1 else {
            throw HornbillError(.argument, "emaMomentum must be within 0 … 1, not \(emaMomentum)")
        }
        if let emaOverwriteFrequency, emaOverwriteFrequency < 1 {
            throw HornbillError(.argument, "emaOverwriteFrequency must be positive, not \(emaOverwriteFrequency)")
        }
        if let gradientAccumulationSteps, gradientAccumulationSteps < 2 {
            throw HornbillError(
                .argument, "gradientAccumulationSteps must be at least 2, not \(gradientAccumulationSteps)")
        }
    }

    /// The gradients, shortened where they are too long.
    func clip(_ gradients: [Tensor]) -> [Tensor] {
        if let clipValue { return gradients.map { ops.clip($0, -clipValue, clipValue) } }
        if let clipNorm {
            return gradients.map { gradient in
                let length = ops.sqrt(ops.sum(ops.square(gradient)))
                return gradient * (clipNorm / ops.maximum(length, clipNorm))
            }
        }
        if let globalClipNorm, let first = gradients.first {
            let squares = gradients.map { ops.sum(ops.square($0)).cast(to: first.dtype) }
            let length = ops.sqrt(squares.dropFirst().reduce(squares[0], +))
            // The difference is 0, or NaN for a length that is not finite, which shall not pass for a small one.
            let scale = globalClipNorm * ops.minimum(1.0 / length, 1.0 / globalClipNorm) + (length - length)
            return gradients.map { $0 * scale.cast(to: $0.dtype) }
        }
        return gradients
    }
}

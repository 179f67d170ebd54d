import HornbillEngine

/// What every optimizer of Keras can do around its update: weight decay, clipping of gradients.
public struct UpdateRules: Sendable {
    /// Decay of each weight by this share of the learning rate at each step; decoupled, as AdamW's.
    public var weightDecay: Double?
    /// The largest L2 norm of one variable's gradient.
    public var clipNorm: Double?
    /// The largest absolute value of an element of a gradient.
    public var clipValue: Double?
    /// The largest L2 norm of all gradients together.
    public var globalClipNorm: Double?

    public init(
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) {
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.clipValue = clipValue
        self.globalClipNorm = globalClipNorm
    }

    var config: Config {
        [
            "weight_decay": ConfigValue(weightDecay), "clipnorm": ConfigValue(clipNorm),
            "global_clipnorm": ConfigValue(globalClipNorm), "clipvalue": ConfigValue(clipValue), "use_ema": false,
            "ema_momentum": 0.99, "ema_overwrite_frequency": nil, "loss_scale_factor": nil,
            "gradient_accumulation_steps": nil,
        ]
    }

    /// The state that the rules need, which files hold before the slots.
    func build(_ variables: [Variable], named name: String) throws -> [Variable] { [] }

    /// Runs `begin`, and `update` for each variable, with the rules around them.
    func apply(
        _ gradients: [Tensor], to variables: [Variable], learningRate: Tensor, begin: () throws -> Void,
        update: (Variable, Tensor) throws -> Void
    ) throws {
        let clipped = try clip(gradients)
        if let weightDecay {
            for variable in variables {
                let rate = learningRate.cast(to: variable.dtype)
                try variable.assignSubtract(variable.value * weightDecay * rate)
            }
        }
        try begin()
        for (variable, gradient) in zip(variables, clipped) { try update(variable, gradient) }
    }

    private func clip(_ gradients: [Tensor]) throws -> [Tensor] {
        let given = [clipNorm, clipValue, globalClipNorm].compactMap { $0 }
        guard given.count <= 1 else {
            throw HornbillError(.argument, "only one of clipNorm, clipValue and globalClipNorm can be set")
        }
        guard given.allSatisfy({ $0 > 0 }) else {
            throw HornbillError(.argument, "gradients can be clipped to a positive number only, not to \(given[0])")
        }
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

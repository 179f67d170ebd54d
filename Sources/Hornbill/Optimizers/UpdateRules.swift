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
            "global_clipnorm": ConfigValue(globalClipNorm), "clipvalue": ConfigValue(clipValue),
        ]
    }

    /// The state that the rules need, which files hold before the slots.
    func build(_ variables: [Variable], named name: String) throws -> [Variable] { [] }

    /// Runs `update` for each variable, with the rules around it.
    func apply(
        _ gradients: [Tensor], to variables: [Variable], iterations: Variable, learningRate: Tensor,
        update: (Variable, Tensor) throws -> Void
    ) throws {
        let clipped = try clip(gradients)
        if let weightDecay {
            for variable in variables {
                let rate = learningRate.cast(to: variable.dtype)
                try variable.assignSubtract(variable.value * weightDecay * rate)
            }
        }
        for (variable, gradient) in zip(variables, clipped) { try update(variable, gradient) }
    }

    private func clip(_ gradients: [Tensor]) throws -> [Tensor] {
        let given = [clipNorm, clipValue, globalClipNorm].compactMap { $0 }
        guard given.count <= 1 else {
            throw HornbillError(.argument, "only one of clipNorm, clipValue and globalClipNorm can be set")
        }
        if let clipValue { return gradients.map { ops.clip($0, -clipValue, clipValue) } }
        func norm(_ squares: [Tensor]) -> Tensor { ops.sqrt(squares.dropFirst().reduce(squares[0], +)) }
        if let clipNorm {
            return gradients.map { gradient in
                let length = norm([ops.sum(ops.square(gradient))])
                return ops.where(length > clipNorm, gradient * clipNorm / length, gradient)
            }
        }
        if let globalClipNorm, !gradients.isEmpty {
            let length = norm(gradients.map { ops.sum(ops.square($0)) })
            let scale = ops.minimum(globalClipNorm / length, 1.0)
            return gradients.map { $0 * scale }
        }
        return gradients
    }
}

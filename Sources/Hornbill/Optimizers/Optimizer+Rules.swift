import Foundation
import HornbillEngine

// The rules around an optimizer's update.

extension Optimizer {
    /// The same optimizer with other rules. Call it before the first step:
    ///
    /// ```swift
    /// let optimizer = Optimizers.Adam(learningRate: 1e-3).with {
    ///     $0.useEMA = true
    ///     $0.gradientAccumulationSteps = 4
    /// }
    /// ```
    @discardableResult
    public func with(_ change: (inout UpdateRules) -> Void) -> Self {
        change(&rules)
        return self
    }

    /// Leaves variables out of the weight decay. Call it before the first step.
    /// - Parameters:
    ///   - variables: these variables.
    ///   - names: those in whose names one of these regular expressions is found, as `bias`.
    public func excludeFromWeightDecay(_ variables: [Variable] = [], names: [String] = []) {
        undecayed = Set(variables.map(ObjectIdentifier.init))
        undecayedNames = names
    }

    /// Whether the weight decay applies to a variable.
    package func decays(_ variable: Variable) -> Bool {
        !undecayed.contains(ObjectIdentifier(variable))
            && !undecayedNames.contains { variable.name.range(of: $0, options: .regularExpression) != nil }
    }

    /// Makes the state that the rules need, which files hold before the slots.
    func buildRules(_ variables: [Variable]) throws {
        try rules.validate()
        if rules.useEMA { try addSlot("average", for: variables) }
        if rules.gradientAccumulationSteps != nil { try addSlot("gradient_accumulator", for: variables) }
    }

    /// Runs `update` with the gradients that it shall see, and what comes after it.
    func applyRules(
        _ gradients: [Tensor], to variables: [Variable], learningRate: Tensor, update: ([Tensor]) throws -> Void
    ) throws {
        let unscaled = rules.lossScaleFactor.map { factor in gradients.map { $0 / factor } } ?? gradients
        func step(_ gradients: [Tensor]) throws {
            let clipped = rules.clip(gradients)
            for variable in variables {
                guard let decay = weightDecay(of: variable) else { continue }
                try variable.assignSubtract(variable.value * decay * learningRate.cast(to: variable.dtype))
            }
            try update(clipped)
        }
        if let steps = rules.gradientAccumulationSteps {
            try accumulate(unscaled, variables, steps: steps, step)
        } else {
            try step(unscaled)
        }
        if rules.useEMA { try average(variables) }
    }

    /// Adds the gradients up, and updates with their mean at every last of `steps` steps.
    private func accumulate(
        _ gradients: [Tensor], _ variables: [Variable], steps: Int, _ update: ([Tensor]) throws -> Void
    ) throws {
        let sums = try variables.map { try slot("gradient_accumulator", of: $0) }
        _ = try ops.cond((iterations.value + 1) % steps .== 0) {
            try update(zip(gradients, sums).map { ($0 + $1.value) / Double(steps) })
            for sum in sums { try sum.assign(Tensor.zeros(sum.shape, dtype: sum.dtype)) }
            return []
        } else: {
            for (gradient, sum) in zip(gradients, sums) { try sum.assignAdd(gradient) }
            return []
        }
    }

    /// How many updates were made: fewer than steps, where gradients are accumulated. An int64 scalar.
    public var updates: Tensor {
        rules.gradientAccumulationSteps.map { ops.floorDivide(iterations.value, $0) } ?? iterations.value
    }

    /// Moves the averages towards the weights; the first step sets them.
    private func average(_ variables: [Variable]) throws {
        let averages = try variables.map { try slot("average", of: $0) }
        let isLater = updates .!= 0
        for (variable, average) in zip(variables, averages) {
            let momentum = isLater.cast(to: variable.dtype) * rules.emaMomentum
            try average.assign(momentum * average.value + (1.0 - momentum) * variable.value)
        }
        if let frequency = rules.emaOverwriteFrequency {
            let overwrites = (updates + 1) % frequency .== 0
            for (variable, average) in zip(variables, averages) {
                try variable.assign(ops.where(overwrites, average.value, variable.value))
            }
        }
    }
}

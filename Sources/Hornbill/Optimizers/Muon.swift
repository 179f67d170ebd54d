import Foundation
import HornbillEngine

extension Optimizers {
    /// Momentum whose steps of matrices are made orthogonal (Jordan et al., 2024); Adam for all other variables, and
    /// for embeddings.
    ///
    /// Slots of each variable: `momentum`, and `velocity` where Adam is used. Follows Keras's
    /// [Muon](https://keras.io/api/optimizers/muon/).
    public final class Muon: Optimizer {
        public let adamBeta1: Double
        public let adamBeta2: Double
        public let adamWeightDecay: Double?
        public let epsilon: Double
        public let excludeLayers: [String]
        public let excludeEmbeddings: Bool
        /// The coefficients of the iteration that makes a matrix orthogonal.
        public let coefficients: (a: Double, b: Double, c: Double)
        public let adamLrRatio: Double
        public let momentum: Double
        public let nsSteps: Int
        public let nesterov: Bool
        public let rmsRate: Double?

        /// - Parameters:
        ///   - learningRate: a number, or a schedule of the step.
        ///   - adamBeta1: how much of the mean gradient Adam keeps each step.
        ///   - adamBeta2: how much of the mean squared gradient Adam keeps each step.
        ///   - adamWeightDecay: the weight decay where Adam is used.
        ///   - epsilon: what keeps Adam's divisor from 0.
        ///   - weightDecay: the weight decay of matrices.
        ///   - excludeLayers: regular expressions; Adam is used for variables in whose paths one of them is found.
        ///   - excludeEmbeddings: whether Adam is used for embeddings.
        ///   - adamLrRatio: the share of the learning rate that Adam takes.
        ///   - momentum: how much of the sum of gradients is kept each step.
        ///   - nsSteps: how many iterations make a matrix orthogonal.
        ///   - nesterov: whether the gradient counts as one taken after the momentum's step.
        ///   - rmsRate: the root mean square of a step beside the rate; nil leaves steps as they are.
        public init(
            learningRate: any LearningRateConvertible = 0.001, adamBeta1: Double = 0.9, adamBeta2: Double = 0.999,
            adamWeightDecay: Double? = 0.004, epsilon: Double = 1e-7, weightDecay: Double? = 0.004,
            clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil, name: String? = nil,
            excludeLayers: [String] = [], excludeEmbeddings: Bool = true,
            coefficients: (a: Double, b: Double, c: Double) = (3.4445, -4.7750, 2.0315), adamLrRatio: Double = 1,
            momentum: Double = 0.95, nsSteps: Int = 5, nesterov: Bool = true, rmsRate: Double? = 0.2
        ) {
            self.adamBeta1 = adamBeta1
            self.adamBeta2 = adamBeta2
            self.adamWeightDecay = adamWeightDecay
            self.epsilon = epsilon
            self.excludeLayers = excludeLayers
            self.excludeEmbeddings = excludeEmbeddings
            self.coefficients = coefficients
            self.adamLrRatio = adamLrRatio
            self.momentum = momentum
            self.nsSteps = nsSteps
            self.nesterov = nesterov
            self.rmsRate = rmsRate
            super.init(
                learningRate: learningRate, name: name,
                rules: UpdateRules(
                    weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm))
        }

        private func usesAdam(_ variable: Variable) -> Bool {
            variable.shape.rank != 2 || (excludeEmbeddings && variable.path.lowercased().contains("embedding"))
                || excludeLayers.contains { variable.path.range(of: $0, options: .regularExpression) != nil }
        }

        override public func weightDecay(of variable: Variable) -> Double? {
            guard decays(variable) else { return nil }
            return usesAdam(variable) ? adamWeightDecay : rules.weightDecay
        }

        override public func build(_ variables: [Variable]) throws {
            for variable in variables {
                try addSlots(usesAdam(variable) ? ["momentum", "velocity"] : ["momentum"], for: [variable])
            }
        }

        /// Adam's rate with both corrections.
        override public func scalars(step: Tensor, learningRate: Tensor) throws -> [Tensor] {
            let corrections = [adamBeta1, adamBeta2].map {
                1.0 - ops.power(Tensor(repeating: $0, shape: [], dtype: step.dtype), step)
            }
            return [learningRate * adamLrRatio * ops.sqrt(corrections[1]) / corrections[0]]
        }

        override public func update(
            _ variable: Variable, _ gradient: Tensor, learningRate: Tensor, scalars: [Tensor]
        ) throws {
            let sum = try slot("momentum", of: variable)
            guard !usesAdam(variable) else {
                let velocity = try slot("velocity", of: variable)
                let mean = sum.value + (gradient - sum.value) * (1 - adamBeta1)
                try sum.assign(mean)
                let square = velocity.value + (ops.square(gradient) - velocity.value) * (1 - adamBeta2)
                try velocity.assign(square)
                return try variable.assignSubtract(mean * scalars[0] / (ops.sqrt(square) + epsilon))
            }
            let total = sum.value + (gradient + sum.value * (momentum - 1))
            try sum.assign(total)
            let step = try learningRate * orthogonalized(nesterov ? gradient + momentum * total : total)
            let longest = Double(max(variable.shape[0], variable.shape[1]))
            try variable.assignSubtract(rmsRate.map { step * longest.squareRoot() * $0 } ?? step)
        }

        /// The nearest orthogonal matrix, roughly: Newton and Schulz's iteration on the singular values.
        private func orthogonalized(_ matrix: Tensor) throws -> Tensor {
            let isTall = matrix.shape[0] > matrix.shape[1]
            var x = isTall ? ops.transpose(matrix) : matrix
            x = x / (ops.norm(x, keepDims: true) + 1e-7)
            guard nsSteps <= 1000 else {
                throw HornbillError(.argument, "nsSteps must be at most 1000, not \(nsSteps)")
            }
            for _ in 0..<max(nsSteps, 0) {
                let square = ops.matmul(x, ops.transpose(x))
                let polynomial = coefficients.b * square + ops.matmul(coefficients.c * square, square)
                x = coefficients.a * x + ops.matmul(polynomial, x)
            }
            return isTall ? ops.transpose(x) : x
        }

        override public convenience init(config: ConfigReader) throws {
            let coefficients = (
                a: try config.double("muon_a", 3.4445), b: try config.double("muon_b", -4.7750),
                c: try config.double("muon_c", 2.0315)
            )
            let decays = config.has("adam_weight_decay")
            try self.init(
                learningRate: config.learningRate("learning_rate", 0.001), adamBeta1: config.double("adam_beta_1", 0.9),
                adamBeta2: config.double("adam_beta_2", 0.999),
                adamWeightDecay: decays ? config.optionalDouble("adam_weight_decay") : 0.004,
                epsilon: config.double("epsilon", 1e-7), name: config.name,
                excludeLayers: config.optionalStrings("exclude_layers") ?? [],
                excludeEmbeddings: config.bool("exclude_embeddings", true), coefficients: coefficients,
                adamLrRatio: config.double("adam_lr_ratio", 1), momentum: config.double("momentum", 0.95),
                nsSteps: config.int("ns_steps", 5), nesterov: config.bool("nesterov", true),
                rmsRate: config.has("rms_rate") ? config.optionalDouble("rms_rate") : 0.2)
            rules = try UpdateRules(config, weightDecay: 0.004)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "adam_beta_1": .double(adamBeta1), "adam_beta_2": .double(adamBeta2), "epsilon": .double(epsilon),
                "exclude_layers": .list(excludeLayers.map(ConfigValue.string)), "muon_a": .double(coefficients.a),
                "muon_b": .double(coefficients.b), "muon_c": .double(coefficients.c),
                "adam_lr_ratio": .double(adamLrRatio), "momentum": .double(momentum), "ns_steps": .int(nsSteps),
                "nesterov": .bool(nesterov), "exclude_embeddings": .bool(excludeEmbeddings),
                "adam_weight_decay": ConfigValue(adamWeightDecay), "rms_rate": ConfigValue(rmsRate),
            ])
        }
    }
}

extension OptimizerConvertible where Self == Optimizers.Muon {
    /// Momentum whose steps of matrices are made orthogonal, with Keras's defaults.
    public static var muon: Self { Self() }
}

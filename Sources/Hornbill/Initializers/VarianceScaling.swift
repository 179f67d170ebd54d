import Foundation
import HornbillEngine

extension Initializers {
    /// Random numbers of variance `scale / n`, where n is the number of inputs or outputs of a unit, or their mean.
    ///
    /// A kernel's last axis counts its outputs, the one before it its inputs, and the axes before those the places at
    /// which both are connected. Follows Keras's
    /// [VarianceScaling](https://keras.io/api/layers/initializers/#variancescaling-class).
    public class VarianceScaling: RandomInitializer {
        /// What n is.
        public enum Mode: String, Sendable, Hashable, CaseIterable {
            case fanIn = "fan_in"
            case fanOut = "fan_out"
            case fanAverage = "fan_avg"
        }

        public enum Distribution: String, Sendable, Hashable, CaseIterable {
            /// Within two standard deviations, widened so that the variance is kept.
            case truncatedNormal = "truncated_normal"
            case untruncatedNormal = "untruncated_normal"
            case uniform
        }

        public let scale: Double
        public let mode: Mode
        public let distribution: Distribution
        /// The axes whose sizes multiply to the number of inputs; with ``outputAxes``, in place of the rule above.
        public let inputAxes: [Int]?
        public let outputAxes: [Int]?

        public init(
            scale: Double = 1, mode: Mode = .fanIn, distribution: Distribution = .truncatedNormal, seed: Int? = nil,
            inputAxes: [Int]? = nil, outputAxes: [Int]? = nil
        ) {
            self.scale = scale
            self.mode = mode
            self.distribution = distribution
            self.inputAxes = inputAxes
            self.outputAxes = outputAxes
            super.init(seed: seed)
        }

        override public final func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            guard scale > 0 else { throw HornbillError(.argument, "scale must be positive, not \(scale)") }
            let fans = try fans(of: shape)
            let count: Double =
                switch mode {
                case .fanIn: fans.input
                case .fanOut: fans.output
                case .fanAverage: (fans.input + fans.output) / 2
                }
            let variance = scale / max(1, count)
            switch distribution {
            case .truncatedNormal:
                // The standard deviation of a standard normal cut at two.
                let stddev = variance.squareRoot() / 0.87962566103423978
                return try random.truncatedNormal(shape, stddev: stddev, dtype: dtype, seed: stream).validated()
            case .untruncatedNormal:
                return try random.normal(shape, stddev: variance.squareRoot(), dtype: dtype, seed: stream).validated()
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return try random.uniform(shape, minval: -limit, maxval: limit, dtype: dtype, seed: stream).validated()
            }
        }

        /// How many inputs and outputs a unit of a weight of this shape has.
        private func fans(of shape: Shape) throws -> (input: Double, output: Double) {
            func product(_ sizes: some Sequence<Int>) -> Double { sizes.reduce(1) { $0 * Double($1) } }
            if let inputAxes, let outputAxes {
                return try (
                    product(inputAxes.map { shape[try shape.axis($0)] }),
                    product(outputAxes.map { shape[try shape.axis($0)] })
                )
            }
            switch shape.rank {
            case 0: return (1, 1)
            case 1: return (Double(shape[0]), Double(shape[0]))
            default:
                let places = product(shape.dropLast(2))
                return (places * Double(shape[shape.rank - 2]), places * Double(shape[shape.rank - 1]))
            }
        }

        /// The same numbers' distribution for a weight of which these axes count the inputs and outputs.
        func along(_ inputAxes: [Int], _ outputAxes: [Int]) -> VarianceScaling {
            VarianceScaling(
                scale: scale, mode: mode, distribution: distribution, seed: stream, inputAxes: inputAxes,
                outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                scale: config.double("scale", 1), mode: config.choice("mode", .fanIn),
                distribution: config.choice("distribution", .truncatedNormal), seed: config.seed,
                inputAxes: config.optionalIntOrInts("input_axes"), outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config {
            let axes = axesConfig
            return super.getConfig().merging([
                "scale": .double(scale), "mode": .string(mode.rawValue), "distribution": .string(distribution.rawValue),
                "input_axes": axes[0].1, "output_axes": axes[1].1,
            ])
        }

        /// What Keras writes for the initializers of fixed scale.
        fileprivate var shortConfig: Config { Config([("seed", ConfigValue(seed))] + axesConfig) }

        private var axesConfig: [(String, ConfigValue)] {
            [("input_axes", ConfigValue(inputAxes)), ("output_axes", ConfigValue(outputAxes))]
        }
    }

    /// Uniform numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010): the default of most layers.
    /// Follows Keras's [GlorotUniform](https://keras.io/api/layers/initializers/#glorotuniform-class).
    public final class GlorotUniform: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(
                scale: 1, mode: .fanAverage, distribution: .uniform, seed: seed, inputAxes: inputAxes,
                outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }

    /// Truncated normal numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010).
    /// Follows Keras's [GlorotNormal](https://keras.io/api/layers/initializers/#glorotnormal-class).
    public final class GlorotNormal: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(scale: 1, mode: .fanAverage, seed: seed, inputAxes: inputAxes, outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }

    /// Uniform numbers of variance 2 / inputs (He et al., 2015).
    /// Follows Keras's [HeUniform](https://keras.io/api/layers/initializers/#heuniform-class).
    public final class HeUniform: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(scale: 2, distribution: .uniform, seed: seed, inputAxes: inputAxes, outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }

    /// Truncated normal numbers of variance 2 / inputs (He et al., 2015).
    /// Follows Keras's [HeNormal](https://keras.io/api/layers/initializers/#henormal-class).
    public final class HeNormal: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(scale: 2, seed: seed, inputAxes: inputAxes, outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }

    /// Uniform numbers of variance 1 / inputs (Klambauer et al., 2017).
    /// Follows Keras's [LecunUniform](https://keras.io/api/layers/initializers/#lecununiform-class).
    public final class LecunUniform: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(distribution: .uniform, seed: seed, inputAxes: inputAxes, outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }

    /// Truncated normal numbers of variance 1 / inputs (Klambauer et al., 2017).
    /// Follows Keras's [LecunNormal](https://keras.io/api/layers/initializers/#lecunnormal-class).
    public final class LecunNormal: VarianceScaling {
        public init(seed: Int? = nil, inputAxes: [Int]? = nil, outputAxes: [Int]? = nil) {
            super.init(seed: seed, inputAxes: inputAxes, outputAxes: outputAxes)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                seed: config.seed, inputAxes: config.optionalIntOrInts("input_axes"),
                outputAxes: config.optionalIntOrInts("output_axes"))
        }

        override public func getConfig() -> Config { shortConfig }
    }
}

extension InitializerConvertible where Self == Initializers.VarianceScaling {
    /// Random numbers of variance `scale / n`.
    public static func varianceScaling(
        scale: Double = 1, mode: Initializers.VarianceScaling.Mode = .fanIn,
        distribution: Initializers.VarianceScaling.Distribution = .truncatedNormal, seed: Int? = nil
    ) -> Initializers.VarianceScaling {
        Initializers.VarianceScaling(scale: scale, mode: mode, distribution: distribution, seed: seed)
    }
}

extension InitializerConvertible where Self == Initializers.GlorotUniform {
    /// Uniform numbers of variance 2 / (inputs + outputs).
    public static func glorotUniform(seed: Int? = nil) -> Self { Self(seed: seed) }
}

extension InitializerConvertible where Self == Initializers.GlorotNormal {
    /// Truncated normal numbers of variance 2 / (inputs + outputs).
    public static func glorotNormal(seed: Int? = nil) -> Self { Self(seed: seed) }
}

extension InitializerConvertible where Self == Initializers.HeUniform {
    /// Uniform numbers of variance 2 / inputs.
    public static func heUniform(seed: Int? = nil) -> Self { Self(seed: seed) }
}

extension InitializerConvertible where Self == Initializers.HeNormal {
    /// Truncated normal numbers of variance 2 / inputs.
    public static func heNormal(seed: Int? = nil) -> Self { Self(seed: seed) }
}

extension InitializerConvertible where Self == Initializers.LecunUniform {
    /// Uniform numbers of variance 1 / inputs.
    public static func lecunUniform(seed: Int? = nil) -> Self { Self(seed: seed) }
}

extension InitializerConvertible where Self == Initializers.LecunNormal {
    /// Truncated normal numbers of variance 1 / inputs.
    public static func lecunNormal(seed: Int? = nil) -> Self { Self(seed: seed) }
}

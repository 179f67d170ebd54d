import HornbillEngine

extension Initializers {
    /// An initializer that draws random numbers.
    ///
    /// Without a seed it takes one from the session when it first draws, and keeps it: drawn from again, it gives the
    /// same numbers, as in Keras.
    public class RandomInitializer: Initializer {
        /// The seed that was given.
        public let seed: Int?
        private var drawnSeed: Int?

        init(seed: Int?) {
            self.seed = seed
            super.init()
        }

        /// The seed, the same at each use.
        final var stream: Int {
            let chosen = seed ?? drawnSeed ?? Session.current.nextSeed()
            drawnSeed = chosen
            return chosen
        }

        /// Runs `body` with a seed of its own in place of one that was taken before, for weights that must not be alike.
        final func drawingAnew<Result>(_ body: () throws -> Result) rethrows -> Result {
            let kept = drawnSeed
            drawnSeed = nil
            defer { drawnSeed = kept }
            return try body()
        }

        override public func getConfig() -> Config { ["seed": ConfigValue(seed)] }
    }

    /// Normal numbers. Follows Keras's [RandomNormal](https://keras.io/api/layers/initializers/#randomnormal-class).
    public final class RandomNormal: RandomInitializer {
        public let mean: Double
        public let stddev: Double

        public init(mean: Double = 0, stddev: Double = 0.05, seed: Int? = nil) {
            self.mean = mean
            self.stddev = stddev
            super.init(seed: seed)
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try random.normal(shape, mean: mean, stddev: stddev, dtype: dtype, seed: stream).validated()
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(mean: config.double("mean", 0), stddev: config.double("stddev", 0.05), seed: config.seed)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["mean": .double(mean), "stddev": .double(stddev)])
        }
    }

    /// Normal numbers of which those beyond two standard deviations are drawn again.
    /// Follows Keras's [TruncatedNormal](https://keras.io/api/layers/initializers/#truncatednormal-class).
    public final class TruncatedNormal: RandomInitializer {
        public let mean: Double
        public let stddev: Double

        public init(mean: Double = 0, stddev: Double = 0.05, seed: Int? = nil) {
            self.mean = mean
            self.stddev = stddev
            super.init(seed: seed)
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try random.truncatedNormal(shape, mean: mean, stddev: stddev, dtype: dtype, seed: stream).validated()
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(mean: config.double("mean", 0), stddev: config.double("stddev", 0.05), seed: config.seed)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["mean": .double(mean), "stddev": .double(stddev)])
        }
    }

    /// Numbers evenly spread over `minval ..< maxval`.
    /// Follows Keras's [RandomUniform](https://keras.io/api/layers/initializers/#randomuniform-class).
    public final class RandomUniform: RandomInitializer {
        public let minval: Double
        public let maxval: Double

        public init(minval: Double = -0.05, maxval: Double = 0.05, seed: Int? = nil) {
            self.minval = minval
            self.maxval = maxval
            super.init(seed: seed)
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try random.uniform(shape, minval: minval, maxval: maxval, dtype: dtype, seed: stream).validated()
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                minval: config.double("minval", -0.05), maxval: config.double("maxval", 0.05), seed: config.seed)
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["minval": .double(minval), "maxval": .double(maxval)])
        }
    }
}

extension InitializerConvertible where Self == Initializers.RandomNormal {
    /// Normal numbers.
    public static func randomNormal(mean: Double = 0, stddev: Double = 0.05, seed: Int? = nil) -> Self {
        Self(mean: mean, stddev: stddev, seed: seed)
    }
}

extension InitializerConvertible where Self == Initializers.TruncatedNormal {
    /// Normal numbers within two standard deviations.
    public static func truncatedNormal(mean: Double = 0, stddev: Double = 0.05, seed: Int? = nil) -> Self {
        Self(mean: mean, stddev: stddev, seed: seed)
    }
}

extension InitializerConvertible where Self == Initializers.RandomUniform {
    /// Numbers evenly spread over `minval ..< maxval`.
    public static func randomUniform(minval: Double = -0.05, maxval: Double = 0.05, seed: Int? = nil) -> Self {
        Self(minval: minval, maxval: maxval, seed: seed)
    }
}

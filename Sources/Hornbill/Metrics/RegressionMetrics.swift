import HornbillEngine

extension Metrics {
    /// The mean of squared differences.
    /// Follows Keras's [MeanSquaredError](https://keras.io/api/metrics/regression_metrics/#meansquarederror-class).
    public final class MeanSquaredError: MeanOf {
        public init(name: String = "mean_squared_error", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Metrics.squaredDifference($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "mean_squared_error"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The root of the mean of squared differences.
    /// Follows Keras's
    /// [RootMeanSquaredError](https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class).
    public final class RootMeanSquaredError: MeanOf {
        public init(name: String = "root_mean_squared_error", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Metrics.squaredDifference($0, $1) }
        }

        /// Keras's does not see the mask of the outputs.
        override var respectsMask: Bool { false }

        override public func result() throws -> Tensor { try ops.sqrt(super.result()) }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "root_mean_squared_error"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The mean of absolute differences.
    /// Follows Keras's [MeanAbsoluteError](https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class).
    public final class MeanAbsoluteError: MeanOf {
        public init(name: String = "mean_absolute_error", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { yTrue, yPred in
                let (truth, prediction) = Losses.aligned(yTrue, yPred)
                return ops.abs(prediction - truth)
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "mean_absolute_error"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The mean of absolute differences in percent of the targets. Follows Keras's
    /// [MeanAbsolutePercentageError](https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class).
    public final class MeanAbsolutePercentageError: MeanOf {
        public init(name: String = "mean_absolute_percentage_error", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.meanAbsolutePercentageError($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "mean_absolute_percentage_error"),
                dtype: config.elementType("dtype", .float32))
        }
    }

    /// The mean of squared differences of logarithms. Follows Keras's
    /// [MeanSquaredLogarithmicError](https://keras.io/api/metrics/regression_metrics/#meansquaredlogarithmicerror-class).
    public final class MeanSquaredLogarithmicError: MeanOf {
        public init(name: String = "mean_squared_logarithmic_error", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.meanSquaredLogarithmicError($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "mean_squared_logarithmic_error"),
                dtype: config.elementType("dtype", .float32))
        }
    }

    /// The cosine of the angle between targets and outputs (the loss of this name is its negative).
    /// Follows Keras's [CosineSimilarity](https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class).
    public final class CosineSimilarity: MeanOf {
        public init(name: String = "cosine_similarity", dtype: DType = .float32, axis: Int = -1) {
            super.init(name, dtype: dtype) { -Losses.cosineSimilarity($0, $1, axis: axis) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "cosine_similarity"), dtype: config.elementType("dtype", .float32),
                axis: config.int("axis", -1))
        }
    }

    /// The mean logarithm of the hyperbolic cosine of the differences.
    /// Follows Keras's [LogCoshError](https://keras.io/api/metrics/regression_metrics/#logcosherror-class).
    public final class LogCoshError: MeanOf {
        public init(name: String = "logcosh", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.logCosh($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "logcosh"), dtype: config.elementType("dtype", .float32))
        }
    }

    private static func squaredDifference(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = Losses.aligned(yTrue, yPred)
        return ops.square(prediction - truth)
    }
}

import HornbillEngine

extension Metrics {
    /// The mean of `max(1 − yTrue · yPred, 0)` for targets −1 and 1, or 0 and 1.
    /// Follows Keras's [Hinge](https://keras.io/api/metrics/hinge_metrics/#hinge-class).
    public final class Hinge: MeanOf {
        public init(name: String = "hinge", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.hinge($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "hinge"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The mean of `max(1 − yTrue · yPred, 0)²` for targets −1 and 1, or 0 and 1.
    /// Follows Keras's [SquaredHinge](https://keras.io/api/metrics/hinge_metrics/#squaredhinge-class).
    public final class SquaredHinge: MeanOf {
        public init(name: String = "squared_hinge", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.squaredHinge($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "squared_hinge"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The mean of `max(neg − pos + 1, 0)` for one-hot targets.
    /// Follows Keras's [CategoricalHinge](https://keras.io/api/metrics/hinge_metrics/#categoricalhinge-class).
    public final class CategoricalHinge: MeanOf {
        public init(name: String = "categorical_hinge", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.categoricalHinge($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "categorical_hinge"), dtype: config.elementType("dtype", .float32))
        }
    }
}

import HornbillEngine

extension Metrics {
    /// How far one distribution is from another.
    /// Follows Keras's [KLDivergence](https://keras.io/api/metrics/probabilistic_metrics/#kldivergence-class).
    public final class KLDivergence: MeanOf {
        public init(name: String = "kl_divergence", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.klDivergence($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "kl_divergence"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The negative log likelihood of counts.
    /// Follows Keras's [Poisson](https://keras.io/api/metrics/probabilistic_metrics/#poisson-class).
    public final class Poisson: MeanOf {
        public init(name: String = "poisson", dtype: DType = .float32) {
            super.init(name, dtype: dtype) { Losses.poisson($0, $1) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(name: config.string("name", "poisson"), dtype: config.elementType("dtype", .float32))
        }
    }

    /// The cross-entropy of probabilities of yes and no.
    /// Follows Keras's
    /// [BinaryCrossentropy](https://keras.io/api/metrics/probabilistic_metrics/#binarycrossentropy-class).
    public final class BinaryCrossentropy: MeanOf {
        public let fromLogits: Bool
        public let labelSmoothing: Double

        public init(
            name: String = "binary_crossentropy", dtype: DType = .float32, fromLogits: Bool = false,
            labelSmoothing: Double = 0
        ) {
            self.fromLogits = fromLogits
            self.labelSmoothing = labelSmoothing
            super.init(name, dtype: dtype) {
                Losses.binaryCrossentropy($0, $1, fromLogits: fromLogits, labelSmoothing: labelSmoothing)
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "binary_crossentropy"), dtype: config.elementType("dtype", .float32),
                fromLogits: config.bool("from_logits", false), labelSmoothing: config.double("label_smoothing", 0))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging(["from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing)])
        }
    }

    /// The cross-entropy of one-hot targets. Follows Keras's
    /// [CategoricalCrossentropy](https://keras.io/api/metrics/probabilistic_metrics/#categoricalcrossentropy-class).
    public final class CategoricalCrossentropy: MeanOf {
        public let fromLogits: Bool
        public let labelSmoothing: Double
        public let axis: Int

        public init(
            name: String = "categorical_crossentropy", dtype: DType = .float32, fromLogits: Bool = false,
            labelSmoothing: Double = 0, axis: Int = -1
        ) {
            self.fromLogits = fromLogits
            self.labelSmoothing = labelSmoothing
            self.axis = axis
            super.init(name, dtype: dtype) {
                Losses.categoricalCrossentropy(
                    $0, $1, fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)
            }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "categorical_crossentropy"), dtype: config.elementType("dtype", .float32),
                fromLogits: config.bool("from_logits", false), labelSmoothing: config.double("label_smoothing", 0),
                axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "from_logits": .bool(fromLogits), "label_smoothing": .double(labelSmoothing), "axis": .int(axis),
            ])
        }
    }

    /// The cross-entropy of class numbers. Follows Keras's
    /// [SparseCategoricalCrossentropy](https://keras.io/api/metrics/probabilistic_metrics/#sparsecategoricalcrossentropy-class).
    public final class SparseCategoricalCrossentropy: MeanOf {
        public let fromLogits: Bool
        public let ignoreClass: Int?
        public let axis: Int

        public init(
            name: String = "sparse_categorical_crossentropy", dtype: DType = .float32, fromLogits: Bool = false,
            ignoreClass: Int? = nil, axis: Int = -1
        ) {
            self.fromLogits = fromLogits
            self.ignoreClass = ignoreClass
            self.axis = axis
            super.init(name, dtype: dtype) {
                Losses.sparseCategoricalCrossentropy(
                    $0, $1, fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
            }
        }

        /// With weights, those of the ignored class do not count; without, its samples do, with the value 0, as in
        /// Keras.
        override func mask(_ yTrue: Tensor, _ values: Tensor) -> Tensor? {
            ignoreClass.map { ops.reshape(yTrue .!= $0, values.shape) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "sparse_categorical_crossentropy"),
                dtype: config.elementType("dtype", .float32), fromLogits: config.bool("from_logits", false),
                ignoreClass: config.optionalInt("ignore_class"), axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config {
            super.getConfig().merging([
                "from_logits": .bool(fromLogits), "ignore_class": ConfigValue(ignoreClass), "axis": .int(axis),
            ])
        }
    }
}

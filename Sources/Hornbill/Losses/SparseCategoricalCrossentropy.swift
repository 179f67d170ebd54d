import HornbillEngine

extension Losses {
    /// The cross-entropy of class numbers: `−log p` of the target class.
    ///
    /// `yTrue` holds class numbers in the shape `(batch, …)` or `(batch, …, 1)`, `yPred` has the shape `(batch, …,
    /// classes)`; the values have the shape `(batch, …)`. A number that is no class is an error that names its row
    /// (Keras's JAX backend takes its loss for 0). Follows Keras's
    /// [SparseCategoricalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class).
    public final class SparseCategoricalCrossentropy: Loss {
        public let fromLogits: Bool
        public let ignoreClass: Int?
        public let axis: Int

        /// - Parameters:
        ///   - fromLogits: whether the outputs are logits rather than probabilities.
        ///   - ignoreClass: a class number whose samples have the loss 0.
        ///   - axis: the axis of the classes.
        public init(
            fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1,
            reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil, dtype: DType = .float32
        ) {
            self.fromLogits = fromLogits
            self.ignoreClass = ignoreClass
            self.axis = axis
            super.init(name: name, reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.sparseCategoricalCrossentropy(
                yTrue, yPred, fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
        }

        /// Samples of the ignored class do not count for the mean.
        override package func mask(_ yTrue: Tensor, _ values: Tensor) -> Tensor? {
            ignoreClass.map { ops.reshape(yTrue .!= $0, values.shape) }
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                fromLogits: config.bool("from_logits", false), ignoreClass: config.optionalInt("ignore_class"),
                axis: config.int("axis", -1), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        override public func getConfig() -> Config {
            var config = super.getConfig().merging([
                "from_logits": .bool(fromLogits), "ignore_class": ConfigValue(ignoreClass),
            ])
            // Keras forgets it, which makes another loss of the file; it reads what is written here.
            if axis != -1 { config["axis"] = .int(axis) }
            return config
        }
    }

    /// The value of ``SparseCategoricalCrossentropy`` for each sample.
    public static func sparseCategoricalCrossentropy(
        _ yTrue: Tensor, _ yPred: Tensor, fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Tensor {
        var labels = yTrue
        if labels.rank == yPred.rank, let resolved = try? labels.shape.axis(axis), labels.shape[resolved] == 1 {
            labels = ops.squeeze(labels, axis: Axes(axis))
        }
        guard let ignoreClass else {
            return ops.sparseCategoricalCrossentropy(labels, yPred, fromLogits: fromLogits, axis: axis)
        }
        let counts = labels .!= ignoreClass
        let safeLabels = ops.where(counts, labels, 0)
        let values = ops.sparseCategoricalCrossentropy(safeLabels, yPred, fromLogits: fromLogits, axis: axis)
        return ops.where(counts, values, 0)
    }
}

extension LossConvertible where Self == Losses.SparseCategoricalCrossentropy {
    /// The cross-entropy of class numbers.
    public static var sparseCategoricalCrossentropy: Self { Self() }
    /// The cross-entropy of class numbers.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Self {
        Self(fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)
    }
}

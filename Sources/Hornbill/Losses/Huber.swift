import HornbillEngine

extension Losses {
    /// Half the squared difference up to `delta`, and linear beyond: `delta · |d| − delta² / 2`; the mean over the last
    /// axis.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [Huber](https://keras.io/api/losses/regression_losses/#huber-class).
    public final class Huber: Loss {
        public let delta: Double

        public init(
            delta: Double = 1, reduction: Loss.Reduction = .sumOverBatchSize, name: String? = nil,
            dtype: DType = .float32
        ) {
            self.delta = delta
            super.init(name: name ?? "huber_loss", reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.huber(yTrue, yPred, delta: delta)
        }

        override public convenience init(config: ConfigReader) throws {
            try self.init(
                delta: config.double("delta", 1), reduction: config.reduction, name: config.name,
                dtype: config.elementType("dtype", .float32))
        }

        // Keras forgets it, which makes another loss of the file; it reads what is written here.
        override public func getConfig() -> Config {
            delta == 1 ? super.getConfig() : super.getConfig().merging(["delta": .double(delta)])
        }
    }

    /// The value of ``Huber`` for each sample.
    public static func huber(_ yTrue: Tensor, _ yPred: Tensor, delta: Double = 1) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let error = prediction - truth
        let size = ops.abs(error)
        let linear = delta * size - 0.5 * delta * delta
        return ops.mean(ops.where(size <= delta, 0.5 * ops.square(error), linear), axis: -1)
    }
}

extension LossConvertible where Self == Losses.Huber {
    /// Half the squared difference, linear beyond 1.
    public static var huber: Self { Self() }
    /// Half the squared difference, linear beyond `delta`.
    public static func huber(delta: Double) -> Self { Self(delta: delta) }
}

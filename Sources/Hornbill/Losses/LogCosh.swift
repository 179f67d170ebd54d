import HornbillEngine

extension Losses {
    /// The mean logarithm of the hyperbolic cosine of the differences: like their square where they are small, like
    /// their size where large.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [LogCosh](https://keras.io/api/losses/regression_losses/#logcosh-class).
    public final class LogCosh: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor { Losses.logCosh(yTrue, yPred) }
    }

    /// The value of ``LogCosh`` for each sample.
    public static func logCosh(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let error = prediction - truth
        return ops.mean(error + ops.softplus(error * -2.0) - 0.6931471805599453, axis: -1)
    }
}

extension LossConvertible where Self == Losses.LogCosh {
    /// The mean logarithm of the hyperbolic cosine of the differences: like their square where they are small, like
    /// their size where large.
    public static var logCosh: Self { Self() }
}

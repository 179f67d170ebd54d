import HornbillEngine

extension Losses {
    /// The mean of absolute differences: `mean(|yTrue − yPred|)` over the last axis.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [MeanAbsoluteError](https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class).
    public final class MeanAbsoluteError: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.meanAbsoluteError(yTrue, yPred)
        }
    }

    /// The value of ``MeanAbsoluteError`` for each sample.
    public static func meanAbsoluteError(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        return ops.mean(ops.abs(prediction - truth), axis: -1)
    }
}

extension LossConvertible where Self == Losses.MeanAbsoluteError {
    /// The mean of absolute differences: `mean(|yTrue − yPred|)` over the last axis.
    public static var mae: Self { Self() }
}

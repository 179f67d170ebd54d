import HornbillEngine

extension Losses {
    /// The mean of absolute differences in percent of the targets: `100 · mean(|(yTrue − yPred) / yTrue|)`.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [MeanAbsolutePercentageError](https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class).
    public final class MeanAbsolutePercentageError: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.meanAbsolutePercentageError(yTrue, yPred)
        }
    }

    /// The value of ``MeanAbsolutePercentageError`` for each sample.
    public static func meanAbsolutePercentageError(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let size = ops.maximum(ops.abs(truth), epsilon)
        return 100.0 * ops.mean(ops.abs((truth - prediction) / size), axis: -1)
    }
}

extension LossConvertible where Self == Losses.MeanAbsolutePercentageError {
    /// The mean of absolute differences in percent of the targets: `100 · mean(|(yTrue − yPred) / yTrue|)`.
    public static var mape: Self { Self() }
}

import HornbillEngine

extension Losses {
    /// The mean of squared differences: `mean((yTrue − yPred)²)` over the last axis.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [MeanSquaredError](https://keras.io/api/losses/regression_losses/#meansquarederror-class).
    public final class MeanSquaredError: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.meanSquaredError(yTrue, yPred)
        }
    }

    /// The value of ``MeanSquaredError`` for each sample.
    public static func meanSquaredError(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        return ops.mean(ops.square(prediction - truth), axis: -1)
    }
}

extension LossConvertible where Self == Losses.MeanSquaredError {
    /// The mean of squared differences: `mean((yTrue − yPred)²)` over the last axis.
    public static var mse: Self { Self() }
}

import HornbillEngine

extension Losses {
    /// The mean of squared differences of logarithms: `mean((log(yTrue + 1) − log(yPred + 1))²)`.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [MeanSquaredLogarithmicError](https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class).
    public final class MeanSquaredLogarithmicError: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.meanSquaredLogarithmicError(yTrue, yPred)
        }
    }

    /// The value of ``MeanSquaredLogarithmicError`` for each sample.
    public static func meanSquaredLogarithmicError(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        func logarithm(_ x: Tensor) -> Tensor { ops.log(ops.maximum(x, epsilon) + 1.0) }
        return ops.mean(ops.square(logarithm(prediction) - logarithm(truth)), axis: -1)
    }
}

extension LossConvertible where Self == Losses.MeanSquaredLogarithmicError {
    /// The mean of squared differences of logarithms: `mean((log(yTrue + 1) − log(yPred + 1))²)`.
    public static var msle: Self { Self() }
}

import HornbillEngine

extension Losses {
    /// The mean of `max(1 − yTrue · yPred, 0)²` for targets −1 and 1 (0 counts as −1 where all targets are 0 or 1).
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [SquaredHinge](https://keras.io/api/losses/hinge_losses/#squaredhinge-class).
    public final class SquaredHinge: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.squaredHinge(yTrue, yPred)
        }
    }

    /// The value of ``SquaredHinge`` for each sample.
    public static func squaredHinge(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        return ops.mean(ops.square(ops.maximum(1.0 - signs(truth) * prediction, 0.0)), axis: -1)
    }
}

extension LossConvertible where Self == Losses.SquaredHinge {
    /// The mean of `max(1 − yTrue · yPred, 0)²` for targets −1 and 1 (0 counts as −1 where all targets are 0 or 1).
    public static var squaredHinge: Self { Self() }
}

import HornbillEngine

extension Losses {
    /// The mean of `max(1 − yTrue · yPred, 0)` for targets −1 and 1 (0 counts as −1 where all targets are 0 or 1).
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [Hinge](https://keras.io/api/losses/hinge_losses/#hinge-class).
    public final class Hinge: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor { Losses.hinge(yTrue, yPred) }
    }

    /// The value of ``Hinge`` for each sample.
    public static func hinge(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        return ops.mean(ops.maximum(1.0 - signs(truth) * prediction, 0.0), axis: -1)
    }
}

extension LossConvertible where Self == Losses.Hinge {
    /// The mean of `max(1 − yTrue · yPred, 0)` for targets −1 and 1 (0 counts as −1 where all targets are 0 or 1).
    public static var hinge: Self { Self() }
}

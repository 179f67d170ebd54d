import HornbillEngine

extension Losses {
    /// `max(neg − pos + 1, 0)`, where pos is the output for the target class and neg the largest other output.
    ///
    /// One-hot `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows
    /// Keras's [CategoricalHinge](https://keras.io/api/losses/hinge_losses/#categoricalhinge-class).
    public final class CategoricalHinge: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.categoricalHinge(yTrue, yPred)
        }
    }

    /// The value of ``CategoricalHinge`` for each sample.
    public static func categoricalHinge(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let positive = ops.sum(truth * prediction, axis: -1)
        let negative = ops.max((1.0 - truth) * prediction, axis: -1)
        return ops.maximum(negative - positive + 1.0, 0.0)
    }
}

extension LossConvertible where Self == Losses.CategoricalHinge {
    /// `max(neg − pos + 1, 0)`, where pos is the output for the target class and neg the largest other output.
    public static var categoricalHinge: Self { Self() }
}

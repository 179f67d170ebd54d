import HornbillEngine

extension Losses {
    /// How far one distribution is from another: `Σ yTrue · log(yTrue / yPred)` over the last axis.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [KLDivergence](https://keras.io/api/losses/probabilistic_losses/#kldivergence-class).
    public final class KLDivergence: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
            Losses.klDivergence(yTrue, yPred)
        }
    }

    /// The value of ``KLDivergence`` for each sample.
    public static func klDivergence(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        let (t, p) = (ops.clip(truth, epsilon, 1.0), ops.clip(prediction, epsilon, 1.0))
        return ops.sum(t * ops.log(t / p), axis: -1)
    }
}

extension LossConvertible where Self == Losses.KLDivergence {
    /// How far one distribution is from another: `Σ yTrue · log(yTrue / yPred)` over the last axis.
    public static var klDivergence: Self { Self() }
}

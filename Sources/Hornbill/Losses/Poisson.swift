import HornbillEngine

extension Losses {
    /// The negative log likelihood of counts: `mean(yPred − yTrue · log(yPred))` over the last axis.
    ///
    /// `yTrue` and `yPred` have one shape `(batch, …, n)`; the values have the shape `(batch, …)`. Follows Keras's
    /// [Poisson](https://keras.io/api/losses/probabilistic_losses/#poisson-class).
    public final class Poisson: Loss {
        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor { Losses.poisson(yTrue, yPred) }
    }

    /// The value of ``Poisson`` for each sample.
    public static func poisson(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        let (truth, prediction) = aligned(yTrue, yPred)
        return ops.mean(prediction - truth * ops.log(prediction + epsilon), axis: -1)
    }
}

extension LossConvertible where Self == Losses.Poisson {
    /// The negative log likelihood of counts: `mean(yPred − yTrue · log(yPred))` over the last axis.
    public static var poisson: Self { Self() }
}

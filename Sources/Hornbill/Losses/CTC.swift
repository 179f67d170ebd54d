import HornbillEngine

extension Losses {
    /// Connectionist temporal classification: the labels of a sequence, without saying where they are (Graves et al.,
    /// 2006).
    ///
    /// `yTrue` holds class numbers in the shape `(batch, labels)`, where 0 is no label but fills up the row; `yPred`
    /// holds logits in the shape `(batch, steps, classes)`, of which class 0 is the blank. The values have the shape
    /// `(batch,)`. Follows Keras's [CTC](https://keras.io/api/losses/probabilistic_losses/#ctc-class).
    public final class CTC: Loss {
        override public init(
            name: String? = nil, reduction: Loss.Reduction = .sumOverBatchSize, dtype: DType = .float32
        ) {
            super.init(name: name ?? "ctc", reduction: reduction, dtype: dtype)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor { Losses.ctc(yTrue, yPred) }

        override public convenience init(config: ConfigReader) throws {
            try self.init(name: config.name, reduction: config.reduction, dtype: config.elementType("dtype", .float32))
        }
    }

    /// The value of ``CTC`` for each sample.
    public static func ctc(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
        guard yTrue.error != nil || yTrue.rank == 2 else {
            return Tensor(
                error: HornbillError(
                    .shape, "ctc: the targets must be class numbers of shape (batch, labels), not \(yTrue.shape)"))
        }
        guard yPred.error != nil || yPred.rank == 3 else {
            return Tensor(
                error: HornbillError(
                    .shape, "ctc: the outputs must be logits of shape (batch, steps, classes), not \(yPred.shape)"))
        }
        let labels = ops.sum((yTrue .!= 0).cast(to: .int32), axis: -1)
        let steps = Tensor(
            repeating: Double(yPred.shape[1]), shape: Shape([yPred.shape[0]]), dtype: .int32)
        return ops.ctcLoss(yTrue, yPred, labels, steps, maskIndex: 0)
    }
}

extension LossConvertible where Self == Losses.CTC {
    /// Connectionist temporal classification: the labels of a sequence, without saying where they are.
    public static var ctc: Self { Self() }
}

import HornbillEngine

/// How a recurrent layer goes through a sequence, and what it gives: the arguments that all of them share.
struct Recurrence {
    var returnSequences: Bool
    var returnState: Bool
    var goBackwards: Bool
    var stateful: Bool
    var unroll: Bool
    var zeroOutputForMask: Bool
    var activityRegularizer: (any RegularizerConvertible)?
}

/// An ``RNN`` whose cell is always of one kind and part of the layer itself: what ``SimpleRNN``, ``LSTM``, ``GRU`` and
/// the convolutional ones share. Its configuration is the cell's and its own in one.
public class RNNOf<Cell: RecurrentCell>: RNN {
    let ownCell: Cell

    /// The number of axes of the input.
    class var inputRank: Int { 3 }

    // Required, since a copy is of the class that is copied.
    required init(
        _ cell: Cell, _ recurrence: Recurrence, inputShape: PartialShape?, name: String?, trainable: Bool,
        dtype: DTypePolicy?
    ) {
        ownCell = cell
        super.init(
            cell, returnSequences: recurrence.returnSequences, returnState: recurrence.returnState,
            goBackwards: recurrence.goBackwards, stateful: recurrence.stateful, unroll: recurrence.unroll,
            zeroOutputForMask: recurrence.zeroOutputForMask, activityRegularizer: recurrence.activityRegularizer,
            inputShape: inputShape, name: name, trainable: trainable, dtype: dtype)
        inputSpec = InputSpec(rank: Self.inputRank)
    }

    override package func copy(name: String, goBackwards: Bool) throws -> RNN {
        guard let cell = try ownCell.copy() as? Cell else {
            throw HornbillError(.internal, "the copy of a \(ownCell.kerasClassName) is none", layer: label)
        }
        let recurrence = Recurrence(
            returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards, stateful: stateful,
            unroll: unroll, zeroOutputForMask: zeroOutputForMask, activityRegularizer: activityRegularizer)
        return Self(cell, recurrence, inputShape: nil, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    override public func getConfig() -> Config {
        var config = super.getConfig()
        config["cell"] = nil
        let own = ownCell.getConfig()
        for key in own.keys where config[key] == nil { config[key] = own[key] }
        return config.merging(["activity_regularizer": activityRegularizer?.serialized ?? .null])
    }
}

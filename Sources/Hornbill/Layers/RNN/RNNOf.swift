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

extension Recurrence {
    init(_ config: ConfigReader) throws {
        // What Keras 2 wrote besides.
        config.ignore("implementation")
        try config.only("time_major", false)
        returnSequences = try config.bool("return_sequences", false)
        returnState = try config.bool("return_state", false)
        goBackwards = try config.bool("go_backwards", false)
        stateful = try config.bool("stateful", false)
        unroll = try config.bool("unroll", false)
        zeroOutputForMask = try config.bool("zero_output_for_mask", false)
        activityRegularizer = try config.activityRegularizer
    }
}

/// A cell that is part of a layer, and reads its arguments among the layer's.
public protocol EmbeddedCell: RecurrentCell {
    /// - Parameter inputRank: the number of axes of the layer's input.
    init(layer config: ConfigReader, inputRank: Int) throws
    /// The arguments among those of the layer, whose penalty on the output has its place between them.
    func layerConfig(activity: (any RegularizerConvertible)?) -> Config
}

/// An ``RNN`` whose cell is always of one kind and part of the layer itself: what ``SimpleRNN``, ``LSTM``, ``GRU`` and
/// the convolutional ones share. Its configuration is the cell's and its own in one.
public class RNNOf<Cell: EmbeddedCell>: RNN {
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

    public convenience init(config: ConfigReader) throws {
        try self.init(
            Cell(layer: config, inputRank: Self.inputRank), Recurrence(config), inputShape: nil, name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        var config = super.getConfig()
        config["cell"] = nil
        return config.merging(ownCell.layerConfig(activity: activityRegularizer))
    }
}

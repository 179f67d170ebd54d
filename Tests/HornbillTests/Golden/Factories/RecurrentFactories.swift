import Hornbill

/// The layers of the module `layers_recurrent`.
let recurrentLayerFactories: LayerFactories = [
    "SimpleRNN": { SimpleRNN($0) }, "LSTM": { LSTM($0) }, "GRU": { GRU($0) },
    "SimpleRNNCell": { SimpleRNNCell($0) }, "LSTMCell": { LSTMCell($0) }, "GRUCell": { GRUCell($0) },
    "StackedRNNCells": { StackedRNNCells(try ($0["cells"]?.list ?? []).map(recurrentCell)) },
    "ConvLSTM1D": { ConvLSTM1D($0) }, "ConvLSTM2D": { ConvLSTM2D($0) }, "ConvLSTM3D": { ConvLSTM3D($0) },
    "RNN": { config in
        let flags = LoopFlags(config)
        guard let cells = config["cell"]?.list else {
            return RNN(
                try recurrentCell(config["cell"] ?? .null), returnSequences: flags.returnSequences,
                returnState: flags.returnState, goBackwards: flags.goBackwards, stateful: flags.stateful,
                unroll: flags.unroll, zeroOutputForMask: flags.zeroOutputForMask)
        }
        return RNN(
            try cells.map(recurrentCell), returnSequences: flags.returnSequences, returnState: flags.returnState,
            goBackwards: flags.goBackwards, stateful: flags.stateful, unroll: flags.unroll,
            zeroOutputForMask: flags.zeroOutputForMask)
    },
    "Bidirectional": { config in
        let layer = try nested(config["layer"] ?? .null, as: RNN.self)
        let backward = try config["backward_layer"].map { try nested($0, as: RNN.self) }
        // A null is there where no merging is wanted.
        guard case .object(let entries) = config, entries["merge_mode"] != nil else {
            return Bidirectional(layer, backwardLayer: backward)
        }
        return Bidirectional(
            layer, mergeMode: config["merge_mode"]?.string.flatMap(Bidirectional.MergeMode.init),
            backwardLayer: backward)
    },
    "TimeDistributed": { TimeDistributed(try nested($0["layer"] ?? .null, as: Layer.self)) },
]

/// A layer within another's configuration: `{"class_name": …, its arguments}`.
private func nested<Kind: Layer>(_ config: GoldenValue, as: Kind.Type) throws -> Kind {
    guard let name = config["class_name"]?.string, let layer = try layerFactories[name]?(config) as? Kind else {
        throw GoldenError("no such layer: \(config)")
    }
    return layer
}

private func recurrentCell(_ config: GoldenValue) throws -> RecurrentCell { try nested(config, as: RecurrentCell.self) }

/// The arguments of a loop.
private struct LoopFlags {
    let returnSequences, returnState, goBackwards, stateful, unroll, zeroOutputForMask: Bool

    init(_ config: GoldenValue) {
        func flag(_ name: String) -> Bool { config[name]?.bool ?? false }
        returnSequences = flag("return_sequences")
        returnState = flag("return_state")
        goBackwards = flag("go_backwards")
        stateful = flag("stateful")
        unroll = flag("unroll")
        zeroOutputForMask = flag("zero_output_for_mask")
    }
}

/// The arguments that the three kinds of gates share.
private struct GateArguments {
    let config: GoldenValue

    init(_ config: GoldenValue) { self.config = config }

    var units: Int { config["units"]?.int ?? 0 }
    var activation: String { string("activation") ?? "tanh" }
    var gates: String { string("recurrent_activation") ?? "sigmoid" }
    var useBias: Bool { config["use_bias"]?.bool ?? true }
    var kernel: String { string("kernel_initializer") ?? "glorot_uniform" }
    var recurrent: String { string("recurrent_initializer") ?? "orthogonal" }
    var bias: String { string("bias_initializer") ?? "zeros" }
    var dropout: Double { config["dropout"]?.double ?? 0 }
    var recurrentDropout: Double { config["recurrent_dropout"]?.double ?? 0 }
    var seed: Int? { config["seed"]?.int }
    var flags: LoopFlags { LoopFlags(config) }

    func string(_ name: String) -> String? { config[name]?.string }
}

extension SimpleRNN {
    fileprivate convenience init(_ config: GoldenValue) {
        let (a, flags) = (GateArguments(config), LoopFlags(config))
        self.init(
            a.units, activation: a.activation, useBias: a.useBias, kernelInitializer: a.kernel,
            recurrentInitializer: a.recurrent, biasInitializer: a.bias,
            kernelRegularizer: a.string("kernel_regularizer"), recurrentRegularizer: a.string("recurrent_regularizer"),
            biasRegularizer: a.string("bias_regularizer"), activityRegularizer: a.string("activity_regularizer"),
            kernelConstraint: a.string("kernel_constraint"), recurrentConstraint: a.string("recurrent_constraint"),
            biasConstraint: a.string("bias_constraint"), dropout: a.dropout, recurrentDropout: a.recurrentDropout,
            returnSequences: flags.returnSequences, returnState: flags.returnState, goBackwards: flags.goBackwards,
            stateful: flags.stateful, unroll: flags.unroll, seed: a.seed, zeroOutputForMask: flags.zeroOutputForMask)
    }
}

extension LSTM {
    fileprivate convenience init(_ config: GoldenValue) {
        let (a, flags) = (GateArguments(config), LoopFlags(config))
        self.init(
            a.units, activation: a.activation, recurrentActivation: a.gates, useBias: a.useBias,
            kernelInitializer: a.kernel, recurrentInitializer: a.recurrent, biasInitializer: a.bias,
            unitForgetBias: config["unit_forget_bias"]?.bool ?? true,
            kernelRegularizer: a.string("kernel_regularizer"), recurrentRegularizer: a.string("recurrent_regularizer"),
            biasRegularizer: a.string("bias_regularizer"), activityRegularizer: a.string("activity_regularizer"),
            kernelConstraint: a.string("kernel_constraint"), recurrentConstraint: a.string("recurrent_constraint"),
            biasConstraint: a.string("bias_constraint"), dropout: a.dropout, recurrentDropout: a.recurrentDropout,
            seed: a.seed, returnSequences: flags.returnSequences, returnState: flags.returnState,
            goBackwards: flags.goBackwards, stateful: flags.stateful, unroll: flags.unroll,
            zeroOutputForMask: flags.zeroOutputForMask)
    }
}

extension GRU {
    fileprivate convenience init(_ config: GoldenValue) {
        let (a, flags) = (GateArguments(config), LoopFlags(config))
        self.init(
            a.units, activation: a.activation, recurrentActivation: a.gates, useBias: a.useBias,
            kernelInitializer: a.kernel, recurrentInitializer: a.recurrent, biasInitializer: a.bias,
            kernelRegularizer: a.string("kernel_regularizer"), recurrentRegularizer: a.string("recurrent_regularizer"),
            biasRegularizer: a.string("bias_regularizer"), activityRegularizer: a.string("activity_regularizer"),
            kernelConstraint: a.string("kernel_constraint"), recurrentConstraint: a.string("recurrent_constraint"),
            biasConstraint: a.string("bias_constraint"), dropout: a.dropout, recurrentDropout: a.recurrentDropout,
            seed: a.seed, returnSequences: flags.returnSequences, returnState: flags.returnState,
            goBackwards: flags.goBackwards, stateful: flags.stateful, unroll: flags.unroll,
            resetAfter: config["reset_after"]?.bool ?? true, zeroOutputForMask: flags.zeroOutputForMask)
    }
}

extension ConvLSTM {
    fileprivate convenience init(_ config: GoldenValue) {
        let (a, flags) = (GateArguments(config), LoopFlags(config))
        func sizes(_ name: String) -> [Int] { config[name]?.ints ?? [1] }
        self.init(
            config["filters"]?.int ?? 0, kernelSize: sizes("kernel_size"), strides: sizes("strides"),
            padding: Padding(a.string("padding") ?? "valid"), dilationRate: sizes("dilation_rate"),
            activation: a.activation, recurrentActivation: a.gates, useBias: a.useBias,
            unitForgetBias: config["unit_forget_bias"]?.bool ?? true, returnSequences: flags.returnSequences,
            returnState: flags.returnState, goBackwards: flags.goBackwards)
    }
}

extension SimpleRNNCell {
    fileprivate convenience init(_ config: GoldenValue) {
        let a = GateArguments(config)
        self.init(
            a.units, activation: a.activation, useBias: a.useBias, dropout: a.dropout,
            recurrentDropout: a.recurrentDropout)
    }
}

extension LSTMCell {
    fileprivate convenience init(_ config: GoldenValue) {
        let a = GateArguments(config)
        self.init(
            a.units, activation: a.activation, useBias: a.useBias, dropout: a.dropout,
            recurrentDropout: a.recurrentDropout)
    }
}

extension GRUCell {
    fileprivate convenience init(_ config: GoldenValue) {
        let a = GateArguments(config)
        self.init(
            a.units, activation: a.activation, useBias: a.useBias, dropout: a.dropout,
            recurrentDropout: a.recurrentDropout, resetAfter: config["reset_after"]?.bool ?? true)
    }
}

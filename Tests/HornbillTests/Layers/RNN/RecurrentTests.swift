import Hornbill
import Testing

@Suite struct RecurrentTests {
    private static let gateConfig = [
        "units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer",
        "bias_initializer", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint",
        "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "seed",
    ]
    private static let loopConfig = [
        "return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask",
    ]
    private static let layerConfig = gateConfig + loopConfig + ["activity_regularizer"]

    @Test func `an LSTM is a good layer`() throws {
        try checkLayer(
            { LSTM(6, returnSequences: true) }, inputs: [[4, 5]], output: [4, 6], parameters: 4 * 6 * (5 + 6 + 1),
            config: Self.layerConfig + ["unit_forget_bias"])
    }

    @Test(arguments: [true, false])
    func `a GRU is a good layer`(_ resetAfter: Bool) throws {
        try checkLayer(
            { GRU(6, resetAfter: resetAfter) }, inputs: [[4, 5]], output: [6],
            parameters: 3 * 6 * (5 + 6 + (resetAfter ? 2 : 1)), config: Self.layerConfig + ["reset_after"])
    }

    @Test func `a simple recurrent layer is a good layer`() throws {
        try checkLayer(
            { SimpleRNN(6) }, inputs: [[4, 5]], output: [6], parameters: 6 * (5 + 6 + 1),
            config: Self.layerConfig.filter { $0 != "recurrent_activation" && $0 != "seed" })  // as in Keras
    }

    @Test func `a loop over stacked cells is a good layer`() throws {
        try checkLayer(
            { RNN([LSTMCell(3), GRUCell(2)], goBackwards: true) }, inputs: [[4, 5]], output: [2],
            parameters: 4 * 3 * (5 + 3 + 1) + 3 * 2 * (3 + 2 + 2), config: Self.loopConfig + ["cell"])
    }

    @Test func `wrappers are good layers`() throws {
        try checkLayer(
            { Bidirectional(LSTM(3, returnSequences: true), mergeMode: .concat) }, inputs: [[4, 5]], output: [4, 6],
            parameters: 2 * 4 * 3 * (5 + 3 + 1), config: ["merge_mode", "layer", "backward_layer"])
        try checkLayer(
            { TimeDistributed(Dense(3)) }, inputs: [[4, 5]], output: [4, 3], parameters: 18, config: ["layer"])
    }

    @Test func `a convolutional LSTM is a good layer`() throws {
        let window = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"]
        let config = Self.layerConfig.filter { $0 != "units" } + window + ["unit_forget_bias"]
        try checkLayer(
            { ConvLSTM1D(2, kernelSize: 3) }, inputs: [[2, 5, 3]], output: [3, 2], parameters: 8 * (9 + 6 + 1),
            config: config)
        try checkLayer(
            { ConvLSTM2D(2, kernelSize: [2, 3], padding: .same, returnSequences: true) }, inputs: [[2, 3, 4, 1]],
            output: [2, 3, 4, 2], parameters: 8 * (6 + 12 + 1), config: config)
        try checkLayer(
            { ConvLSTM3D(1, kernelSize: 2) }, inputs: [[2, 2, 3, 2, 1]], output: [1, 2, 1, 1],
            parameters: 4 * (8 + 8 + 1), config: config)
    }

    @Test func `channels may come first, and masked images are left out`() throws {
        try Session.withNew(seed: 6) {
            let (last, first) = (
                ConvLSTM2D(2, kernelSize: 2, returnSequences: true),
                ConvLSTM2D(2, kernelSize: 2, dataFormat: .channelsFirst, returnSequences: true)
            )
            let x = random.normal([2, 3, 4, 5, 3], seed: 7)
            let mask = Tensor([true, true, false, true, false, false], shape: [2, 3])
            let y: Tensor = last(x, mask: mask)
            try first.ensureBuilt(.tensor([2, 3, 3, 4, 5]))
            try first.setWeights(last.getWeights())
            let turned: Tensor = first(ops.transpose(x, axes: [0, 1, 4, 2, 3]), mask: mask)
            try expectClose(ops.transpose(turned, axes: [0, 1, 3, 4, 2]), y, "channels first")
            try expectClose(y[0, 2], y[0, 1], "a masked step")
            expectError(.argument, "strides", "dilationRate") {
                let layer = ConvLSTM2D(2, kernelSize: 2, strides: 2, dilationRate: 2)
                try (layer(x) as Tensor).validated()
            }
            expectError(.shape, "must be known") {
                let layer = ConvLSTM1D(2, kernelSize: 2)
                try (layer(Input(shape: [3, nil, 2])) as SymbolicTensor).validated()
            }
            expectError(.shape, "does not fit") {
                try (ConvLSTM1D(2, kernelSize: 9)(Tensor.zeros([1, 2, 4, 3])) as Tensor).validated()
            }
        }
    }

    @Test(arguments: Golden.cases("recurrent_stateful"))
    func `a stateful layer goes on where the batch before ended`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let layer = try golden.makeLayer()
            try layer.ensureBuilt(.tensor([2, 4, 5]))
            try layer.setWeights(golden.arrays("weight_"))
            let inputs = golden.arrays("input_")
            #expect(inputs.count == 4)
            let run = compiled { (x: [Tensor]) in
                let results: [Tensor] = layer(x[0], mask: x.count > 1 ? x[1] : nil)
                return results
            }
            for (index, input) in inputs.enumerated() {
                if index == 3 {
                    try (layer as? RNN)?.resetState()
                    try (layer as? Bidirectional)?.resetState()
                }
                let mask = golden.array("mask_\(index)")
                // At once, and in a plan, which updates the states too.
                let outputs: [Tensor] =
                    index % 2 == 0 ? layer(input, mask: mask) : try run([input] + (mask.map { [$0] } ?? []))
                try expectClose(outputs[0], golden.require("output_\(index)"), "call \(index)")
            }
            #expect(layer.trainableVariables.count == layer.weights.count)
        }
    }

    @Test func `a decoder starts where its encoder ended`() throws {
        try Session.withNew(seed: 2) {
            let (source, target) = (Input(shape: [nil, 3]), Input(shape: [nil, 2]))
            let (_, h, c): (SymbolicTensor, SymbolicTensor, SymbolicTensor) = LSTM(4, returnState: true)(source)
            let decoder = LSTM(4, returnSequences: true)
            let y: SymbolicTensor = decoder(target, initialState: [h, c])
            #expect(y.shape == [nil, nil, 4])
            let model = try Model(inputs: [source, target], outputs: Dense(1)(y))
            try model.compile(optimizer: .adam(learningRate: 0.05), loss: .mse)
            // The source says what to repeat.
            let key = random.normal([32, 1, 3], seed: 1)
            let x = [ops.tile(key, [1, 5, 1]), Tensor.zeros([32, 3, 2])]
            let wanted = ops.tile(key[0..., 0..., 0..<1], [1, 3, 1])
            let history = try model.fit(x, wanted, epochs: 60, batchSize: 32, verbose: 0)
            let losses = history["loss"]
            #expect(losses[losses.count - 1] < 0.3 * losses[0], "\(losses)")
            // Other lengths, without the states of the encoder.
            let other: Tensor = try model.predict([Tensor.zeros([2, 7, 3]), Tensor.zeros([2, 4, 2])])
            #expect(other.shape == [2, 4, 1])
        }
    }

    @Test func `a cell of one's own is looped`() throws {
        final class Sum: RecurrentCell {
            override var stateSize: [Int] { [3, 1] }
            override func call(
                _ x: Tensor, states: [Tensor], context: CallContext
            ) throws -> (output: Tensor, states: [Tensor]) {
                let total = states[0] + x
                return (total * 2, [total, states[1] + 1])
            }
        }
        let x = random.normal([2, 4, 3], seed: 3)
        let (all, total, count): (Tensor, Tensor, Tensor) = RNN(Sum(), returnSequences: true, returnState: true)(x)
        try expectClose(all, ops.cumsum(x, axis: 1) * 2, "all")
        try expectClose(total, ops.sum(x, axis: 1), "total")
        #expect(try count.scalars(Float.self) == [4, 4])
        let last: Tensor = RNN(Sum())(x)
        try expectClose(last, total * 2, "last")
        let (output, states) = Sum()(x[0..., 0], states: [Tensor.zeros([2, 3]), Tensor.zeros([2, 1])])
        try expectClose(output, x[0..., 0] * 2, "a step")
        #expect(states.count == 2)
    }

    @Test func `dropout leaves the same elements out in every step`() throws {
        final class Echo: RecurrentCell {
            override var stateSize: [Int] { [1] }
            override func call(
                _ x: Tensor, states: [Tensor], context: CallContext
            ) throws -> (output: Tensor, states: [Tensor]) { (x, states) }
        }
        try Session.withNew(seed: 4) {
            let layer = SimpleRNN(
                64, activation: nil, useBias: false, kernelInitializer: "identity", recurrentInitializer: "zeros",
                dropout: 0.5, returnSequences: true)
            let x = Tensor.ones([8, 5, 64])
            let dropped: Tensor = layer(x, training: true)
            let steps = try ops.split(dropped, 5, axis: 1).map { try $0.scalars(Float.self) }
            #expect(steps.allSatisfy { $0 == steps[0] })
            #expect(Set(steps[0]) == [0, 2])
            let kept = steps[0].count { $0 != 0 }
            #expect(kept > 200 && kept < 312, "about half of 512")
            let again: Tensor = layer(x, training: true)
            #expect(try again.scalars(Float.self) != dropped.scalars(Float.self), "the next call drops others")
            #expect(try (layer(x) as Tensor).scalars(Float.self).allSatisfy { $0 == 1 }, "not in training")
            for cell in [LSTMCell(3, recurrentDropout: 0.5), GRUCell(3, dropout: 0.2, recurrentDropout: 0.5)] {
                let layer = RNN([cell, Echo()], returnSequences: true)
                let first: Tensor = layer(x, training: true)
                #expect(first.shape == [8, 5, 3])
                let values = try first.scalars(Float.self)
                #expect(!values.contains { !$0.isFinite })
            }
        }
    }

    @Test func `a masked sequence gives what the shorter one gives`() throws {
        for layer in [LSTM(3), GRU(3), SimpleRNN(3), Bidirectional(LSTM(3))] as [Layer] {
            let x = random.normal([2, 5, 4], seed: 5)
            let mask = Tensor([true, true, true, false, false, true, true, true, false, false], shape: [2, 5])
            let (masked, short): (Tensor, Tensor) = (layer(x, mask: mask), layer(x[0..., 0..<3]))
            try expectClose(masked, short, layer.name)
        }
        let y: Tensor = LSTM(3, returnSequences: true)(
            random.normal([1, 2, 4], seed: 5).withMask(Tensor.ones([1, 2])))
        #expect(y.mask != nil)
    }

    @Test func `what does not fit is named`() throws {
        let x = Tensor.zeros([2, 4, 5])
        expectError(.shape, "(LSTM)", "3 axes", "(2, 5)") {
            try (LSTM(3)(Tensor.zeros([2, 5])) as Tensor).validated()
        }
        expectError(.shape, "2 initial states", "1") { try (LSTM(3)(x, initialState: [x]) as Tensor).validated() }
        expectError(.shape, "initial state 0", "(2, 3)", "(2, 4)") {
            try (GRU(3)(x, initialState: [Tensor.zeros([2, 4])]) as Tensor).validated()
        }
        expectError(.shape, "batch size", "stateful") {
            try (LSTM(3, stateful: true)(Input(shape: [4, 5])) as SymbolicTensor).validated()
        }
        let stateful = LSTM(3, stateful: true)
        try (stateful(x) as Tensor).validated()
        expectError(.shape, "stateful", "batch of 2", "batch of 3") {
            try (stateful(Tensor.zeros([3, 4, 5])) as Tensor).validated()
        }
        expectError(.state, "not stateful") { try LSTM(3).resetState() }
        expectError(.argument, "no state") { try (RNN(RecurrentCell())(x) as Tensor).validated() }
        expectError(.argument, "at least one cell") { try (StackedRNNCells([])(x, states: []).output).validated() }
        expectError(.argument, "units") { try (GRU(0)(x) as Tensor).validated() }
        expectError(.shape, "mask", "(2, 4)", "(2, 3)") {
            try (LSTM(3)(x, mask: Tensor.ones([2, 3])) as Tensor).validated()
        }
        expectError(.shape, "without steps") { try (LSTM(3)(Tensor.zeros([2, 0, 5])) as Tensor).validated() }
        expectError(.argument, "different directions") {
            try (Bidirectional(LSTM(3), backwardLayer: LSTM(3))(x) as Tensor).validated()
        }
        expectError(.argument, "returnSequences") {
            let other = LSTM(3, returnSequences: true, goBackwards: true)
            try (Bidirectional(LSTM(3), backwardLayer: other)(x) as Tensor).validated()
        }
        expectError(.shape, "4 initial states", "2") {
            try (Bidirectional(LSTM(3))(x, initialState: [x, x]) as Tensor).validated()
        }
        expectError(.shape, "(batch, steps, …)") {
            try (TimeDistributed(Dense(2))(Tensor.zeros([2, 3])) as Tensor).validated()
        }
    }
}

import Hornbill
import Testing

@Suite struct EmbeddingTests {
    @Test func `an embedding is trained in a model, from ids of any integer type`() throws {
        try Session.withNew(seed: 1) {
            for dtype in [DType.int32, .int64, .uint8, .float32] {
                let input = Input(shape: [3], dtype: dtype)
                let layer = Embedding(7, 4)
                let model = try Model(inputs: [input], outputs: [Dense(1)(Flatten()(layer(input)))])
                try model.compile(optimizer: .sgd(learningRate: 0.5), loss: .mse)
                #expect(layer.output.shape == [nil, 3, 4])
                let before = layer.getWeights()[0]
                let x = Tensor([1, 2, 2, 5, 1, 6], shape: [2, 3]).cast(to: dtype)
                try model.fit(x, Tensor.ones([2, 1]), epochs: 1, verbose: 0)
                let after = layer.getWeights()[0]
                let changed = try (0..<7).filter { row in
                    try before.doubles()[(row * 4)..<(row * 4 + 4)] != after.doubles()[(row * 4)..<(row * 4 + 4)]
                }
                #expect(changed == [1, 2, 5, 6], "\(dtype)")
            }
        }
    }

    @Test func `an id out of range is an error that names its row, and changes nothing`() throws {
        try Session.withNew(seed: 1) {
            let layer = Embedding(7, 4)
            let model = Sequential([Input(shape: [2], dtype: .int32), layer, Flatten(), Dense(1)])
            try model.compile(optimizer: .adam, loss: .mse)
            let before = try layer.getWeights()[0].doubles()
            for bad: Int32 in [7, -1] {
                expectError(.data, "'embedding' (Embedding), row 1: the value \(bad) is not in 0..<7") {
                    try layer(Tensor([Int32(0), 1, bad, 2], shape: [2, 2])).validated()
                }
                expectError(.data, "row 1: the value \(bad) is not in 0..<7") {
                    try model.fit(
                        Tensor([Int32(0), 1, bad, 2], shape: [2, 2]), Tensor.ones([2, 1]), epochs: 1, verbose: 0,
                        shuffle: false)
                }
            }
            #expect(try layer.getWeights()[0].doubles() == before)
        }
    }

    @Test func `ids of zero are masked where that is asked for`() throws {
        let ids = Tensor([Int32(1), 0, 3, 0], shape: [2, 2])
        #expect(try Embedding(4, 2, maskZero: true)(ids).mask?.doubles() == [1, 0, 1, 0])
        #expect(Embedding(4, 2)(ids).mask == nil)
        let reversible = ReversibleEmbedding(4, 2, maskZero: true)
        let hidden = reversible(ids)
        #expect(try hidden.mask?.doubles() == [1, 0, 1, 0])
        let logits = reversible(hidden, reverse: true)
        #expect(logits.shape == [2, 2, 4] && logits.mask == nil)
    }

    @Test func `a reversible embedding is called both ways in one model`() throws {
        try Session.withNew(seed: 1) {
            let ids = Input(shape: [3], dtype: .int32)
            let layer = ReversibleEmbedding(5, 4)
            let logits = layer(Dense(4)(layer(ids)), reverse: true)
            #expect(logits.shape == [nil, 3, 5])
            let model = try Model(inputs: [ids], outputs: [logits])
            let x = Tensor([Int32(1), 2, 4], shape: [1, 3])
            let predicted: Tensor = try model.predict(x)
            #expect(predicted.shape == [1, 3, 5])
            #expect(layer.weights.count == 1)
        }
    }

    @Test func `masking sets steps to zero and masks them`() throws {
        let x = Tensor([5.0, 5, 1, 5, 5, 5], shape: [1, 3, 2])
        let y = Masking(maskValue: 5)(x)
        #expect(try y.doubles() == [0, 0, 1, 5, 0, 0])
        #expect(try y.mask?.doubles() == [0, 1, 0])
        #expect(y.mask?.shape == [1, 3])
        try checkLayer({ Masking() }, inputs: [[3, 2]], output: [3, 2], config: ["mask_value"])
    }

    @Test func `a table can be given, and must fit`() throws {
        let table = Tensor([1.0, 2, 3, 4], shape: [2, 2])
        #expect(try Embedding(2, 2, weights: table)(Tensor([Int32(1)])).doubles() == [3, 4])
        expectError(.shape, "(3, 2)", "(2, 2)") {
            try Embedding(3, 2, weights: table)(Tensor([Int32(1)])).validated()
        }
        expectError(.argument, "inputDim must be at least 1, not 0") {
            try Embedding(0, 2)(Tensor([Int32(1)])).validated()
        }
        expectError(.argument, "outputDim must be at least 1, not -2") {
            try Embedding(3, -2)(Tensor([Int32(1)])).validated()
        }
        expectError(.shape, "must have size 2") {
            try ReversibleEmbedding(3, 2)(Tensor.ones([1, 3]), reverse: true).validated()
        }
    }

    @Test func `Einstein sums conform, and say what does not fit`() throws {
        try checkLayer(
            { EinsumDense("abc,cd->abd", outputShape: [nil, 5], activation: .tanh, biasAxes: "d") }, inputs: [[3, 4]],
            output: [3, 5], parameters: 25,
            config: [
                "output_shape", "equation", "activation", "bias_axes", "kernel_initializer", "bias_initializer",
                "kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint",
                "bias_constraint",
            ])
        func error(_ equation: String, _ shape: PartialShape, bias: String? = nil, _ part: String) {
            expectError(equation.contains("(") || part.contains("invalid") ? .argument : .shape, part) {
                try EinsumDense(equation, outputShape: shape, biasAxes: bias)(Tensor.ones([2, 3, 4])).validated()
            }
        }
        for equation in ["abc,cd", "abc->abd", "abc,cd,de->abe", "...c,cd->abd", "a...,ab->b...", "a1c,cd->a1d", ""] {
            error(equation, [nil, 5], "invalid equation \"\(equation)\"")
        }
        error("abcd,de->abce", [nil, nil, 5], "does not describe an input of the shape (2, 3, 4)")
        error("abc,cd->abd", [5], "does not fit")
        error("abc,cd->abd", [7, 5], "'b' has size 3 in the input and 7 in the output")
        error("abc,cd->abe", [nil, 5], "'e' is neither in the input nor in the kernel")
        error("abc,cdf->abd", [nil, 5], "'f' is neither in the input nor in the output")
        error("abc,cd->abd", [nil, nil], "'d' is not known")
        error("abc,cd->abd", [nil, 5], bias: "x", "bias axis 'x' is not in the output")
    }
}

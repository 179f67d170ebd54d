import Hornbill
import Testing

@Suite struct AttentionTests {
    private let projections = [
        "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer",
        "kernel_constraint", "bias_constraint", "seed", "dropout", "use_bias", "use_gate", "sliding_window",
    ]

    @Test func `attention layers conform`() throws {
        try checkLayer(
            { MultiHeadAttention(2, keyDim: 3, useBias: false) }, inputs: [[5, 4], [6, 4]], output: [5, 4],
            parameters: 96,
            config: projections + ["num_heads", "key_dim", "value_dim", "output_shape", "attention_axes"],
            takesList: true)
        try checkLayer(
            { GroupQueryAttention(3, numQueryHeads: 4, numKeyValueHeads: 2, useBias: false) },
            inputs: [[5, 4], [6, 4]], output: [5, 4], parameters: 144,
            config: projections + ["head_dim", "num_query_heads", "num_key_value_heads"], takesList: true)
        try checkLayer(
            { Attention(useScale: true, scoreMode: .concat) }, inputs: [[5, 4], [6, 4]], output: [5, 4],
            parameters: 2, config: ["use_scale", "score_mode", "dropout", "seed"], takesList: true)
        try checkLayer(
            { AdditiveAttention() }, inputs: [[5, 4], [6, 4]], output: [5, 4], parameters: 4,
            config: ["use_scale", "dropout", "seed"], takesList: true)
    }

    @Test func `attention on symbols takes masks, and gives the scores as a second output`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [nil, 4])
            let memory = Input(shape: [6, 3])
            let mask = Input(shape: [nil, 6], dtype: .bool)
            let layer = MultiHeadAttention(2, keyDim: 3)
            let y = layer(x, memory, attentionMask: mask, useCausalMask: true)
            let (z, scores) = MultiHeadAttention(3, keyDim: 2)(y, y, returnAttentionScores: true)
            #expect(y.shape == [nil, nil, 4])
            #expect(scores.shape == [nil, 3, nil, nil])
            let model = try Model(inputs: [x, memory, mask], outputs: [z, scores])
            #expect(model.layers.count == 5)
            let values = [random.normal([2, 5, 4], seed: 1), random.normal([2, 6, 3], seed: 2)]
            let allowed = random.uniform([2, 5, 6], seed: 3) > 0.3
            let predicted: [Tensor] = try model.predict(values + [allowed])
            let direct = layer(values[0], values[1], attentionMask: allowed, useCausalMask: true)
            let second = try #require(model.layers.last as? MultiHeadAttention)
            let (want, weights) = second(direct, direct, returnAttentionScores: true)
            try expectClose(predicted[0], want, "output")
            try expectClose(predicted[1], weights, "scores")
            #expect(predicted[1].shape == [2, 3, 5, 5])
            // No target looks ahead: what comes later does not change it.
            let changed = ops.concatenate([values[1][0..., 0..<2], values[1][0..., 2...] + 5], axis: 1)
            let other = layer(values[0], changed, attentionMask: allowed, useCausalMask: true)
            try expectClose(other[0..., 0..<2], direct[0..., 0..<2], "the first targets")
        }
    }

    @Test func `inputs' masks become the mask of attention, and the query's stays on the output`() throws {
        try Session.withNew(seed: 1) {
            let (x, memory) = (random.normal([2, 3, 4], seed: 1), random.normal([2, 5, 4], seed: 2))
            let counts = Tensor([true, true, false, true, false, false], shape: [2, 3])
            let seen = Tensor([true, false, true, true, false, true, true, false, false, false], shape: [2, 5])
            for layer in [
                MultiHeadAttention(2, keyDim: 3), GroupQueryAttention(3, numQueryHeads: 2, numKeyValueHeads: 1),
            ] as [ProjectedAttention] {
                let carried = layer(x.withMask(counts), memory.withMask(seen))
                let given = layer(x, memory, queryMask: counts, valueMask: seen)
                let both = ops.expandDims(counts, axis: 2) .& ops.expandDims(seen, axis: 1)
                try expectClose(carried, layer(x, memory, attentionMask: both), "masks carried by the inputs")
                try expectClose(given, layer(x, memory, attentionMask: both), "masks given by name")
                #expect(try carried.mask?.doubles() == counts.doubles())
                #expect(layer(x, memory).mask == nil)
            }
            let dot = Attention()
            let carried = dot([x.withMask(counts), memory.withMask(seen)])
            try expectClose(carried, dot([x, memory], mask: [counts, seen]), "masks carried by the inputs")
            #expect(try carried.mask?.doubles() == counts.doubles())
            #expect(try carried[0, 2].doubles() == [0, 0, 0, 0])
            let (_, weights) = dot([x, memory], mask: [nil, seen], returnAttentionScores: true)
            #expect(try weights[0, 0, 1].item() == 0)
        }
    }

    @Test func `one initializer serves all projections, which do not become alike`() throws {
        try Session.withNew(seed: 1) {
            let layer = MultiHeadAttention(2, keyDim: 3, kernelInitializer: Initializers.HeNormal())
            try layer.build(inputShapes: [[nil, 3, 4], [nil, 3, 4]])
            let kernels = try layer.weights.filter { $0.name == "kernel" }.map { try $0.value.doubles() }
            #expect(Set(kernels.prefix(3)).count == 3)
            let seeded = MultiHeadAttention(2, keyDim: 3, kernelInitializer: Initializers.HeNormal(seed: 4))
            try seeded.build(inputShapes: [[nil, 3, 4], [nil, 3, 4]])
            #expect(try seeded.weights[0].value.doubles() == seeded.weights[2].value.doubles())
        }
    }

    @Test func `dropout changes what training gives, and nothing else`() throws {
        try Session.withNew(seed: 1) {
            let x = random.normal([2, 3, 4], seed: 1)
            for layer in [
                MultiHeadAttention(2, keyDim: 3, dropout: 0.5),
                GroupQueryAttention(3, numQueryHeads: 2, numKeyValueHeads: 2, dropout: 0.5),
            ] as [ProjectedAttention] {
                let calm = try layer(x, x).doubles()
                #expect(try layer(x, x).doubles() == calm)
                #expect(try layer(x, x, training: true).doubles() != calm)
            }
            let layer = Attention(dropout: 0.5)
            #expect(try layer([x, x], training: true).doubles() != layer([x, x]).doubles())
        }
    }

    @Test func `bad arguments are errors that say what was expected`() throws {
        let x = Tensor.ones([2, 3, 4])
        func expect(_ parts: String, _ y: Tensor, _ kind: HornbillError.Kind = .argument) {
            expectError(kind, parts) { try y.validated() }
        }
        expect("numHeads must be positive, not 0", MultiHeadAttention(0, keyDim: 3)(x, x))
        expect("keyDim must be positive, not -1", MultiHeadAttention(1, keyDim: -1)(x, x))
        expect("dropout must be within 0 … 1, not 1.5", MultiHeadAttention(1, keyDim: 2, dropout: 1.5)(x, x))
        expect(
            "flash attention cannot drop", MultiHeadAttention(1, keyDim: 2, dropout: 0.1, flashAttention: true)(x, x))
        expect("slidingWindow must be positive", MultiHeadAttention(1, keyDim: 2, slidingWindow: 0)(x, x))
        expect("axis 3", MultiHeadAttention(1, keyDim: 2, attentionAxes: [3])(x, x))
        expect("at least 3 axes", MultiHeadAttention(1, keyDim: 2)(x[0], x[0]), .shape)
        expect(
            "value and key must agree", MultiHeadAttention(1, keyDim: 2)(x, x, key: Tensor.ones([2, 5, 4])), .shape)
        expect("a query, a value and maybe a key, not 1", MultiHeadAttention(1, keyDim: 2)([x]))
        expect(
            "the mask of shape", MultiHeadAttention(1, keyDim: 2)(x, x, attentionMask: Tensor.ones([2, 3, 7])), .shape)
        expect("gives 2 outputs", MultiHeadAttention(1, keyDim: 2)(x, x, returnAttentionScores: true))
        expect(
            "a multiple of numKeyValueHeads", GroupQueryAttention(2, numQueryHeads: 3, numKeyValueHeads: 2)(x, x))
        expect("[query, value, key], not 1 inputs", Attention()([x]))
        let q = Tensor.ones([2, 3, 4, 5])
        expect("queries, keys and values of 4 axes", ops.dotProductAttention(x, x, x), .shape)
        expect("N a multiple of K", ops.dotProductAttention(q, q[0..., 0..., 0..<3], q[0..., 0..., 0..<3]), .shape)
        expect("the bias of shape", ops.dotProductAttention(q, q, q, bias: Tensor.ones([7, 1])), .shape)
    }

    @Test func `heads that share a key give what keys repeated for each give`() throws {
        let query = random.normal([2, 3, 6, 5], seed: 1)
        let (key, value) = (random.normal([2, 4, 2, 5], seed: 2), random.normal([2, 4, 2, 7], seed: 3))
        let mask = random.uniform([2, 6, 3, 4], seed: 4) > 0.4
        let bias = random.normal([6, 1, 4], seed: 5)
        func attend(_ key: Tensor, _ value: Tensor) -> Tensor {
            ops.dotProductAttention(query, key, value, bias: bias, mask: mask, scale: 0.3, isCausal: true)
        }
        let repeated = attend(ops.repeat(key, 3, axis: 2), ops.repeat(value, 3, axis: 2))
        try expectClose(attend(key, value), repeated, "grouped heads")
        #expect(repeated.shape == [2, 3, 6, 7])
    }
}

import Hornbill
import Testing

@Suite struct MaskTests {
    private let values = random.normal([2, 3, 4], seed: 1)
    private let counts = Tensor([true, false, true, false, true, true], shape: [2, 3])

    @Test func `layers that keep the shape of their input pass its mask on`() throws {
        try Session.withNew(seed: 1) { () throws in
            let layers: [Layer] = [
                Dense(5), Activation(.relu), ReLU(), LeakyReLU(), ELU(), PReLU(), Dropout(0.5), SpatialDropout1D(0.5),
                GaussianNoise(0.1), GaussianDropout(0.1), AlphaDropout(0.1), ActivityRegularization(l1: 0.1),
                Identity(),
            ]
            for layer in layers {
                let y: Tensor = layer(values.withMask(counts), training: true)
                #expect(try y.mask?.doubles() == counts.doubles(), "\(layer.name)")
                let z: Tensor = layer(values)
                #expect(z.mask == nil, "\(layer.name)")
            }
        }
    }

    @Test func `layers that change the steps end a mask`() throws {
        try Session.withNew(seed: 1) {
            for layer in [Flatten(), Reshape([4, 3]), Permute([2, 1])] as [Layer] {
                let y: Tensor = layer(values.withMask(counts))
                try y.validated()
                #expect(y.mask == nil, "\(layer.name)")
                #expect(layer.warnedOfLostMask)
            }
            let unmasked = Flatten()
            let y: Tensor = unmasked(values)
            #expect(y.mask == nil && !unmasked.warnedOfLostMask)
        }
    }

    @Test func `operations do not pass a mask on, even those that give their operand back`() throws {
        let x = values.withMask(counts)
        #expect((x * 2).mask == nil)
        #expect(ops.reshape(x, [2, 3, 4]).mask == nil)
        #expect(ops.transpose(x, axes: [0, 1, 2]).mask == nil)
    }

    @Test func `a mask that is given takes the place of the one that is carried`() throws {
        try Session.withNew(seed: 1) {
            let other = Tensor([false, false, true, true, true, false], shape: [2, 3])
            let y: Tensor = Dense(2)(values.withMask(counts), mask: other)
            #expect(try y.mask?.doubles() == other.doubles())
            let sums: Tensor = SumSteps()(values.withMask(counts), mask: other)
            try expectClose(sums, ops.sum(values * ops.expandDims(other, axis: 2).cast(to: .float32), axis: 1), "sums")
        }
    }

    @Test func `merged masks count what any input counts, or nothing where an input has none`() throws {
        let other = Tensor([false, false, true, true, true, false], shape: [2, 3])
        let (a, b) = (values.withMask(counts), (values * 2).withMask(other))
        let either = try (counts .| other).doubles()
        for layer in [Add(), Subtract(), Multiply(), Average(), Maximum(), Minimum()] as [Layer] {
            let y: Tensor = layer([a, b])
            #expect(try y.mask?.doubles() == either, "\(layer.name)")
            let z: Tensor = layer([a, values])
            #expect(z.mask == nil, "\(layer.name)")
        }
        let joined: Tensor = Concatenate()([a, b])
        #expect(try joined.mask?.doubles() == either)
        let full: Tensor = Concatenate()([a, values])
        #expect(try full.mask?.doubles() == [1, 1, 1, 1, 1, 1])
        let steps: Tensor = Concatenate(axis: 1)([a, b])
        #expect(try steps.mask?.doubles() == ops.concatenate([counts, other], axis: 1).doubles())
        let given: Tensor = Add()([values, values], mask: [counts, other])
        #expect(try given.mask?.doubles() == either)
        let deep = ops.expandDims(values, axis: 2)
        let images: Tensor = Concatenate()([deep.withMask(counts), deep])
        #expect(images.mask?.shape == [2, 3, 1])
    }

    @Test func `losses and metrics take masks of any type`() throws {
        let (truth, prediction) = (random.normal([2, 3, 4], seed: 5), values)
        let loss = Losses.MeanSquaredError()
        let want = try loss(truth, prediction, mask: counts).item()
        for dtype in [DType.float32, .int32, .uint8, .float64, .float16] {
            #expect(abs(try loss(truth, prediction, mask: counts.cast(to: dtype)).item() - want) < 1e-6)
        }
        let double = try loss(truth.cast(to: .float64), prediction.cast(to: .float64), mask: counts).item()
        #expect(abs(double - want) < 1e-6)
        for dtype in [DType.bool, .int32, .float16] {
            let metric = Metrics.MeanSquaredError()
            try metric.updateState(truth, prediction.withMask(counts.cast(to: dtype)))
            #expect(abs(try metric.result().item() - want) < 1e-6)
        }
        let nothing = Tensor([false, false, false, false, false, false], shape: [2, 3])
        #expect(try loss(truth, prediction, mask: nothing).item() == 0)
    }
}

import Hornbill
import Testing

@Suite struct LowRankAdaptationTests {
    private typealias Made = (layer: Layer & LowRankAdaptable, input: Tensor, names: [String])

    private static func layers() -> [Made] {
        [
            (Dense(5), random.normal([4, 3], seed: 1), ["kernel", "bias", "lora_kernel_a", "lora_kernel_b"]),
            (
                EinsumDense("abc,cde->abde", outputShape: [nil, 2, 3], biasAxes: "de"),
                random.normal([2, 3, 4], seed: 2), ["kernel", "bias", "lora_kernel_a", "lora_kernel_b"]
            ),
            (
                Embedding(6, 4), Tensor([Int32(1), 5, 0]),
                ["embeddings", "lora_embeddings_a", "lora_embeddings_b"]
            ),
        ]
    }

    @Test func `enabling it changes no output, freezes the kernel and adds two weights`() throws {
        try Session.withNew(seed: 4) {
            for (layer, x, names) in Self.layers() {
                let before = try layer(x).doubles()
                #expect(!layer.loraEnabled)
                try layer.enableLoRA(rank: 2, alpha: 6)
                #expect(layer.loraEnabled && layer.loraRank == 2 && layer.loraAlpha == 6)
                #expect(try layer(x).doubles() == before)
                #expect(layer.weights.map(\.name) == names)
                #expect(layer.weights.map(\.path) == names.map { "\(layer.name)/\($0)" })
                #expect(layer.trainableWeights.map(\.name) == Array(names.dropFirst()))
                #expect(layer.getConfig()["lora_rank"] == .int(2) && layer.getConfig()["lora_alpha"] == .int(6))
            }
        }
    }

    @Test func `the merged kernel is what the layer computes with`() throws {
        try Session.withNew(seed: 4) {
            for (layer, x, _) in Self.layers() {
                _ = layer(x)
                #expect(try layer.mergedKernel().doubles() == layer.adaptedWeight?.value.doubles())
                try layer.enableLoRA(rank: 2, alpha: 6)
                let factors = try #require(layer.adaptation.factors)
                try factors.b.assign(random.normal(factors.b.shape, seed: 9))
                let kernel = try #require(layer.adaptedWeight)
                let expected = kernel.value + ops.matmul(factors.a.value, factors.b.value) * 3
                let merged = try layer.mergedKernel()
                for (a, b) in zip(try merged.doubles(), try expected.doubles()) { #expect(abs(a - b) < 1e-5) }
                let adapted = try layer(x).doubles()
                // The same layer without an adaptation, with the merged kernel.
                try kernel.assign(merged)
                try factors.b.assign(Tensor.zeros(factors.b.shape))
                for (a, b) in zip(try layer(x).doubles(), adapted) { #expect(abs(a - b) < 1e-5) }
            }
        }
    }

    @Test func `a model that has predicted and trained before uses and trains the adaptation`() throws {
        try Session.withNew(seed: 4) {
            let layer = Dense(4)
            let model = Sequential([Input(shape: [3]), layer, Dense(1)])
            let x = random.normal([8, 3], seed: 1)
            let y = Tensor.ones([8, 1])
            try model.compile(optimizer: .adam(learningRate: 0.1), loss: .mse)
            try model.fit(x, y, epochs: 1, verbose: 0)
            let first: Tensor = try model.predict(x)
            let kernel = try #require(try layer.kernel?.value.doubles())
            try layer.enableLoRA(rank: 2)
            let same: Tensor = try model.predict(x)
            #expect(try first.doubles() == same.doubles())
            // Without a new compile: the plan made before knew of no adaptation.
            let b = try #require(layer.adaptation.factors?.b)
            try b.assign(Tensor.ones(b.shape))
            let other: Tensor = try model.predict(x)
            #expect(try first.doubles() != other.doubles())
            try b.assign(Tensor.zeros(b.shape))
            try model.compile(optimizer: .adam(learningRate: 0.1), loss: .mse)
            try model.fit(x, y, epochs: 2, verbose: 0)
            #expect(try layer.kernel?.value.doubles() == kernel)
            #expect(try layer.mergedKernel().doubles() != kernel)
            let adapted: Tensor = try model.predict(x)
            let eager = model(x)
            for (a, b) in zip(try adapted.doubles(), try eager.doubles()) { #expect(abs(a - b) < 1e-5) }
            #expect(try adapted.doubles() != first.doubles())
        }
    }

    @Test func `the arguments of the layers do the same as the call, and alpha counts in all of them`() throws {
        // Keras forgets it in Dense and Embedding.
        Session.withNew(seed: 4) {
            let dense = Dense(5, loraRank: 2, loraAlpha: 8)
            _ = dense(Tensor.ones([1, 3]))
            #expect(dense.loraEnabled && dense.loraAlpha == 8)
            #expect(dense.adaptation.factors?.a.shape == [3, 2])
            let embedding = Embedding(5, 3, loraRank: 1, loraAlpha: 0.5)
            _ = embedding(Tensor([Int32(1)]))
            #expect(embedding.getConfig()["lora_alpha"] == .double(0.5))
        }
    }

    @Test func `what cannot be adapted is said`() throws {
        expectError(.state, "not built", "'dense' (Dense)") {
            try Session.withNew { try Dense(3).enableLoRA(rank: 2) }
        }
        let dense = Dense(3)
        _ = dense(Tensor.ones([1, 2]))
        expectError(.argument, "at least 1, not 0") { try dense.enableLoRA(rank: 0) }
        try dense.enableLoRA(rank: 2)
        expectError(.state, "once only") { try dense.enableLoRA(rank: 2) }
        expectError(.argument, "constraint on the weight 'kernel'") {
            try Dense(3, kernelConstraint: "non_neg", loraRank: 2)(Tensor.ones([1, 2])).validated()
        }
    }
}

import Hornbill
import Testing

@Suite struct NormalizationTests {
    private static let shared = [
        "axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer", "beta_regularizer",
        "gamma_regularizer", "beta_constraint", "gamma_constraint",
    ]

    @Test func `normalization layers conform`() throws {
        try checkLayer(
            { BatchNormalization() }, inputs: [[2, 3]], output: [2, 3], parameters: 12,
            config: Self.shared + [
                "momentum", "moving_mean_initializer", "moving_variance_initializer", "synchronized", "renorm",
                "renorm_clipping", "renorm_momentum",
            ])
        try checkLayer(
            { LayerNormalization(axis: [1, 2]) }, inputs: [[2, 3]], output: [2, 3], parameters: 12,
            config: Self.shared + ["rms_scaling"])
        try checkLayer(
            { GroupNormalization(groups: 2) }, inputs: [[3, 4]], output: [3, 4], parameters: 8,
            config: Self.shared + ["groups"])
        try checkLayer(
            { RMSNormalization() }, inputs: [[2, 5]], output: [2, 5], parameters: 5, config: ["axis", "epsilon"])
        try checkLayer({ UnitNormalization() }, inputs: [[2, 5]], output: [2, 5], config: ["axis"])
        try checkLayer(
            { SpectralNormalization(Dense(3)) }, inputs: [[5]], output: [3], parameters: 21,
            config: ["layer", "power_iterations"])
    }

    private func model(_ layer: Layer) throws -> (Sequential, Tensor) {
        let model = Sequential([Input(shape: [3]), Dense(3), layer, Dense(1)])
        try model.compile(optimizer: .sgd(learningRate: 0.01), loss: .mse)
        return (model, random.normal([12, 3], mean: 2, seed: 4))
    }

    @Test func `a frozen batch normalization keeps its statistics, also when it is frozen between two trainings`()
        throws
    {
        // Without scale and shift no variable tells a frozen layer from another one.
        try Session.withNew(seed: 2) {
            let layer = BatchNormalization(momentum: 0.5, center: false, scale: false)
            let (model, x) = try model(layer)
            let y = Tensor.zeros([12, 1])
            try model.fit(x, y, epochs: 1, batchSize: 4, verbose: 0, shuffle: false)
            let moved = try layer.getWeights().map { try $0.doubles() }
            #expect(moved[0] != [0, 0, 0])
            layer.trainable = false
            try model.fit(x, y, epochs: 1, batchSize: 4, verbose: 0, shuffle: false)
            #expect(try layer.getWeights().map { try $0.doubles() } == moved)
            layer.trainable = true
            try model.fit(x, y, epochs: 1, batchSize: 4, verbose: 0, shuffle: false)
            #expect(try layer.getWeights().map { try $0.doubles() } != moved)
        }
    }

    @Test func `evaluation and prediction leave moving statistics alone`() throws {
        try Session.withNew(seed: 2) {
            let layer = BatchNormalization()
            let (model, x) = try model(layer)
            _ = try model.evaluate(x, Tensor.zeros([12, 1]), verbose: 0)
            let _: Tensor = try model.predict(x)
            #expect(try layer.movingMean?.value.doubles() == [0, 0, 0])
            #expect(try layer.movingVariance?.value.doubles() == [1, 1, 1])
        }
    }

    @Test func `one channel can have a mask`() throws {
        // Keras cannot: it squeezes the channel away.
        let layer = BatchNormalization(momentum: 0)
        let mask = Tensor([true, true, false, true], shape: [2, 2])
        let y = layer(Tensor([1.0, 3, .nan, 5], shape: [2, 2, 1]).cast(to: .float32), mask: mask, training: true)
        #expect(try layer.movingMean?.value.doubles().map { ($0 * 1000).rounded() } == [3000])
        #expect(try y.mask?.doubles() == [1, 1, 0, 1])
        #expect(try abs(y.doubles()[1]) < 1e-3)
    }

    @Test func `masks pass through those layers that Keras lets them pass`() throws {
        let mask = Tensor([true, false], shape: [1, 2])
        let x = Tensor.ones([1, 2, 4]).withMask(mask)
        for layer in [
            BatchNormalization(), LayerNormalization(), GroupNormalization(groups: 2), UnitNormalization(),
        ] {
            #expect(try layer(x).mask?.doubles() == [1, 0], "\(layer.name)")
        }
        #expect(RMSNormalization()(x).mask == nil)
    }

    @Test func `half precision is normalized in single`() throws {
        // The squares of these are beyond float16.
        let x = Tensor([300.0, -300, 600, -600], shape: [2, 2])
        for layer in [
            BatchNormalization(dtype: .mixedFloat16), LayerNormalization(dtype: .mixedFloat16),
            GroupNormalization(groups: 1, dtype: .mixedFloat16), RMSNormalization(dtype: .mixedFloat16),
        ] {
            let y = layer(x, training: true)
            #expect(y.dtype == .float16, "\(layer.name)")
            #expect(try y.doubles().allSatisfy { abs(abs($0) - 1) < 0.5 }, "\(layer.name)")
        }
    }

    @Test func `the kernel that spectral normalization leaves has norm one`() throws {
        try Session.withNew(seed: 3) {
            let inner = Dense(4, useBias: false)
            let layer = SpectralNormalization(inner, powerIterations: 60)
            let y = layer(random.normal([2, 6], seed: 1), training: true)
            try y.validated()
            let kernel = try #require(inner.kernel?.value)
            // The largest singular value, by squaring the Gram matrix.
            var gram = ops.matmul(ops.transpose(kernel), kernel)
            for _ in 0..<6 { gram = ops.matmul(gram, gram) }
            let trace = try ops.sum(gram * ops.eye(4)).item()
            #expect(abs(trace - 1) < 1e-2)
            #expect(
                layer.weights.map(\.path) == ["spectral_normalization/dense/kernel", "spectral_normalization/vector_u"])
        }
    }

    @Test func `a kernel of zeros stays as it is under spectral normalization`() throws {
        let inner = Dense(2, kernelInitializer: "zeros")
        let layer = SpectralNormalization(inner)
        #expect(try layer(Tensor.ones([1, 3]), training: true).doubles() == [0, 0])
        #expect(try inner.kernel?.value.doubles() == [0, 0, 0, 0, 0, 0])
    }

    @Test func `what cannot be normalized is said`() {
        func error(_ layer: Layer, _ shape: Shape, _ kind: HornbillError.Kind, _ parts: String) {
            expectError(kind, parts, layer.name) { try layer(Tensor.ones(shape), training: true).validated() }
        }
        error(BatchNormalization(axis: 3), [2, 3], .argument, "no axis 3 in the input's shape (2, 3)")
        error(LayerNormalization(axis: [1, -1]), [2, 3], .argument, "named twice")
        error(LayerNormalization(axis: .all), [2, 3], .argument, "must be named")
        error(GroupNormalization(groups: 2), [2, 3], .argument, "3 channels cannot be divided into 2 groups")
        error(GroupNormalization(groups: 4), [2, 3], .argument, "3 channels cannot be divided into 4 groups")
        error(GroupNormalization(groups: 0), [2, 3], .argument, "not 0")
        error(GroupNormalization(groups: 1, axis: 0), [2, 3], .argument, "axis 0")
        error(SpectralNormalization(ReLU()), [2, 3], .argument, "no weight 'kernel' or 'embeddings'")
        error(SpectralNormalization(Dense(1), powerIterations: 0), [2, 3], .argument, "not 0")
        error(BatchNormalization(renorm: true, renormClipping: ["max": 1]), [2, 3], .argument, "no 'max'")
        error(
            BatchNormalization(renorm: true, renormClipping: ["rmax": 1, "rmin": 2]), [2, 3], .argument,
            "rmax must not be below rmin")
        expectError(.shape, "axis -1 of the input must be known") {
            try LayerNormalization()(Input(shape: [nil])).validated()
        }
        expectError(.shape, "expected axis -1 of the input to have size 3, got 4") {
            let layer = BatchNormalization()
            _ = layer(Tensor.ones([2, 3]))
            try layer(Tensor.ones([2, 4])).validated()
        }
        expectError(.shape, "the mask must have one axis less", "(2, 3)") {
            try BatchNormalization()(Tensor.ones([2, 3]), mask: Tensor.ones([2, 3]), training: true).validated()
        }
    }
}

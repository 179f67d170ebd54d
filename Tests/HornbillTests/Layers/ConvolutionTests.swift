import Hornbill
import Testing

@Suite struct ConvolutionTests {
    private static let window = [
        "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias",
        "bias_initializer", "bias_regularizer", "bias_constraint", "activity_regularizer",
    ]
    private static let kernel = ["kernel_initializer", "kernel_regularizer", "kernel_constraint"]
    private static let depthwise = ["depthwise_initializer", "depthwise_regularizer", "depthwise_constraint"]
    private static let pointwise = ["pointwise_initializer", "pointwise_regularizer", "pointwise_constraint"]

    @Test func `convolutions conform`() throws {
        let config = Self.window + Self.kernel + ["filters", "groups"]
        try checkLayer(
            { Conv1D(4, kernelSize: 3, padding: .causal) }, inputs: [[6, 2]], output: [6, 4], parameters: 28,
            config: config)
        try checkLayer(
            { Conv2D(4, kernelSize: 3, padding: "same", activation: .tanh) }, inputs: [[5, 5, 2]], output: [5, 5, 4],
            parameters: 76, config: config)
        try checkLayer(
            { Conv3D(2, kernelSize: [1, 2, 2]) }, inputs: [[2, 3, 3, 2]], output: [2, 2, 2, 2], parameters: 18,
            config: config)
    }

    @Test func `transposed convolutions conform`() throws {
        let config = Self.window + Self.kernel + ["filters", "output_padding"]
        try checkLayer(
            { Conv1DTranspose(3, kernelSize: 3, strides: 2, padding: .same) }, inputs: [[4, 2]], output: [8, 3],
            parameters: 21, config: config)
        try checkLayer(
            { Conv2DTranspose(3, kernelSize: 2, strides: 2, outputPadding: 1) }, inputs: [[2, 3, 2]],
            output: [5, 7, 3], parameters: 27, config: config)
        try checkLayer(
            { Conv3DTranspose(1, kernelSize: 2) }, inputs: [[2, 2, 2, 2]], output: [3, 3, 3, 1], parameters: 17,
            config: config)
    }

    @Test func `depthwise and separable convolutions conform`() throws {
        let depthwise = Self.window + Self.depthwise + ["depth_multiplier"]
        try checkLayer(
            { DepthwiseConv1D(kernelSize: 3) }, inputs: [[5, 2]], output: [3, 2], parameters: 8, config: depthwise)
        try checkLayer(
            { DepthwiseConv2D(kernelSize: 2, depthMultiplier: 2) }, inputs: [[3, 3, 2]], output: [2, 2, 4],
            parameters: 20, config: depthwise)
        let separable = depthwise + Self.pointwise + ["filters"]
        try checkLayer(
            { SeparableConv1D(3, kernelSize: 2) }, inputs: [[5, 2]], output: [4, 3], parameters: 13,
            config: separable)
        try checkLayer(
            { SeparableConv2D(3, kernelSize: 2, strides: 2) }, inputs: [[4, 4, 2]], output: [2, 2, 3], parameters: 17,
            config: separable)
    }

    @Test func `unknown sizes stay unknown, whatever the stride`() throws {
        let image = Input(shape: [nil, nil, 3])
        #expect(Conv2D(4, kernelSize: 16, strides: 16)(image).shape == [nil, nil, nil, 4])
        #expect(Conv2D(4, kernelSize: 3, padding: .same)(image).shape == [nil, nil, nil, 4])
        #expect(Conv2DTranspose(4, kernelSize: 3, strides: 2)(image).shape == [nil, nil, nil, 4])
        #expect(MaxPooling2D(32)(image).shape == [nil, nil, nil, 3])
    }

    @Test func `both data formats give the same numbers`() throws {
        try Session.withNew(seed: 1) {
            let x = random.normal([2, 5, 4, 3], seed: 1)
            let last = Conv2D(4, kernelSize: 3, activation: .relu, name: "c")
            let first = Conv2D(4, kernelSize: 3, dataFormat: .channelsFirst, activation: .relu, name: "c")
            let (a, b) = (last(x), first(ops.transpose(x, axes: [0, 3, 1, 2])))
            try b.validated()
            try first.setWeights(last.getWeights())
            let again = first(ops.transpose(x, axes: [0, 3, 1, 2]))
            #expect(try ops.transpose(again, axes: [0, 2, 3, 1]).doubles() == a.doubles())
        }
    }

    @Test(arguments: ["mixed_bfloat16", "float64"])
    func `convolutions compute in the type of their policy`(_ name: String) throws {
        let policy: DTypePolicy = name == "float64" ? .float64 : .mixedBfloat16
        try Session.withNew(seed: 1) {
            let x = random.normal([2, 6, 6, 3], seed: 1)
            let plain = Conv2D(8, kernelSize: 3, activation: .relu)
            let layer = Conv2D(8, kernelSize: 3, activation: .relu, dtype: policy)
            let expected = plain(x)
            try layer(x).validated()
            try layer.setWeights(plain.getWeights().map { $0.cast(to: policy.variableDtype) })
            let y = layer(x)
            #expect(y.dtype == policy.computeDtype)
            for (a, b) in zip(try y.cast(to: .float64).doubles(), try expected.doubles()) {
                #expect(abs(a - b) <= (name == "float64" ? 1e-5 : 0.05))
            }
        }
    }

    // MARK: Errors

    private func failure(_ layer: Layer, _ shape: PartialShape) throws {
        try layer(Input(shape: shape)).validated()
    }

    @Test func `arguments that no convolution can have are named`() throws {
        expectError(.argument, "filters", "0", "(Conv2D)") {
            try failure(Conv2D(0, kernelSize: 3), [8, 8, 3])
        }
        expectError(.argument, "6 filters", "4 groups") {
            try failure(Conv2D(6, kernelSize: 3, groups: 4), [8, 8, 4])
        }
        expectError(.shape, "3 channels", "2 groups") {
            try failure(Conv2D(6, kernelSize: 3, groups: 2), [8, 8, 3])
        }
        expectError(.argument, "kernelSize", "[3, 3, 3]") {
            try failure(Conv2D(6, kernelSize: [3, 3, 3]), [8, 8, 3])
        }
        expectError(.argument, "kernelSize", "0") { try failure(Conv1D(6, kernelSize: 0), [8, 3]) }
        expectError(.argument, "strides", "-1") { try failure(Conv1D(6, kernelSize: 2, strides: -1), [8, 3]) }
        expectError(.argument, "strides and dilationRate", "[2, 2] and [2, 2]") {
            try failure(Conv2D(6, kernelSize: 2, strides: 2, dilationRate: 2), [8, 8, 3])
        }
        expectError(.unknownName, "'full'", "'same'") {
            try failure(Conv2D(6, kernelSize: 2, padding: "full"), [8, 8, 3])
        }
        expectError(.unknownName, "'causal'", "Conv2D") {
            try failure(Conv2D(6, kernelSize: 2, padding: .causal), [8, 8, 3])
        }
        expectError(.argument, "outputPadding", "[2, 2]") {
            try failure(Conv2DTranspose(6, kernelSize: 2, strides: 2, outputPadding: 2), [8, 8, 3])
        }
        expectError(.argument, "depthMultiplier", "0") {
            try failure(DepthwiseConv2D(kernelSize: 2, depthMultiplier: 0), [8, 8, 3])
        }
        for size in [Int.max, Int.min, 1 << 40] {
            expectError(.argument, "\(size)") { try failure(Conv2D(6, kernelSize: 2, strides: size), [8, 8, 3]) }
            expectError(.argument, "\(size)") { try failure(Conv2D(6, kernelSize: size), [8, 8, 3]) }
        }
    }

    @Test func `inputs that do not fit are named with their shapes`() throws {
        expectError(.shape, "window of 5", "3", "(Conv2D)") { try failure(Conv2D(6, kernelSize: 5), [3, 3, 1]) }
        expectError(.shape, "channel axis", "(None, 8, 8, None)") {
            try failure(Conv2D(6, kernelSize: 5), [8, 8, nil])
        }
        expectError(.shape, "4 axes", "(None, 8, 3)") { try failure(Conv2D(6, kernelSize: 5), [8, 3]) }
        let layer = Conv1D(2, kernelSize: 2)
        try failure(layer, [5, 3])
        expectError(.shape, "size 3", "4") { try failure(layer, [5, 4]) }
        expectError(.shape, "kernel of rank 4") {
            try ops.conv(Tensor.ones([1, 4, 4, 2]), Tensor.ones([2, 2, 2])).validated()
        }
        expectError(.shape, "5 channels") {
            try ops.conv(Tensor.ones([1, 4, 4, 5]), Tensor.ones([2, 2, 2, 3])).validated()
        }
    }
}

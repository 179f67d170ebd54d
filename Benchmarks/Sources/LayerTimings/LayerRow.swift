import Hornbill

/// One layer on one input, the same as in `Peers/tf_layers.py`.
struct LayerRow: Sendable {
    let name: String
    /// The batch's shape.
    let shape: Shape
    /// Whether the layer is called as in training.
    let training: Bool
    /// The input is ids below this, which have no gradient; then the weights are updated by Adam too.
    let ids: Int?
    let make: @Sendable () -> Layer

    init(
        _ name: String, _ shape: Shape, training: Bool = false, ids: Int? = nil,
        _ make: @autoclosure @escaping @Sendable () -> Layer
    ) {
        self.name = name
        self.shape = shape
        self.training = training
        self.ids = ids
        self.make = make
    }

    /// Each family adds its rows here.
    static let all: [LayerRow] = convolutions + pools + normalizations + embeddings + recurrent + attention

    static let convolutions: [LayerRow] = [
        LayerRow("conv2d 28x28x1", [64, 28, 28, 1], Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)),
        LayerRow("conv2d 28x28x32", [64, 28, 28, 32], Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)),
        LayerRow(
            "conv2d 28x28x32 bfloat16", [64, 28, 28, 32],
            Conv2D(32, kernelSize: 3, padding: .same, dtype: .mixedBfloat16)),
        LayerRow("conv2d 32x32x16", [128, 32, 32, 16], Conv2D(16, kernelSize: 3, padding: .same)),
        LayerRow("conv2d strides 2", [128, 32, 32, 16], Conv2D(32, kernelSize: 3, strides: 2, padding: .same)),
        LayerRow("conv2d 1x1", [64, 14, 14, 64], Conv2D(128, kernelSize: 1)),
        LayerRow("conv2d groups 4", [64, 14, 14, 64], Conv2D(64, kernelSize: 3, padding: .same, groups: 4)),
        LayerRow("conv2d small", [1, 8, 8, 3], Conv2D(8, kernelSize: 3)),
        LayerRow("conv1d 200x64", [32, 200, 64], Conv1D(64, kernelSize: 3, padding: .same)),
        LayerRow("conv1d causal dilated", [32, 200, 32], Conv1D(32, kernelSize: 3, padding: .causal, dilationRate: 4)),
        LayerRow("conv3d 8x16x16x8", [8, 8, 16, 16, 8], Conv3D(16, kernelSize: 3, padding: .same)),
        LayerRow(
            "conv2d transpose", [64, 14, 14, 32], Conv2DTranspose(16, kernelSize: 3, strides: 2, padding: .same)),
        LayerRow("depthwise 28x28x32", [64, 28, 28, 32], DepthwiseConv2D(kernelSize: 3, padding: .same)),
        LayerRow("separable 28x28x32", [64, 28, 28, 32], SeparableConv2D(64, kernelSize: 3, padding: .same)),
    ]

    static let normalizations: [LayerRow] = [
        LayerRow("batch norm 32x32x16", [128, 32, 32, 16], training: true, BatchNormalization()),
        LayerRow("batch norm 8x8x64", [128, 8, 8, 64], training: true, BatchNormalization()),
        LayerRow("batch norm 512", [128, 512], training: true, BatchNormalization()),
        LayerRow("batch norm inference", [128, 32, 32, 16], BatchNormalization()),
        LayerRow("layer norm 200x64", [32, 200, 64], LayerNormalization()),
        LayerRow("layer norm 512", [128, 512], LayerNormalization()),
        LayerRow("rms norm 200x64", [32, 200, 64], RMSNormalization()),
        LayerRow("group norm 16x16x64", [32, 16, 16, 64], GroupNormalization(groups: 8)),
        LayerRow("unit norm 200x64", [32, 200, 64], UnitNormalization()),
    ]

    static let embeddings: [LayerRow] = [
        LayerRow("embedding 20000x64", [32, 200], ids: 20000, Embedding(20000, 64)),
        LayerRow(
            "einsum dense", [32, 200, 64], EinsumDense("abc,cde->abde", outputShape: [nil, 4, 16], biasAxes: "de")),
    ]

    static let recurrent: [LayerRow] = [
        LayerRow("lstm 100x64", [32, 100, 64], LSTM(128)),
        LayerRow("lstm sequences", [32, 100, 64], LSTM(64, returnSequences: true)),
        LayerRow("gru 100x64", [32, 100, 64], GRU(128)),
        LayerRow("simple rnn 100x64", [32, 100, 64], SimpleRNN(128)),
        LayerRow("bidirectional lstm", [32, 100, 64], Bidirectional(LSTM(64))),
    ]

    static let attention: [LayerRow] = [
        LayerRow("multi head 200x64", [32, 200, 64], SelfAttention(causal: false)),
        LayerRow("multi head causal", [32, 200, 64], SelfAttention(causal: true)),
    ]

    static let pools: [LayerRow] = [
        LayerRow("max pool 2x2", [64, 28, 28, 32], MaxPooling2D(2)),
        LayerRow("max pool 3x3 strides 2", [64, 28, 28, 32], MaxPooling2D(3, strides: 2, padding: .same)),
        LayerRow("average pool 2x2", [64, 28, 28, 32], AveragePooling2D(2)),
        LayerRow("max pool 1d", [32, 200, 64], MaxPooling1D(2)),
        LayerRow("global average pool", [64, 14, 14, 64], GlobalAveragePooling2D()),
        LayerRow("global max pool", [64, 14, 14, 64], GlobalMaxPooling2D()),
    ]
}

/// Attention of four heads from a sequence to itself.
private final class SelfAttention: Layer {
    private let attention = MultiHeadAttention(4, keyDim: 16)
    private let causal: Bool

    init(causal: Bool) {
        self.causal = causal
        super.init()
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        attention(x, x, useCausalMask: causal)
    }
}

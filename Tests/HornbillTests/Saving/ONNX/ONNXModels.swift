import Foundation
import Hornbill

/// Models to export beside those of single layers: sizes that stay open, several inputs and outputs, subclasses, loops.
enum ONNXModels {
    typealias Make = @Sendable () throws -> (model: Model, batches: [TensorStructure])

    static let all: [String: Make] = [stacks, sequences, images, graphs, programs, ONNXOperations.all].reduce([:]) {
        $0.merging($1) { first, _ in first }
    }

    /// A subclass that takes a dictionary of `p` (batch, 3) and `q` (batch, 2).
    static func pair() -> Model { Pair() }

    // MARK: Data

    /// Numbers that look random.
    static func numbers(_ shape: Shape, _ scale: Double = 1) -> Tensor {
        Tensor((0..<shape.count).map { Float(scale * sin(Double($0) * 1.7 + 0.3)) }, shape: shape)
    }

    /// Whole numbers from 0 to before `limit`.
    static func ids(_ shape: Shape, _ limit: Int, _ dtype: DType = .int32) -> Tensor {
        Tensor((0..<shape.count).map { ($0 * 7 + $0 / 3) % limit }, shape: shape).cast(to: dtype)
    }

    /// Batches of several sizes, none of them one that is traced.
    static func batches(_ shape: [Int]) -> [TensorStructure] {
        [1, 5, 32].map { .tensor(numbers(Shape([$0] + shape))) }
    }

    /// Batches of several sizes with several numbers of steps.
    private static func steps(_ features: [Int] = [3]) -> [TensorStructure] {
        [(1, 4), (5, 9), (3, 1)].map { .tensor(numbers(Shape([$0, $1] + features))) }
    }

    private static func stack(_ shape: PartialShape, dtype: DType = .float32, _ layers: Layer...) -> Sequential {
        Sequential([Input(shape: shape, dtype: dtype)] + layers as [any SequentialElement])
    }

    // MARK: Models

    private static let stacks: [String: Make] = [
        "mlp": {
            (stack([6], Dense(8, activation: .relu), Dropout(0.5), Dense(3, activation: .softmax)), batches([6]))
        },
        "normalized": {
            (
                stack([6], BatchNormalization(), Dense(4), LayerNormalization(), UnitNormalization()),
                batches([6])
            )
        },
        "unbuilt": { (Sequential([Dense(4, activation: .tanh), Dense(2)]), batches([3])) },
        "dense_of_steps": { (stack([nil, 3], Dense(4), Dense(2)), steps()) },
        "flattened": { (stack([4, 3], Flatten(), Dense(2), Reshape([2, 1]), Permute([2, 1])), batches([4, 3])) },
        "repeated": { (stack([3], RepeatVector(4), TimeDistributed(Dense(2))), batches([3])) },
        "bytes": {
            (
                stack([4, 4, 1], dtype: .uint8, Rescaling(1 / 255.0), Flatten(), Dense(2)),
                [2, 7].map { .tensor(ids([$0, 4, 4, 1], 256, .uint8)) }
            )
        },
        "categories": {
            (
                stack([3], dtype: .int32, CategoryEncoding(numTokens: 5, outputMode: .multiHot), Dense(2)),
                [2, 7].map { .tensor(ids([$0, 3], 5)) }
            )
        },
        "bins": {
            (
                stack([3], Discretization(binBoundaries: [-0.5, 0, 0.5], outputMode: .oneHot), Flatten(), Dense(2)),
                batches([3])
            )
        },
        // Numbers that half precision holds exactly.
        "half": {
            (
                stack(
                    [4], Dense(3, activation: .relu, kernelInitializer: "ones", dtype: "mixed_bfloat16"),
                    Dense(2, kernelInitializer: "ones", dtype: "float32")),
                [.tensor(ids([3, 4], 3).cast(to: .float32))]
            )
        },
    ]

    private static let sequences: [String: Make] = [
        "lstm_of_steps": { (stack([nil, 3], LSTM(4), Dense(2)), steps()) },
        "gru_of_steps": { (stack([nil, 3], GRU(4, returnSequences: true), SimpleRNN(3)), steps()) },
        "gru_before": { (stack([5, 3], GRU(4, resetAfter: false)), batches([5, 3])) },
        "bidirectional_of_steps": {
            (
                stack([nil, 3], Bidirectional(LSTM(3, returnSequences: true)), Bidirectional(GRU(2), mergeMode: .sum)),
                steps()
            )
        },
        "masked_bidirectional": {
            (
                stack(
                    [nil], dtype: .int32, Embedding(7, 4, maskZero: true),
                    Bidirectional(LSTM(3, returnSequences: true)), GRU(3)),
                [.tensor(ids([4, 6], 5)), .tensor(ids([2, 3], 7))]
            )
        },
        "masking": {
            (
                stack([5, 2], Masking(), SimpleRNN(3, returnSequences: true), LSTM(2)),
                [.tensor(ops.relu(numbers([4, 5, 2])))]
            )
        },
        "stacked_cells": { (stack([nil, 3], RNN([LSTMCell(3), GRUCell(2)] as [RecurrentCell])), steps()) },
        "text": {
            (
                stack([nil], dtype: .int32, Embedding(9, 4), GlobalAveragePooling1D(), Dense(1, activation: .sigmoid)),
                [.tensor(ids([3, 5], 9)), .tensor(ids([1, 8], 9))]
            )
        },
        "causal_convolutions": {
            (
                stack(
                    [nil, 3], Conv1D(4, kernelSize: 3, padding: .causal, dilationRate: 2), Conv1D(2, kernelSize: 2)),
                [(1, 4), (5, 9)].map { .tensor(numbers([$0, $1, 3])) }
            )
        },
        "attention_of_steps": {
            let x = Input(shape: [nil, 4])
            let y = LayerNormalization()(x + MultiHeadAttention(2, keyDim: 3)(x, x))
            return (try Model(inputs: x, outputs: Dense(2)(y)), steps([4]))
        },
        "causal_attention_of_steps": {
            let x = Input(shape: [nil, 4])
            return (
                try Model(inputs: x, outputs: MultiHeadAttention(2, keyDim: 3)(x, x, useCausalMask: true)), steps([4])
            )
        },
        "causal_scores_of_steps": {
            let x = Input(shape: [nil, 4])
            return (try Model(inputs: x, outputs: Attention()([x, x], useCausalMask: true)), steps([4]))
        },
        "masked_transformer": {
            let ids = Input(shape: [6], dtype: .int32)
            let x = Embedding(9, 4, maskZero: true)(ids)
            let y = LayerNormalization()(x + MultiHeadAttention(2, keyDim: 2)(x, x))
            let pooled = GlobalAveragePooling1D()(Dense(4, activation: .gelu)(y))
            return (
                try Model(inputs: ids, outputs: pooled),
                [.tensor(Self.ids([3, 6], 4)), .tensor(Self.ids([1, 6], 9))]
            )
        },
        "translation": {
            let (source, target) = (Input(shape: [nil, 3], name: "source"), Input(shape: [nil, 3], name: "target"))
            let encoder = LSTM(4, returnState: true)
            let (_, h, c): (SymbolicTensor, SymbolicTensor, SymbolicTensor) = encoder(source)
            let y = LSTM(4, returnSequences: true)(target, initialState: [h, c])
            return (
                try Model(inputs: [source, target], outputs: Dense(2)(y)),
                [(2, 3, 5), (4, 1, 2)].map { [numbers([$0, $1, 3]), numbers([$0, $2, 3])] }
            )
        },
    ]

    private static let images: [String: Make] = [
        "cnn": {
            (
                stack(
                    [12, 12, 2], Conv2D(4, kernelSize: 3, activation: .relu), MaxPooling2D(), BatchNormalization(),
                    Conv2D(3, kernelSize: 3, strides: 2, padding: .same), Flatten(), Dense(2)),
                batches([12, 12, 2])
            )
        },
        "images_of_any_size": {
            (
                stack(
                    [nil, nil, 2], Conv2D(3, kernelSize: 3, strides: 2, padding: .same), MaxPooling2D(),
                    AveragePooling2D(2, strides: 1, padding: .same), GlobalMaxPooling2D(), Dense(2)),
                [(2, 12, 9), (1, 7, 16)].map { .tensor(numbers([$0, $1, $2, 2])) }
            )
        },
        "upsampled_images_of_any_size": {
            (
                stack(
                    [nil, nil, 2], ZeroPadding2D(1), Conv2D(3, kernelSize: 3), UpSampling2D(2), Cropping2D(1),
                    Conv2DTranspose(2, kernelSize: 3, strides: 2, padding: .same)),
                [(2, 6, 5), (1, 4, 8)].map { .tensor(numbers([$0, $1, $2, 2])) }
            )
        },
        "channels_first": {
            (
                stack(
                    [2, 8, 8], Conv2D(3, kernelSize: 3, dataFormat: .channelsFirst),
                    MaxPooling2D(2, dataFormat: .channelsFirst),
                    GlobalAveragePooling2D(dataFormat: .channelsFirst)),
                batches([2, 8, 8])
            )
        },
        "separable": {
            (
                stack(
                    [8, 8, 2], SeparableConv2D(4, kernelSize: 3), DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2)),
                batches([8, 8, 2])
            )
        },
        "residual": {
            let x = Input(shape: [6, 6, 3])
            let y = Conv2D(3, kernelSize: 3, padding: .same)(Activation(.relu)(BatchNormalization()(x)))
            return (try Model(inputs: x, outputs: GlobalAveragePooling2D()(ops.relu(x + y))), batches([6, 6, 3]))
        },
    ]

    private static let graphs: [String: Make] = [
        "several_inputs_and_outputs": {
            let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [2], dtype: .int64, name: "b"))
            let e = Flatten()(Embedding(5, 2)(b))
            let joined = Concatenate()([Dense(4)(a), e])
            let outputs = ["sum": Dense(1, name: "one")(joined), "rest": Dense(2, name: "two")(joined)]
            return (
                try Model(inputs: ["x": a, "y": b], outputs: outputs),
                [2, 9].map { ["x": numbers([$0, 3]), "y": ids([$0, 2], 5, .int64)] }
            )
        },
        "merges": {
            let (a, b) = (Input(shape: [4]), Input(shape: [4]))
            let all = [
                Add()([a, b]), Subtract()([a, b]), Multiply()([a, b]), Average()([a, b]), Maximum()([a, b]),
                Minimum()([a, b]), Concatenate()([a, b]), Dot(axes: 1)([a, b]),
            ]
            return (
                try Model(inputs: [a, b], outputs: all), [3, 8].map { [numbers([$0, 4]), numbers([$0, 4], 2)] }
            )
        },
        "inputs_as_outputs": {
            let x = Input(shape: [3], name: "x")
            return (try Model(inputs: x, outputs: [x, ops.relu(x), x]), batches([3]))
        },
        "operations": {
            let x = Input(shape: [4])
            let y = ops.concatenate([ops.flip(x, axis: -1), ops.power(x, 2.0), ops.sqrt(ops.abs(x))], axis: -1)
            let z = ops.stack([ops.cumsum(y, axis: 1), ops.cumprod(y, axis: 1), ops.sort(y)], axis: 1)
            return (
                try Model(inputs: x, outputs: [z, ops.argmax(y, axis: -1).cast(to: .float32), z[0..., 1, ..<3]]),
                batches([4])
            )
        },
    ]

    private static let programs: [String: Make] = [
        "subclass": { (Tower(), batches([3])) },
        "subclass_of_dictionaries": { (Pair(), [2, 5].map { ["p": numbers([$0, 3]), "q": numbers([$0, 2])] }) },
        "loops": { (Wrapped(Loops()), batches([3])) },
        "batch_size": { (Wrapped(BatchMean()), batches([3])) },
    ]
}

/// A model around one layer.
private final class Wrapped: Model {
    let layer: Layer

    init(_ layer: Layer) {
        self.layer = layer
        super.init()
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { layer(x) }
}

/// Layers in an array, and a residual connection.
private final class Tower: Model {
    let stages = [Dense(4, activation: .relu), Dense(4, activation: .relu)]
    let norm = LayerNormalization()
    let head = Dense(2)

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let first = stages[0](x)
        return head(norm(first + stages[1](first)))
    }
}

/// Two named inputs, two named outputs.
private final class Pair: Model {
    let (left, right) = (Dense(3), Dense(3))

    override func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let (p, q) = (left(inputs["p"]), right(inputs["q"]))
        return ["sum": p + q, "product": p * q]
    }
}

/// Each kind of control flow, and what a loop without sequences counts.
private final class Loops: Layer {
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let half = try ops.whileLoop({ ops.greater(ops.max(ops.abs($0[0])), 0.5) }, { [$0[0] * 0.5] }, [x])[0]
        let branch = try ops.cond(ops.greater(ops.sum(x), 0.0), then: { [x + half] }, else: { [x - half] })[0]
        let (carry, kept) = try ops.scan(
            { carry, _ in ([carry[0] * 0.5 + branch], [carry[0]]) }, initial: [x], length: 3, reverse: true)
        return carry[0] + ops.sum(kept[0], axis: 0) * 0.1 + kept[0][0]
    }
}

/// Numbers that depend on how many samples there are.
private final class BatchMean: Layer {
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let count = x.shape[0]
        let places = ops.reshape(ops.arange(0, count, dtype: .float32), [count, 1])
        let mean: Tensor = ops.sum(x, axis: 0) / Double(count)
        let doubled = ops.reshape(ops.concatenate([x, x], axis: 0), [count, 2 * x.shape[1]])
        let sum: Tensor = x + mean + places * 0.1
        return sum + doubled[0..., ..<x.shape[1]]
    }
}

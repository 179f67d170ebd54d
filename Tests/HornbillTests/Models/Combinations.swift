import Hornbill

/// Less the mean of the batch in training, less what it has seen otherwise.
final class Centre: Layer {
    private var scale: Variable?
    private var mean: Variable?

    override var supportsMasking: Bool { true }

    override func build(inputShape: PartialShape) throws {
        let shape: Shape = [inputShape.last ?? 0]
        scale = try addWeight(name: "scale", shape: shape, initializer: "ones")
        mean = try addWeight(name: "mean", shape: shape, initializer: "zeros", trainable: false)
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var middle = try mean.required()
        if context.training, let mean {
            middle = ops.mean(x, axis: Axes(Array(0..<x.rank - 1)))
            try mean.assign(0.9 * mean.value + 0.1 * middle)
        }
        return try (x - middle) * scale.required()
    }
}

/// Steps of zeros do not count.
final class MaskZeros: Layer {
    override var supportsMasking: Bool { true }

    override func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        [ops.any(inputs.tensor .!= 0.0, axis: -1)]
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { x * 1.0 }
}

/// The sum of the steps that count.
final class SumSteps: Layer {
    override var supportsMasking: Bool { true }

    override func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] { [] }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var x = x
        if let mask = context.masks.first ?? nil { x = x * ops.expandDims(mask, axis: -1).cast(to: x.dtype) }
        return ops.sum(x, axis: 1)
    }
}

/// A model of two layers.
private final class Block: Model {
    let dense: Dense
    let centre = Centre()

    init(units: Int = 4) {
        dense = Dense(units, activation: .tanh)
        super.init()
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { centre(dense(x)) }
}

/// A layer of two layers.
private final class BlockLayer: Layer {
    let centre = Centre()
    let dense = Dense(4)

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { dense(centre(x)) }
}

/// A model around another.
private final class Outer: Model {
    let inner: Layer
    let head = Dense(2)
    let flag: Bool?

    init(_ inner: Layer, training: Bool? = nil) {
        self.inner = inner
        flag = training
        super.init()
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { head(inner(x, training: flag)) }
}

/// Makes a mask inside, which what follows the model sees.
private final class MaskedBlock: Model {
    let zeros = MaskZeros()
    let dense = Dense(2)

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { dense(zeros(x)) }
}

/// The models of Tests/Reference/combinations.py.
enum Combinations {
    typealias Make = @Sendable () throws -> Model

    static let all: [String: Make] = nested.merging(flags) { a, _ in a }.merging(masks) { a, _ in a }
        .merging(merged) { a, _ in a }

    // MARK: Parts

    private static func stack() -> Sequential {
        Sequential {
            Input(shape: [3])
            Dense(4, activation: .relu)
            Centre()
        }
    }

    private static func graph() throws -> Model {
        let x = Input(shape: [3])
        return try Model(inputs: x, outputs: Centre()(Dense(4, activation: .relu)(x)))
    }

    private static func around(_ inner: Layer, training: Bool? = nil) throws -> Model {
        let x = Input(shape: [3])
        return try Model(inputs: x, outputs: Dense(2)(inner(x, training: training)))
    }

    private static func sharedLayer() throws -> Model {
        let x = Input(shape: [3])
        let (dense, centre) = (Dense(3, activation: .tanh), Centre())
        let twice: SymbolicTensor = centre(dense(centre(dense(x))))
        return try Model(inputs: x, outputs: Dense(2)(twice))
    }

    private static func compiled(_ model: Model) throws -> Model {
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .mse)
        return model
    }

    // MARK: Models in models, shared layers

    private static let nested: [String: Make] = [
        "sequential_in_functional": { try around(stack()) },
        "functional_in_functional": { try around(graph()) },
        "functional_in_functional_in_functional": {
            let x = Input(shape: [3])
            let inner = try graph()
            return try around(Model(inputs: x, outputs: Centre()(inner(x)), name: "middle"))
        },
        "functional_in_sequential": {
            let source = Input(shape: [3])
            return Sequential([source, try graph(), Dense(2)])
        },
        "sequential_in_sequential": {
            let source = Input(shape: [3])
            let first = stack()
            let second = Sequential([Dense(3), Centre()])
            return Sequential([source, first, second, Dense(2)])
        },
        "subclass_in_functional": { try around(Block()) },
        "subclassed_layer_in_functional": { try around(BlockLayer()) },
        "subclass_in_sequential": {
            let source = Input(shape: [3])
            return Sequential([source, Block(), Dense(2)])
        },
        "functional_in_subclass": { Outer(try graph()) },
        "sequential_in_subclass": { Outer(stack()) },
        "subclass_in_subclass": { Outer(Block()) },
        "subclass_in_subclass_in_functional": { try around(Outer(BlockLayer())) },
        "shared_layer": { try sharedLayer() },
        "shared_model": {
            let (left, right) = (Input(shape: [3], name: "left"), Input(shape: [3], name: "right"))
            let inner = try graph()
            let both: [SymbolicTensor] = [inner(left), inner(right)]
            return try Model(inputs: [left, right], outputs: Dense(2)(concatenate(both)))
        },
        "shared_subclass": {
            let (left, right) = (Input(shape: [3], name: "left"), Input(shape: [3], name: "right"))
            let inner = Block()
            let both: [SymbolicTensor] = [inner(left), inner(right)]
            return try Model(inputs: [left, right], outputs: Dense(2)(subtract(both)))
        },
        "layer_in_two_models": {
            let (x, shared) = (Input(shape: [3]), Dense(3))
            let inner = try Model(inputs: x, outputs: Centre()(shared(x)))
            let y = Input(shape: [3])
            let both: [SymbolicTensor] = [inner(y), shared(y)]
            return try Model(inputs: y, outputs: Dense(2)(add(both)))
        },
        "regularized_inner": {
            let x = Input(shape: [3])
            return try around(
                Model(inputs: x, outputs: Dense(4, kernelRegularizer: "l2", activityRegularizer: "l1")(x)))
        },
    ]

    // MARK: Training flags, frozen layers

    private static let flags: [String: Make] = [
        "training_true": { try around(stack(), training: true) },
        "training_false": { try around(stack(), training: false) },
        "training_false_in_functional": { try around(graph(), training: false) },
        "training_true_in_nested_graph": {
            let x = Input(shape: [3])
            let inner = try Model(inputs: x, outputs: Centre()(Dense(4)(x), training: true))
            return try around(inner, training: false)
        },
        "training_false_in_subclass": { Outer(try graph(), training: false) },
        "training_true_in_subclass": { Outer(Block(), training: true) },
        "frozen_layer": {
            let model = try around(stack())
            model.layers.last?.trainable = false
            return model
        },
        "frozen_at_birth": {
            let x = Input(shape: [3])
            return try Model(inputs: x, outputs: Dense(2)(Centre()(Dense(4, trainable: false)(x))))
        },
        "frozen_inner_sequential": {
            let inner = stack()
            inner.trainable = false
            return try around(inner)
        },
        "frozen_inner_functional": {
            let model = try around(graph())
            model.layers[1].trainable = false
            return model
        },
        "frozen_inner_subclass": {
            let inner = Block()
            let model = try around(inner)
            inner.trainable = false
            return model
        },
        "frozen_before_built": {
            let inner = Block()
            inner.trainable = false
            return try around(inner)
        },
        "frozen_in_subclass": {
            let model = Outer(try graph())
            model.inner.trainable = false
            return model
        },
        "frozen_layer_of_inner": {
            let inner = try graph()
            let model = try around(inner)
            inner.layers[1].trainable = false
            return model
        },
        "frozen_and_thawed": {
            let model = try around(graph())
            model.trainable = false
            model.trainable = true
            return model
        },
        "frozen_but_for_the_head": {
            let model = try around(graph())
            model.layers[1].trainable = false
            (model.layers[1] as? Model)?.layers.last?.trainable = true
            return model
        },
        "frozen_shared": {
            let model = try sharedLayer()
            model.layers[1].trainable = false
            return model
        },
        "frozen_after_compile": {
            let model = try compiled(around(graph()))
            model.layers[1].trainable = false
            return model
        },
        "thawed_after_compile": {
            let inner = try graph()
            inner.trainable = false
            let model = try compiled(around(inner))
            inner.trainable = true
            return model
        },
    ]

    // MARK: Masks

    private static func steps() -> SymbolicTensor { Input(shape: [4, 3]) }

    private static func sum(_ x: SymbolicTensor) -> SymbolicTensor { SumSteps()(x) }

    private static let masks: [String: Make] = [
        "mask_to_sum": {
            let x = steps()
            return try Model(inputs: x, outputs: sum(Dense(2)(MaskZeros()(x))))
        },
        "mask_through_layers": {
            let x = steps()
            var y: SymbolicTensor = MaskZeros()(x)
            let chain: [Layer] = [
                Dense(3), Activation(.tanh), ReLU(negativeSlope: 0.3), LeakyReLU(), ELU(), PReLU(), Dropout(0),
                GaussianNoise(0), GaussianDropout(0), AlphaDropout(0), SpatialDropout1D(0),
                ActivityRegularization(l1: 0.01), Identity(), Centre(),
            ]
            for layer in chain { y = layer(y) }
            return try Model(inputs: x, outputs: sum(Dense(2)(y)))
        },
        "mask_lost_in_reshape": {
            let x = steps()
            return try Model(inputs: x, outputs: sum(Reshape([2, 4])(Dense(2)(MaskZeros()(x)))))
        },
        "mask_lost_in_operation": {
            let x = steps()
            let y: SymbolicTensor = Dense(2)(MaskZeros()(x))
            return try Model(inputs: x, outputs: sum(y * 2.0))
        },
        "mask_from_inner_functional": {
            let (x, innerX) = (steps(), steps())
            let inner = try Model(inputs: innerX, outputs: Dense(2)(MaskZeros()(innerX)))
            return try Model(inputs: x, outputs: sum(inner(x)))
        },
        "mask_from_inner_sequential": {
            let x = steps()
            let inner = Sequential([steps(), MaskZeros(), Dense(2)])
            return try Model(inputs: x, outputs: sum(inner(x)))
        },
        "mask_from_inner_subclass": {
            let x = steps()
            return try Model(inputs: x, outputs: sum(MaskedBlock()(x)))
        },
        "mask_into_inner_functional": {
            let (x, innerX) = (steps(), steps())
            let inner = try Model(inputs: innerX, outputs: sum(Dense(2)(innerX)))
            return try Model(inputs: x, outputs: inner(MaskZeros()(x)))
        },
        "mask_into_inner_sequential": {
            let source = steps()
            let inner = Sequential([Dense(3), Centre()])
            return Sequential([source, MaskZeros(), inner, SumSteps(), Dense(2)])
        },
        "mask_in_shared_layer": {
            let x = steps()
            let (dense, total) = (Dense(2), SumSteps())
            let both: [SymbolicTensor] = [total(dense(MaskZeros()(x))), total(dense(x))]
            return try Model(inputs: x, outputs: subtract(both))
        },
        "mask_given": {
            let (x, mask) = (steps(), Input(shape: [4], dtype: .bool))
            return try Model(inputs: [x, mask], outputs: SumSteps()(Dense(2)(x), mask: mask))
        },
        "mask_given_to_inner": {
            let (x, mask) = (steps(), Input(shape: [4], dtype: .bool))
            let innerX = steps()
            let inner = try Model(inputs: innerX, outputs: sum(Dense(2)(innerX)))
            return try Model(inputs: [x, mask], outputs: inner(x, mask: mask))
        },
        "masked_loss": {
            let x = steps()
            return try Model(inputs: x, outputs: Dense(2)(MaskZeros()(x)))
        },
        "masked_loss_of_two": {
            let x = steps()
            let y: SymbolicTensor = MaskZeros()(x)
            return try Model(inputs: x, outputs: [Dense(2)(y), sum(Dense(2)(y))])
        },
        "masked_loss_from_subclass": { MaskedBlock() },
    ]

    /// A model of two inputs that counts the steps of what becomes of them.
    private static func pair(
        _ join: (SymbolicTensor, SymbolicTensor) throws -> SymbolicTensor
    ) throws -> Model {
        let (x, y) = (steps(), steps())
        return try Model(inputs: [x, y], outputs: sum(Dense(2)(join(x, y))))
    }

    private static let merged: [String: Make] = [
        "mask_of_add": { try pair { add([MaskZeros()($0), MaskZeros()($1)]) } },
        "mask_of_add_with_one": { try pair { add([MaskZeros()($0), $1]) } },
        "mask_of_concatenate": { try pair { concatenate([MaskZeros()($0), MaskZeros()($1)]) } },
        "mask_of_concatenate_along_steps": { try pair { concatenate([MaskZeros()($0), $1], axis: 1) } },
        "mask_of_dot": { try pair { dot([MaskZeros()($0), MaskZeros()($1)], axes: 2) } },
        "mask_of_attention": {
            let x = steps()
            let y: SymbolicTensor = MaskZeros()(x)
            return try Model(inputs: x, outputs: sum(Dense(2)(MultiHeadAttention(2, keyDim: 3)(y, y))))
        },
        "mask_of_grouped_attention": {
            try pair {
                GroupQueryAttention(3, numQueryHeads: 4, numKeyValueHeads: 2)(
                    MaskZeros()($0), MaskZeros()($1), useCausalMask: true)
            }
        },
        "mask_of_dot_attention": { try pair { Attention()([MaskZeros()($0), MaskZeros()($1)]) } },
        "mask_of_additive_attention": {
            let (x, y) = (steps(), steps())
            let inputs: [SymbolicTensor] = [Dense(3)(MaskZeros()(x)), MaskZeros()(y)]
            return try Model(inputs: [x, y], outputs: sum(AdditiveAttention()(inputs)))
        },
        "unknown_steps": {
            let (x, y) = (Input(shape: [nil, 3]), steps())
            let weights = ops.sum(x * y, axis: -1, keepDims: true)
            return try Model(inputs: [x, y], outputs: sum(Dense(2)(add([x, y]) * weights)))
        },
    ]
}

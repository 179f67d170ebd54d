import Hornbill
import Testing

/// Weights of its own, made on the first call.
private final class Scale: Layer {
    private var factor: Variable?
    private var calls: Variable?

    override func build(inputShape: PartialShape) throws {
        factor = try addWeight(name: "factor", shape: [inputShape.last ?? 1], initializer: "ones")
        calls = try addWeight(name: "calls", shape: [], initializer: "zeros", trainable: false)
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        if let calls, context.training { try calls.assignAdd(Tensor(scalar: Float(1))) }
        return try x * factor.required()
    }
}

/// Layers wherever properties can hold them.
private final class Collector: Model {
    let list = [Dense(1, name: "list_0"), Dense(1, name: "list_1")]
    let named = ["b": Dense(1, name: "named_b"), "a": Dense(1, name: "named_a")]
    let nested = [[Dense(1, name: "nested")]]
    let pair = (Dense(1, name: "pair_0"), 3, Dense(1, name: "pair_1"))
    var optional: Layer?
    let block = Block()
    let number = 7

    final class Block: Layer {
        let inner = Dense(1, name: "inner")
        override func call(_ x: Tensor, context: CallContext) throws -> Tensor { inner(x) }
    }

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let all: [Layer] =
            list + [named["a"], named["b"]].compactMap { $0 } + nested[0] + [pair.0, pair.1 > 0 ? pair.2 : pair.0]
        return all.reduce(block(x)) { $0 + $1(x) } + (optional.map { $0(x) } ?? 0 * x)
    }
}

private final class TwoOutputs: Model {
    let asDictionary: Bool
    let left = Dense(1)
    let right = Dense(2)

    init(asDictionary: Bool) {
        self.asDictionary = asDictionary
        super.init(name: "two")
    }

    override func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let x = inputs.tensor
        return asDictionary ? ["left": left(x), "right": right(x)] : [left(x), right(x)]
    }
}

@Suite struct SubclassTests {
    @Test func `weights are made on the first call, trainable ones first`() throws {
        try Session.withNew(seed: 1) { () throws in
            let layer = Scale()
            #expect(!layer.built && layer.weights.isEmpty)
            expectError(.state, "not built", "'scale' (Scale)") { _ = try layer.countParams() }
            let y = layer(Tensor.ones([2, 3]) * 4)
            #expect(try y.floats() == [4, 4, 4, 4, 4, 4])
            #expect(layer.weights.map(\.path) == ["scale/factor", "scale/calls"])
            #expect(layer.trainableWeights.map(\.name) == ["factor"])
            layer.trainable = false
            layer.trainable = true
            #expect(layer.trainableWeights.map(\.name) == ["factor"], "what is not trained by nature stays so")
            #expect(try layer.countParams() == 4)
        }
    }

    @Test func `a layer whose build is called directly is not built twice`() throws {
        try Session.withNew(seed: 1) {
            let layer = Dense(3)
            try layer.build(inputShape: [nil, 2])
            let kernel = try #require(layer.kernel)
            _ = layer(Tensor.ones([1, 2]))
            #expect(layer.weights.count == 2)
            #expect(layer.kernel === kernel)
        }
    }

    @Test func `state that a layer assigns in training is kept`() throws {
        try Session.withNew(seed: 1) {
            let layer = Scale()
            let model = Sequential([Input(shape: [2]), layer, Dense(1)])
            try model.compile(optimizer: "sgd", loss: "mse")
            try model.fit(Tensor.ones([10, 2]), Tensor.ones([10, 1]), epochs: 2, batchSize: 4, verbose: 0)
            _ = try model.evaluate(Tensor.ones([10, 2]), Tensor.ones([10, 1]), verbose: 0)
            #expect(try layer.nonTrainableWeights[0].value.item() == 6)
        }
    }

    @Test func `layers are found in arrays, dictionaries, tuples, optionals and layers`() throws {
        try Session.withNew(seed: 1) {
            let model = Collector()
            model.optional = Dense(1, name: "optional")
            let names = ["list_0", "list_1", "named_a", "named_b", "nested", "pair_0", "pair_1", "optional", "block"]
            #expect(model.layers.map(\.name) == names)
            let y: Tensor = try model.predict(Tensor.ones([3, 2]))
            #expect(y.shape == [3, 1])
            #expect(model.weights.count == 18)
            #expect(model.weights.last?.path == "collector/block/inner/bias")
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .mse)
            let before = try model.trainableWeights.map { try $0.value.floats() }
            try model.fit(Tensor.ones([3, 2]), Tensor.ones([3, 1]) * 100, verbose: 0)
            let after = try model.trainableWeights.map { try $0.value.floats() }
            #expect(zip(before, after).allSatisfy { $0 != $1 })
        }
    }

    @Test func `a list of outputs is trained under the losses' names, a dictionary under its own`() throws {
        try Session.withNew(seed: 1) {
            let (x, left, right) = (Tensor.ones([6, 3]), Tensor.ones([6, 1]), Tensor.ones([6, 2]))
            let listed = TwoOutputs(asDictionary: false)
            try listed.compile(optimizer: "sgd", loss: ["mse", "mae"], metrics: [["mae"], ["mse"]])
            #expect(
                try listed.fit(x, [left, right], verbose: 0).keys == ["loss", "mae", "mae_loss", "mse", "mse_loss"])
            let same = TwoOutputs(asDictionary: false)
            try same.compile(optimizer: "sgd", loss: "mse", metrics: "mae")
            // Keras keeps one of two losses of the same name; both are of use.
            #expect(
                try same.fit(x, [left, right], verbose: 0).keys == ["loss", "mae", "mae_1", "mse_loss", "mse_loss_1"])
            let named = TwoOutputs(asDictionary: true)
            try named.compile(optimizer: "sgd", loss: ["left": "mse", "right": "mae"], metrics: ["right": ["mse"]])
            let history = try named.fit(x, ["left": left, "right": right], verbose: 0)
            #expect(history.keys == ["left_loss", "loss", "right_loss", "right_mse"])
            let predictions: TensorStructure = try named.predict(x)
            #expect(predictions["right"].shape == [6, 2])
            let (a, b): (Tensor, Tensor) = named(x)
            #expect(a.shape == [6, 1] && b.shape == [6, 2])
        }
    }

    @Test func `a subclass is built by its data, by build, and by a call, and has a summary then`() throws {
        try Session.withNew(seed: 1) {
            let model = TwoLayers()
            try model.build([nil, 6])
            #expect(try model.countParams() == 63)
            #expect(try model.summaryText().contains("(None, 6)"))
            let other = TwoLayers()
            let y: Tensor = try other.predict(Tensor.ones([5, 4]))
            #expect(y.shape == [5, 3])
            #expect(other.outputNames == ["output_1"])
            #expect(other.inputs.isEmpty && other.output.error?.kind == .state)
        }
    }

    @Test func `a subclass can be a layer of a functional model`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [6])
            let model = try Model(inputs: x, outputs: Dense(2)(TwoLayers()(x)))
            try model.compile(optimizer: "adam", loss: "mse")
            try model.fit(Tensor.ones([5, 6]), Tensor.ones([5, 2]), verbose: 0)
            #expect(model.weights.map(\.path).first == "two_layers/dense_1/kernel" || model.weights.count == 6)
        }
    }

    @Test func `a layer without call, and a call that fails, say which layer it is`() throws {
        final class Nothing: Layer {}
        final class Failing: Layer {
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
                ops.matmul(x, Tensor.ones([7, 7]))
            }
        }
        Session.withNew(seed: 1) {
            expectError(.state, "Nothing does not override call", "'nothing'") {
                try Nothing()(Tensor.ones([1])).validated()
            }
            expectError(.shape, "'failing' (Failing)", "SubclassTests.swift") {
                try Failing()(Tensor.ones([2, 3])).validated()
            }
            expectError(.shape, "'failing' (Failing)") {
                let x = Input(shape: [3])
                _ = try Model(inputs: x, outputs: Failing(name: "failing")(x))
            }
        }
    }
}

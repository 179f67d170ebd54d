import Hornbill
import Testing

@Suite struct FunctionalTests {
    @Test func `a layer of a model gives its output to another model`() throws {
        try Session.withNew(seed: 1) {
            let model = try Architectures.tickets()
            #expect(model.layers[4].name == "dense")
            let features = model.layers[4].output
            #expect(features.shape == [nil, 8])
            let difficulty = Dense(3, activation: .softmax, name: "difficulty")(features)
            let wider = try Model(inputs: model.inputs, outputs: model.outputs + [difficulty])
            #expect(wider.outputNames == ["priority", "department", "difficulty"])
            let data = [Tensor.ones([5, 12]), Tensor.ones([5, 10]), Tensor.ones([5, 4])]
            let (priority, _, third) = try wider.predict(data)
            #expect(third.shape == [5, 3])
            let both: [Tensor] = try model.predict(data)
            #expect(try both[0].floats() == priority.floats(), "the models share their layers")
        }
    }

    @Test func `a layer used twice has one set of weights and two outputs`() throws {
        try Session.withNew(seed: 1) {
            let shared = Dense(3, name: "shared")
            let (a, b) = (Input(shape: [2]), Input(shape: [2]))
            let model = try Model(inputs: [a, b], outputs: [shared(a), shared(b)])
            #expect(model.weights.map(\.path) == ["shared/kernel", "shared/bias"])
            #expect(try model.countParams() == 9)
            let (left, right) = try model.predict([Tensor.ones([4, 2]), Tensor.ones([4, 2])])
            #expect(try left.floats() == right.floats())
        }
    }

    @Test func `layers and models compute on values what they compute in a plan`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(4, [5, 3], last: .softmax)
            let x = Tensor.linspace(-1, 1, count: 24).reshaped([6, 4])
            let eager = model(x)
            let planned: Tensor = try model.predict(x)
            try expectClose(eager, planned, "outputs")
            try expectClose(model.layers[1](model.layers[0](x)), planned, "layer by layer")
        }
    }

    @Test func `weights are read and set in order, and a snapshot stays what it was`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [3, 1])
            let before = model.getWeights()
            let copies = try before.map { try $0.floats() }
            #expect(before.map(\.shape) == [[2, 3], [3], [3, 1], [1]])
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .mse)
            try model.fit(Tensor.ones([8, 2]), Tensor.ones([8, 1]) * 5, epochs: 2, verbose: 0)
            #expect(try before.map { try $0.floats() } == copies)
            #expect(try model.getWeights()[3].floats() != copies[3])
            try model.setWeights(before)
            #expect(try model.getWeights().map { try $0.floats() } == copies)
        }
    }

    @Test func `weights that do not fit are refused, and none is changed`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [3, 1])
            let before = try model.getWeights().map { try $0.floats() }
            expectError(.shape, "there are 4 weights, but 1 values were given", "'sequential' (Sequential)") {
                try model.setWeights([Tensor.ones([2, 3])])
            }
            var values = model.getWeights().map { $0 * 0 }
            values[2] = Tensor.ones([3, 2])
            expectError(.shape, "'sequential/dense_1/kernel' has the shape (3, 1)", "(3, 2)") {
                try model.setWeights(values)
            }
            values[2] = Tensor(error: HornbillError(.data, "broken"))
            expectError(.data, "broken") { try model.setWeights(values) }
            #expect(try model.getWeights().map { try $0.floats() } == before)
        }
    }

    @Test func `a frozen layer is not trained, whether frozen before or after compile, and can be thawed`() throws {
        try Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [3, 1])
            let (x, y) = (Tensor.ones([8, 2]), Tensor.ones([8, 1]) * 3)
            func kernels() throws -> [[Float]] { try model.layers.map { try $0.weights[0].value.floats() } }
            model.layers[0].trainable = false
            #expect(model.trainableWeights.count == 2)
            #expect(model.nonTrainableWeights.map(\.path) == ["sequential/dense/kernel", "sequential/dense/bias"])
            try model.compile(optimizer: .adam(learningRate: 0.01), loss: .mse)
            var before = try kernels()
            try model.fit(x, y, verbose: 0)
            var after = try kernels()
            #expect(before[0] == after[0] && before[1] != after[1])
            // No compile in between: what is trained now has no slots yet.
            model.layers[0].trainable = true
            model.layers[1].trainable = false
            before = after
            try model.fit(x, y, verbose: 0)
            after = try kernels()
            #expect(before[0] != after[0] && before[1] == after[1])
            model.trainable = false
            before = after
            try model.fit(x, y, verbose: 0)
            #expect(try kernels() == before)
        }
    }

    @Test func `operations on symbols are layers of the model`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [4], name: "x")
            let y = ops.mean(ops.square(x) * 2 + 1, axis: -1, keepDims: true)
            #expect(y.shape == [nil, 1])
            let model = try Model(inputs: x, outputs: y)
            let result: Tensor = try model.predict([[1, 2, 3, 4], [0, 0, 0, 0]] as [[Float]])
            #expect(try result.floats() == [16, 1])
            #expect(model.layers.map(\.name) == ["x"])
        }
    }

    @Test func `outputs keep the structure in which they were given`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [3])
            let y = Dense(2)(x)
            let data = Tensor.ones([4, 3])
            let one: TensorStructure = try Model(inputs: x, outputs: y).predict(data)
            #expect(one.isTensor)
            let list: TensorStructure = try Model(inputs: x, outputs: [y, y * 2]).predict(data)
            guard case .list(let elements) = list else { throw GoldenError("no list") }
            #expect(elements.count == 2)
            let named = try Model(inputs: ["in": x], outputs: ["double": y * 2, "plain": y])
            let dictionary: TensorStructure = try named.predict(["in": data])
            guard case .dictionary(let entries) = dictionary else { throw GoldenError("no dictionary") }
            #expect(entries.keys.sorted() == ["double", "plain"])
            #expect(try dictionary["double"].floats() == (dictionary["plain"] * 2).floats())
        }
    }

    @Test func `a single result of several outputs is an error that says how to ask for all`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [3])
            let model = try Model(inputs: x, outputs: [Dense(2)(x), Dense(2)(x)])
            expectError(.argument, "2 outputs: write `let (a, b)") {
                let _: Tensor = try model.predict(Tensor.ones([4, 3]))
            }
            expectError(.argument, "has 2 outputs, not 3") {
                let _: (Tensor, Tensor, Tensor) = try model.predict(Tensor.ones([4, 3]))
            }
            let one: Tensor = model(Tensor.ones([4, 3]))
            #expect(one.error?.message.contains("gives 2 outputs: write `let (a, b) = …`") == true)
        }
    }

    @Test func `a model in a model is a layer whose weights are among the outer one's`() throws {
        try Session.withNew(seed: 1) {
            let inner = Architectures.mlp(3, [4, 2], name: "inner")
            let x = Input(shape: [3])
            let outer = try Model(inputs: x, outputs: Dense(1)(inner(x)))
            #expect(outer.layers.map(\.name) == ["input_layer_1", "inner", "dense_2"])
            #expect(outer.weights.count == 6)
            inner.trainable = false
            #expect(outer.trainableWeights.map(\.path) == ["dense_2/kernel", "dense_2/bias"])
            #expect(try outer.getLayer("inner") === inner)
            expectError(.unknownName, "no layer 'outer'", "input_layer_1, inner, dense_2") {
                _ = try outer.getLayer("outer")
            }
        }
    }

    @Test func `a Sequential model changes with add and pop, also after predictions`() throws {
        try Session.withNew(seed: 1) { () throws in
            let model = Sequential {
                Input(shape: [2]); Dense(3)
            }
            let x = Tensor.ones([4, 2])
            #expect(try (model.predict(x) as Tensor).shape == [4, 3])
            model.add(Dense(5))
            #expect(try (model.predict(x) as Tensor).shape == [4, 5])
            model.pop()
            #expect(try (model.predict(x) as Tensor).shape == [4, 3])
            model.pop()
            expectError(.state) { _ = try model.predict(x) as Tensor }
        }
    }
}

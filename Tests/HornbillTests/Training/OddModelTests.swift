import Hornbill
import Testing

/// Models and data at the edge of what makes sense.
@Suite struct OddModelTests {
    @Test func `a subclass takes integers, truth values and doubles as numbers`() throws {
        try Session.withNew(seed: 1) {
            for x in [
                Tensor([[1, 0, 1, 1]].joined().map { $0 == 1 }, shape: [1, 4]), Tensor.arange(0, 4).reshaped([1, 4]),
            ] {
                let model = TwoLayers()
                let y: Tensor = try model.predict(x)
                #expect(y.dtype == .float32 && y.shape == [1, 3])
                try model.compile(optimizer: "sgd", loss: "mse")
                try model.fit(x, y, verbose: 0)
            }
            let doubles: Tensor = try TwoLayers().predict([[1.0, 2, 3]])
            #expect(try doubles.validated().shape == [1, 3])
        }
    }

    @Test func `data of a structure that a subclass does not expect is an error of its call`() throws {
        try Session.withNew(seed: 1) {
            let model = CustomerTicketModel(departments: 2)
            expectError(.unknownName, "no input 'title'", "'concatenate' (Concatenate)") {
                _ = try model.predict(Tensor.ones([2, 3])) as [Tensor]
            }
            expectError(.unknownName, "no input 'tags' among text_body, title") {
                _ = try model.predict(["title": Tensor.ones([2, 3]), "text_body": Tensor.ones([2, 3])]) as [Tensor]
            }
            expectError(.shape, "TwoLayers takes one tensor, not {}") {
                _ = try TwoLayers().predict([String: Tensor]()) as Tensor
            }
            expectError(.shape) { _ = try TwoLayers().predict([Tensor.ones([2, 3]), Tensor.ones([2, 3])]) as Tensor }
            let good = ["title": Tensor.ones([2, 3]), "text_body": Tensor.ones([2, 2]), "tags": Tensor.ones([2, 2])]
            let (priority, department) = try model.predict(good)
            #expect(priority.shape == [2, 1] && department.shape == [2, 2])
            expectError(.shape) {
                var other = good
                other["title"] = Tensor.ones([2, 9])
                _ = try model.predict(other) as [Tensor]
            }
        }
    }

    @Test func `an output listed twice, an input as output, and layers without weights are fine`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [2], name: "x")
            let y = Dense(2, name: "y")(x)
            let model = try Model(inputs: x, outputs: [y, y, x])
            let data = Tensor.ones([4, 2])
            try model.compile(optimizer: "sgd", loss: "mse", lossWeights: [1, 2, 3], metrics: "mae")
            let history = try model.fit(data, [data, data, data], verbose: 0)
            #expect(history.keys.contains("loss") && history["loss"][0].isFinite)
            let (a, b, c) = try model.predict(data)
            #expect(try a.floats() == b.floats() && c.floats() == data.floats())
            let plain = Sequential([Input(shape: [2]), Activation("relu")])
            try plain.compile(optimizer: "adam", loss: "mse", metrics: ["mae"])
            #expect(try plain.fit(data, data, epochs: 2, verbose: 0)["loss"] == [0, 0])
            #expect(try plain.countParams() == 0)
        }
    }

    @Test func `inputs without features, or without axes of their own, do no harm`() throws {
        try Session.withNew(seed: 1) {
            let hollow = Sequential([Input(shape: [0]), Dense(3)])
            let y: Tensor = try hollow.predict(Tensor.ones([4, 0]))
            #expect(try y.floats() == [Float](repeating: 0, count: 12))
            try hollow.compile(optimizer: "adam", loss: "mse")
            try hollow.fit(Tensor.ones([4, 0]), Tensor.ones([4, 3]), verbose: 0)
            let x = Input(shape: [])
            let doubled = try Model(inputs: x, outputs: x * 2)
            #expect(try (doubled.predict([1, 2, 3]) as Tensor).floats() == [2, 4, 6])
            expectError(.shape, "at least 2 axes") { _ = try Model(inputs: x, outputs: Dense(2)(x)) }
            try doubled.compile(optimizer: "sgd", loss: "mse")
            _ = try? doubled.fit([1, 2, 3], [1, 2, 3], verbose: 0)
        }
    }

    @Test func `an empty model, targets that are missing, and a target too many are errors`() throws {
        try Session.withNew(seed: 1) {
            let empty = Sequential()
            try empty.compile(optimizer: "sgd", loss: "mse")
            expectError(.state, "no layers yet") {
                try empty.fit(Tensor.ones([2, 2]), Tensor.ones([2, 2]), verbose: 0)
            }
            let model = Architectures.mlp(2, [1])
            try model.compile(optimizer: "sgd", loss: "mse")
            let x = Tensor.ones([3, 2])
            expectError(.data, "no targets were given") { try model.fit(x, verbose: 0) }
            expectError(.data, "no targets were given") { try model.evaluate(x, verbose: 0) }
            expectError(.data, "no targets were given") { try model.trainOnBatch(x) }
            expectError(.argument, "2 targets were given") { try model.fit(x, [x, x], verbose: 0) }
            expectError(.argument, "must be one tensor") {
                let nested: TensorStructure = .dictionary(["dense": .list([.tensor(x), .tensor(x)])])
                try model.fit(x, nested, verbose: 0)
            }
            expectError(.argument) { _ = try model.predict(TensorStructure.list([])) as Tensor }
        }
    }

    @Test func `a fixed batch size is kept`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [2], batchSize: 4)
            let model = try Model(inputs: x, outputs: Dense(1)(x))
            #expect(try (model.predict(Tensor.ones([8, 2]), batchSize: 4) as Tensor).shape == [8, 1])
            expectError(.shape, "expects the shape (4, 2), but was given (3, 2)") {
                _ = try model.predict(Tensor.ones([7, 2]), batchSize: 4) as Tensor
            }
        }
    }

    @Test func `a hundred inputs, a thousand layers and a deep nest are built and trained`() throws {
        try Session.withNew(seed: 1) {
            let inputs = (0..<100).map { _ in Input(shape: [1]) }
            let wide = try Model(inputs: inputs, outputs: Dense(1)(concatenate(inputs)))
            try wide.compile(optimizer: "sgd", loss: "mse")
            try wide.fit(inputs.map { _ in Tensor.ones([3, 1]) }, Tensor.ones([3, 1]), verbose: 0)
            let x = Input(shape: [1])
            var deep = x
            for _ in 0..<1000 { deep = deep + 0.001 }
            let y: Tensor = try Model(inputs: x, outputs: deep).predict(Tensor.zeros([2, 1]))
            #expect(try abs(y.floats()[0] - 1) < 1e-4)
            var nest: Model = Architectures.mlp(1, [1])
            for _ in 0..<30 { nest = Sequential([Input(shape: [1]), nest]) }
            try nest.compile(optimizer: "sgd", loss: "mse")
            try nest.fit(Tensor.ones([2, 1]), Tensor.ones([2, 1]), verbose: 0)
            #expect(try nest.countParams() == 2)
            _ = try nest.summaryText(lineLength: 120, expandNested: true)
        }
    }

    @Test func `odd names stay what they are`() throws {
        try Session.withNew(seed: 1) {
            for name in ["", " ", "ünï – 日本", "a.b", "%s", "\"", String(repeating: "n", count: 5000)] {
                let model = Sequential([Input(shape: [2]), Dense(1, name: name)], name: name)
                #expect(model.layers[0].name == name)
                try model.compile(optimizer: "adam", loss: "mse")
                try model.fit(Tensor.ones([2, 2]), Tensor.ones([2, 1]), verbose: 0)
                _ = try model.summaryText()
            }
        }
    }
}

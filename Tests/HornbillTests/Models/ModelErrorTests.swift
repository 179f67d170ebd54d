import Hornbill
import Testing

@Suite struct ModelErrorTests {
    @Test func `shapes that do not fit name both layers and the line of the call`() {
        Session.withNew(seed: 1) {
            let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [4], name: "b"))
            let x = Dense(5, name: "five")(a)
            let line = #line + 1
            let sum = Add(name: "sum")([x, b])
            expectError(
                .shape, "'sum' (Add)", "'five' (Dense) of shape (None, 5)", "'b' (InputLayer) of shape (None, 4)",
                "ModelErrorTests.swift:\(line)"
            ) { _ = try Model(inputs: [a, b], outputs: sum) }
            let product = x * b
            expectError(.shape, "(None, 5)", "(None, 4)") { _ = try Model(inputs: [a, b], outputs: product) }
        }
    }

    @Test func `a layer used again on another size names what it expects`() {
        Session.withNew(seed: 1) {
            let shared = Dense(2, name: "shared")
            let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [4], name: "b"))
            expectError(.shape, "'shared' (Dense)", "size 3, got 4", "'b' (InputLayer)") {
                _ = try Model(inputs: [a, b], outputs: [shared(a), shared(b)])
            }
        }
    }

    @Test func `an input that the model was not given is a disconnected graph`() {
        Session.withNew(seed: 1) {
            let (a, b) = (Input(shape: [3], name: "a"), Input(shape: [3], name: "b"))
            expectError(.graph, "disconnected", "'b'", "(a)", "ModelErrorTests.swift") {
                _ = try Model(inputs: a, outputs: Add()([a, b]))
            }
            expectError(.graph, "listed twice") { _ = try Model(inputs: [a, a], outputs: a) }
            expectError(.graph, "at least one input") { _ = try Model(inputs: [SymbolicTensor](), outputs: a) }
            expectError(.graph, "at least one input") { _ = try Model(inputs: a, outputs: [String: SymbolicTensor]()) }
        }
    }

    @Test func `two layers of one name are refused`() {
        Session.withNew(seed: 1) {
            let x = Input(shape: [3], name: "x")
            expectError(.graph, "'same' belongs to several layers") {
                _ = try Model(inputs: x, outputs: Dense(2, name: "same")(Dense(2, name: "same")(x)))
            }
            let model = Sequential([Input(shape: [3]), Dense(2, name: "same"), Dense(2, name: "same")])
            expectError(.graph, "'same' belongs to several layers") { try model.compile(optimizer: "sgd", loss: "mse") }
            expectError(.graph, "'same'") { _ = try model.summaryText() }
        }
    }

    @Test func `a name with a slash is refused, since names make paths`() {
        Session.withNew(seed: 1) {
            expectError(.argument, "a name cannot contain '/'", "'a/b' (Dense)") {
                try Dense(1, name: "a/b")(Tensor.ones([1, 1])).validated()
            }
            let x = Input(shape: [1], name: "x/y")
            expectError(.argument, "a name cannot contain '/'", "'x/y' (InputLayer)") {
                _ = try Model(inputs: x, outputs: Dense(1)(x))
            }
        }
    }

    @Test func `an error on the way to a symbol is thrown by the model, and by everything made of it`() {
        Session.withNew(seed: 1) {
            let x = Input(shape: [3], name: "x")
            let bad = Dense(0, name: "none")(x)
            #expect(bad.error?.message == "units must be at least 1, not 0")
            let later = Concatenate()([Dense(2)(bad * 2), x])
            expectError(.argument, "'none' (Dense)", "units must be at least 1", "ModelErrorTests.swift") {
                _ = try Model(inputs: x, outputs: later)
            }
            let (first, second): (SymbolicTensor, SymbolicTensor) = Dense(2)(bad)
            #expect(first.error?.layer == "'none' (Dense)" && second.error != nil)
        }
    }

    @Test func `a model cannot be a layer of itself`() {
        Session.withNew(seed: 1) {
            let model = Sequential([Dense(2)])
            model.add(model)
            expectError(.graph, "layer of itself") { try model.build([nil, 2]) }
            let (outer, inner) = (Sequential([Dense(2)]), Sequential([Dense(2)]))
            outer.add(inner)
            inner.add(outer)
            expectError(.graph, "layer of itself") { try inner.build([nil, 2]) }
        }
    }

    @Test func `an Input within a Sequential model, and unknown sizes where a weight needs one, are errors`() {
        Session.withNew(seed: 1) {
            let model = Sequential([Dense(2), Input(shape: [3])])
            expectError(.graph, "an Input must come first") { try model.build([nil, 3]) }
            let x = Input(shape: [nil])
            expectError(.shape, "last axis of the input must be known") {
                _ = try Model(inputs: x, outputs: Dense(2)(x))
            }
            let negative = Input(shape: [-3], name: "n")
            expectError(.shape, "cannot have the size -3") { _ = try Model(inputs: negative, outputs: negative) }
        }
    }

    @Test func `unknown strings list the known ones`() {
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(3, [1])
            expectError(.unknownName, "no optimizer 'adma'", "Did you mean 'adam'?", "rmsprop") {
                try model.compile(optimizer: "adma", loss: "mse")
            }
            expectError(.unknownName, "no loss 'mean_square_error'", "Did you mean 'mean_squared_error'?", "huber") {
                try model.compile(loss: "mean_square_error")
            }
            expectError(.unknownName, "no metric 'acuracy'", "AUC") {
                try model.compile(loss: "mse", metrics: ["acuracy"])
            }
            expectError(.unknownName, "no metric 'nope'") {
                try model.compile(loss: "mse", metrics: ["dense": ["nope"]])
            }
            expectError(.unknownName, "relo", "Did you mean 'relu'?", "softmax") {
                try Dense(2, activation: "relo")(Tensor.ones([1, 2])).validated()
            }
            expectError(.unknownName, "no initializer 'gorot'", "he_normal") {
                try Dense(2, kernelInitializer: "gorot")(Tensor.ones([1, 2])).validated()
            }
            expectError(.unknownName, "no regularizer 'l3'") {
                try Dense(2, kernelRegularizer: "l3")(Tensor.ones([1, 2])).validated()
            }
            expectError(.unknownName, "no constraint 'max'") {
                try Dense(2, kernelConstraint: "max")(Tensor.ones([1, 2])).validated()
            }
        }
    }

    @Test func `a model that is not compiled or not built says what to do`() {
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(3, [1])
            expectError(.state, "call compile(optimizer:loss:metrics:)") {
                try model.fit(Tensor.ones([2, 3]), Tensor.ones([2, 1]), verbose: 0)
            }
            expectError(.state, "compiled first") { try model.evaluate(Tensor.ones([2, 3]), Tensor.ones([2, 1])) }
            expectError(.state, "compiled first") { try model.resetMetrics() }
            expectError(.state, "no layers yet") { try Sequential().build([nil, 2]) }
            expectError(.state, "no layers yet") { _ = try Sequential().predict(Tensor.ones([2, 2])) as Tensor }
            expectError(.shape, "with a batch axis") { try Sequential([Dense(1)]).build([]) }
            #expect(Dense(2).output.error?.message == "the layer was never called on a symbol")
        }
    }
}

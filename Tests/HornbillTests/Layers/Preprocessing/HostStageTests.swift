import Hornbill
import Testing

/// Layers that read strings run before the compiled step, whatever the model.
@Suite struct HostStageTests {
    private let texts = ["good film", "bad film", "very good", "very bad", "good good", "bad", "good", "bad bad film"]
    private let labels: [Float] = [1, 0, 1, 0, 1, 0, 1, 0]

    private func vectorizer() throws -> TextVectorization {
        let layer = TextVectorization(outputSequenceLength: 3)
        try layer.adapt(texts)
        return layer
    }

    /// Counts of words, then a layer that can tell good from bad.
    private func counter() throws -> TextVectorization {
        let layer = TextVectorization(outputMode: .count)
        try layer.adapt(texts)
        return layer
    }

    @Test func `a Sequential model fits, evaluates and predicts on strings`() throws {
        try Session.withNew(seed: 2) {
            let model = Sequential([
                Input(shape: [], dtype: .string), try counter(), Dense(1, activation: .sigmoid),
            ])
            try model.compile(optimizer: .adam(learningRate: 0.2), loss: "binary_crossentropy", metrics: ["accuracy"])
            let history = try model.fit(texts, labels, epochs: 30, batchSize: 3, verbose: 0)
            #expect(history["loss"].count == 30)
            #expect(try #require(history["loss"].last) < 0.2)
            #expect(try model.evaluate(texts, labels, verbose: 0)["accuracy"] == 1)
            let predicted: Tensor = try model.predict(["good", "bad bad"], batchSize: 1)
            let values = try predicted.floats()
            #expect(values[0] > 0.5 && values[1] < 0.5)
            #expect(try model.predictOnBatch(["good", "bad bad"]).floats() == values)
            // Eagerly the same.
            for (a, b) in zip(try model(Tensor(["good", "bad bad"])).floats(), values) { #expect(abs(a - b) < 1e-6) }
        }
    }

    @Test func `the model computes what it computes on the numbers of the words`() throws {
        try Session.withNew(seed: 2) {
            let vectorize = try vectorizer()
            let head = Dense(2)
            let text = Input(shape: [1], dtype: .string)
            let other = Input(shape: [2])
            let words = vectorize(text)
            #expect(words.shape.dimensions == [nil, 3])
            let model = try Model(
                inputs: [text, other], outputs: head(ops.concatenate([words.cast(to: .float32), other], axis: -1)))
            let extra = random.normal([8, 2], seed: 1)
            let result: Tensor = try model.predict([Tensor(texts), extra], batchSize: 3)
            let wanted = head(ops.concatenate([vectorize(Tensor(texts)).cast(to: .float32), extra], axis: -1))
            for (a, b) in zip(try result.floats(), try wanted.floats()) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test func `data sets, shuffling, splits and weights work with strings`() throws {
        try Session.withNew(seed: 2) {
            let model = Sequential([try counter(), Dense(1)])
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
            let data = Dataset(texts, labels, sampleWeight: labels + [Float]()).shuffle(bufferSize: 8).batch(3)
            let history = try model.fit(data, epochs: 2, verbose: 0, validationData: Dataset(texts, labels))
            #expect(history["val_loss"].count == 2)
            try model.fit(texts, labels, batchSize: 3, verbose: 0, validationSplit: 0.25)
            try model.trainOnBatch(texts, labels)
            let once: Tensor = try model.predict(Dataset(texts).batch(3))
            let whole: Tensor = try model.predict(texts)
            for (a, b) in zip(try once.floats(), try whole.floats()) { #expect(abs(a - b) < 1e-6) }
        }
    }

    @Test func `training on strings is training on what they become`() throws {
        func losses(_ make: (TextVectorization) throws -> (Model, any TrainingData)) throws -> [Double] {
            try Session.withNew(seed: 5) {
                let (model, x) = try make(try counter())
                try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
                return try model.fit(x, labels, epochs: 3, batchSize: 3, verbose: 0)["loss"]
            }
        }
        let direct = try losses { (Sequential([Input(shape: [5]), Dense(1)]), $0(Tensor(texts))) }
        let staged = try losses { (Sequential([Input(shape: [], dtype: .string), $0, Dense(1)]), texts) }
        for (a, b) in zip(direct, staged) { #expect(abs(a - b) < 1e-5, "\(direct) \(staged)") }
    }

    @Test func `rows of two strings, and integers looked up beside numbers`() throws {
        try Session.withNew(seed: 2) {
            let pair = Input(shape: [2], dtype: .string, name: "pair")
            let code = Input(shape: [1], dtype: .int64, name: "code")
            let amount = Input(shape: [1], name: "amount")
            let words = StringLookup(vocabulary: ["a", "b"], outputMode: .multiHot)(pair)
            let codes = IntegerLookup(vocabulary: [7, 9], outputMode: .oneHot)(code)
            let joined = Concatenate()([words, codes, amount])
            let model = try Model(inputs: [pair, code, amount], outputs: joined)
            let x: [String: Tensor] = [
                "pair": Tensor(rows: [["a", "b"], ["b", "?"]]), "code": Tensor(rows: [[9], [1]]),
                "amount": Tensor(rows: [[Float(0.5)], [2]]),
            ]
            let result: Tensor = try model.predict(x)
            #expect(try result.floats() == [0, 1, 1, 0, 0, 1, 0.5, 1, 0, 1, 1, 0, 0, 2])
        }
    }

    @Test func `operations on strings run on the host`() throws {
        let pair = Input(shape: [2], dtype: .string)
        let lookup = StringLookup(vocabulary: ["a", "b"])
        let model = try Model(inputs: pair, outputs: lookup(ops.reshape(pair[.all, 1], [-1, 1])).cast(to: .float32))
        let result: Tensor = try model.predict(Tensor(rows: [["a", "b"], ["b", "?"], ["?", "a"]]), batchSize: 2)
        #expect(try result.floats() == [2, 0, 1])
        let bad = pair + pair
        #expect(bad.error?.kind == .dtype)
    }

    @Test func `a nested model may read strings, called more than once`() throws {
        try Session.withNew(seed: 2) {
            let vectorize = try counter()
            let text = Input(shape: [], dtype: .string)
            let encoder = try Model(inputs: text, outputs: Dense(2)(vectorize(text)))
            let (first, second) = (Input(shape: [], dtype: .string), Input(shape: [], dtype: .string))
            let model = try Model(inputs: [first, second], outputs: encoder(first) - encoder(second))
            let (a, b) = (Tensor(texts), Tensor(Array(texts.reversed())))
            let result: Tensor = try model.predict([a, b], batchSize: 3)
            let wanted = encoder(a) - encoder(b)
            for (x, y) in zip(try result.floats(), try wanted.floats()) { #expect(abs(x - y) < 1e-5) }
            try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
            let before = try encoder.getWeights()[0].floats()
            try model.fit([a, b], Tensor.ones([8, 2]), verbose: 0)
            #expect(try encoder.getWeights()[0].floats() != before)
        }
    }

    @Test func `a model of nothing but a lookup predicts`() throws {
        let model = Sequential([Input(shape: [], dtype: .string), try vectorizer()])
        let result: Tensor = try model.predict(texts, batchSize: 3)
        #expect(result.shape == [8, 3])
        #expect(try result.scalars(Int.self).prefix(3) == [2, 4, 0])
    }

    @Test func `ranges that are crossed run on the host, and are used in the compiled step too`() throws {
        let age = Input(shape: [1], name: "age")
        let city = Input(shape: [1], dtype: .string, name: "city")
        let ranges = Discretization(binBoundaries: [10, 20])
        let range = ranges(age)
        let crossed = HashedCrossing(numBins: 8)([range, city])
        let output = CategoryEncoding(numTokens: 3)(range) + CategoryEncoding(numTokens: 8)(crossed)[.all, 0..<3]
        let model = try Model(inputs: [age, city], outputs: output)
        let (ages, cities) = (Tensor(rows: [[Float(5)], [15], [30]]), Tensor(rows: [["x"], ["y"], ["x"]]))
        let result: Tensor = try model.predict([ages, cities], batchSize: 2)
        let eager: Tensor = model([ages, cities])
        #expect(try result.floats() == eager.floats())
    }

    @Test func `a layer with weights before one on the host is an error`() throws {
        expectError(.graph, "'scores' (Dense)", "no gradient flows") {
            let x = Input(shape: [2])
            let scores = Dense(3, name: "scores")(x)
            let best = ops.argmax(scores, axis: -1)
            _ = try Model(inputs: x, outputs: IntegerLookup(vocabulary: [0, 2])(best))
        }
    }

    @Test func `what cannot be compiled with strings says so`() throws {
        expectError(.dtype) { _ = try Model.of(Dense(2), shape: [3], .string) }
        // Strings as the output of a model.
        let inverse = try Model.of(StringLookup(vocabulary: ["a"], invert: true), shape: [1], .int64)
        expectError(.dtype, "strings cannot be part of a compiled computation") {
            let _: Tensor = try inverse.predict(Tensor(rows: [[1]]))
        }
        #expect(try inverse(Tensor(rows: [[1], [5]])).strings() == ["a", "[UNK]"])
        // A subclass is traced as a whole.
        expectError(.state, "TextVectorization", "functional model") {
            let model = Reader(try vectorizer())
            let _: Tensor = try model.predict(texts)
        }
        // Numbers where strings are expected, and the reverse.
        let model = Sequential([Input(shape: [], dtype: .string), try counter()])
        expectError(.dtype, "cannot be cast to strings") { let _: Tensor = try model.predict([1, 2]) }
        expectError(.dtype, "strings cannot be cast to float32") {
            let _: Tensor = try Sequential([Input(shape: [1]), Dense(1)]).predict(["a"])
        }
    }

    @Test func `the shape of a padded text is unknown until there is one`() throws {
        let layer = TextVectorization(vocabulary: ["a"])
        #expect(try Model.of(layer, shape: [], .string).output.shape.dimensions == [nil, nil])
        let fixed = Input(shape: [1], batchSize: 4, dtype: .string)
        #expect(layer(fixed).shape.dimensions == [4, nil])
        // Batches whose longest texts differ.
        let model = Sequential([
            Input(shape: [], dtype: .string), layer, Embedded(),
        ])
        let result: Tensor = try model.predict(["a b c", "a", "b", ""], batchSize: 1)
        #expect(try result.floats() == [1, 1, 0, 0])
    }

    /// How many known words there are, whatever the length.
    private final class Embedded: Layer {
        override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
            ops.sum(x.cast(to: .float32) - 1, axis: -1, keepDims: true) * 0
                + ops.sum((x .== 2).cast(to: .float32), axis: -1, keepDims: true)
        }
    }

    private final class Reader: Model {
        private let vectorize: TextVectorization
        init(_ vectorize: TextVectorization) {
            self.vectorize = vectorize
            super.init()
        }
        override func call(_ x: Tensor, context: CallContext) throws -> Tensor { vectorize(x).cast(to: .float32) }
    }
}

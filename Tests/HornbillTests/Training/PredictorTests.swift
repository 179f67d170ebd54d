import Dispatch
import Foundation
import Hornbill
import Synchronization
import Testing

@Suite struct PredictorTests {
    private func model() throws -> Model {
        let input = Input(shape: [7])
        let hidden = Dropout(0.5)(Dense(33, activation: .relu)(input))
        let model = try Model(
            inputs: input,
            outputs: [Dense(3, activation: .softmax, name: "kind")(hidden), Dense(1, name: "size")(hidden)])
        try model.compile(optimizer: "sgd", loss: ["mse", "mse"])
        return model
    }

    /// What an error says; nothing if there is none.
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `any number of rows gives what predict gives`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            let predictor = try model.predictor(batchSize: 12)
            #expect(predictor.inputTypes == [TensorType(.float32, [7])])
            #expect(predictor.outputNames == ["kind", "size"])
            for rows in [0, 1, 2, 11, 12, 13, 40] {
                let x = random.normal([rows, 7])
                let outputs = try predictor.predict([x])
                #expect(outputs.map(\.shape) == [[rows, 3], [rows, 1]])
                guard rows > 0 else { continue }
                let expected: [Tensor] = try model.predict(x)
                for (a, b) in zip(outputs, expected) {
                    #expect(try zip(a.floats(), b.floats()).allSatisfy { abs($0 - $1) <= 1e-6 })
                }
            }
        }
    }

    @Test func `training goes on without changing it`() throws {
        try Session.withNew(seed: 2) {
            let model = try model()
            let x = random.normal([8, 7])
            let predictor = try model.predictor()
            let before = try predictor.predict([x])[1].floats()
            try model.fit(x, [random.normal([8, 3]), random.normal([8, 1])], epochs: 3, verbose: 0)
            #expect(try predictor.predict([x])[1].floats() == before)
            #expect(try model.predictor().predict([x])[1].floats() != before)
        }
    }

    @Test(arguments: [1, 2])
    func `sixteen threads get the same bits`(_ threads: Int) throws {
        try Session.withNew(seed: 3) {
            let model = Sequential {
                Input(shape: [9, 9, 2])
                Conv2D(16, kernelSize: 3, activation: .relu)
                MaxPooling2D()
                Flatten()
                Dense(300, activation: .tanh)
                Dense(5)
            }
            let predictor = try model.predictor(batchSize: 4, threads: threads)
            let x = random.normal([7, 9, 9, 2])
            let expected = try predictor.predict(x).floats()
            let wrong = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: 16) { _ in
                for _ in 0..<20 where (try? predictor.predict(x).floats()) != expected { wrong.withLock { $0 += 1 } }
            }
            #expect(wrong.withLock { $0 } == 0)
        }
    }

    @Test func `inputs are found by name`() throws {
        try Session.withNew(seed: 4) {
            let (a, b) = (Input(shape: [2], name: "a"), Input(shape: [3], name: "b"))
            let model = try Model(inputs: [a, b], outputs: Dense(1, name: "y")(Concatenate()([a, b])))
            let predictor = try model.predictor()
            let (x, y) = (random.normal([3, 2]), random.normal([3, 3]))
            let named = try predictor.predict(["b": y, "a": x])
            #expect(try named["y"]?.floats() == predictor.predict([x, y])[0].floats())
            #expect(message { _ = try predictor.predict(["a": x]) }.contains("[\"a\", \"b\"]"))
            #expect(message { _ = try predictor.predict(["a": x, "b": y, "c": y]) }.contains("\"c\""))
        }
    }

    @Test func `an example says what sizes are left open, and what a subclass takes`() throws {
        try Session.withNew(seed: 5) {
            let model = Sequential {
                Input(shape: [nil, 4])
                GlobalAveragePooling1D()
                Dense(2)
            }
            #expect(message { _ = try model.predictor() }.contains("predictor(like: x)"))
            let x = random.normal([3, 6, 4])
            let shape = try model.predictor(like: x).predict(x).shape
            #expect(shape == [3, 2])
        }
    }

    @Test func `rows of another kind, and models that change as they run, are refused by name`() throws {
        try Session.withNew(seed: 6) {
            let predictor = try model().predictor()
            #expect(message { _ = try predictor.predict([Tensor.zeros([2, 6])]) }.contains("(7,)"))
            #expect(message { _ = try predictor.predict([Tensor.zeros([2, 7], dtype: .int32)]) }.contains("int32"))
            #expect(message { _ = try predictor.predict([]) }.contains("1 inputs"))
            #expect(message { _ = try predictor.predict(Tensor.zeros([2, 7])) }.contains("2 outputs"))
            #expect(message { _ = try model().predictor(batchSize: 0) }.contains("batch size"))
            let stateful = Sequential {
                Input(shape: [5, 2], batchSize: 1)
                SimpleRNN(3, stateful: true)
            }
            #expect(message { _ = try stateful.predictor(batchSize: 1) }.contains("cannot be frozen"))
        }
    }
}

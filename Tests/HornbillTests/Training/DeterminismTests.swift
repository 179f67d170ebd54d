import Foundation
import Hornbill
import Testing

@Suite struct DeterminismTests {
    private struct Run: Equatable {
        var weights: [[UInt32]]
        var history: [String: [UInt64]]
        var predictions: [UInt32]
    }

    /// A whole training with random weights, shuffling, dropout and noise.
    private func run(seed: Int, steps: Int? = nil) throws -> Run {
        try Session.withNew(seed: seed) {
            let model = Sequential {
                Input(shape: [6])
                Dense(16, activation: .relu)
                Dropout(0.3)
                GaussianNoise(0.1)
                Dense(16, activation: .tanh, kernelInitializer: "he_normal")
                Dense(3, activation: .softmax)
            }
            try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
            let x = random.normal([203, 6], seed: 4)
            let y = Tensor((0..<203).map { Int32($0 % 3) })
            let history = try model.fit(
                x, y, epochs: 3, batchSize: 16, verbose: 0, validationSplit: 0.2, stepsPerEpoch: steps)
            let outputs: Tensor = try model.predict(x)
            return Run(
                weights: try model.getWeights().map { try $0.floats().map(\.bitPattern) },
                history: history.history.mapValues { $0.map(\.bitPattern) },
                predictions: try outputs.floats().map(\.bitPattern))
        }
    }

    @Test func `ten runs with one seed give the same bits`() throws {
        let first = try run(seed: 11)
        for _ in 1..<10 { #expect(try run(seed: 11) == first) }
    }

    @Test func `another seed gives other weights and another order`() throws {
        let (a, b) = (try run(seed: 11), try run(seed: 12))
        #expect(a.weights != b.weights && a.history != b.history)
    }

    @Test func `runs side by side on several threads do not disturb each other`() async throws {
        let alone = try run(seed: 11)
        let together = try await withThrowingTaskGroup(of: Run.self) { group in
            for _ in 0..<4 { group.addTask { try run(seed: 11) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.allSatisfy { $0 == alone })
    }

    @Test func `each epoch shuffles anew, each row comes once, and the seed fixes the order`() throws {
        /// Writes down the rows of each batch.
        final class Rows: Callback {
            let seen: Variable
            var order: [Double] = []
            init(_ seen: Variable) { self.seen = seen }
            override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws { order.append(try seen.value.item()) }
        }
        final class Watch: Layer {
            var seen: Variable?
            override func build(inputShape: PartialShape) throws {
                seen = try addWeight(name: "seen", shape: [], initializer: "zeros", trainable: false)
            }
            override func call(_ x: Tensor, context: CallContext) throws -> Tensor {
                if context.training { try seen?.assign(ops.sum(x)) }
                return x
            }
        }
        func orders(seed: Int) throws -> [[Double]] {
            try Session.withNew(seed: seed) {
                let watch = Watch()
                let model = Sequential([Input(shape: [1]), watch, Dense(1)])
                try model.compile(optimizer: "sgd", loss: "mse")
                let x = Tensor((0..<50).map { Float($0) }).reshaped([50, 1])
                let rows = Rows(try #require(watch.seen))
                try model.fit(x, x, epochs: 2, batchSize: 1, verbose: 0, callbacks: [rows])
                return [Array(rows.order[0..<50]), Array(rows.order[50..<100])]
            }
        }
        let first = try orders(seed: 1)
        #expect(first[0] != first[1])
        for order in first { #expect(order.sorted() == (0..<50).map(Double.init)) }
        #expect(first[0] != (0..<50).map(Double.init))
        #expect(try orders(seed: 1) == first)
        #expect(try orders(seed: 2) != first)
    }

    @Test func `dropout draws anew in each step and is still in evaluation`() throws {
        try Session.withNew(seed: 1) {
            let dropout = Dropout(0.5)
            let x = Tensor.ones([100])
            let (a, b) = (try dropout(x, training: true).floats(), try dropout(x, training: true).floats())
            #expect(a != b)
            #expect(Set(a) == [0, 2])
            #expect(try dropout(x).floats() == x.floats())
        }
    }
}

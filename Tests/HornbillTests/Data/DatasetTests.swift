import Foundation
import Hornbill
import HornbillTestSupport
import Synchronization
import Testing

@Suite struct DatasetTests {
    /// 0 …< count as samples of shape (1,), with their squares as targets.
    private func numbers(_ count: Int) -> Dataset {
        Dataset((0..<count).map { [Float($0)] }, (0..<count).map { Float($0 * $0) })
    }

    /// The inputs of all elements, one list for each.
    private func values(_ dataset: Dataset, pass: Int = 0) throws -> [[Float]] {
        let stream = try dataset.makeStream(pass: pass)
        var result: [[Float]] = []
        while let element = try stream() { result.append(try element.x.tensor.floats()) }
        return result
    }

    private struct Broken: Error {}

    @Test func `samples are gathered into batches, the last one smaller or left out`() throws {
        let data = numbers(7)
        #expect(data.count == 7 && !data.isBatched)
        #expect(try values(data) == (0..<7).map { [Float($0)] })
        #expect(try values(data.batch(3)) == [[0, 1, 2], [3, 4, 5], [6]])
        #expect(data.batch(3).count == 3)
        #expect(try values(data.batch(3, dropRemainder: true)) == [[0, 1, 2], [3, 4, 5]])
        #expect(data.batch(3, dropRemainder: true).count == 2)
        #expect(try values(data.batch(.max)) == [[0, 1, 2, 3, 4, 5, 6]])
        var targets: [Float] = []
        try data.batch(4).forEach { targets += try $0.y?.tensor.floats() ?? [] }
        #expect(targets == [0, 1, 4, 9, 16, 25, 36])
    }

    @Test func `map changes samples before batch and batches after it`() throws {
        let doubled = numbers(4).map { Dataset.Element($0.x.map { $0 * 2 }, $0.y) }
        #expect(try values(doubled) == [[0], [2], [4], [6]])
        #expect(try values(doubled.batch(2).map { Dataset.Element($0.x.map { $0 + 1 }, $0.y) }) == [[1, 3], [5, 7]])
        let failing = numbers(4).map { element in
            if try element.x.tensor.item() == 2 { throw Broken() }
            return element
        }
        #expect(throws: (any Error).self) { try values(failing) }
    }

    @Test func `take, skip and repeat count elements`() throws {
        let data = numbers(5)
        #expect(try values(data.take(2)) == [[0], [1]])
        #expect(try values(data.skip(3)) == [[3], [4]])
        #expect(try values(data.skip(1).take(2).repeat(2)) == [[1], [2], [1], [2]])
        #expect(data.skip(1).take(2).repeat(2).count == 4)
        for none in [data.take(0), data.take(-3), data.skip(99), data.repeat(0), data.repeat(-1)] {
            #expect(try values(none).isEmpty)
        }
        #expect(try values(data.skip(-2)).count == 5)
        #expect(try values(data.repeat().take(12)).count == 12)
        #expect(data.repeat().count == nil && data.repeat(.max).count == nil)
        #expect(try values(data.take(0).repeat()).isEmpty, "what is empty is not repeated without end")
        #expect(try values(data.batch(2).repeat(2)) == [[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]])
    }

    @Test func `shuffle gives each sample once, in an order that seed and pass determine`() throws {
        try Session.withNew(seed: 3) {
            let data = numbers(50).shuffle(bufferSize: 50, seed: 1)
            let first = try values(data)
            #expect(first != (0..<50).map { [Float($0)] })
            #expect(first.flatMap { $0 }.sorted() == (0..<50).map(Float.init))
            #expect(try values(data) == first)
            #expect(try values(data, pass: 1) != first)
            #expect(try values(numbers(50).shuffle(bufferSize: 50, seed: 2)) != first)
            #expect(try values(numbers(50).shuffle(bufferSize: 1)) == (0..<50).map { [Float($0)] })
            // A sample can come at most a buffer ahead of its place.
            let small = try values(numbers(50).shuffle(bufferSize: 5)).flatMap { $0 }
            #expect(small.enumerated().allSatisfy { Int($1) <= $0 + 4 })
            expectError(.argument, "at least 1, not 0") { _ = try values(numbers(3).shuffle(bufferSize: 0)) }
            #expect(try values(numbers(9).shuffle(bufferSize: .max)).count == 9)
        }
    }

    @Test func `a generator starts anew in each pass, gives samples or batches, and may throw`() throws {
        let passes = Mutex(0)
        let data = Dataset(count: 3) {
            passes.withLock { $0 += 1 }
            var next = 0
            return {
                defer { next += 1 }
                return next < 3 ? Dataset.Element(Tensor([Float(next)]), Tensor(scalar: Float(1))) : nil
            }
        }
        #expect(try values(data) == [[0], [1], [2]])
        #expect(try values(data.batch(2)) == [[0, 1], [2]])
        #expect(passes.withLock { $0 } == 2)
        let batches = Dataset(batched: true) {
            var given = 0
            return {
                given += 1
                return given <= 2 ? Dataset.Element(Tensor.ones([given, 2]), Tensor.ones([given])) : nil
            }
        }
        #expect(try values(batches).map(\.count) == [2, 4])
        let broken = Dataset { throw Broken() }
        #expect(throws: (any Error).self) { try values(broken) }
        expectError(.data, "numbers of samples differ") {
            _ = try values(Dataset(batched: true) { { Dataset.Element(Tensor.ones([2]), Tensor.ones([3])) } })
        }
    }

    @Test func `prefetching gives the same elements, and the error of the thread that makes them`() throws {
        let data = numbers(20).batch(3)
        for depth in [0, 1, 2, 100] { #expect(try values(data.prefetch(depth)) == values(data)) }
        let broken = numbers(20).map { element in
            if try element.x.tensor.item() == 7 { throw HornbillError(.data, "row 7 is bad") }
            return element
        }
        var seen = 0
        expectError(.data, "row 7 is bad") {
            let stream = try broken.prefetch(2).makeStream()
            while try stream() != nil { seen += 1 }
        }
        #expect(seen == 7)
    }

    @Test func `a prefetching pass that is left early ends its thread`() async throws {
        final class Guardian: Sendable {
            let ended: @Sendable () -> Void
            init(_ ended: @escaping @Sendable () -> Void) { self.ended = ended }
            deinit { ended() }
        }
        let state = Shared()
        let data = Dataset {
            state.value.withLock { $0 += 1 }
            let guardian = Guardian { state.value.withLock { $0 -= 1 } }
            return {
                _ = guardian
                return Dataset.Element(Tensor([Float(1)]))
            }
        }.prefetch(2)
        for _ in 0..<20 {
            let stream = try data.makeStream()
            for _ in 0..<3 { _ = try stream() }
        }
        for _ in 0..<500 where state.value.withLock({ $0 }) > 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(state.value.withLock { $0 } == 0, "the threads hold their generators no more")
    }

    private final class Shared: Sendable { let value = Mutex(0) }

    @Test func `data that does not fit together is an error when it is read`() throws {
        expectError(.data, "numbers of samples differ") {
            _ = try values(Dataset(Tensor.ones([3, 1]), Tensor.ones([4])))
        }
        expectError(.data, "axis of samples first") { _ = try values(Dataset(Tensor(scalar: Float(1)))) }
        expectError(.data, "row 1") { _ = try values(Dataset([[1], [2, 3]] as [[Float]])) }
        expectError(.argument, "at least 1, not 0") { _ = try values(numbers(3).batch(0)) }
        expectError(.argument, "at least 1, not -4") { _ = try values(numbers(3).batch(-4)) }
        expectError(.argument, "batched already") { _ = try values(numbers(3).batch(2).batch(2)) }
        expectError(.shape) {
            let ragged = Dataset {
                var next = 0
                return {
                    next += 1
                    return next < 5 ? Dataset.Element(Tensor.ones([next])) : nil
                }
            }
            _ = try values(ragged.batch(2))
        }
        #expect(try values(Dataset(Tensor.zeros([0, 2])).batch(3)).isEmpty)
    }

    @Test func `a CSV file streams its columns as inputs and targets`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/rows.csv"
            let rows = (0..<3000).map { "\($0),\($0 * 2),\($0 % 7 == 0 ? "NA" : "1")" }
            try Data(("a,b,c\n" + rows.joined(separator: "\n")).utf8).write(to: URL(filePath: path))
            let data = Dataset.csv(path, inputs: ["a", "c"], targets: ["b"])
            var count = 0
            try data.batch(64).forEach { batch in
                let (x, y) = (try batch.x.tensor.floats(), try #require(try batch.y?.tensor.floats()))
                for row in y.indices {
                    #expect(
                        x[2 * row] == Float(count) && y[row] == Float(2 * count)
                            && x[2 * row + 1].isNaN == (count % 7 == 0)
                    )
                    count += 1
                }
            }
            #expect(count == 3000)
            #expect(try values(Dataset.csv(path, targets: ["b"]).take(1))[0].count == 2)
            expectError(.unknownName, "no column 'd'") { _ = try values(Dataset.csv(path, targets: ["d"])) }
            expectError(.file) { _ = try values(Dataset.csv("/nowhere.csv")) }
        }
    }

    @Test func `fit, evaluate and predict take data sets, also endless ones and ones larger than a batch`() throws {
        try Session.withNew(seed: 5) {
            let model = Architectures.mlp(1, [4, 1])
            try model.compile(optimizer: .adam(learningRate: 0.01), loss: .mse, metrics: ["mae"])
            let data = numbers(40).shuffle(bufferSize: 40).batch(8).prefetch(2)
            let history = try model.fit(data, epochs: 3, verbose: 0, validationData: numbers(10))
            #expect(history.keys == ["loss", "mae", "val_loss", "val_mae"])
            #expect(history["loss"].count == 3)
            try model.fit(numbers(10).batch(2).repeat(), epochs: 2, verbose: 0, stepsPerEpoch: 7)
            let evaluation = try model.evaluate(numbers(40), verbose: 0)
            let arrays = try model.evaluate(
                Tensor((0..<40).map { Float($0) }), Tensor((0..<40).map { Float($0 * $0) }), verbose: 0)
            try expectClose(Tensor(evaluation.values), Tensor(arrays.values), "evaluation")
            let outputs: Tensor = try model.predict(numbers(40).batch(16))
            #expect(outputs.shape == [40, 1])
            expectError(.data, "no targets were given") {
                try model.fit(numbers(4).map { Dataset.Element($0.x, nil) }, verbose: 0)
            }
            expectError(.unknownName, "batch 1 of the data set: there is no output 'z'") {
                let bad = numbers(40).batch(32).map { element in
                    element.x.tensor.count == 8 ? Dataset.Element(element.x, ["z": Tensor.ones([8])]) : element
                }
                try model.fit(bad, verbose: 0)
            }
            expectError(.data, "no batch in epoch 1") { try model.fit(numbers(0), verbose: 0) }
            expectError(.data, "no batch to evaluate") { try model.evaluate(numbers(0), verbose: 0) }
            expectError(.data, "no batch to predict") { _ = try model.predict(numbers(0)) as Tensor }
            expectError(.argument, "without end", "stepsPerEpoch") {
                try model.fit(numbers(10).batch(2).repeat(), verbose: 0)
            }
        }
    }
}

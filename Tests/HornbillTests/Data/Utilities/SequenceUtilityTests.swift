import Foundation
import Hornbill
import Testing

@Suite struct SequenceUtilityTests {
    @Test func `series are cut into Keras's windows`() throws {
        let (x, y) = (try DataGolden.require("series/x"), try DataGolden.require("series/y"))
        let cases = try DataGolden.notes("series")
        #expect(cases.count == 8)
        for (index, fields) in cases.enumerated() {
            let options = try #require(fields["options"])
            func option(_ name: String) -> Int? { options[name]?.int }
            guard case .object(let given) = options else { continue }
            let data = try timeseriesDataset(
                x, targets: given["targets"] == .null ? nil : y,
                sequenceLength: try #require(option("sequence_length")), sequenceStride: option("sequence_stride") ?? 1,
                samplingRate: option("sampling_rate") ?? 1,
                batchSize: given["batch_size"] == .null ? nil : option("batch_size") ?? 128,
                startIndex: option("start_index"), endIndex: option("end_index"))
            var batches = 0
            try data.forEach { element in
                #expect(try distance(element.x.tensor, DataGolden.require("series/\(index)/x\(batches)")) == 0)
                if let targets = element.y {
                    let expected = try DataGolden.require("series/\(index)/y\(batches)")
                    #expect(targets.tensor.type == expected.type)
                    #expect(try distance(targets.tensor, expected) == 0)
                } else {
                    #expect(given["targets"] == .null)
                }
                batches += 1
            }
            #expect(batches == fields["batches"]?.int && data.count == batches)
        }
    }

    @Test func `shuffled windows are the same windows with their targets`() throws {
        let series = Tensor.arange(0, 50)
        let data = try timeseriesDataset(
            series, targets: series, sequenceLength: 3, batchSize: 7, shuffle: true, seed: 1)
        func starts(_ pass: Int) throws -> [Int] {
            let stream = try data.makeStream(pass: pass)
            var starts: [Int] = []
            while let element = try stream() {
                let (x, y) = (
                    try element.x.tensor.scalars(Int32.self), try #require(try element.y?.tensor.scalars(Int32.self))
                )
                for row in y.indices {
                    #expect(Array(x[(3 * row)..<(3 * row + 3)]) == [y[row], y[row] + 1, y[row] + 2])
                    starts.append(Int(y[row]))
                }
            }
            return starts
        }
        let (first, second) = (try starts(0), try starts(1))
        #expect(first.sorted() == Array(0..<48) && second.sorted() == Array(0..<48))
        #expect(first != second && first != first.sorted())
    }

    @Test func `windows that do not fit the series are errors or none`() throws {
        let x = Tensor.zeros([10, 2])
        expectError(.argument, "samplingRate", "not 0") {
            _ = try timeseriesDataset(x, sequenceLength: 2, samplingRate: 0)
        }
        expectError(.argument, "sequenceStride", "not 10") {
            _ = try timeseriesDataset(x, sequenceLength: 2, sequenceStride: 10)
        }
        expectError(.argument, "sequenceLength", "not 0") { _ = try timeseriesDataset(x, sequenceLength: 0) }
        expectError(.argument, "startIndex", "not 10") {
            _ = try timeseriesDataset(x, sequenceLength: 2, startIndex: 10)
        }
        expectError(.argument, "endIndex", "not 11") { _ = try timeseriesDataset(x, sequenceLength: 2, endIndex: 11) }
        expectError(.argument, "endIndex", "not 3") {
            _ = try timeseriesDataset(x, sequenceLength: 2, startIndex: 4, endIndex: 3)
        }
        expectError(.data, "step 5 has no target") {
            _ = try timeseriesDataset(x, targets: Tensor.zeros([4]), sequenceLength: 2, startIndex: 2)
        }
        expectError(.shape) { _ = try timeseriesDataset(Tensor(scalar: Float(1)), sequenceLength: 2) }
        #expect(try timeseriesDataset(x, sequenceLength: 11).count == 0)
        #expect(try timeseriesDataset(x, sequenceLength: .max, samplingRate: 9).count == 0)
        #expect(try timeseriesDataset(x, sequenceLength: 10, endIndex: 10).count == 1)
    }

    @Test func `sequences are padded and cut as in Keras`() throws {
        let sequences = [[1, 2, 3], [], [4], [5, 6, 7, 8, 9]]
        let cases = try DataGolden.notes("padding")
        #expect(cases.count == 14)
        for fields in cases {
            let result = padSequences(
                sequences, maxlen: fields["maxlen"]?.int,
                padding: try #require(SequenceEnd(rawValue: fields["padding"]?.string ?? "")),
                truncating: try #require(SequenceEnd(rawValue: fields["truncating"]?.string ?? "")), value: -1)
            #expect(try result.validated().type == TensorType(.int32, [4, try #require(fields["width"]?.int)]))
            #expect(try result.scalars(Int32.self).map(Int.init) == fields["result"]?.ints ?? [])
        }
        let vectors = [Tensor(rows: [[1.5, 2], [3, 4]]), Tensor(rows: [[5.0, 6]])]
        let padded = padSequences(vectors, maxlen: 3, dtype: .float32, value: 0.5)
        #expect(try distance(padded, DataGolden.require("padding/vectors")) == 0)
        #expect(padSequences([[Float]]()).shape == [0, 0])
        #expect(try padSequences([[1.9, -1.9]]).scalars(Int32.self) == [1, -1])
        expectError(.argument, "-1") { try padSequences(sequences, maxlen: -1).validated() }
        expectError(.data, "sequence 1", "(1, 3)") {
            try padSequences([Tensor.ones([2, 2]), Tensor.ones([1, 3])]).validated()
        }
    }

    @Test func `labels become rows of zeros and a one`() throws {
        #expect(try toCategorical([0, 2, 1]).floats() == [1, 0, 0, 0, 0, 1, 0, 1, 0])
        #expect(toCategorical([[0], [3]]).shape == [2, 4])
        #expect(toCategorical([[0, 1], [3, 2]], numClasses: 5).shape == [2, 2, 5])
        #expect(try toCategorical([1.0, 0.0] as [Float], numClasses: 2).floats() == [0, 1, 1, 0])
        expectError(.data, "element 1 is 3", "classes 0 to 2") { try toCategorical([0, 3], numClasses: 3).validated() }
        expectError(.data, "element 0 is -1") { try toCategorical([-1, 3]).validated() }
        expectError(.memory) { try toCategorical([Int.max - 1]).validated() }
        #expect(try compiled { x in toCategorical(x, numClasses: 3) }(Tensor([0, 2])).floats() == [1, 0, 0, 0, 0, 1])
    }

    @Test func `rows are divided by their norms`() throws {
        let x = try DataGolden.require("normalize/x")
        for (parts, expected) in DataGolden.arrays("normalize") where parts.count == 2 {
            let (axis, order) = (try #require(Int(parts[0])), try #require(Double(parts[1])))
            try expectClose(normalize(x, axis: axis, order: .number(order)), expected, "\(parts)")
        }
        let columns = try normalize([[3, 0], [4, 0]] as [[Float]], axis: 0).floats()
        #expect(zip(columns, [0.6, 0, 0.8, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func `data sets are split as Keras does it with the same seed`() throws {
        func values(_ data: Dataset) throws -> [Int] {
            var values: [Int] = []
            try data.forEach { values += try $0.x.tensor.doubles().map { Int($0) } }
            return values
        }
        func size(_ value: GoldenValue?) -> SplitSize? {
            value?.double.map { $0 < 1 ? .fraction($0) : .count(Int($0)) }
        }
        let cases = try DataGolden.notes("splits")
        #expect(cases.count == 8)
        for fields in cases {
            let sides = try splitDataset(
                Tensor.arange(0, 13), leftSize: size(fields["left"]), rightSize: size(fields["right"]),
                shuffle: fields["shuffle"]?.bool ?? false, seed: fields["seed"]?.int)
            #expect(
                try [values(sides.left), values(sides.right)] == fields["result"]?.list?.compactMap(\.ints), "\(fields)"
            )
            #expect(sides.left.count == fields["result"]?.list?.first?.ints?.count)
        }
        let (left, right) = try splitDataset(
            Dataset(Tensor.arange(0, 10), Tensor.arange(0, 10)).batch(4), leftSize: 0.7)
        #expect(left.isBatched && left.count == 2 && right.count == 1)
        #expect(try values(left) == Array(0..<7) && values(right) == [7, 8, 9])
    }

    @Test func `splits that leave nothing are errors`() throws {
        let data = Dataset(Tensor.arange(0, 10))
        expectError(.argument, "needs leftSize or rightSize") { _ = try splitDataset(data) }
        expectError(.argument, "not 10") { _ = try splitDataset(data, leftSize: 10) }
        expectError(.argument, "not 1.5") { _ = try splitDataset(data, rightSize: 1.5) }
        expectError(.argument, "more than the 10") { _ = try splitDataset(data, leftSize: 6, rightSize: 5) }
        expectError(.argument, "leave a side empty") { _ = try splitDataset(data, leftSize: 0.01) }
        expectError(.argument, "without end") { _ = try splitDataset(data.repeat(), leftSize: 0.5) }
        expectError(.data, "empty") { _ = try splitDataset(data.take(0), leftSize: 0.5) }
    }

    private struct Squares: BatchSequence {
        let count = 5
        func batch(_ index: Int) throws -> Dataset.Element {
            if index > 4 { throw HornbillError(.argument, "there is no batch \(index)") }
            return Dataset.Element(Tensor([index * index]), Tensor([index]))
        }
    }

    @Test func `batches by number come in order or shuffled, each pass anew`() throws {
        func values(_ data: Dataset, _ pass: Int) throws -> [Int] {
            let stream = try data.makeStream(pass: pass)
            var values: [Int] = []
            while let element = try stream() { values.append(Int(try element.x.tensor.item())) }
            #expect(try stream() == nil)
            return values
        }
        #expect(Dataset(Squares()).count == 5 && Dataset(Squares()).isBatched)
        #expect(try values(Dataset(Squares()), 3) == [0, 1, 4, 9, 16])
        let shuffled = Dataset(Squares(), shuffle: true, seed: 2)
        let passes = try (0..<6).map { try values(shuffled, $0) }
        #expect(passes.allSatisfy { $0.sorted() == [0, 1, 4, 9, 16] } && Set(passes).count > 1)
    }
}

import Foundation
import HornbillEngine
import Testing

@Suite struct ReductionReferenceTests {
    private func reduce(_ kind: Reduction, _ x: Tensor, _ axes: [Int], keep: Bool = false) throws -> Tensor {
        try Reference.execute(.reduce(kind, axes: axes, keepDims: keep), [x])[0]
    }

    /// 0 … 29 of shape (2, 3, 5).
    private let x = Tensor((0..<30).map(Float.init), shape: [2, 3, 5])

    @Test func `sums over any axes`() throws {
        #expect(try reduce(.sum, x, [0, 1, 2]).item() == 435)
        #expect(try reduce(.sum, x, [2]).floats() == [10, 35, 60, 85, 110, 135])
        #expect(try reduce(.sum, x, [0, 2]).floats() == [95, 145, 195])
        #expect(try reduce(.sum, x, [1]).shape == [2, 5])
        #expect(try reduce(.sum, x, [1], keep: true).shape == [2, 1, 5])
        #expect(try reduce(.sum, x, [0, 1]).floats() == [75, 81, 87, 93, 99])
    }

    @Test func `the other reductions`() throws {
        #expect(try reduce(.mean, x, [1]).floats() == [5, 6, 7, 8, 9, 20, 21, 22, 23, 24])
        #expect(try reduce(.max, x, [0, 2]).floats() == [19, 24, 29])
        #expect(try reduce(.min, x, [1, 2]).floats() == [0, 15])
        #expect(try reduce(.prod, Tensor([1.0, 2, 3, 4]), [0]).item() == 24)
        let withNaN = Tensor([1.0, .nan, 3])
        #expect(try reduce(.max, withNaN, [0]).item().isNaN)
        #expect(try reduce(.min, withNaN, [0]).item().isNaN)
    }

    @Test func `empty reductions give their neutral elements`() throws {
        let empty = Tensor.zeros([3, 0], dtype: .float64)
        #expect(try reduce(.sum, empty, [1]).doubles() == [0, 0, 0])
        #expect(try reduce(.prod, empty, [1]).doubles() == [1, 1, 1])
        #expect(try reduce(.max, empty, [1]).doubles() == [-.infinity, -.infinity, -.infinity])
        #expect(try reduce(.min, empty, [1]).doubles() == [.infinity, .infinity, .infinity])
        #expect(try reduce(.mean, empty, [1]).doubles().allSatisfy(\.isNaN))
        #expect(try reduce(.sum, empty, [0]).shape == [0])
        #expect(try reduce(.mean, Tensor.zeros([0], dtype: .int32), [0]).item() == 0)
    }

    @Test func `integers wrap and bools reduce to any and all`() throws {
        #expect(try reduce(.sum, Tensor([Int32.max, 1]), [0]).scalars(Int32.self) == [.min])
        #expect(try reduce(.max, Tensor([UInt8(3), 200, 7]), [0]).scalars(UInt8.self) == [200])
        let bools = Tensor(rows: [[true, false], [true, true]])
        #expect(try reduce(.max, bools, [1]).scalars(Bool.self) == [true, true])
        #expect(try reduce(.min, bools, [1]).scalars(Bool.self) == [false, true])
        #expect(try reduce(.sum, Tensor([Bool](repeating: true, count: 256)), [0]).scalars(Bool.self) == [true])
        #expect(try reduce(.min, Tensor([Bool]()), [0]).scalars(Bool.self) == [true])
    }

    @Test func `half precision sums in float32`() throws {
        let ones = Tensor.ones([4096], dtype: .bfloat16)
        #expect(try reduce(.sum, ones, [0]).doubles() == [4096])
    }

    @Test func `argMax and argMin give the first of equals, and NaN first`() throws {
        let y = Tensor(rows: [[1.0, 5, 5, 0], [0, 0, 0, 0], [2, .nan, 9, .nan]])
        #expect(try Reference.execute(.argReduce(smallest: false, axis: 1), [y])[0].scalars(Int64.self) == [1, 0, 1])
        #expect(try Reference.execute(.argReduce(smallest: true, axis: 1), [y])[0].scalars(Int64.self) == [3, 0, 1])
        let z = Tensor(rows: [[Int32(3), 1], [3, 2], [1, 2]])
        #expect(try Reference.execute(.argReduce(smallest: false, axis: 0), [z])[0].scalars(Int64.self) == [0, 1])
    }

    @Test func `cumulative functions run along any axis in both directions`() throws {
        func run(_ kind: Cumulative, _ axis: Int, _ reverse: Bool) throws -> [Int64] {
            let y = Tensor(rows: [[3, 1, 2], [1, 5, 4]])
            return try Reference.execute(.cumulative(kind, axis: axis, reverse: reverse), [y])[0].scalars(Int64.self)
        }
        #expect(try run(.sum, 1, false) == [3, 4, 6, 1, 6, 10])
        #expect(try run(.sum, 1, true) == [6, 3, 2, 10, 9, 4])
        #expect(try run(.sum, 0, false) == [3, 1, 2, 4, 6, 6])
        #expect(try run(.prod, 1, false) == [3, 3, 6, 1, 5, 20])
        #expect(try run(.max, 1, true) == [3, 2, 2, 5, 5, 4])
        #expect(try run(.min, 0, true) == [1, 1, 2, 1, 5, 4])
    }

    @Test func `sorting is stable and puts NaN last when rising`() throws {
        let y = Tensor([2.0, .nan, 1, 2, -1])
        let rising = try Reference.execute(.sort(descending: false), [y])
        #expect(try rising[1].scalars(Int64.self) == [4, 2, 0, 3, 1])
        let falling = try Reference.execute(.sort(descending: true), [y])
        #expect(try falling[1].scalars(Int64.self) == [1, 0, 3, 2, 4])
        let top = try Reference.execute(.topK(count: 2), [Tensor(rows: [[1, 3, 3], [9, 7, 8]])])
        #expect(try top[0].scalars(Int64.self) == [3, 3, 9, 8])
        #expect(try top[1].scalars(Int64.self) == [1, 2, 0, 2])
    }

    @Test func `softmax survives large numbers, and its gradient is the formula's`() throws {
        let x = Tensor(rows: [[1000.0, 1001, 1002], [-1, 0, 1]])
        let y = try Reference.execute(.softmax(logarithm: false), [x])[0]
        let want = [1 / (1 + M_E + M_E * M_E), M_E / (1 + M_E + M_E * M_E), M_E * M_E / (1 + M_E + M_E * M_E)]
        for (got, want) in zip(try y.doubles(), want + want) { #expect(abs(got - want) < 1e-12) }
        let logs = try Reference.execute(.softmax(logarithm: true), [x])[0].doubles()
        for (got, want) in zip(logs, (want + want).map { log($0) }) { #expect(abs(got - want) < 1e-12) }
        let g = Tensor(rows: [[1.0, 0, 0], [0, 0, 2]])
        let gradient = try Reference.execute(.softmaxGradient(logarithm: false), [y, g])[0].doubles()
        #expect(abs(gradient[0] - want[0] * (1 - want[0])) < 1e-12)
        #expect(abs(gradient[1] + want[0] * want[1]) < 1e-12)
        #expect(abs(gradient[5] - 2 * want[2] * (1 - want[2])) < 1e-12)
    }
}

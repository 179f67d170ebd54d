import HornbillEngine
import Testing

@Suite struct MovementReferenceTests {
    private func one(_ operation: Operation, _ inputs: Tensor...) throws -> Tensor {
        try Reference.execute(operation, inputs)[0]
    }

    private let x = Tensor(Array(0..<24), shape: [2, 3, 4])

    @Test func `transposes permute any axes`() throws {
        let y = try one(.transpose([2, 0, 1]), x)
        #expect(y.shape == [4, 2, 3])
        #expect(try y.scalars(Int64.self) == (0..<4).flatMap { k in [0, 4, 8, 12, 16, 20].map { Int64($0 + k) } })
        #expect(try one(.transpose([]), Tensor(scalar: 3)).item() == 3)
    }

    @Test(arguments: DType.allCases)
    func `broadcasting repeats axes of size 1 in every dtype`(_ dtype: DType) throws {
        let row = Tensor([1.0, 0, 1], shape: [3, 1]).cast(to: dtype)
        let y = try one(.broadcast([2, 3, 2]), row)
        #expect(y.dtype == dtype)
        #expect(try y.doubles() == [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1])
        #expect(try one(.broadcast([2]), Tensor(scalar: 1.0)).doubles() == [1, 1])
    }

    @Test func `slices take any stride, also backwards`() throws {
        let y = try one(.slice(start: [0, 2, 3], size: [2, 2, 2], stride: [1, -2, -3]), x)
        #expect(try y.scalars(Int64.self) == [11, 8, 3, 0, 23, 20, 15, 12])
        #expect(try one(.slice(start: [2, 0, 0], size: [0, 3, 4], stride: [1, 1, 1]), x).count == 0)
    }

    @Test func `padding puts a value around and between`() throws {
        let y = try one(
            .pad(low: [1, 0], high: [0, 2], interior: [0, 1], value: 9), Tensor(rows: [[1, 2], [3, 4]]))
        #expect(y.shape == [3, 5])
        #expect(try y.scalars(Int64.self) == [9, 9, 9, 9, 9, 1, 9, 2, 9, 9, 3, 9, 4, 9, 9])
        let flag = try one(.pad(low: [1], high: [1], interior: [0], value: 1), Tensor([false]))
        #expect(try flag.scalars(Bool.self) == [true, false, true])
        #expect(try one(.pad(low: [2], high: [1], interior: [3], value: 0), Tensor([Float]())).floats() == [0, 0, 0])
    }

    @Test func `concatenation joins along any axis`() throws {
        let (a, b) = (Tensor(rows: [[1, 2], [3, 4]]), Tensor(rows: [[5], [6]]))
        #expect(try one(.concatenate(axis: 1), a, b, a).scalars(Int64.self) == [1, 2, 5, 1, 2, 3, 4, 6, 3, 4])
        #expect(try one(.concatenate(axis: 0), a, a).shape == [4, 2])
    }

    @Test func `matrix products in all transpositions agree with the sum of products`() throws {
        let (m, n, k) = (3, 5, 4)
        let a = (0..<(m * k)).map { Double($0) - 3 }
        let b = (0..<(k * n)).map { Double($0 % 7) + 0.5 }
        var want = [Double](repeating: 0, count: m * n)
        for i in 0..<m { for j in 0..<n { for l in 0..<k { want[i * n + j] += a[i * k + l] * b[l * n + j] } } }
        for dtype in [DType.float64, .float32, .float16] {
            let (x, y) = (Tensor(a, shape: [m, k]).cast(to: dtype), Tensor(b, shape: [k, n]).cast(to: dtype))
            let (xt, yt) = (try one(.transpose([1, 0]), x), try one(.transpose([1, 0]), y))
            for (left, right, tA, tB) in [
                (x, y, false, false), (xt, y, true, false), (x, yt, false, true), (xt, yt, true, true),
            ] {
                #expect(try one(.matmul(transposeA: tA, transposeB: tB), left, right).doubles() == want)
            }
        }
        let batched = try one(
            .matmul(transposeA: false, transposeB: false), Tensor(a + a, shape: [2, m, k]), Tensor(b, shape: [k, n]))
        #expect(try batched.doubles() == want + want)
        let integers = try one(
            .matmul(transposeA: false, transposeB: true), Tensor(rows: [[1, 2]]), Tensor(rows: [[3, 4]]))
        #expect(try integers.scalars(Int64.self) == [11])
        let empty = try one(.matmul(transposeA: false, transposeB: false), .zeros([2, 0]), .zeros([0, 3]))
        #expect(try empty.floats() == [Float](repeating: 0, count: 6))
    }

    @Test func `gather takes slices of any axis, negative indices from the end`() throws {
        let indices = Tensor([Int32(2), 0, -1])
        #expect(try one(.gather(axis: 1), x, indices).shape == [2, 3, 4])
        #expect(try one(.gather(axis: 2), x, indices).scalars(Int64.self).prefix(6) == [2, 0, 3, 6, 4, 7])
        #expect(try one(.gather(axis: 0), x, Tensor(rows: [[1, 1], [0, -2]])).shape == [2, 2, 3, 4])
        let added = try one(
            .scatterAdd(axis: 0, size: 3), Tensor(rows: [[1.0, 2], [3, 4], [5, 6]]), Tensor([2, 0, -1]))
        #expect(try added.doubles() == [3, 4, 0, 0, 6, 8])
    }

    @Test func `an index out of range is named with its position and the valid range`() throws {
        let error = #expect(throws: HornbillError.self) {
            try one(.gather(axis: 1), x, Tensor(rows: [[0, 1], [7, 2]]))
        }
        #expect(error?.kind == .data)
        #expect(error?.message == "gather: the index 7 at position (1, 0) is not in -3..<3")
        #expect(throws: HornbillError.self) { try one(.gather(axis: 1), x, Tensor([Int64.min])) }
        #expect(throws: HornbillError.self) { try one(.scatterAdd(axis: 0, size: 1), Tensor([1.0]), Tensor([1])) }
        #expect(throws: HornbillError.self) { try one(.gatherElements, Tensor([1.0]), Tensor([1])) }
    }

    @Test func `elements are gathered and scattered along the last axis`() throws {
        let (data, indices) = (Tensor(rows: [[1.0, 2, 3], [4, 5, 6]]), Tensor(rows: [[2, -3], [1, 1]]))
        #expect(try one(.gatherElements, data, indices).doubles() == [3, 1, 5, 5])
        #expect(
            try one(.scatterElements(size: 3), Tensor(rows: [[1.0, 2], [3, 4]]), indices).doubles() == [
                2, 0, 1, 0, 7, 0,
            ])
    }

    @Test(arguments: DType.allCases)
    func `oneHot marks indices in every dtype and ignores those outside`(_ dtype: DType) throws {
        let y = try one(.oneHot(depth: 3, dtype: dtype), Tensor([2, 0, 3, -1]))
        #expect(y.dtype == dtype)
        #expect(try y.doubles() == [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `checkRange names the row and the value`() throws {
        let labels = Tensor(rows: [[0, 1], [9, 1], [3, 12]])
        #expect(
            try one(.checkRange(lower: 0, upper: 13, what: "labels"), labels).scalars(Int64.self) == [
                0, 1, 9, 1, 3, 12,
            ])
        let error = #expect(throws: HornbillError.self) {
            try one(.checkRange(lower: 0, upper: 10, what: "labels"), labels)
        }
        #expect(error == HornbillError(.data, "labels, row 2: the value 12 is not in 0..<10"))
    }
}

import Foundation
import HornbillEngine
import Testing

/// Every kernel that the lowering chooses against the reference, over odd shapes: as a plan of one step, which is also
/// what eager operations run.
@Suite struct KernelTests {
    private func check(
        _ operation: HornbillEngine.Operation, _ inputs: [Tensor], tolerance: Double = 2e-6,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try checkKernel(operation, inputs, tolerance: tolerance, sourceLocation: sourceLocation)
        let expected = try Reference.execute(operation, inputs)
        let eager = try Eager.execute(operation, inputs)
        #expect(eager.map(\.type) == expected.map(\.type), sourceLocation: sourceLocation)
        for (x, y) in zip(eager, expected) {
            let close = zip(try x.doubles(), try y.doubles()).allSatisfy {
                $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= tolerance * max(1, abs($1))
            }
            #expect(close, "eager \(operation)", sourceLocation: sourceLocation)
        }
    }

    private static let sizes = [0, 1, 2, 7, 16, 17, 63, 1000, 4099]

    @Test(arguments: Unary.allCases)
    func `unary functions of every type`(_ function: Unary) throws {
        var numbers = Numbers(50)
        for size in Self.sizes {
            let x = numbers.tensor([size], 0.05...0.95)
            if function == .logicalNot {
                try check(.unary(function), [x > 0.5])
            } else {
                try check(.unary(function), [x], tolerance: 1e-5)
            }
        }
        guard function != .logicalNot else { return }
        try check(.unary(function), [numbers.tensor([3, 5], 0.1...0.9, dtype: .float64)], tolerance: 1e-12)
        try check(.unary(function), [numbers.tensor([3, 5], 0.1...0.9, dtype: .float16)], tolerance: 1e-3)
        if (try? function.checkedType(.int32)) != nil {
            try check(.unary(function), [numbers.tensor([3, 5], -9...9, dtype: .int32)])
        }
    }

    @Test(arguments: Binary.allCases)
    func `binary functions of every type`(_ function: Binary) throws {
        var numbers = Numbers(51)
        for size in Self.sizes {
            let (a, b) = (numbers.tensor([size], 0.2...2), numbers.tensor([size], 0.2...2))
            if function.isLogical || function == .equal || function == .notEqual {
                try check(.binary(function), [a > 1, b > 1])
            }
            if !function.isLogical { try check(.binary(function), [a, b], tolerance: 1e-5) }
        }
        if function.isLogical { return }
        for dtype in [DType.float64, .int32, .int64, .uint8, .bfloat16] {
            if !dtype.isFloatingPoint, [.divide, .atan2, .power].contains(function) { continue }
            try check(
                .binary(function),
                [numbers.tensor([4, 3], 1...9, dtype: dtype), numbers.tensor([4, 3], 1...4, dtype: dtype)],
                tolerance: dtype == .bfloat16 ? 1e-2 : 1e-6)
        }
    }

    @Test(arguments: DType.allCases)
    func `select, casts and moves of every type`(_ dtype: DType) throws {
        var numbers = Numbers(52)
        let x = numbers.tensor([3, 4, 5], 0...9, dtype: dtype)
        let y = numbers.tensor([3, 4, 5], 0...9, dtype: dtype)
        let test = numbers.tensor([3, 4, 5]) > 0
        try check(.select, [test, x, y])
        for other in DType.allCases { try check(.cast(other), [x]) }
        for axes in [[0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1], [1, 0, 2]] {
            try check(.transpose(axes), [x])
        }
        try check(.broadcast([2, 3, 4, 5]), [x])
        try check(.broadcast([3, 4, 5]), [numbers.tensor([4, 1], 0...9, dtype: dtype)])
        try check(.slice(start: [2, 0, 4], size: [3, 2, 3], stride: [-1, 2, -2]), [x])
        try check(.slice(start: [1, 0, 0], size: [1, 4, 5], stride: [1, 1, 1]), [x])
        try check(.slice(start: [0, 0, 0], size: [0, 4, 5], stride: [1, 1, 1]), [x])
        try check(.pad(low: [1, 0, 2], high: [0, 3, 1], interior: [0, 1, 2], value: 3), [x])
        for axis in 0..<3 { try check(.concatenate(axis: axis), [x, y, x]) }
        try check(.reshape([5, 12]), [x])
        let indices = Tensor([Int32(2), -1, 0, 1], shape: [2, 2])
        for axis in 0..<3 { try check(.gather(axis: axis), [x, indices]) }
        try check(.oneHot(depth: 4, dtype: dtype), [Tensor([Int64(3), -1, 0, 7])])
        try check(.gatherElements, [x, Tensor((0..<24).map { Int64($0 % 5) }, shape: [3, 4, 2])])
    }

    @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [1, 3], [0, 3], [0, 2, 3]])
    func `reductions over any axes`(_ axes: [Int]) throws {
        var numbers = Numbers(53)
        for kind in Reduction.allCases {
            for shape in [[3, 4, 5, 6], [1, 7, 1, 33], [2, 1, 3, 1], [5, 17, 1, 2]] as [Shape] {
                try check(
                    .reduce(kind, axes: axes, keepDims: false), [numbers.tensor(shape, 0.5...1.5)], tolerance: 1e-5)
                try check(
                    .reduce(kind, axes: axes, keepDims: true), [numbers.tensor(shape, 0.5...1.5, dtype: .float64)])
                if kind != .mean {
                    try check(.reduce(kind, axes: axes, keepDims: false), [numbers.tensor(shape, 0...3, dtype: .int32)])
                }
            }
        }
    }

    @Test func `sums and means of nothing`() throws {
        for kind in [Reduction.sum, .mean, .prod] {
            try check(.reduce(kind, axes: [0], keepDims: false), [Tensor.zeros([0, 3])])
            try check(.reduce(kind, axes: [0], keepDims: false), [Tensor.zeros([3, 0])])
            try check(.reduce(kind, axes: [0, 2], keepDims: false), [Tensor.zeros([2, 3, 0])])
        }
    }

    @Test func `positions, softmax, cumulations, sorting`() throws {
        var numbers = Numbers(54)
        for shape in [[3, 4, 5], [1, 100, 3], [7, 1, 40], [2, 2, 1]] as [Shape] {
            let x = numbers.tensor(shape)
            for axis in 0..<3 {
                for flag in [true, false] { try check(.argReduce(smallest: flag, axis: axis), [x]) }
                for kind in Cumulative.allCases { try check(.cumulative(kind, axis: axis, reverse: axis == 1), [x]) }
            }
            for logarithm in [true, false] {
                try check(.softmax(logarithm: logarithm), [x], tolerance: 1e-5)
                let y = try Reference.execute(.softmax(logarithm: logarithm), [x])[0]
                try check(.softmaxGradient(logarithm: logarithm), [y, numbers.tensor(shape)], tolerance: 1e-5)
            }
            try check(.topK(count: 1), [x])
            try check(.sort(descending: true), [x])
        }
    }

    @Test(arguments: [
        (1, 1, 1, 1), (2, 3, 2, 1), (3, 7, 17, 3), (17, 2, 3, 7), (1, 17, 16, 16), (40, 33, 5, 2), (40, 1300, 1, 1),
        (33, 121, 130, 65), (64, 120, 48, 96),
    ])
    func `attention of any size`(_ targets: Int, _ sources: Int, _ size: Int, _ valueSize: Int) throws {
        var numbers = Numbers(61)
        let isLarge = targets * sources > 10_000
        for (heads, shared) in isLarge ? [(2, 1)] : [(1, 1), (4, 2), (3, 1)] {
            let inputs = [
                numbers.tensor([2, targets, heads, size]), numbers.tensor([2, sources, shared, size]),
                numbers.tensor([2, sources, shared, valueSize]),
            ]
            let slope = numbers.tensor([2, targets, heads, valueSize])
            for maskShape in [nil, [2, 1, 1, sources], [1, heads, targets, sources], [1, 1, targets, 1]] as [Shape?] {
                for isCausal in [false, true] {
                    let form = AttentionForm(scale: 0.4, isCausal: isCausal, hasMask: maskShape != nil)
                    let mask = maskShape.map { [(numbers.tensor($0) > 0)] } ?? []
                    try check(.attention(form), inputs + mask, tolerance: 1e-4)
                    let results = try Reference.execute(.attention(form), inputs + mask)
                    try check(.attentionGradient(form), inputs + mask + results + [slope], tolerance: 1e-4)
                }
            }
        }
    }

    @Test(arguments: [
        (1, 1, 1), (3, 5, 7), (32, 32, 32), (33, 1, 65), (1, 70, 9), (130, 200, 96), (16, 48, 5000), (300, 64, 40),
        (1, 700, 300), (2, 330, 70), (3, 210, 20), (4, 130, 300), (5, 0, 3), (5, 3, 0),
    ])
    func `products of any size and orientation`(_ m: Int, _ n: Int, _ k: Int) throws {
        var numbers = Numbers(55)
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            let a = numbers.tensor(transposeA ? [k, m] : [m, k])
            let b = numbers.tensor(transposeB ? [n, k] : [k, n])
            try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, b], tolerance: 1e-4)
            for activation in FusedActivation.allCases {
                try check(
                    .fusedMatmul(transposeA: transposeA, transposeB: transposeB, bias: true, activation: activation),
                    [a, b, numbers.tensor([n])], tolerance: 1e-4)
            }
        }
        try check(
            .matmul(transposeA: false, transposeB: false),
            [numbers.tensor([m, k], dtype: .float64), numbers.tensor([k, n], dtype: .float64)], tolerance: 1e-12)
    }

    @Test func `batched products`() throws {
        var numbers = Numbers(56)
        for (batch, m, n, k) in [([2, 3], 4, 5, 6), ([4], 70, 90, 30), ([2], 150, 150, 60), ([0], 3, 3, 3)]
            as [([Int], Int, Int, Int)]
        {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let a = numbers.tensor(Shape(batch + (transposeA ? [k, m] : [m, k])))
                let b = numbers.tensor(Shape(batch + (transposeB ? [n, k] : [k, n])))
                let shared = numbers.tensor(Shape(transposeB ? [n, k] : [k, n]))
                try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, b], tolerance: 1e-4)
                try check(.matmul(transposeA: transposeA, transposeB: transposeB), [a, shared], tolerance: 1e-4)
                try check(
                    .fusedMatmul(transposeA: transposeA, transposeB: transposeB, bias: true, activation: .tanh),
                    [a, b, numbers.tensor([n])], tolerance: 1e-4)
            }
        }
    }

    @Test(arguments: [DType.float32, .float64, .int32])
    func `additions by index`(_ dtype: DType) throws {
        var numbers = Numbers(57)
        for indexType in [DType.int32, .int64] {
            let indices = Tensor([1, 0, -1, 1]).cast(to: indexType)
            try check(.scatterAdd(axis: 0, size: 3), [numbers.tensor([4, 5], -9...9, dtype: dtype), indices])
            try check(.scatterAdd(axis: 1, size: 3), [numbers.tensor([2, 4, 5], -9...9, dtype: dtype), indices])
            try check(
                .scatterElements(size: 3), [numbers.tensor([2, 2], -9...9, dtype: dtype), indices.reshaped([2, 2])])
        }
    }

    @Test func `indices out of range are named`() throws {
        let x = Tensor.zeros([3, 4])
        let bad = Tensor([Int32(0), 3])
        for operation in [HornbillEngine.Operation.gather(axis: 0), .scatterAdd(axis: 0, size: 3)] {
            let data = if case .gather = operation { x } else { Tensor.zeros([2, 4]) }
            let error = #expect(throws: HornbillError.self) { try Eager.execute(operation, [data, bad]) }
            #expect(error?.message.contains("3") == true && error?.kind == .data, "\(operation)")
        }
        for operation in [HornbillEngine.Operation.gatherElements, .scatterElements(size: 3)] {
            let error = #expect(throws: HornbillError.self) {
                try Eager.execute(
                    operation,
                    [Tensor.zeros([1, 3]).reshaped(shapeOf: operation), Tensor([Int64(0), 3], shape: [1, 2])])
            }
            #expect(error?.kind == .data)
        }
        let error = #expect(throws: HornbillError.self) {
            try Eager.execute(.checkRange(lower: 0, upper: 3, what: "labels"), [bad])
        }
        #expect(error?.message == "labels, row 1: the value 3 is not in 0..<3")
        #expect(try Eager.execute(.checkRange(lower: 0, upper: 4, what: "labels"), [bad])[0].doubles() == [0, 3])
    }

    @Test(arguments: Distribution.allCases)
    func `random numbers are the reference's, at any thread count`(_ distribution: Distribution) throws {
        for size in [0, 1, 5, 1000, 70_001] {
            try check(.random(distribution, [size]), [Tensor([Int64(7), 11])], tolerance: 1e-5)
        }
    }

    @Test func `eager operations run on many threads at once`() async {
        await withTaskGroup(of: Bool.self) { group in
            for seed in 0..<8 {
                group.addTask {
                    var numbers = Numbers(seed)
                    let a = numbers.tensor([40, 30])
                    let b = numbers.tensor([30, 50])
                    guard let first = try? ops.matmul(ops.tanh(a), b).floats() else { return false }
                    return (0..<50).allSatisfy { _ in (try? ops.matmul(ops.tanh(a), b).floats()) == first }
                }
            }
            for await same in group { #expect(same) }
        }
    }
}

extension Tensor {
    fileprivate func reshaped(_ shape: Shape) -> Tensor { ops.reshape(self, shape) }

    /// Data of three elements a row to pick from, or updates for two indices.
    fileprivate func reshaped(shapeOf operation: HornbillEngine.Operation) -> Tensor {
        if case .scatterElements = operation { return Tensor.zeros([1, 2]) }
        return self
    }
}

extension Unary {
    fileprivate func checkedType(_ dtype: DType) throws -> TensorType {
        try HornbillEngine.Operation.unary(self).outputTypes([TensorType(dtype, [1])])[0]
    }
}

import HornbillEngine
import Testing

/// What the operations that users call say to bad arguments.
@Suite struct UserOperationErrorTests {
    private static func said(_ results: [Tensor]) -> String {
        results.compactMap(\.error).first.map { "\($0)" } ?? "nothing"
    }

    private static let x = Tensor([1, 2, 3, 4, 5, 6].map(Float.init), shape: [2, 3])

    static let mistakes: [(String, @Sendable (Tensor) -> [Tensor])] = [
        ("bitwiseAnd needs integers, not float32", { [ops.bitwiseAnd($0, 1)] }),
        ("the exponents must be integers, not float32", { [ops.ldexp($0, $0)] }),
        ("vander needs one axis, not the shape (2, 3)", { [ops.vander($0)] }),
        ("cross needs vectors of 2 or 3 elements, not 2 and 6", { [ops.cross(ops.transpose($0), ops.ones([3, 6]))] }),
        ("needs at least 3 axes, not the shape (2, 3)", { ops.dsplit($0, 2) }),
        ("the indexing is 'xy' or 'ij', not 'yx'", { ops.meshgrid($0, $0, indexing: "yx") }),
        ("the axes [0, 0] of (2, 3) are one", { [ops.rot90($0, axes: (0, 0))] }),
        ("the method is 'linear', 'lower'", { [ops.quantile($0, 0.5, method: "cubic")] }),
        ("weights of shape (4,) do not fit 1 axes of (2, 3)", { [ops.average($0, axis: 1, weights: ops.ones([4]))] }),
        ("the side is 'left' or 'right', not 'up'", { [ops.searchsorted($0[0], $0, side: "up")] }),
        ("searchsorted needs a sequence of one axis, not the shape (2, 3)", { [ops.searchsorted($0, $0)] }),
        ("place 3 is not among 3 elements", { [ops.argpartition($0, kth: 3)] }),
        ("as many conditions as choices, not 1 and 2", { [ops.select([$0 > 1], [$0, $0])] }),
        ("the mode is 'valid', 'same' or 'full', not 'part'", { [ops.correlate($0[0], $0[0], mode: "part")] }),
        ("sequences of 4 elements, 1 apart, in the shape (2, 3)", { [ops.extractSequences($0, 4, 1)] }),
        ("unfold needs (batch, channels, height, width)", { [ops.unfold($0, kernelSize: (2, 2))] }),
        (
            "values of the shape (2,) are needed, not (2, 3)",
            { x in
                [ops.scatter(Tensor(rows: [[0, 0], [1, 1]]), x, shape: [2, 2])]
            }
        ),
        (
            "scatter, index of axis 1, row 1: the value 5 is not in 0..<2",
            { _ in
                [ops.scatter(Tensor(rows: [[0, 0], [1, 5]]), ops.ones([2]), shape: [2, 2])]
            }
        ),
        (
            "a segment's id must be in 0..<2, not 7 (position 1)",
            { x in
                [ops.segmentMax(x, Tensor([Int32(0), 7]), numSegments: 2)]
            }
        ),
        ("does not lie in (2, 3)", { [ops.slice($0, Tensor([Int32(0), 0]), [3, 1])] }),
        ("inverse needs square matrices, not the shape (2, 3)", { [ops.inv($0)] }),
        ("needs matrices: at least two axes, not the shape (3,)", { [ops.det($0[0])] }),
        ("has no inverse", { _ in [ops.inv(Tensor(rows: [[Float(1), 2], [2, 4]]))] }),
        ("is not positive definite", { _ in [ops.cholesky(Tensor(rows: [[Float(1), 2], [2, 1]]))] }),
        (
            "a right side of shape (3,) does not fit matrices of shape (2, 2)",
            { _ in
                [ops.solve(ops.eye(2), ops.ones([3]))]
            }
        ),
        ("the mode is 'reduced' or 'complete', not 'raw'", { [ops.qr($0, mode: "raw").q] }),
        ("of a matrix the order is ±1, ±2", { [ops.norm($0, ord: 3, axis: [0, 1])] }),
        ("geomspace needs two numbers of one sign", { _ in [ops.geomspace(-1, 4)] }),
        ("needs an image of three axes or a batch of four, not the shape (2, 3)", { [ops.image.resize($0, (2, 2))] }),
        (
            "resize needs a height and a width of at least 1, not [0, 2]",
            { _ in
                [ops.image.resize(ops.ones([4, 4, 1]), (0, 2))]
            }
        ),
        (
            "crop to the aspect ratio or pad to it, not both",
            { _ in
                [ops.image.resize(ops.ones([4, 4, 1]), (2, 2), cropToAspectRatio: true, padToAspectRatio: true)]
            }
        ),
        ("rgbToHsv needs three channels, not 2", { _ in [ops.image.rgbToHsv(ops.ones([4, 4, 2]))] }),
        (
            "two of both paddings and the target are needed for the height",
            { _ in
                [ops.image.padImages(ops.ones([4, 4, 2]), topPadding: 1)]
            }
        ),
        (
            "of the width of 4, 3 to 5 is no part",
            { _ in
                [
                    ops.image.cropImages(
                        ops.ones([4, 4, 2]), topCropping: 0, leftCropping: 3, bottomCropping: 0, targetWidth: 2)
                ]
            }
        ),
        (
            "coordinates of shape (3, 2) for the 2 axes of (2, 3)",
            { [ops.image.mapCoordinates($0, ops.ones([3, 2]), order: 1)] }
        ),
        ("a transform has eight numbers", { _ in [ops.image.affineTransform(ops.ones([4, 4, 2]), ops.ones([6]))] }),
    ]

    @Test(arguments: mistakes.indices)
    func `a bad argument is named`(_ number: Int) {
        let (expected, call) = Self.mistakes[number]
        let text = Self.said(call(Self.x))
        #expect(text.contains(expected), "\(text)")
    }

    @Test func `results whose size depends on values are refused within a trace`() throws {
        let trace = Trace()
        defer { trace.abandon() }
        try trace.run {
            let x = try trace.input(TensorType(.float32, [3]))
            #expect(Self.said(ops.nonzero(x)).contains("the shape of its result depends on the values"))
            #expect(Self.said(ops.unique(x)).contains("the shape of its result depends on the values"))
        }
    }

    @Test func `a partition has no larger elements before the place and no smaller ones after it`() throws {
        let x = Tensor([7, 2, 9, 4, 4, 1, 8].map(Float.init))
        let order = ops.argpartition(x, kth: 3)
        let values = try ops.take(x, order).doubles()
        #expect(values[..<3].allSatisfy { $0 <= values[3] } && values[4...].allSatisfy { $0 >= values[3] })
        #expect(order.dtype == .int32)
    }

    @Test func `special functions keep double precision`() throws {
        let x = Tensor([-0.9999999, -0.3, 0, 1e-9, 0.5, 0.99])
        let back = try ops.erf(ops.erfinv(x)).doubles()
        for (a, b) in zip(back, try x.doubles()) { #expect(abs(a - b) <= 1e-15 + 1e-14 * abs(b)) }
        // From tables of the functions.
        #expect(abs(try ops.erfc(Tensor([10.0])).item() / 2.088487583762545e-45 - 1) < 1e-12)
        #expect(abs(try ops.i0(Tensor([1.0])).item() - 1.2660658777520084) < 1e-14)
        #expect(abs(try ops.i0(Tensor([50.0])).item() / 2.9325537838493363e20 - 1) < 1e-12)
    }
}

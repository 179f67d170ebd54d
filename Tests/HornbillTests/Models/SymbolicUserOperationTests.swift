import Hornbill
import Testing

/// Operations that users call, as nodes of a layer graph.
@Suite struct SymbolicUserOperationTests {
    /// Of (batch, 4, 3).
    private func compute<T: TensorLike>(_ x: T) -> [T] {
        var results: [T] = [
            ops.median(x, axis: 1), ops.quantile(x, 0.3, axis: 2, method: "nearest"), ops.hypot(x, x),
            ops.rot90(x, k: 3, axes: (1, 2)), ops.logaddexp(x, 1.0), ops.diff(x, axis: 1),
            ops.nanmean(x, axis: [1, 2]),
        ]
        let image = ops.expandDims(x, axis: -1)
        results += [
            ops.image.resize(image, (5, 2), interpolation: .bicubic),
            ops.image.padImages(image, topPadding: 1, leftPadding: 0, bottomPadding: 2, rightPadding: 1),
            ops.image.extractPatches(image, [2, 1]),
        ]
        let square = ops.matmul(ops.swapaxes(x, 1, 2), x)
        results += [ops.det(square), ops.inv(square + ops.exp(square)), ops.trapezoid(x, dx: 0.5, axis: 2)]
        return results + ops.unstack(x, axis: 1) + ops.arraySplit(x, 2, axis: 2)
    }

    @Test func `they compute in a model what they compute on tensors`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [4, 3])
            let symbols = compute(x)
            let model = try Model(inputs: [x], outputs: symbols)
            let values = random.normal([5, 4, 3], seed: 2)
            let found: [Tensor] = try model.predict(values)
            let wanted = compute(values)
            #expect(found.count == wanted.count && symbols.count == wanted.count)
            for ((result, expected), symbol) in zip(zip(found, wanted), symbols) {
                #expect(result.shape == expected.shape)
                #expect(symbol.shape.dimensions == [nil] + expected.shape.dimensions.dropFirst().map { $0 })
                for (a, b) in zip(try result.doubles(), try expected.doubles()) {
                    #expect(abs(a - b) <= 1e-4 * (1 + abs(b)))
                }
            }
        }
    }

    @Test func `an error names the layers and is thrown when the model is made`() throws {
        Session.withNew(seed: 1) {
            let x = Input(shape: [4, 3])
            expectError(.shape, "needs square matrices") { _ = try Model(inputs: [x], outputs: [ops.inv(x)]) }
            expectError(.argument, "depends on the values") {
                _ = try Model(inputs: [x], outputs: ops.nonzero(x))
            }
        }
    }
}

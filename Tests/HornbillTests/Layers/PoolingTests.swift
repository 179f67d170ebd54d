import Hornbill
import Testing

@Suite struct PoolingTests {
    private static let window = ["pool_size", "strides", "padding", "data_format"]

    @Test func `pools conform`() throws {
        try checkLayer({ MaxPooling1D(2) }, inputs: [[6, 3]], output: [3, 3], config: Self.window)
        try checkLayer(
            { MaxPooling2D(3, strides: 2, padding: .same) }, inputs: [[5, 6, 2]], output: [3, 3, 2],
            config: Self.window)
        try checkLayer({ MaxPooling3D() }, inputs: [[2, 4, 4, 2]], output: [1, 2, 2, 2], config: Self.window)
        try checkLayer(
            { AveragePooling1D(poolSize: 3, strides: 1) }, inputs: [[6, 3]], output: [4, 3], config: Self.window)
        try checkLayer(
            { AveragePooling2D(2, dataFormat: .channelsFirst) }, inputs: [[3, 4, 4]], output: [3, 2, 2],
            config: Self.window)
        try checkLayer({ AveragePooling3D() }, inputs: [[2, 2, 2, 2]], output: [1, 1, 1, 2], config: Self.window)
    }

    @Test func `global pools conform`() throws {
        let config = ["data_format", "keepdims"]
        try checkLayer({ GlobalMaxPooling1D() }, inputs: [[6, 3]], output: [3], config: config)
        try checkLayer({ GlobalMaxPooling2D(keepDims: true) }, inputs: [[4, 3, 2]], output: [1, 1, 2], config: config)
        try checkLayer({ GlobalMaxPooling3D() }, inputs: [[2, 3, 2, 2]], output: [2], config: config)
        try checkLayer({ GlobalAveragePooling1D() }, inputs: [[6, 3]], output: [3], config: config)
        try checkLayer({ GlobalAveragePooling2D() }, inputs: [[4, 3, 2]], output: [2], config: config)
        try checkLayer(
            { GlobalAveragePooling3D(dataFormat: .channelsFirst) }, inputs: [[2, 3, 2, 2]], output: [2],
            config: config)
    }

    @Test func `a mask leaves steps out of a global average, and ends there`() throws {
        let x = Tensor([Float(1), 2, 30, 4], shape: [1, 4, 1]).withMask(
            Tensor([true, true, false, true], shape: [1, 4]))
        let y = GlobalAveragePooling1D()(x)
        #expect(abs(try y.doubles()[0] - 7.0 / 3) < 1e-6)
        #expect(y.mask == nil)
    }

    @Test func `what does not fit is named`() throws {
        func failure(_ layer: Layer, _ shape: PartialShape) throws { try layer(Input(shape: shape)).validated() }
        expectError(.shape, "window of 3", "2", "(MaxPooling2D)") { try failure(MaxPooling2D(3), [2, 2, 1]) }
        expectError(.shape, "4 axes") { try failure(MaxPooling2D(3), [5, 2]) }
        expectError(.argument, "poolSize", "[2, 2, 2]") { try failure(MaxPooling2D([2, 2, 2]), [5, 5, 2]) }
        expectError(.argument, "strides", "0") { try failure(AveragePooling1D(2, strides: 0), [5, 2]) }
        expectError(.unknownName, "'causal'") { try failure(MaxPooling1D(2, padding: .causal), [5, 2]) }
        expectError(.shape, "3 axes") { try failure(GlobalAveragePooling1D(), [5]) }
        expectError(.shape, "(3,)") { try ops.maxPool(Tensor.ones([3]), 2).validated() }
    }
}

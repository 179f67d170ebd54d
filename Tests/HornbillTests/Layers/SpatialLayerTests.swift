import Hornbill
import Testing

@Suite struct SpatialLayerTests {
    @Test func `layers that pad and crop conform`() throws {
        try checkLayer({ ZeroPadding1D(2) }, inputs: [[4, 3]], output: [8, 3], config: ["padding", "data_format"])
        try checkLayer(
            { ZeroPadding2D(padding: ((1, 0), (2, 3))) }, inputs: [[4, 3, 2]], output: [5, 8, 2],
            config: ["padding", "data_format"])
        try checkLayer(
            { ZeroPadding3D(padding: (1, 2, 3), dataFormat: .channelsFirst) }, inputs: [[2, 1, 1, 1]],
            output: [2, 3, 5, 7], config: ["padding", "data_format"])
        try checkLayer({ Cropping1D(1) }, inputs: [[4, 3]], output: [2, 3], config: ["cropping"])
        try checkLayer(
            { Cropping2D(cropping: (1, 0)) }, inputs: [[4, 3, 2]], output: [2, 3, 2],
            config: ["cropping", "data_format"])
        try checkLayer(
            { Cropping3D(cropping: ((0, 1), (1, 1), (2, 0))) }, inputs: [[3, 4, 5, 2]], output: [2, 2, 3, 2],
            config: ["cropping", "data_format"])
    }

    @Test func `layers that enlarge conform`() throws {
        try checkLayer({ UpSampling1D(3) }, inputs: [[4, 2]], output: [12, 2], config: ["size"])
        try checkLayer(
            { UpSampling2D(size: (2, 3), interpolation: .bilinear) }, inputs: [[3, 2, 2]], output: [6, 6, 2],
            config: ["size", "data_format", "interpolation"])
        try checkLayer(
            { UpSampling3D(2, dataFormat: .channelsFirst) }, inputs: [[2, 1, 2, 3]], output: [2, 2, 4, 6],
            config: ["size", "data_format"])
    }

    @Test func `sizes that are not known stay unknown`() throws {
        func shape(_ layer: Layer) -> [Int?] {
            let result: SymbolicTensor = layer(Input(shape: [nil, nil, 3]))
            return result.shape.dimensions
        }
        #expect(shape(ZeroPadding2D(2)) == [nil, nil, nil, 3])
        #expect(shape(UpSampling2D(2, interpolation: .bicubic)) == [nil, nil, nil, 3])
        #expect(shape(Cropping2D(1)) == [nil, nil, nil, 3])
        #expect(shape(Resizing(4, 5)) == [nil, 4, 5, 3])
    }

    @Test func `bad borders and shapes are named`() throws {
        func said(_ tensor: Tensor) -> String { tensor.error.map { "\($0)" } ?? "nothing" }
        let image = Tensor.ones([1, 3, 3, 1])
        #expect(said(ZeroPadding2D(-1)(image)).contains("the padding cannot be negative"))
        #expect(said(Cropping2D(cropping: (1, 2))(image)).contains("2 and 2 cannot be cut off axis 2"))
        #expect(said(UpSampling2D(0)(image)).contains("factors of at least 1, not [0, 0]"))
        #expect(said(ZeroPadding1D()(image)).contains("expected an input of 3 axes, got the shape (1, 3, 3, 1)"))
        #expect(said(Resizing(0, 2)(image)).contains("height must be at least 1, not 0"))
        #expect(said(CenterCrop(2, 0)(image)).contains("width must be at least 1, not 0"))
        #expect(said(RandomRotation(1.5)(image)).contains("the factor must be within -1.0 … 1.0, not 1.5"))
        #expect(said(RandomZoom(-1)(image)).contains("the height factor must be within"))
        #expect(said(RandomTranslation(0.1, FactorRange(0.5, 2))(image)).contains("the width factor must be within"))
        #expect(said(Rescaling([1, 2])(image)).contains("a scale of 2 numbers does not fit the last axis"))
        #expect(said(RandomFlip()(Tensor.ones([3, 3]))).contains("at least 3 axes, got the shape (3, 3)"))
        #expect(said(RandomFlip()(Tensor.ones([1, 1, 3, 3, 1]))).contains("an image of three axes or a batch of four"))
    }
}

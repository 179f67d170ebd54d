import Hornbill
import Testing

@Suite struct LayerConformanceTests {
    @Test func `core layers conform`() throws {
        try checkLayer(
            { Dense(3, activation: .tanh) }, inputs: [[5]], output: [3], parameters: 18,
            config: [
                "units", "activation", "use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer",
                "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint",
            ])
        try checkLayer({ Identity() }, inputs: [[2, 3]], output: [2, 3])
    }

    @Test func `activation layers conform`() throws {
        try checkLayer({ Activation(.gelu) }, inputs: [[5]], output: [5], config: ["activation"])
        try checkLayer(
            { ReLU(maxValue: 3, negativeSlope: 0.1) }, inputs: [[5]], output: [5],
            config: ["max_value", "negative_slope", "threshold"])
        try checkLayer({ LeakyReLU() }, inputs: [[2, 3]], output: [2, 3], config: ["negative_slope"])
        try checkLayer({ ELU() }, inputs: [[5]], output: [5], config: ["alpha"])
        try checkLayer({ Softmax() }, inputs: [[5]], output: [5], config: ["axis"])
        try checkLayer(
            { PReLU(sharedAxes: [1]) }, inputs: [[4, 3]], output: [4, 3], parameters: 3,
            config: ["alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes"])
    }

    @Test func `reshaping layers conform`() throws {
        try checkLayer({ Flatten() }, inputs: [[2, 3, 4]], output: [24], config: ["data_format"])
        try checkLayer({ Reshape([3, -1]) }, inputs: [[2, 6]], output: [3, 4], config: ["target_shape"])
        try checkLayer({ Permute([2, 1]) }, inputs: [[2, 3]], output: [3, 2], config: ["dims"])
        try checkLayer({ RepeatVector(3) }, inputs: [[4]], output: [3, 4], config: ["n"])
    }

    @Test func `merging layers conform`() throws {
        for make in [{ Add() }, { Multiply() }, { Average() }, { Maximum() }, { Minimum() }, { Subtract() }]
            as [() -> Layer]
        {
            try checkLayer(make, inputs: [[2, 3], [1, 3]], output: [2, 3], takesList: true)
        }
        try checkLayer(
            { Concatenate() }, inputs: [[2, 3], [2, 1]], output: [2, 4], config: ["axis"], takesList: true)
        try checkLayer(
            { Dot(axes: [2, 1]) }, inputs: [[2, 3], [3, 4]], output: [2, 4], config: ["axes", "normalize"],
            takesList: true)
    }

    @Test func `regularizing layers conform`() throws {
        try checkLayer({ Dropout(0.5) }, inputs: [[5]], output: [5], config: ["rate", "seed", "noise_shape"])
        try checkLayer({ AlphaDropout(0.5) }, inputs: [[5]], output: [5], config: ["rate", "seed", "noise_shape"])
        try checkLayer({ GaussianDropout(0.5) }, inputs: [[5]], output: [5], config: ["rate", "seed"])
        try checkLayer({ GaussianNoise(0.5) }, inputs: [[5]], output: [5], config: ["stddev", "seed"])
        try checkLayer({ SpatialDropout1D(0.5) }, inputs: [[5, 2]], output: [5, 2], config: ["rate", "seed"])
        try checkLayer(
            { SpatialDropout2D(0.5) }, inputs: [[3, 3, 2]], output: [3, 3, 2], config: ["rate", "seed", "data_format"])
        try checkLayer(
            { SpatialDropout3D(0.5) }, inputs: [[2, 2, 2, 2]], output: [2, 2, 2, 2],
            config: ["rate", "seed", "data_format"])
        try checkLayer({ ActivityRegularization(l2: 0.1) }, inputs: [[5]], output: [5], config: ["l1", "l2"])
    }
}

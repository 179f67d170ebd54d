import Hornbill

/// The layers of the module `layers_convolution`.
let convolutionLayerFactories: LayerFactories = [
    "Conv1D": { convolution(Conv1D.self, $0) }, "Conv2D": { convolution(Conv2D.self, $0) },
    "Conv3D": { convolution(Conv3D.self, $0) },
    "Conv1DTranspose": { transposed(Conv1DTranspose.self, $0) },
    "Conv2DTranspose": { transposed(Conv2DTranspose.self, $0) },
    "Conv3DTranspose": { transposed(Conv3DTranspose.self, $0) },
    "DepthwiseConv1D": { depthwise(DepthwiseConv1D.self, $0) },
    "DepthwiseConv2D": { depthwise(DepthwiseConv2D.self, $0) },
    "SeparableConv1D": { separable(SeparableConv1D.self, $0) },
    "SeparableConv2D": { separable(SeparableConv2D.self, $0) },
]

extension GoldenValue {
    /// A number, or one for each spatial axis.
    func sizes(_ key: String) -> (any SpatialSizes)? {
        guard let value = self[key] else { return nil }
        if let number = value.int { return number }
        return value.ints
    }

    var padding: Padding { self["padding"]?.string.map { Padding($0) } ?? .valid }
    fileprivate var bias: Bool { self["use_bias"]?.bool ?? true }
    fileprivate func initializer(_ key: String, _ standard: String = "glorot_uniform") -> String {
        self[key]?.string ?? standard
    }
}

private func convolution(_ type: BaseConv.Type, _ config: GoldenValue) -> Layer {
    type.init(
        config["filters"]?.int ?? 0, kernelSize: config.sizes("kernel_size") ?? 1,
        strides: config.sizes("strides") ?? 1, padding: config.padding, dataFormat: config.dataFormat,
        dilationRate: config.sizes("dilation_rate") ?? 1, groups: config["groups"]?.int ?? 1,
        activation: config["activation"]?.string, useBias: config.bias,
        kernelInitializer: config.initializer("kernel_initializer"),
        biasInitializer: config.initializer("bias_initializer", "zeros"),
        kernelRegularizer: config["kernel_regularizer"]?.string, biasRegularizer: config["bias_regularizer"]?.string,
        activityRegularizer: config["activity_regularizer"]?.string,
        kernelConstraint: config["kernel_constraint"]?.string, biasConstraint: config["bias_constraint"]?.string,
        name: config["name"]?.string)
}

private func transposed(_ type: BaseConvTranspose.Type, _ config: GoldenValue) -> Layer {
    type.init(
        config["filters"]?.int ?? 0, kernelSize: config.sizes("kernel_size") ?? 1,
        strides: config.sizes("strides") ?? 1, padding: config.padding,
        outputPadding: config.sizes("output_padding"), dataFormat: config.dataFormat,
        dilationRate: config.sizes("dilation_rate") ?? 1, activation: config["activation"]?.string,
        useBias: config.bias, kernelRegularizer: config["kernel_regularizer"]?.string)
}

private func depthwise(_ type: BaseDepthwiseConv.Type, _ config: GoldenValue) -> Layer {
    type.init(
        kernelSize: config.sizes("kernel_size") ?? 1, strides: config.sizes("strides") ?? 1, padding: config.padding,
        depthMultiplier: config["depth_multiplier"]?.int ?? 1, dataFormat: config.dataFormat,
        dilationRate: config.sizes("dilation_rate") ?? 1, activation: config["activation"]?.string,
        useBias: config.bias, depthwiseInitializer: config.initializer("depthwise_initializer"),
        depthwiseRegularizer: config["depthwise_regularizer"]?.string,
        depthwiseConstraint: config["depthwise_constraint"]?.string)
}

private func separable(_ type: BaseSeparableConv.Type, _ config: GoldenValue) -> Layer {
    type.init(
        config["filters"]?.int ?? 0, kernelSize: config.sizes("kernel_size") ?? 1,
        strides: config.sizes("strides") ?? 1, padding: config.padding, dataFormat: config.dataFormat,
        dilationRate: config.sizes("dilation_rate") ?? 1, depthMultiplier: config["depth_multiplier"]?.int ?? 1,
        activation: config["activation"]?.string, useBias: config.bias,
        depthwiseInitializer: config.initializer("depthwise_initializer"),
        pointwiseInitializer: config.initializer("pointwise_initializer"),
        depthwiseRegularizer: config["depthwise_regularizer"]?.string,
        pointwiseRegularizer: config["pointwise_regularizer"]?.string,
        depthwiseConstraint: config["depthwise_constraint"]?.string,
        pointwiseConstraint: config["pointwise_constraint"]?.string)
}
